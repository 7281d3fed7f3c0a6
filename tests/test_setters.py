"""Setters: every way a version is written is found, and changed in its own characters alone."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from promoter.config import Target
from promoter.errors import RefusedError
from promoter.images import edits, file_pins, where
from promoter.images.reference import split_version
from promoter.kustomize import Graph
from promoter.model import Image, Snapshot

SHA = "sha256:" + "a" * 64
NEW_SHA = "sha256:" + "b" * 64
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  source:
    path: apps/shop
"""


@dataclass(frozen=True)
class Case:
    """A file, the pin to find in it, and the text after it moved from 1.4.1 to 1.4.2."""

    name: str
    path: str
    text: str
    image: str
    setter: str
    count: int


def read_cases() -> tuple[Case, ...]:
    """The cases: a header line `=== name | path | image | setter | number of pins`, then the file."""
    found = []
    for block in (Path(__file__).parent / "data" / "setters.txt").read_text().split("=== ")[1:]:
        head, _, text = block.partition("\n")
        name, path, image, setter, count = head.split(" | ")
        found.append(Case(name, path, text, image, setter, int(count)))
    return tuple(found)


CASES = read_cases()


def graph(path: str, text: str) -> Graph:
    return Graph(Snapshot.of({path: text.encode()}))


def changed(path: str, text: str, name: str, version: str = "1.4.2") -> str:
    """The text after every pin of that image moved to the version."""
    given = graph(path, text)
    found = [pin for pin in file_pins(given, path) if pin.image.name == name]
    assert found
    tag, digest = split_version(version)
    made = edits(given, [(pin, Image(name, tag, digest)) for pin in found])
    return given.snapshot.with_edits(made)[path].decode()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_version_is_found(case):
    found = [
        pin for pin in file_pins(graph(case.path, case.text), case.path) if pin.image.name == case.image
    ]
    assert [(pin.setter, pin.image.tag, pin.refusal) for pin in found] == [
        (case.setter, "1.4.1", None)
    ] * case.count


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_version_changes_and_nothing_else(case):
    after = changed(case.path, case.text, case.image)
    expected = case.text.replace("1.4.1", "1.4.2").replace("instance-tag: 1.4.2", "instance-tag: 1.4.1")
    assert after == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_same_version_is_no_edit(case):
    assert changed(case.path, case.text, case.image, "1.4.1") == case.text


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("values.yaml", "image:\n  repository: x/shop\n  tag: ''\n", "appVersion"),
        (
            "kustomization.yaml",
            "images:\n- name: x/shop\n  newTag: &t 1\n- name: y\n  newTag: *t\n",
            "anchor",
        ),
        ("kustomization.yaml", "images:\n- name: x/shop\n  newTag: |\n    1.4.1\n", "block scalar"),
        (
            "kustomization.yaml",
            "images:\n- name: x/shop\n  newTag: 1\n- name: x/shop\n  newTag: 2\n",
            "two entries",
        ),
        (
            "pod.yaml",
            "# Generated, do not edit\napiVersion: v1\nkind: Pod\nx: {containers: [{image: 'x/shop:1'}]}\n",
            "generated",
        ),
        (
            "pod.yaml",
            "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: 'x/shop:1'}]}\nsops: {mac: abc}\n",
            "SOPS",
        ),
    ],
)
def test_what_cannot_be_edited_safely_is_refused_with_its_reason(path, text, reason):
    given = graph(path, text)
    pin = next(pin for pin in file_pins(given, path) if pin.image.name == "x/shop")
    assert reason in (pin.refusal or "")
    with pytest.raises(RefusedError, match=path):
        edits(given, [(pin, Image("x/shop", "9"))])


@pytest.mark.parametrize(
    ("before", "version", "after"),
    [
        (f'newTag: "1.4.1"\n  digest: {SHA}\n', "1.4.2", 'newTag: "1.4.2"\n'),
        (f"newTag: 1.4.1\n  digest: {SHA}\n", f"1.4.2@{NEW_SHA}", f"newTag: 1.4.2\n  digest: {NEW_SHA}\n"),
        (f"digest: {SHA} # pinned\n", "1.4.2", "newTag: 1.4.2 # pinned\n"),
        ("newTag: 1.4.1\n", NEW_SHA, f"digest: {NEW_SHA}\n"),
        (f"newTag: 1.4.1@{SHA}\n", f"1.4.2@{NEW_SHA}", f"newTag: 1.4.2@{NEW_SHA}\n"),
        (f"newTag: 1.4.1@{SHA}\n", "1.4.2", "newTag: 1.4.2\n"),
        ("newTag: 1.4.1\n", f"1.4.2@{NEW_SHA}", f"newTag: 1.4.2\n  digest: {NEW_SHA}\n"),
        ("newTag:\n", "1.4.2", "newTag: 1.4.2\n"),
    ],
)
def test_a_tag_and_a_digest_never_disagree(before, version, after):
    head = "images:\n- name: x/shop\n  "
    assert changed("kustomization.yaml", head + before, "x/shop", version) == head + after


def test_an_env_file_keeps_its_line_ends():
    text = "# c\r\nIMAGE=x/shop:1.4.1\r\nOTHER=1.4.1\r\n"
    assert changed("app.env", text, "x/shop") == text.replace("shop:1.4.1", "shop:1.4.2")


def test_a_missing_tag_is_inserted_after_the_name_in_the_files_own_style():
    text = "images:\r\n  - name: x/shop  # c\r\n  - name: y\r\n    newTag: '2'\r\n"
    expected = "images:\r\n  - name: x/shop  # c\r\n    newTag: 1.4.2\r\n  - name: y\r\n    newTag: '2'\r\n"
    assert changed("kustomization.yaml", text, "x/shop") == expected


@pytest.mark.parametrize(
    ("path", "text", "target"),
    [
        ("VERSION", "1.4.1\n", Target("file", "VERSION", image="x/shop")),
        (
            "eu.yaml",
            "image:\n  tag: 1.4.1\n",
            Target("", "eu.yaml", path="/image/tag", image="x/shop"),
        ),
        ("eu.yaml", "a:\n- {v: 1.4.1}\n", Target("yaml", "eu.yaml", path="/a/0/v", image="x/shop")),
        ("c.json", '{"a": "x/shop:1.4.1"}', Target("json", "c.json", path="/a")),
        ("run", "export V='1.4.1' # c\n", Target("env", "run", name="V", image="x/shop")),
        (
            "app.yaml",
            APPLICATION + "    helm:\n      parameters:\n      - {name: v, value: 1.4.1}\n",
            Target("argo-app", "app.yaml", field="helm.parameters", name="v", image="x/shop"),
        ),
    ],
)
def test_a_configured_place_is_found_and_changed(path, text, target):
    given = graph(path, text)
    (pin,) = where.configured(given, target)
    assert pin.image == Image("x/shop", "1.4.1")
    made = edits(given, [(pin, Image("x/shop", "1.4.2"))])
    assert given.snapshot.with_edits(made)[path].decode() == text.replace("1.4.1", "1.4.2")


def test_a_marked_field_warns_that_another_writer_owns_it():
    text = 'images:\n- name: x/shop\n  newTag: 1.4.1 # {"$imagepolicy": "ns:shop:tag"}\n'
    (pin,) = file_pins(graph("kustomization.yaml", text), "kustomization.yaml")
    assert "ns:shop:tag" in (pin.warning or "")


def test_a_branch_of_a_git_source_is_no_pin_and_never_written():
    text = APPLICATION + "    repoURL: https://git.example.com/a/b.git\n    targetRevision: v1.4.1\n"
    assert file_pins(graph("app.yaml", text.replace("v1.4.1", "main")), "app.yaml") == ()
    given = graph("app.yaml", text)
    (pin,) = file_pins(given, "app.yaml")
    with pytest.raises(RefusedError, match="looks like a branch"):
        edits(given, [(pin, Image(pin.image.name, "main"))])


def test_any_revision_of_a_chart_may_be_written():
    text = APPLICATION + "    repoURL: oci.example.com/charts\n    chart: shop\n    targetRevision: 1.4.1\n"
    assert changed("app.yaml", text, "oci.example.com/charts/shop", "latest") == text.replace(
        "1.4.1", "latest"
    )
