"""JSON patches on a tree with places: each operation, and what an operation that leads nowhere tells."""

import pytest

from promoter.lint.provenance import json6902
from promoter.lint.provenance.tree import Branch, Items, Leaf, Place, plain

HERE, THERE = Place("base.yaml", 1, 2), Place("patch.yaml", 3, 4)


def tree(value, *places):
    """A value as a tree; every leaf has the places."""
    if isinstance(value, dict):
        return Branch({key: tree(item, *places) for key, item in value.items()})
    if isinstance(value, list):
        return Items(tuple(tree(item, *places) for item in value))
    return Leaf(value, places)


BODY = {
    "kind": "Pod",
    "metadata": {"name": "a"},
    "spec": {"x": 1, "list": ["a", "b", "c"], "m/n": {"y": 2}},
}


def patched(*operations):
    body, problem = json6902.apply(tree(BODY, HERE), tree(list(operations), THERE))
    return plain(body), problem


def with_spec(**fields):
    return {**BODY, "spec": {**BODY["spec"], **fields}}


@pytest.mark.parametrize(
    ("operation", "result"),
    [
        ({"op": "add", "path": "/spec/z", "value": 3}, with_spec(z=3)),
        ({"op": "replace", "path": "/spec/x", "value": 3}, with_spec(x=3)),
        ({"op": "add", "path": "/spec/list/-", "value": "d"}, with_spec(list=["a", "b", "c", "d"])),
        ({"op": "add", "path": "/spec/list/3", "value": "d"}, with_spec(list=["a", "b", "c", "d"])),
        ({"op": "add", "path": "/spec/list/0", "value": "d"}, with_spec(list=["d", "a", "b", "c"])),
        ({"op": "replace", "path": "/spec/list/1", "value": "d"}, with_spec(list=["a", "d", "c"])),
        ({"op": "remove", "path": "/spec/list/0"}, with_spec(list=["b", "c"])),
        ({"op": "remove", "path": "/spec/list/-1"}, with_spec(list=["a", "b"])),
        ({"op": "replace", "path": "/spec/m~1n/y", "value": 5}, with_spec(**{"m/n": {"y": 5}})),
        ({"op": "copy", "from": "/spec/x", "path": "/spec/z"}, with_spec(z=1)),
        ({"op": "test", "path": "/spec/x", "value": 1}, BODY),
        ({"op": "replace", "path": "", "value": {"kind": "Job"}}, {"kind": "Job"}),
        (
            {"op": "add", "path": "/metadata/annotations/a", "value": "1"},
            {**BODY, "metadata": {"name": "a", "annotations": {"a": "1"}}},
        ),
    ],
)
def test_an_operation_gives_a_new_tree(operation, result):
    assert patched(operation) == (result, None)


def test_a_moved_value_leaves_its_old_place():
    body, problem = patched({"op": "move", "from": "/spec/x", "path": "/metadata/x"})

    assert problem is None
    assert body["metadata"] == {"name": "a", "x": 1}
    assert "x" not in body["spec"]


def test_a_replaced_value_remembers_both_places_and_the_patch_decides():
    body, _ = json6902.apply(
        tree(BODY, HERE), tree([{"op": "replace", "path": "/spec/x", "value": 9}], THERE)
    )

    assert body.get("spec").get("x").places == (HERE, THERE)


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        ("add", "an operation is a mapping with op and path"),
        ({"op": "shrug", "path": "/spec/x"}, "unknown operation 'shrug'"),
        ({"op": "add", "path": "/spec/x"}, "`add` without a value"),
        ({"op": "replace", "path": "/spec/x"}, "`replace` without a value"),
        ({"op": "remove", "path": ""}, "the whole document cannot be removed"),
        ({"op": "merge", "path": "/spec/x"}, "unknown operation 'merge'"),
        ({"op": "remove", "path": "/spec/none"}, "there is no 'none'"),
        ({"op": "remove", "path": "/spec/none/deeper"}, "there is no 'none'"),
        ({"op": "add", "path": "/spec/x/y", "value": 1}, "'y' lies inside a scalar"),
        ({"op": "add", "path": "/spec/list/9", "value": 1}, "position 9 is past the end of a list of 3"),
        ({"op": "replace", "path": "/spec/list/a", "value": 1}, "'a' is no position in a list"),
        ({"op": "test", "path": "/spec/x", "value": 2}, "`test` of /spec/x does not hold"),
        ({"op": "copy", "from": "/spec/none", "path": "/spec/z"}, "there is no 'none'"),
        ({"op": "add", "path": "/status/a", "value": 1}, "there is no 'status'"),
        ({"op": "add", "path": "/metadata/labels/a", "value": 1}, "there is no 'labels'"),
    ],
)
def test_an_operation_that_leads_nowhere_changes_nothing_and_is_told_by_its_position(operation, reason):
    fine = {"op": "add", "path": "/spec/z", "value": 3}

    body, problem = patched(fine, operation)

    assert body == BODY
    assert (problem.operation, problem.reason) == (1, reason)


def test_a_patch_that_leaves_no_mapping_changes_nothing():
    assert patched({"op": "replace", "path": "", "value": 3}) == (BODY, None)
