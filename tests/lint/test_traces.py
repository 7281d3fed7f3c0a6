"""From a rendered field back to its places: which object and item is meant, and when it stays unknown."""

import pytest

from promoter.kustomize import Graph
from promoter.lint.provenance import Model, trace
from promoter.model import KubeObject, ObjectKey, Snapshot
from promoter.yamldoc import parse, value

POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n"


def traced(source: str, path: tuple[str | int, ...], rendered: str | None = None, kustomization: str = ""):
    """The traced path and the text of its deciding place; None without a trace."""
    files = {"kustomization.yaml": f"resources: [a.yaml]\n{kustomization}", "a.yaml": source}
    graph = Graph(Snapshot.of({name: text.encode() for name, text in files.items()}))
    body = value(parse("r", (rendered or source).encode()).documents[0])
    assert isinstance(body, dict)
    found = trace(Model(graph).build("").items, KubeObject(ObjectKey.of(body), body), path)
    if found is None:
        return None
    return found.path, graph.yaml(found.place.path).text[found.place.start : found.place.end].rstrip()


@pytest.mark.parametrize(
    ("spec", "path", "found"),
    [
        ("  x: 1\n", ("x",), (("spec", "x"), "1")),
        ("  x: {a: 1}\n", ("x", "b"), (("spec", "x"), "x: {a: 1}")),
        ("  x: {a: 1}\n", ("x", "b", "c"), (("spec", "x"), "x: {a: 1}")),
        ("  x: [a, b]\n", ("x", 1), (("spec", "x", 1), "b")),
        ("  x: [a, b]\n", ("x", 7), (("spec", "x"), "x: [a, b]")),
        ("  x: [a, b]\n", ("x", -1), (("spec", "x"), "x: [a, b]")),
        ("  x: 1\n", ("x", "a"), (("spec", "x"), "1")),
    ],
)
def test_a_field_is_traced_to_what_wrote_it_or_to_what_should_hold_it(spec, path, found):
    assert traced(POD + spec, ("spec", *path)) == found


@pytest.mark.parametrize(
    ("spec", "rendered", "path"),
    [
        ("  x: 1\n", "  x: 2\n", ("x",)),
        ("  x: 1\n", "  x: true\n", ("x",)),
        ("  x: 1\n", "  x: {a: 1}\n", ("x",)),
        ("  x: {a: 1}\n", "  x: [a]\n", ("x",)),
        ("  x: [a]\n", "  x: a\n", ("x",)),
        ("  x: 1\n", "  z: 1\n", ("x",)),
        ("  z: 1\n", "  x: 1\n", ("x",)),
        ("  x: [a, b]\n", "  x: [c]\n", ("x", 0)),
    ],
)
def test_a_field_that_source_and_render_disagree_about_stays_unknown(spec, rendered, path):
    assert traced(POD + spec, ("spec", *path), POD + rendered) is None


@pytest.mark.parametrize(
    ("items", "rendered", "step", "found"),
    [
        ("[{name: a, v: 1}, {name: b, v: 2}]", "[{name: b, v: 2}, {name: a, v: 1}]", 0, "2"),
        ("[{name: a, v: 1}, {name: a, v: 1}]", "[{name: a, v: 1}, {name: a, v: 1}]", 1, "1"),
        ("[{q: 1, v: 1}, {q: 2, v: 2}]", "[{q: 2, v: 2}, {q: 1, v: 1}, {q: 3, v: 3}]", 0, "2"),
        ("[{q: 1, v: 1}, {q: 1, v: 1}]", "[{q: 1, v: 1}]", 0, None),
    ],
)
def test_an_item_is_the_one_of_its_name_or_the_equal_one_or_the_one_at_its_position(
    items, rendered, step, found
):
    made = traced(f"{POD}  x: {items}\n", ("spec", "x", step, "v"), f"{POD}  x: {rendered}\n")

    assert (made[1] if made else None) == found


def test_an_object_that_the_sources_do_not_have_stays_unknown():
    for other in ("kind: Job", "name: b", "apiVersion: x/v1"):
        key = other.partition(":")[0]
        changed = "".join(
            f"{line[: len(line) - len(line.lstrip())]}{other}\n"
            if line.strip().startswith(key)
            else f"{line}\n"
            for line in (POD + "  x: 1").split("\n")
        )
        assert traced(POD + "  x: 1\n", ("spec", "x"), changed) is None


def test_a_generated_name_is_found_by_its_stem():
    source = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  ref: env\n"
    hashed = source.replace("ref: env", "ref: env-abcdefghij")

    assert traced(source, ("spec", "ref"), hashed) == (("spec", "ref"), "env")
    assert traced(source, ("spec", "ref"), source.replace("ref: env", "ref: env-abc")) is None


def test_of_two_namespaces_the_objects_own_is_meant():
    one, other = (POD.replace("  name: a\n", f"  name: a\n  namespace: {name}\n") for name in ("x", "z"))

    found = traced(f"{one}  v: 1\n---\n{other}  v: 2\n", ("spec", "v"), f"{other}  v: 2\n")

    assert found == (("spec", "v"), "2")
