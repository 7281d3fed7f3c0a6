"""Plans: which pins move to which version, and what is refused."""

import pytest

from promoter.config import AppImage
from promoter.errors import RefusedError, UsageError
from promoter.kustomize import Graph
from promoter.model import Location, Snapshot
from promoter.plan import Request, plan, site

OVERLAY = """\
resources:
- ../base
images:
- name: shop   # the placeholder
  newName: ghcr.io/acme/shop
  newTag: "{shop}"
- name: ghcr.io/acme/worker
  newTag: {worker}
"""
BASE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
      - name: shop
        image: shop
      - name: worker
        image: ghcr.io/acme/worker:0.1
      - name: sidecar
        image: ghcr.io/acme/sidecar:3
"""


def graph(**more: str) -> Graph:
    files = {
        "base/kustomization.yaml": "resources: [deployment.yaml]\n",
        "base/deployment.yaml": BASE,
        "staging/kustomization.yaml": OVERLAY.format(shop="1.4.2", worker="2.0"),
        "prod/kustomization.yaml": OVERLAY.format(shop="1.4.1", worker="1.9"),
    }
    files |= {name.replace("__", "/") + ".yaml": text for name, text in more.items()}
    return Graph(Snapshot.of({path: text.encode() for path, text in files.items()}))


def promote(given: Graph, **request: object):
    return plan(site(given, "staging"), site(given, "prod"), Request(**request))


def after(given: Graph, made, path: str = "prod/kustomization.yaml") -> str:
    return given.snapshot.with_edits(made.edits)[path].decode()


def test_every_image_that_differs_moves():
    given = graph()
    assert after(given, promote(given)) == OVERLAY.format(shop="1.4.2", worker='"2.0"')


def test_one_named_image_moves_alone():
    given = graph()
    assert after(given, promote(given, images=("shop",))) == OVERLAY.format(shop="1.4.2", worker="1.9")


def test_the_same_versions_are_nothing_to_do():
    given = graph(staging__kustomization=OVERLAY.format(shop="1.4.1", worker="1.9"))
    made = promote(given)
    assert (made.bumps, made.edits) == ((), ())
    assert {skipped.reason for skipped in made.skipped} == {"already there"}


def test_a_named_version_wins_over_the_source():
    given = graph()
    made = promote(given, images=("shop",), version="9.9")
    assert '"9.9"' in after(given, made)


@pytest.mark.parametrize("direction", ["forward", "any"])
def test_a_named_version_that_the_order_cannot_read_is_refused_with_what_was_expected(direction):
    rules = (AppImage("ghcr.io/acme/shop", direction=direction),)
    with pytest.raises(RefusedError) as refused:
        promote(graph(), version="abc1234", rules=rules)
    assert str(refused.value).splitlines() == [
        "prod/kustomization.yaml:6:11: ghcr.io/acme/shop:1.4.1 does not move to abc1234:"
        " abc1234 is no semver version, expected one like 1.4.2 (say `order: none`)"
    ]


def test_a_version_of_the_source_may_stand_outside_of_the_order_where_any_direction_is_allowed():
    given = graph(staging__kustomization=OVERLAY.format(shop="abc1234", worker="1.9"))
    rules = (AppImage("ghcr.io/acme/shop", direction="any"),)
    assert 'newTag: "abc1234"' in after(given, promote(given, rules=rules))


def test_a_named_digest_needs_no_place_in_the_order_where_any_direction_is_allowed():
    digest = f"sha256:{'ab' * 32}"
    rules = (AppImage("ghcr.io/acme/shop", direction="any"),)
    made = promote(graph(), images=("shop",), version=digest, rules=rules)
    assert [bump.new.digest for bump in made.bumps] == [digest]


def test_a_named_version_of_an_app_without_an_order_may_be_anything():
    rules = (AppImage("ghcr.io/acme/shop", order="none"),)
    given = graph()
    assert 'newTag: "abc1234"' in after(given, promote(given, version="abc1234", rules=rules))


def test_a_rollback_goes_to_a_version_that_the_order_cannot_read():
    given, rules = graph(), (AppImage("ghcr.io/acme/shop"),)
    made = promote(given, version="abc1234", rules=rules, action="rollback")
    assert [bump.new.version for bump in made.bumps] == ["abc1234"]


def test_an_unknown_image_is_a_usage_error_with_the_nearest():
    with pytest.raises(UsageError, match="did you mean 'shop'"):
        promote(graph(), images=("shpo",))


def test_a_version_for_several_images_must_name_one():
    with pytest.raises(UsageError, match="could be of"):
        promote(graph(), version="1.5")


def test_an_image_set_only_in_a_shared_base_is_refused_by_name():
    given = graph()
    with pytest.raises(RefusedError, match=r"set in base/deployment.yaml, which is shared with staging"):
        promote(given, images=("sidecar",), version="4")


def test_a_shared_file_is_edited_when_that_is_allowed():
    given = graph()
    made = promote(given, images=("sidecar",), version="4", shared="allow")
    assert "sidecar:4" in after(given, made, "base/deployment.yaml")


def test_the_ref_of_a_remote_base_moves_with_its_image():
    text = (
        "resources:\n- https://github.com/acme/shop/config?ref={0}\nimages:\n- name: shop\n  newTag: {0}\n"
    )
    old, new = "a" * 40, "b" * 40
    given = graph(staging__kustomization=text.format(new), prod__kustomization=text.format(old))
    assert after(given, promote(given, images=("shop",))) == text.format(new)


def test_a_configured_name_pairs_images_of_two_registries():
    given = graph(
        staging__kustomization="images: [{name: dev.example/shop, newTag: '2'}]\n",
        prod__kustomization="images: [{name: prod.example/shop, newTag: '1'}]\n",
    )
    rules = (AppImage("prod.example/shop", names=("dev.example/shop",), order="none"),)
    assert after(given, promote(given, rules=rules)) == "images: [{name: prod.example/shop, newTag: '2'}]\n"


def test_a_source_with_two_versions_of_one_image_is_ambiguous():
    two = "images: [{name: a, newName: x/shop, newTag: '2'}, {name: b, newName: x/shop, newTag: '3'}]\n"
    given = graph(staging__kustomization=two, prod__kustomization="images: [{name: x/shop, newTag: '1'}]\n")
    with pytest.raises(RefusedError, match="more than one version"):
        promote(given)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "resources:\n  - ../base\n",
            "resources:\n  - ../base\nimages:\n  - name: x/a\n    newTag: 1.4.2\n",
        ),
        (
            "resources: [../base]\n# end",
            "resources: [../base]\n# end\nimages:\n- name: x/a\n  newTag: 1.4.2",
        ),
        (
            "images:\n- name: y\n  newTag: '1' # c\nresources:\n- ../base\n",
            "images:\n- name: y\n  newTag: '1' # c\n- name: x/a\n  newTag: 1.4.2\nresources:\n- ../base\n",
        ),
        (
            "images: [{name: y, newTag: '1'}]\nresources: [../base]\n",
            "images: [{name: y, newTag: '1'}, {name: x/a, newTag: 1.4.2}]\nresources: [../base]\n",
        ),
        (
            "resources:\r\n- ../base\r\n",
            "resources:\r\n- ../base\r\nimages:\r\n- name: x/a\r\n  newTag: 1.4.2\r\n",
        ),
        (
            "images: []\nresources: [../base]\n",
            "images: [{name: x/a, newTag: 1.4.2}]\nresources: [../base]\n",
        ),
    ],
)
def test_an_entry_of_its_own_is_created_in_the_files_style(before, after):
    given = Graph(
        Snapshot.of(
            {
                "base/kustomization.yaml": b"resources: [pod.yaml]\n",
                "base/pod.yaml": b"apiVersion: v1\nkind: Pod\nspec: {containers: [{image: 'x/a:1.4.1'}]}\n",
                "prod/kustomization.yaml": before.encode(),
                "dev/kustomization.yaml": b"resources: [../base]\n",
            }
        )
    )
    made = plan(None, site(given, "prod"), Request(images=("x/a",), version="1.4.2", create=True))
    assert given.snapshot.with_edits(made.edits)["prod/kustomization.yaml"].decode() == after


def test_two_entries_are_created_at_once():
    given = graph(prod__kustomization="resources:\n- ../base\n")
    made = promote(given, images=("worker", "sidecar"), version="7", create=True)
    assert after(given, made) == (
        'resources:\n- ../base\nimages:\n- name: ghcr.io/acme/worker\n  newTag: "7"\n'
        '- name: ghcr.io/acme/sidecar\n  newTag: "7"\n'
    )


@pytest.mark.parametrize("overlays", [("a",), ("a", "b")])
def test_a_controllers_object_is_shared_when_several_overlays_change_it(overlays):
    chart = "repoURL: https://charts.example.com, chart: shop, targetRevision: 1.4.1"
    application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {source: {" + chart + "}}\n"
    files = {f"{name}/kustomization.yaml": "resources: [../argocd]\n" for name in overlays}
    files |= {"argocd/kustomization.yaml": "resources: [shop.yaml]\n", "argocd/shop.yaml": application}
    given = Graph(Snapshot.of({path: text.encode() for path, text in files.items()}))
    place = site(given, None, address="prod", also=[Location("argocd/shop.yaml")])
    if len(overlays) > 1:
        with pytest.raises(RefusedError, match="shared with a, b"):
            plan(None, place, Request(version="1.4.2"))
    else:
        made = plan(None, place, Request(version="1.4.2"))
        assert after(given, made, "argocd/shop.yaml") == application.replace("1.4.1", "1.4.2")
