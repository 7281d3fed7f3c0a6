"""What a mend writes into the file that set the field, in the file's own style, or why it cannot."""

import pytest

from promoter.kustomize import Graph
from promoter.lint.locate import Locator
from promoter.lint.mending import mended
from promoter.lint.rule import Mend, Report
from promoter.lint.source import Root, source_context
from promoter.model import KubeObject, ObjectKey, Rendered, Snapshot
from promoter.yamldoc import parse, value

HEAD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n"


def mend(body: str, sets=(), removes=(), rendered: str | None = None) -> str | None:
    """The Pod's file after a mend of its fields; None where the mend has no edit."""
    text = HEAD.replace("\n", "\r\n") + body if "\r\n" in body else HEAD + body
    files = {"kustomization.yaml": b"resources: [pod.yaml]\n", "pod.yaml": text.encode()}
    snapshot = Snapshot.of(files)
    found = value(parse("pod.yaml", (HEAD + rendered).encode() if rendered else text.encode()).documents[0])
    assert isinstance(found, dict)
    key = ObjectKey.of(found)
    root = Root("", "", "", "", Rendered("", (KubeObject(key, found),), "test"))
    wanted = Mend("mended", safe=True, sets=tuple(sets), removes=tuple(removes))
    fix = mended(
        Locator(source_context(Graph(snapshot))), root, Report(key, ("spec",), "said", mend=wanted)
    )
    if fix is None:
        return None
    assert (fix.description, fix.safe) == ("mended", True)
    return snapshot.with_edits(fix.edits)["pod.yaml"].decode().removeprefix(text[: len(text) - len(body)])


@pytest.mark.parametrize(
    ("body", "path", "wanted", "result"),
    [
        ("spec:\n  x: a # c\n", ("x",), "b", "spec:\n  x: b # c\n"),
        ("spec:\n  x: 'a'\n", ("x",), "b", "spec:\n  x: 'b'\n"),
        ("spec:\n  x: 1\n", ("x",), True, "spec:\n  x: true\n"),
        ("spec:\n  x: 1\n", ("x",), 2, "spec:\n  x: 2\n"),
        ("spec:\n  x: 1\n", ("k",), 2, "spec:\n  x: 1\n  k: 2\n"),
        ("spec:\n  x: 1\n", ("k", "z"), 2, "spec:\n  x: 1\n  k:\n    z: 2\n"),
        ("spec:\n  x: 1 # c\nstatus: {}\n", ("k",), "v", "spec:\n  x: 1 # c\n  k: v\nstatus: {}\n"),
        ("spec:\r\n  x: 1\r\n", ("k",), 2, "spec:\r\n  x: 1\r\n  k: 2\r\n"),
        ("spec:\n  x: 1", ("k",), 2, "spec:\n  x: 1\n  k: 2"),
        ("spec: {x: 1}\n", ("k",), {"z": [1, "a"]}, "spec: {x: 1, k: {z: [1, a]}}\n"),
        (
            "spec:\n  x:\n  - a\n  - b # c\n",
            ("x",),
            ["a", "b", "c"],
            "spec:\n  x:\n  - a\n  - b # c\n  - c\n",
        ),
        ("spec:\n  x: [a]\n", ("x",), ["a", "b"], "spec:\n  x: [a, b]\n"),
        ("spec:\n  x:\n    a: 1\n", ("x", "b"), 2, "spec:\n  x:\n    a: 1\n    b: 2\n"),
        ("spec:\n  x:\n  - a: 1\n", ("x", 0, "b"), 2, "spec:\n  x:\n  - a: 1\n    b: 2\n"),
        ("spec:\n  x:\n  - a: {b: 1}\n", ("x", 0, "c"), 2, "spec:\n  x:\n  - a: {b: 1}\n    c: 2\n"),
        ("spec:\n  x:\n  - a: {b: 1}\n", ("x", 0, "a", "c"), 2, "spec:\n  x:\n  - a: {b: 1, c: 2}\n"),
    ],
)
def test_a_value_is_set_where_it_stands_or_put_after_its_neighbours(body, path, wanted, result):
    assert mend(body, sets=[(("spec", *path), wanted)]) == result


@pytest.mark.parametrize(
    ("body", "path", "wanted"),
    [
        ("spec:\n  x: &a 1\n  k: *a\n", ("x",), 2),
        ("spec:\n  x: |\n    a\n", ("x",), "b"),
        ("spec:\n  x: !!int 1\n", ("x",), 2),
        ("spec:\n  x: 1\n", ("x",), {"a": 1}),
        ("spec:\n  x: 1\n", ("x",), [1]),
        ("spec:\n  x: {a: 1}\n", ("x",), 2),
        ("spec:\n  x: [a, b]\n", ("x",), ["b"]),
        ("spec:\n  x: [a]\n", ("x",), "b"),
        ("spec: {}\n", ("x",), 2),
        ("spec:\n  x: [a]\n", ("x", 5), "b"),
        ("spec:\n  x: [a]\n", ("x", 5, "k"), "b"),
    ],
)
def test_a_value_that_has_no_safe_edit_is_not_mended(body, path, wanted):
    assert mend(body, sets=[(("spec", *path), wanted)]) is None


def test_a_value_that_the_render_says_otherwise_is_not_mended():
    assert mend("spec:\n  x: 1\n", sets=[(("spec", "x"), 3)], rendered="spec:\n  x: 2\n") is None


def test_several_absent_values_are_put_together():
    sets = [(("spec", "k", "a"), 1), (("spec", "k", "b"), 2), (("spec", "z"), 3)]

    assert mend("spec:\n  x: 1\n", sets=sets) == "spec:\n  x: 1\n  k:\n    a: 1\n    b: 2\n  z: 3\n"
    assert mend("spec:\n  x: 1\n", sets=[(("spec", "k"), 1), (("spec", "k", "a"), 2)]) is None


@pytest.mark.parametrize(
    ("body", "result"),
    [
        ("spec:\n  x: 1\n  k: 2 # c\nstatus: {}\n", "spec:\n  x: 1\nstatus: {}\n"),
        ("spec:\n  x: 1\n  k: 2", "spec:\n  x: 1\n"),
        ("spec:\n  k:\n    z: 1\n  x: 1\n", "spec:\n  x: 1\n"),
        ("spec: {x: 1, k: 2}\n", "spec: {x: 1}\n"),
        ("spec: {k: 2, x: 1}\n", "spec: {x: 1}\n"),
        ("spec:\n  k: 1\n", None),
        ("spec:\n  x: 1\n", None),
        ("spec:\n  ? k\n  : 1\n  ? x\n  : 2\n", None),
    ],
)
def test_a_field_is_taken_away_with_its_lines_where_others_stay(body, result):
    assert mend(body, removes=[("spec", "k")]) == result


def test_a_report_without_a_mend_has_no_fix():
    snapshot = Snapshot.of({})
    key = ObjectKey("", "Pod", "", "a")
    root = Root("", "", "", "", Rendered("", (), "test"))

    assert mended(Locator(source_context(Graph(snapshot))), root, Report(key, ("spec",), "said")) is None
    assert mend("spec:\n  x: 1\n") is None
