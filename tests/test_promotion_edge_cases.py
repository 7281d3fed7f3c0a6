"""The edge cases of editing image references, each test named for its number in the catalogue of cases."""

import json
import os
import subprocess

import pytest
from promotions import POD, after, entry, graph, linted, moved, moved_entry, only, promoted, render

from promoter.config import AppImage, Target
from promoter.errors import RefusedError
from promoter.images import edits, file_pins, pins, where
from promoter.images.reference import parse, same
from promoter.kustomize import Graph
from promoter.model import Image, Location, Rendered
from promoter.plan import Request, plan, prove, site
from promoter.repository import Repository

SHA, NEW_SHA = "sha256:" + "a" * 64, "sha256:" + "b" * 64
BASE = {"base/kustomization.yaml": "resources: [pod.yaml]\n", "base/pod.yaml": POD + "x/shop:1.0.0\n"}
renderer = pytest.mark.renderer


def overlay(images: str = "", more: str = "") -> str:
    return f"resources: [../base]\n{more}" + (f"images:\n{images}" if images else "")


@pytest.mark.parametrize(
    "tag",
    ["1.10", "2024.10", "1e5", "553640e6", "0123456", "20240101", "0x1F", "0o17", "1_000", "08"],
)
def test_case_01_number_like_tags_are_quoted(tag):
    assert moved_entry("v1", tag) == f'"{tag}"'


@pytest.mark.parametrize("tag", ["yes", "no", "on", "off", "y", "n", "null", "true", "2024-01-01"])
def test_case_02_words_and_dates_are_quoted(tag):
    assert moved_entry("v1", tag) == f'"{tag}"'


def test_case_03_an_unquoted_number_gets_quotes_when_it_moves(tmp_path):
    assert moved_entry("1.10", "1.11") == '"1.11"'
    assert "KUS020" in linted(tmp_path, {"kustomization.yaml": entry("1.10")}, "KUS020")


@pytest.mark.parametrize(("before", "result"), [("'v1'", "'v2'"), ('"v1"', '"v2"'), ("v1", "v2")])
def test_case_04_the_quote_style_is_kept(before, result):
    assert moved_entry(before, "v2") == result


def test_case_05_a_comment_on_the_line_is_kept():
    assert moved_entry('v1   # {"$imagepolicy": "a:b:tag"}', "v2") == 'v2   # {"$imagepolicy": "a:b:tag"}'


def test_case_06_directives_blank_lines_and_indentless_lists_are_kept():
    text = "%YAML 1.2\n---\n\n# a\nimages:\n- name:   x/shop\n\n  newTag:    v1\n\n\nresources: []\n..."
    assert moved("kustomization.yaml", text, "x/shop", "v2").decode() == text.replace("v1", "v2")


@pytest.mark.parametrize("value", ["|\n    v1", ">-\n    v1", "a\n    b", '"a\\\n    b"'])
def test_case_07_block_and_multi_line_scalars_are_refused_with_their_place(value):
    given = graph({"kustomization.yaml": entry(value)})
    pin = only(given, "kustomization.yaml", "x/shop")
    with pytest.raises(RefusedError, match=r"kustomization\.yaml:3"):
        edits(given, [(pin, Image("x/shop", "v2"))])


@pytest.mark.parametrize(
    "content",
    [
        entry("v1").replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + entry("v1").encode(),
        entry("v1").rstrip("\n").encode(),
        entry("v1").replace("\n", "\r\n", 1).encode(),
        "# é\t→\nimages: [{name: x/shop,\tnewTag: v1}]".encode(),
    ],
    ids=["crlf", "bom", "no final newline", "mixed line ends", "tab and non-ASCII"],
)
def test_case_08_line_ends_bom_and_tabs_are_kept(content):
    assert moved("kustomization.yaml", content, "x/shop", "v2") == content.replace(b"v1", b"v2")


def test_case_09_an_aliased_value_is_refused():
    text = "images:\n- {name: x/shop, newTag: &v v1}\n- {name: y, newTag: *v}\n"
    given = graph({"kustomization.yaml": text})
    for name in ("x/shop", "y"):
        assert "anchor" in (only(given, "kustomization.yaml", name).refusal or "")


def test_case_10_a_value_behind_a_merge_key_is_refused():
    text = "x: &d {newTag: v1}\nimages:\n- <<: *d\n  name: x/shop\n"
    pin = only(graph({"kustomization.yaml": text}), "kustomization.yaml", "x/shop")
    assert (pin.image.tag, "merge key" in (pin.refusal or "")) == ("v1", True)


def test_case_11_a_repeated_key_is_refused_and_linted(tmp_path):
    text = "images:\n- name: x/shop\n  newTag: v1\n  newTag: v2\n"
    pin = only(graph({"kustomization.yaml": text}), "kustomization.yaml", "x/shop")
    assert "twice" in (pin.refusal or "")
    assert "YML002" in linted(tmp_path, {"kustomization.yaml": text}, "YML002")


def test_case_12_only_the_meant_document_of_many_changes():
    text = f"---\n# nothing\n---\n{POD}x/shop:v1\n---\n{POD.replace('shop', 'web')}y/web:v1\n"
    assert moved("pods.yaml", text, "x/shop", "v2").decode() == text.replace("x/shop:v1", "x/shop:v2")


def test_case_13_a_helm_template_is_never_edited():
    text = POD + "x/shop:v1\n  {{- if .Values.more }}\n  x: {{ .Values.x }}\n"
    given = graph({"templates/pod.yaml": text, "values.yaml": "image: {repository: x/shop, tag: v1}\n"})
    assert file_pins(given, "templates/pod.yaml") == ()
    assert only(given, "values.yaml", "x/shop").refusal is None


def test_case_14_a_port_is_no_tag():
    assert parse("host:5000/a/b") == Image("host:5000/a/b")
    assert moved("pod.yaml", POD + "host:5000/a/b\n", "host:5000/a/b", "v2").endswith(b"host:5000/a/b:v2\n")


def test_case_15_tag_and_digest_of_one_reference_move_together():
    text = POD + f"x/shop:v1@{SHA}\n"
    assert moved("pod.yaml", text, "x/shop", f"v2@{NEW_SHA}").decode() == POD + f"x/shop:v2@{NEW_SHA}\n"


def test_case_16_docker_hub_aliases_pair_and_the_written_form_stays():
    given = graph(
        {
            "dev/kustomization.yaml": "images: [{name: nginx, newTag: v2}]\n",
            "prod/kustomization.yaml": "images: [{name: index.docker.io/library/nginx, newTag: v1}]\n",
        }
    )
    made = promoted(given, "prod", "dev")
    assert after(given, made, "prod/kustomization.yaml").endswith("library/nginx, newTag: v2}]\n")
    assert not same("ghcr.io/nginx", "ghcr.io/library/nginx")


def test_case_17_a_prefix_is_another_image():
    text = "images:\n- {name: x/app, newTag: v1}\n- {name: x/app-worker, newTag: v1}\n"
    assert moved("kustomization.yaml", text, "x/app", "v2").decode() == text.replace(
        "app, newTag: v1", "app, newTag: v2"
    )


def test_case_18_a_placeholder_stands_for_its_new_name():
    text = "images: [{{name: api-image, newName: {0}, newTag: {1}}}]\n"
    given = graph(
        {
            "dev/kustomization.yaml": text.format("x/api", "v2"),
            "prod/kustomization.yaml": text.format("x/api", "v1"),
            "other/kustomization.yaml": "images: [{name: x/api, newTag: v1}]\n",
        }
    )
    for directory in ("prod", "other"):
        for asked in ("x/api", "api-image") if directory == "prod" else ("x/api",):
            made = promoted(given, directory, "dev", images=(asked,))
            assert [bump.new.tag for bump in made.bumps] == ["v2"]


def test_case_19_the_new_name_stays_when_the_tag_moves():
    text = "images:\n- name: ph\n  newName: eu.example/x/shop\n  newTag: v1\n"
    assert moved("kustomization.yaml", text, "ph", "v2").decode() == text.replace("v1", "v2")


def test_case_20_a_new_tag_never_stays_beside_an_old_digest():
    text = f"images:\n- name: x/shop\n  newTag: v1\n  digest: {SHA}\n"
    assert moved("kustomization.yaml", text, "x/shop", "v2") == b"images:\n- name: x/shop\n  newTag: v2\n"
    both = moved("kustomization.yaml", text, "x/shop", f"v2@{NEW_SHA}").decode()
    assert both == text.replace("v1", "v2").replace(SHA, NEW_SHA)


def test_case_21_a_tag_with_its_digest_in_new_tag_is_read_and_moved():
    assert moved_entry(f"v1@{SHA}", f"v2@{NEW_SHA}") == f"v2@{NEW_SHA}"


def test_case_22_a_missing_new_tag_is_inserted_after_the_name():
    text = "images:\n  - newName: y/shop # n\n    name: x/shop\n  - name: z\n"
    expected = "images:\n  - newName: y/shop # n\n    newTag: v2\n    name: x/shop\n  - name: z\n"
    assert moved("kustomization.yaml", text, "y/shop", "v2").decode() == expected


def test_case_23_without_an_entry_the_place_of_the_version_is_told_or_an_entry_is_created():
    given = graph({**BASE, "dev/kustomization.yaml": overlay(), "prod/kustomization.yaml": overlay()})
    with pytest.raises(RefusedError, match=r"set in base/pod\.yaml, which is shared with dev"):
        promoted(given, "prod", images=("x/shop",), version="v2")
    made = promoted(given, "prod", images=("x/shop",), version="v2", create=True)
    assert after(given, made, "prod/kustomization.yaml") == overlay("- name: x/shop\n  newTag: v2\n")


@pytest.mark.parametrize("kind", ["resources", "components"])
def test_case_24_a_version_in_a_shared_base_or_component_is_refused_unless_allowed(kind):
    shared = f"{kind}: [../common]\n"
    header = (
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n" if kind == "components" else ""
    )
    given = graph(
        {
            "common/kustomization.yaml": header + entry("v1"),
            "dev/kustomization.yaml": shared,
            "prod/kustomization.yaml": shared,
        }
    )
    with pytest.raises(RefusedError, match="shared with dev"):
        promoted(given, "prod", images=("x/shop",), version="v2")
    made = promoted(given, "prod", images=("x/shop",), version="v2", shared="allow")
    assert after(given, made, "common/kustomization.yaml") == header + entry("v2")


@renderer
def test_case_25_an_edit_without_effect_is_refused():
    given = graph(
        {
            "base/kustomization.yaml": "resources: [pod.yaml]\n"
            + entry("v1").replace("  newT", "  newName: y/shop\n  newT"),
            "base/pod.yaml": POD + "x/shop:v0\n",
            "prod/kustomization.yaml": overlay("- name: x/shop\n  newTag: v1\n"),
        }
    )
    made = promoted(given, "prod", images=("x/shop",), version="v2")
    proof = prove(made, ((render(given, "prod"), render(given, "prod", made)),), {})
    assert (proof.state, "no effect" in proof.reason) == ("refused", True)


def test_case_26_two_entries_of_one_name_are_refused_and_linted(tmp_path):
    text = "images:\n- {name: x/shop, newTag: v1}\n- {name: x/shop, newTag: v2}\n"
    found = file_pins(graph({"kustomization.yaml": text}), "kustomization.yaml")
    assert ["two entries" in (pin.refusal or "") for pin in found] == [True, True]
    assert "KUS019" in linted(tmp_path, {"kustomization.yaml": text}, "KUS019")


@renderer
def test_case_27_an_entry_that_matches_nothing_is_linted(tmp_path):
    files = {**BASE, "prod/kustomization.yaml": overlay("- {name: x/shpo, newTag: v1}\n")}
    assert "KUS018" in linted(tmp_path, files, "KUS018")


@renderer
def test_case_28_only_fields_that_kustomize_rewrites_are_overridden_by_an_entry():
    task = POD.replace("kind: Pod", "kind: Task").replace("containers", "steps") + "x/shop:v1\n"
    files = {"prod/kustomization.yaml": "resources: [t.yaml]\n" + entry("v1"), "prod/t.yaml": task}
    given = graph(files)
    assert [pin.path for pin in site(given, "prod").pins] == ["prod/kustomization.yaml", "prod/t.yaml"]
    taught = graph(
        {
            **files,
            "prod/kustomization.yaml": "configurations: [c.yaml]\n" + files["prod/kustomization.yaml"],
            "prod/c.yaml": "images:\n- {kind: Task, path: 'spec/steps[]/image'}\n",
        }
    )
    assert [pin.path for pin in site(taught, "prod").pins] == ["prod/kustomization.yaml"]
    for each, expected in ((given, "x/shop:v1"), (taught, "x/shop:v2")):
        overridden = Graph(each.snapshot.with_edits(promoted_entry(each).edits))
        rendered = render(overridden, "prod")
        assert isinstance(rendered, Rendered)
        assert expected in json.dumps(rendered.objects[0].body)


def promoted_entry(given: Graph):
    """A plan that moves the kustomization's own entry alone."""
    one = site(given, "prod")
    own = tuple(pin for pin in one.pins if pin.setter == "kustomize-images")
    narrowed = type(one)(one.address, given, "prod", own)
    return plan(None, narrowed, Request(images=("x/shop",), version="v2"))


def test_case_29_every_place_that_sets_an_image_is_listed_and_all_that_count_move():
    given = graph(
        {
            "prod/kustomization.yaml": "resources: [pod.yaml]\npatches: [{path: p.yaml}]\n",
            "prod/pod.yaml": POD + "x/shop:v0\n",
            "prod/p.yaml": "- {op: replace, path: /spec/containers/0/image, value: 'x/shop:v1'}\n",
        }
    )
    assert [(pin.path, pin.image.tag) for pin in pins(given, "prod")] == [
        ("prod/p.yaml", "v1"),
        ("prod/pod.yaml", "v0"),
    ]
    made = promoted(given, "prod", images=("x/shop",), version="v2")
    assert sorted(bump.pin.path for bump in made.bumps) == ["prod/p.yaml", "prod/pod.yaml"]


def test_case_30_an_inline_patch_is_edited_where_its_lines_stand_and_refused_where_they_are_folded():
    patch = "patches:\n- patch: {0}\n    - op: replace\n      path: /a/image\n      value: x/shop:v1 # c\n"
    text = patch.format("|-")
    assert moved("kustomization.yaml", text, "x/shop", "v2").decode() == text.replace("v1", "v2")
    folded = 'patches:\n- patch: "- op: replace\\n  path: /a/image\\n  value: x/shop:v1"\n'
    pin = only(graph({"kustomization.yaml": folded}), "kustomization.yaml", "x/shop")
    assert "lines cannot be matched" in (pin.refusal or "")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("shop.env", "A=1\nRELATED_IMAGE_SHOP=x/shop:v1\n"),
        ("kustomization.yaml", "configMapGenerator:\n- {name: a, literals: ['IMAGE=x/shop:v1', A=v1]}\n"),
    ],
)
def test_case_31_env_files_and_literals_are_edited(path, text):
    assert moved(path, text, "x/shop", "v2").decode() == text.replace("shop:v1", "shop:v2")


@pytest.mark.parametrize(
    "text",
    [
        "image:\n  repository: x/shop\n  tag: v1\n",
        "image: {registry: r.io, repository: x/shop, tag: v1}\n",
        "image: x/shop:v1\n",
        "image:\n  repository: x/shop\n  version: v1\n",
        "sidecars:\n- image: {repository: x/shop, tag: v1}\n",
        "image.repository: x/shop\nimage.tag: v1\n",
        "a: {b.c: {image: {repository: x/shop, tag: v1}}}\n",
    ],
)
def test_case_32_every_shape_of_helm_values_moves(text):
    name = "r.io/x/shop" if "r.io" in text else "x/shop"
    assert moved("values.yaml", text, name, "v2").decode() == text.replace("v1", "v2")


def test_case_32_a_digest_key_moves_with_the_tag_and_an_empty_tag_is_refused():
    text = f"image:\n  repository: x/shop\n  tag: v1\n  digest: {SHA}\n"
    made = moved("values.yaml", text, "x/shop", f"v2@{NEW_SHA}").decode()
    assert made == text.replace("v1", "v2").replace(SHA, NEW_SHA)
    empty = graph({"values.yaml": 'image: {repository: x/shop, tag: ""}\n'})
    assert "appVersion" in (only(empty, "values.yaml", "x/shop").refusal or "")


def test_case_33_the_same_repository_twice_moves_twice():
    text = "web:\n  image: {repository: x/shop, tag: v1}\njob:\n  image: {repository: x/shop, tag: v1}\n"
    given = graph({"chart/values.yaml": text})
    made = promoted(given, "chart", images=("x/shop",), version="v2")
    assert (len(made.bumps), after(given, made, "chart/values.yaml")) == (2, text.replace("v1", "v2"))


APPLICATION = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop}\nspec:\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.yaml", APPLICATION + "  source: {kustomize: {images: ['ph=x/shop:w1']}}\n"),
        ("a.yaml", APPLICATION + "  source: {kustomize: {images: ['x/shop:w1']}}\n"),
        (".argocd-source-shop.yaml", "kustomize:\n  images: [x/shop:w1]\n"),
        (
            "a.yaml",
            APPLICATION + "  sources:\n  - helm: {parameters: [{name: image, value: 'x/shop:w1'}]}\n",
        ),
        (
            "a.yaml",
            APPLICATION + "  source: {helm: {valuesObject: {image: {repository: x/shop, tag: w1}}}}\n",
        ),
        ("a.yaml", APPLICATION + "  source:\n    helm:\n      values: |\n        image: x/shop:w1 # c\n"),
    ],
)
def test_case_34_argo_cd_overrides_are_edited(path, text):
    assert moved(path, text, "x/shop", "w2").decode() == text.replace("w1", "w2")


def test_case_34_an_image_by_digest_keeps_being_one():
    text = APPLICATION + f"  source: {{kustomize: {{images: ['x/shop@{SHA}']}}}}\n"
    assert moved("a.yaml", text, "x/shop", NEW_SHA).decode() == text.replace(SHA, NEW_SHA)


def test_case_35_a_list_element_moves_for_its_own_environment_alone():
    text = (
        APPLICATION.replace("Application", "ApplicationSet") + "  generators:\n"
        "  - list:\n      elements:\n      - {env: dev, version: v2}\n      - {env: prod, version: v1}\n"
    )
    given = graph({"sets.yaml": text})
    place = Location("sets.yaml", 1)
    dev, prod = (site(given, f"apps/{name}", environment=name, also=[place]) for name in ("dev", "prod"))
    made = plan(dev, prod, Request())
    assert after(given, made, "sets.yaml") == text.replace("prod, version: v1", "prod, version: v2")


def test_case_36_a_field_that_flux_writes_carries_a_warning():
    text = entry('v1 # {"$imagepolicy": "ns:shop:tag"}')
    given = graph({"prod/kustomization.yaml": text})
    made = promoted(given, "prod", images=("x/shop",), version="v2")
    assert "ns:shop:tag" in (made.bumps[0].pin.warning or "")
    assert after(given, made, "prod/kustomization.yaml") == text.replace("v1", "v2")


def test_case_37_an_application_that_image_updater_writes_carries_a_warning():
    app = APPLICATION.replace(
        "{name: shop}", "{name: shop, annotations: {argocd-image-updater.argoproj.io/image-list: x}}"
    )
    given = graph({"a.yaml": app + "  source: {path: prod}\n", "prod/kustomization.yaml": entry("v1")})
    (pin,) = site(given, "prod", also=[Location("a.yaml", 1)]).pins
    assert "Image Updater" in (pin.warning or "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (POD + "x/shop:v1\nsops: {mac: ENC, version: 3.8.1}\n", "SOPS"),
        ("# Code generated by gen; DO NOT EDIT.\n" + POD + "x/shop:v1\n", "generated"),
    ],
)
def test_case_38_encrypted_and_generated_files_are_refused(text, reason):
    assert reason in (only(graph({"pod.yaml": text}), "pod.yaml", "x/shop").refusal or "")


@pytest.mark.parametrize("path", ["pod.json", "pod.yaml"])
def test_case_39_json_is_edited_in_place(path):
    pod = {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"image": "x/shop:w1"}]}}
    text = json.dumps(pod, indent=1)
    assert moved(path, text, "x/shop", "w2").decode() == text.replace("w1", "w2")


@pytest.mark.parametrize("name", ["kustomization.yaml", "kustomization.yml", "Kustomization"])
def test_case_40_each_name_of_a_kustomization_is_read(name):
    assert moved(name, entry("v1"), "x/shop", "v2").decode() == entry("v2")


def test_case_40_two_kustomizations_in_a_directory_are_linted(tmp_path):
    files = {"kustomization.yaml": entry("v1"), "kustomization.yml": entry("v1")}
    assert "KUS006" in linted(tmp_path, files, "KUS006")


def test_case_40_a_symlinked_overlay_is_edited_where_it_really_is(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real/kustomization.yaml").write_text(entry("v1"))
    (tmp_path / "prod").symlink_to("real")
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, env=environment, check=True)
    repository = Repository.open(str(tmp_path))
    try:
        given = Graph(repository.snapshot(None))
        made = promoted(given, "prod", images=("x/shop",), version="v2")
        assert [edit.path for edit in made.edits] == ["real/kustomization.yaml"]
    finally:
        repository.close()


@pytest.mark.parametrize("path", ["../outside.yaml", "/etc/passwd", "sub/../../outside.yaml"])
def test_case_41_nothing_outside_the_repository_is_read(path):
    given = graph({"prod/kustomization.yaml": f"resources: [{path}]\n" + entry("v1")})
    assert where.configured(given, Target("yaml", path, path="/a")) == ()
    assert {pin.path for pin in pins(given, "prod")} == {"prod/kustomization.yaml"}


def test_case_42_an_alias_bomb_is_an_error_of_the_file_and_no_pin():
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
    )
    given = graph({"kustomization.yaml": bomb + entry("v1")})
    assert given.yaml("kustomization.yaml").error is not None
    assert file_pins(given, "kustomization.yaml") == ()


def test_case_43_the_same_value_is_nothing_to_do():
    given = graph({"prod/kustomization.yaml": entry("'v1' # c")})
    made = promoted(given, "prod", images=("x/shop",), version="v1")
    assert (made.bumps, made.edits) == ((), ())


def test_case_44_a_digest_moves_with_its_tag_and_the_pair_is_stable():
    text = "images:\n- name: x/shop\n  newTag: {0}\n  digest: {1}\n"
    given = graph(
        {
            "dev/kustomization.yaml": text.format("v2", NEW_SHA),
            "prod/kustomization.yaml": text.format("v1", SHA),
        }
    )
    made = promoted(given, "prod", "dev")
    again = Graph(given.snapshot.with_edits(made.edits))
    assert again.snapshot["prod/kustomization.yaml"] == given.snapshot["dev/kustomization.yaml"]
    assert promoted(again, "prod", "dev").edits == ()


def test_case_44_a_rule_may_require_or_drop_digests():
    text = "images:\n- name: x/shop\n  newTag: {0}\n"
    given = graph(
        {
            "dev/kustomization.yaml": text.format("v2") + f"  digest: {NEW_SHA}\n",
            "prod/kustomization.yaml": text.format("v1"),
        }
    )
    dropped = promoted(given, "prod", "dev", rules=(AppImage("x/shop", order="none", digest="drop"),))
    assert after(given, dropped, "prod/kustomization.yaml") == text.format("v2")
    with pytest.raises(RefusedError, match="no digest"):
        promoted(
            given,
            "prod",
            images=("x/shop",),
            version="v2",
            rules=(AppImage("x/shop", order="none", digest="require"),),
        )


def test_case_45_two_promotions_from_one_base_merge_cleanly_in_a_block_list(tmp_path):
    text = "images:\n- name: a\n  newTag: v1\n- name: b\n  newTag: v1\n"
    edited = {name: moved("kustomization.yaml", text, name, "v2").decode() for name in ("a", "b")}
    for name, content in {"base": text, **edited}.items():
        (tmp_path / name).write_text(content)
    merged = subprocess.run(
        ["git", "merge-file", "-p", "a", "base", "b"], cwd=tmp_path, capture_output=True, check=False
    )
    assert (merged.returncode, merged.stdout.decode()) == (0, text.replace("v1", "v2"))


def test_every_case_of_the_catalogue_has_a_test():
    numbers = {int(name.split("_")[2]) for name in globals() if name.startswith("test_case_")}
    assert numbers == set(range(1, 46))
