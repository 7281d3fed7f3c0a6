"""What a plan says of everything that it does not move: the sentence, the place and what to do next."""

import pytest
from promotions import after, graph, promoted

from promoter.config import AppImage, Target
from promoter.errors import RefusedError, UsageError
from promoter.model import Image, Location, Skipped
from promoter.plan import Request, plan, site

DIGEST = "sha256:" + "a" * 64
ORDERED = AppImage("x/shop")


def entry(tag: str, name: str = "x/shop") -> str:
    return f"images:\n- name: {name}\n  newTag: {tag}\n"


def tree(dev: str = entry("1.4.2"), prod: str = entry("1.4.1"), **more: str):
    files = {"dev/kustomization.yaml": dev, "prod/kustomization.yaml": prod}
    return graph({**files, **{f"{name.replace('__', '/')}.yaml": text for name, text in more.items()}})


def shared():
    """Two overlays of one base that sets the version, and says where."""
    overlay = "resources: [../base]\n"
    base = "resources: [pod.yaml]\n"
    pod = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: x/shop:1.4.1\n"
    folders = {f"{name}/kustomization.yaml": overlay for name in ("dev", "eu", "prod")}
    return graph({**folders, "base/kustomization.yaml": base, "base/pod.yaml": pod})


def told(error) -> tuple[str, str | None, str | None]:
    return error.value.message, error.value.where, error.value.hint


def test_a_plan_names_its_ends_and_each_bump_its_app_and_environment():
    given = tree()
    ends = [site(given, name, address=f"{name}!", app="shop", environment=name) for name in ("dev", "prod")]

    made = plan(*ends, Request("rollback"))

    assert (made.action, made.source, made.target) == ("rollback", "dev!", "prod!")
    (bump,) = made.bumps
    assert (bump.app, bump.environment, bump.new) == ("shop", "prod", Image("x/shop", "1.4.2"))


def test_a_plan_of_directories_is_named_by_them():
    made = promoted(tree(), "prod", "dev")

    assert (made.action, made.source, made.target) == ("promote", "dev", "prod")
    assert [(bump.app, bump.environment) for bump in made.bumps] == [("", "prod")]


def test_a_plan_of_a_named_version_has_the_version_for_its_source():
    assert promoted(tree(), "prod", version="1.5.0").source == "1.5.0"


def test_a_plan_without_a_source_and_a_version_moves_nothing():
    made = promoted(tree(), "prod")

    assert made.bumps == ()
    assert made.source == ""
    assert made.skipped == (Skipped("x/shop:1.4.1", "the source has no pin of this image"),)


def test_an_image_that_one_side_alone_has_is_told_from_both_sides():
    made = promoted(tree(prod=entry("1", "x/cart")), "prod", "dev")

    assert made.skipped == (
        Skipped("x/cart:1", "dev has no pin of this image"),
        Skipped("x/shop:1.4.2", "prod has no pin of this image"),
    )


def test_images_that_only_the_source_has_are_told_in_order():
    source = "images: [{name: x/b, newTag: v1}, {name: x/c, newName: y/c}, {name: x/a, newTag: v1}]\n"

    made = promoted(tree(dev=source, prod="images: []\n"), "prod", "dev")

    assert [skipped.what for skipped in made.skipped] == ["x/a:v1", "x/b:v1"]


def test_images_that_only_the_source_has_are_nobodys_business_when_one_was_asked_for():
    source = entry("1.4.2") + "- name: x/b\n  newTag: v1\n"

    assert promoted(tree(dev=source), "prod", "dev", images=("x/shop",)).skipped == ()


def test_a_source_that_names_no_version_is_told_with_its_place():
    source = "images:\n- name: x/shop\n  newName: y/shop\n"
    target = "images:\n- name: x/shop\n  newName: y/shop\n  newTag: v1\n"

    made = promoted(tree(dev=source, prod=target), "prod", "dev")

    assert [skipped.what for skipped in made.skipped] == ["y/shop:v1"]
    assert made.skipped[0].reason.startswith("the source names no version (dev/kustomization.yaml:")


def test_what_a_rule_is_against_is_left_alone_where_nobody_asked_for_it():
    given = tree(dev=entry("1.4.0"))

    made = promoted(given, "prod", "dev", rules=(ORDERED,))

    assert [skipped.what for skipped in made.skipped] == ["x/shop:1.4.1"]
    assert "1.4.0" in made.skipped[0].reason


def test_what_a_rule_is_against_is_refused_where_somebody_asked_for_it():
    with pytest.raises(RefusedError) as error:
        promoted(tree(), "prod", version="1.4.0", rules=(ORDERED,))

    message, where, _ = told(error)
    assert message.startswith("x/shop:1.4.1 does not move to 1.4.0: ")
    assert where == "prod/kustomization.yaml:3:11"


def test_a_rollback_goes_against_the_order():
    made = promoted(tree(), "prod", action="rollback", version="1.4.0", rules=(ORDERED,))

    assert [bump.new.version for bump in made.bumps] == ["1.4.0"]


@pytest.mark.parametrize("version", ["a b", "@", "sha256:12"])
def test_what_is_no_version_is_a_usage_error_that_shows_the_forms(version):
    with pytest.raises(UsageError) as error:
        promoted(tree(), "prod", version=version)

    assert told(error) == (
        f"{version!r} is no image version",
        None,
        "expected a tag (letters, digits, `_`, `.`, `-`), a digest `sha256:…`, or TAG@DIGEST",
    )


def test_an_unknown_image_is_told_with_the_images_there_are():
    with pytest.raises(UsageError) as error:
        promoted(
            tree(prod="images: [{name: x/b, newTag: '1'}, {name: a, newName: x/a}]\n"),
            "prod",
            images=("zz",),
        )

    assert told(error) == ("prod has no pin of image 'zz'", None, "its images: a, x/b")


def test_a_version_that_could_be_of_several_images_lists_them():
    target = entry("1", "x/b") + "- name: x/a\n  newTag: '2'\n"
    with pytest.raises(UsageError) as error:
        promoted(tree(prod=target), "prod", version="3")

    assert told(error) == (
        "version 3 could be of 2 images of prod: docker.io/x/a, docker.io/x/b",
        None,
        "name the image with --image",
    )


def test_a_version_without_an_image_is_meant_for_the_apps_own_images():
    target = entry("1", "x/b") + "- name: x/shop\n  newTag: '2'\n"

    made = promoted(tree(prod=target), "prod", version="3", rules=(ORDERED,))

    assert [bump.new for bump in made.bumps] == [Image("x/shop", "3")]


def test_a_version_without_an_image_is_not_meant_for_remote_bases():
    target = "resources: ['https://github.com/acme/shop/config?ref=v1']\n" + entry("1")

    made = promoted(tree(prod=target), "prod", version="3")

    assert [bump.new for bump in made.bumps] == [Image("x/shop", "3")]


def test_two_images_asked_by_names_that_overlap_move_once():
    made = promoted(tree(), "prod", "dev", images=("shop", "x/shop"))

    assert len(made.bumps) == 1


REMOTE = "resources:\n- https://github.com/acme/shop/config?ref={0}\n"
COMMITS = ("a" * 40, "b" * 40)


def test_a_base_of_another_repository_moves_along_where_the_source_has_none():
    old, new = COMMITS
    given = tree(entry(new), REMOTE.format(old) + entry(old))

    made = promoted(given, "prod", "dev", images=("x/shop",))

    assert after(given, made, "prod/kustomization.yaml") == REMOTE.format(new) + entry(new)


def test_a_base_of_another_repository_moves_once_with_two_images_of_its_commit():
    both = REMOTE + entry("{0}") + "- name: x/cart\n  newTag: {0}\n"
    given = tree(*(both.format(commit) for commit in reversed(COMMITS)))

    made = promoted(given, "prod", "dev", images=("x/shop", "x/cart"))

    assert [bump.pin.image.name.rpartition("/")[2] for bump in made.bumps] == ["shop", "cart", "config"]


def test_of_two_bases_of_one_repository_the_one_in_the_same_place_says_what_the_source_runs():
    old, new = COMMITS
    given = tree(
        REMOTE.format(new) + "- ../more\n" + entry(new),
        REMOTE.format(old) + entry(old),
        more__kustomization=REMOTE.format("c" * 40),
    )

    made = promoted(given, "prod", "dev", images=("x/shop",))

    assert after(given, made, "prod/kustomization.yaml") == REMOTE.format(new) + entry(new)


def test_an_ambiguous_source_lists_what_it_runs_and_where():
    two = "images:\n- {name: a, newName: x/shop, newTag: v2}\n- {name: b, newName: x/shop, newTag: v3}\n"
    with pytest.raises(RefusedError) as error:
        promoted(tree(dev=two), "prod", "dev")

    assert told(error) == (
        "the source runs more than one version of x/shop:"
        " x/shop:v2 (dev/kustomization.yaml:2:38); x/shop:v3 (dev/kustomization.yaml:3:38)",
        None,
        "name the version: IMAGE with APP@VERSION",
    )


def test_a_version_that_others_share_is_refused_with_their_names_and_both_ways_out():
    with pytest.raises(RefusedError) as error:
        promoted(shared(), "prod", version="1.4.2")

    assert told(error) == (
        "the version of x/shop for prod is set in base/pod.yaml, which is shared with dev, eu:"
        " changing it there would move them too",
        "base/pod.yaml:5:12",
        "give it an `images:` entry of its own (create: true), or allow it (shared: allow)",
    )


def test_a_shared_version_that_no_entry_can_override_is_refused_though_one_may_be_created():
    values = "resources: [../base]\n"
    remote = "resources: ['https://github.com/acme/shop/config?ref=v1']\n"
    given = graph(
        {
            "dev/kustomization.yaml": values,
            "prod/kustomization.yaml": values,
            "base/kustomization.yaml": remote,
        }
    )
    with pytest.raises(RefusedError, match=r"is set in base/kustomization.yaml, which is shared with dev"):
        promoted(given, "prod", images=("config",), version="v2", create=True)


def test_an_entry_is_created_only_where_it_was_asked_for_and_the_file_is_shared():
    given = shared()

    (bump,) = promoted(given, "prod", version="1.4.2", create=True).bumps
    assert (bump.pin.path, bump.pin.image) == ("prod/kustomization.yaml", Image("x/shop", "1.4.1"))
    (bump,) = promoted(given, "prod", version="1.4.2", create=True, shared="allow").bumps
    assert bump.pin.path == "base/pod.yaml"


def test_a_pin_that_cannot_be_edited_is_refused_with_its_reason_and_place():
    with pytest.raises(RefusedError) as error:
        promoted(tree(prod="images:\n- name: x/shop\n  newTag: |-\n    v1\n"), "prod", version="v2")

    message, where, _ = told(error)
    assert message.startswith("x/shop:v1 cannot move to v2: ")
    assert where == "prod/kustomization.yaml:3:11"


def test_a_file_that_an_environment_shares_with_itself_alone_is_not_shared():
    given = shared()

    place = site(
        given, "prod", environment="prod", environments_of=lambda name: ("prod",) if name != "dev" else ()
    )

    assert dict(place.shared) == {}


def test_a_shared_file_names_the_environments_of_the_directories():
    owners = {"dev": ("staging", "test"), "eu": ("",), "prod": ("prod",)}

    place = site(shared(), "prod", environment="prod", environments_of=lambda name: owners.get(name, ()))

    assert dict(place.shared) == {"base/pod.yaml": ("eu", "staging", "test")}


def test_a_site_is_called_by_its_directory_and_the_root_by_a_dot():
    given = graph({"kustomization.yaml": entry("1")})

    root = site(given, "")

    assert (root.address, root.directory, root.app, root.environment) == (".", "", "", "")
    assert site(given, None, also=[Location("kustomization.yaml")]).directory == ""
    assert site(tree(), "prod").address == "prod"


def test_a_missing_version_of_a_digest_alone_is_a_version():
    made = promoted(tree(), "prod", version=DIGEST)

    assert [bump.new for bump in made.bumps] == [Image("x/shop", None, DIGEST)]


def test_what_is_there_already_is_told():
    assert promoted(tree(), "prod", version="1.4.1").skipped == (Skipped("x/shop:1.4.1", "already there"),)


def test_one_image_at_two_versions_moves_place_by_place():
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {{name: {}}}\nspec:\n  containers:\n  - image: x/shop:{}\n"
    versions = {"dev": ("v3", "v4"), "prod": ("v1", "v2")}
    files = {f"{name}/kustomization.yaml": "resources: [a.yaml, b.yaml]\n" for name in versions}
    for name, (one, other) in versions.items():
        files |= {f"{name}/a.yaml": pod.format("a", one), f"{name}/b.yaml": pod.format("b", other)}

    made = promoted(graph(files), "prod", "dev")

    assert {(bump.pin.path, bump.new.tag) for bump in made.bumps} == {
        ("prod/a.yaml", "v3"),
        ("prod/b.yaml", "v4"),
    }


def test_a_configured_place_counts_beside_those_of_the_build_and_once():
    given = graph({"prod/kustomization.yaml": entry("1.4.1"), "prod/extra.yaml": "a: {image: x/cart:1}\n"})
    where = Target("yaml", "prod/extra.yaml", path="/a/image")

    for also in ((), ("prod/extra.yaml",)):
        place = site(given, "prod", targets=[where], also=also)

        assert sorted((pin.path, str(pin.image)) for pin in place.pins) == [
            ("prod/extra.yaml", "x/cart:1"),
            ("prod/kustomization.yaml", "x/shop:1.4.1"),
        ]


def test_a_controllers_object_that_one_kustomization_lists_is_not_shared_with_it():
    application = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop}\n"
        "spec: {source: {path: prod, kustomize: {images: ['x/shop:1.4.1']}}}\n"
    )
    given = tree(
        argocd__kustomization="resources: [app.yaml]\n",
        argocd__app=application,
    )

    found = site(given, "prod", environment="prod", also=("argocd/app.yaml",))

    assert "argocd/app.yaml" in {pin.path for pin in found.pins}
    assert found.shared == {}
