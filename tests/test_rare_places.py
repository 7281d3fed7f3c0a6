"""Versions in unusual places: what is no pin is left alone, and what is one keeps its shape."""

import pytest

from promoter.config import Target
from promoter.errors import EditError, RefusedError
from promoter.images import edits, file_pins, files, fitted, manifest, pins, where
from promoter.images.embedded import embed, split_field
from promoter.kustomize import Graph
from promoter.model import Edit, Image, Location, Pin, Snapshot
from promoter.yamldoc import Mapping, Scalar, parse

DIGEST = "sha256:" + "a" * 64
SET = """\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: shop}
spec:
  generators:
  - list:
      elements:
"""
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  source:
    chart: shop
"""


def graph(tree: dict[str, str]) -> Graph:
    return Graph(Snapshot.of({path: text.encode() for path, text in tree.items()}))


def read(path: str, text: str) -> list[tuple[str, str]]:
    return [(pin.field, str(pin.image)) for pin in file_pins(graph({path: text}), path)]


# --- where


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("a: 1.4.1\n", Target("", "x.yaml", path="/b")),
        ("a: ''\n", Target("", "x.yaml", path="/a")),
        ("a: [1.4.1]\n", Target("", "x.yaml", path="/a")),
        ("- a\n", Target("", "x.yaml", field="helm.parameters", name="v")),
        ("spec: {source: {path: x}}\n", Target("", "x.yaml", field="helm.parameters", name="v")),
        (
            "spec: {source: {helm: {parameters: [{name: w, value: '1'}]}}}\n",
            Target("", "x.yaml", field="helm.parameters", name="v"),
        ),
        ("OTHER=1\n", Target("", "x.yaml", name="V")),
        ("two words\n", Target("", "x.yaml")),
        ("a: 1\n", Target("", "gone.yaml", path="/a")),
    ],
)
def test_a_configured_place_that_is_not_there_is_no_pin(text, target):
    assert where.configured(graph({"x.yaml": text}), target) == ()


def test_a_configured_file_that_is_no_text_is_no_pin():
    given = Graph(Snapshot.of({"VERSION": b"\xff\xfe"}))
    assert where.configured(given, Target("", "VERSION")) == ()


def test_a_configured_mapping_gives_the_image_values_in_it():
    target = Target("", "values.yaml", path="/shop", image="x/shop")
    (pin,) = where.configured(
        graph({"values.yaml": "shop: {image: {repository: x/shop, tag: 1.4.1}}\n"}), target
    )
    assert (pin.field, str(pin.image)) == ("/shop/image/tag", "x/shop:1.4.1")


def test_a_configured_place_is_looked_for_in_every_document():
    text = "a: 1\n---\nspec: {source: {helm: {parameters: [{name: v, value: 1.4.1}]}}}\n"
    target = Target("", "x.yaml", field="helm.parameters", name="v", image="x/shop")
    (pin,) = where.configured(graph({"x.yaml": text}), target)
    assert (pin.document, pin.field) == (1, "/spec/source/helm/parameters/0/value")


# --- Argo CD


@pytest.mark.parametrize(
    "element",
    [
        "[a]",
        "text",
        "{version: [1.4.1]}",
        "{version: ''}",
        "{? [a] : 1.4.1}",
        "{cluster: prod-1}",
        "{tag: main}",
    ],
)
def test_an_element_that_holds_no_version_is_no_pin(element):
    assert read("set.yaml", f"{SET}      - {element}\n") == []


def test_an_element_with_a_whole_image_moves_as_one():
    given = graph({"set.yaml": f"{SET}      - {{image: 'x/shop:1.4.1', tag: 1.4.1}}\n"})
    whole, tag = file_pins(given, "set.yaml")
    assert (str(whole.image), str(tag.image)) == ("x/shop:1.4.1", "shop#/tag:1.4.1")
    made = edits(given, [(whole, Image("x/shop", "1.5.0")), (tag, Image("shop#/tag", "1.5.0"))])
    text = given.snapshot.with_edits(made)["set.yaml"].decode()
    assert text.endswith("{image: 'x/shop:1.5.0', tag: 1.5.0}\n")


@pytest.mark.parametrize(
    "block",
    [
        "    kustomize: {images: [[a]]}\n",
        "    kustomize: {images: [x/shop]}\n",
        "    kustomize: {images: ['a=x/shop']}\n",
        "    helm: {parameters: [{name: image.tag}]}\n",
        "    helm: {parameters: [{name: image.tag, value: ''}]}\n",
        "    helm: {values: '[a]'}\n",
        "    helm: {values: 'text'}\n",
    ],
)
def test_a_source_that_names_no_version_has_no_pin(block):
    assert read("app.yaml", APPLICATION + block) == []


def test_an_image_of_a_source_says_what_it_stands_for():
    text = APPLICATION + "    kustomize: {images: ['a=x/shop:1.4.1', y/db:2]}\n"
    found = file_pins(graph({"app.yaml": text}), "app.yaml")
    assert [(str(pin.image), pin.alias) for pin in found] == [("x/shop:1.4.1", "a"), ("y/db:2", None)]


# --- patches, policies, kustomizations


@pytest.mark.parametrize(
    "operation",
    [
        "{op: replace, path: /spec/replicas, value: 3}",
        "{op: replace, path: /spec/template/spec/containers/0/image, value: x/shop}",
        "{op: remove, path: /spec/template/spec/containers/0/image}",
        "{op: add, value: x/shop:1}",
    ],
)
def test_an_operation_without_a_version_is_no_pin(operation):
    assert read("patch.yaml", f"- {operation}\n") == []


def test_a_policys_name_and_a_text_without_version_are_no_pins():
    text = 'a: x/shop # {"$imagepolicy": "ns:shop"}\nb: x/shop # {"$imagepolicy": "ns:shop:name"}\n'
    assert read("x.yaml", text) == []


def test_a_policys_whole_image_moves_as_one():
    text = 'a: x/shop:1.4.1 # {"$imagepolicy": "ns:shop"}\n'
    given = graph({"x.yaml": text})
    (pin,) = file_pins(given, "x.yaml")
    made = edits(given, [(pin, Image("x/shop", "1.5.0"))])
    assert given.snapshot.with_edits(made)["x.yaml"].decode() == text.replace("1.4.1", "1.5.0")


@pytest.mark.parametrize("entry", ["text", "{newTag: 1.4.1}", "[a]"])
def test_an_entry_of_images_without_a_name_is_no_pin(entry):
    assert read("kustomization.yaml", f"images: [{entry}]\n") == []


def test_a_version_that_is_no_git_ref_is_refused():
    text = "resources: ['https://github.com/x/shop//deploy?ref=v1.4.1']\n"
    given = graph({"kustomization.yaml": text})
    (pin,) = file_pins(given, "kustomization.yaml")
    with pytest.raises(RefusedError, match="cannot be a git ref"):
        edits(given, [(pin, Image(pin.image.name, "v 1"))])


# --- pins of a build


MANIFEST = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'x/a:1'}]}\n"
)


def test_a_directory_without_kustomization_has_every_file_below_it():
    given = graph({"a/b/x.yaml": MANIFEST, "a/y.yaml": MANIFEST, "c/z.yaml": MANIFEST})
    assert files(given, "a") == ("a/b/x.yaml", "a/y.yaml")
    assert files(given, "") == ("a/b/x.yaml", "a/y.yaml", "c/z.yaml")
    assert files(given, "a/y.yaml") == ("a/y.yaml",)


def test_further_files_of_a_build_may_be_named_as_a_whole_or_by_an_objects_place():
    two = f"{MANIFEST}---\n{MANIFEST.replace('x/a', 'x/b')}"
    given = graph({"two.yaml": two, "one.yaml": MANIFEST})

    def found(*also: str | Location) -> list[str]:
        return [pin.image.name for pin in pins(given, None, also)]

    assert found("two.yaml") == ["x/a", "x/b"]
    assert found(Location("two.yaml", 6)) == ["x/b"]
    assert found(Location("one.yaml", 1)) == ["x/a"]
    assert found("gone.yaml") == []


def test_an_address_has_no_room_for_a_digest_beside_its_tag():
    place = Location("a.yaml", 1)
    image = Image("x/shop", "1.5.0", DIGEST)
    assert fitted(Pin("manifest", place, 0, "/a", Image("y")), image) == Image("y", "1.5.0", DIGEST)
    assert fitted(Pin("kustomize-remote-ref", place, 0, "/a", Image("y")), image) == Image("y", "1.5.0")


# --- YAML inside YAML


def embedded(text: str):
    file = parse("x.yaml", text.encode())
    document = file.documents[0]
    assert isinstance(document, Mapping)
    scalar = document.get("a")
    assert isinstance(scalar, Scalar)
    return embed(file, scalar), scalar


@pytest.mark.parametrize("text", ['a: "b: 1\\nc: 2"\n', "a: >\n  b: 1\n\n  c: 2\n"])
def test_lines_that_do_not_stand_in_the_file_as_they_are_can_be_read_and_not_edited(text):
    inner, scalar = embedded(text)
    assert inner.refusal is not None
    assert "cannot be matched" in inner.refusal
    assert inner.outside(3) == scalar.start


def test_a_literal_block_can_be_edited_and_its_field_taken_apart():
    inner, _ = embedded("a: |\n  b: 1\n\n  c: 2\n")
    assert inner.refusal is None
    assert inner.outside(inner.file.text.index("2")) == "a: |\n  b: 1\n\n  c: 2\n".index("2")
    assert split_field("/spec/values#1/image/tag") == ("/spec/values", 1, "/image/tag")


# --- shapes that hold no version, and digests alone


@pytest.mark.parametrize("values", ["- a", "just text", ""])
def test_helm_values_that_are_no_mapping_have_no_pins(values):
    assert read("app.yaml", f'{APPLICATION}    helm: {{values: "{values}"}}\n') == []


def test_a_digest_that_stands_alone_moves_to_another_digest():
    other = "sha256:" + "b" * 64
    given = graph({"values.yaml": f"image:\n  repository: x/shop\n  digest: {DIGEST}  # pinned\n"})
    (pin,) = file_pins(given, "values.yaml")
    assert (str(pin.image), pin.field) == (f"x/shop@{DIGEST}", "/image/digest")
    made = edits(given, [(pin, Image("x/shop", None, other))])
    text = given.snapshot.with_edits(made)["values.yaml"].decode()
    assert text == f"image:\n  repository: x/shop\n  digest: {other}  # pinned\n"


# --- an edit is proven before it is given


POD = "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, image: 'x/shop:1.4.1'}]}\nother: 1\n"


@pytest.mark.parametrize(
    ("place", "replacement", "said"),
    [
        ("1.4.1", "1.4.3", "x/shop:1.4.1 would read x/shop:1.4.3, not x/shop:1.4.2"),
        ("1.4.1", "1.4.2\n  a: b", "would read None"),
        ("1.4.1'}]}\nother: 1", "1.4.2'}]}\nother: 2", "the edit would also change /other"),
        ("1.4.1'}]}\nother: 1", "1.4.2'}]}\n---\nother: [", "the edit would break the file"),
    ],
)
def test_a_setter_that_would_edit_something_else_is_stopped(monkeypatch, place, replacement, said):
    given = graph({"pod.yaml": POD})
    (pin,) = file_pins(given, "pod.yaml")
    start = POD.index(place)
    slip = Edit("pod.yaml", start, start + len(place), replacement)
    monkeypatch.setattr(manifest, "edit", lambda *_: (slip,))

    with pytest.raises(EditError, match=said):
        edits(given, [(pin, Image("x/shop", "1.4.2"))])
