"""Strategic merge patches of trees: mappings, lists with and without merge keys, directives."""

import pytest

from promoter.lint.provenance.strategic import merge
from promoter.lint.provenance.tree import Branch, Items, Leaf, plain


def tree(value):
    if isinstance(value, dict):
        return Branch({key: tree(item) for key, item in value.items()})
    return Items(tuple(map(tree, value))) if isinstance(value, list) else Leaf(value)


def merged(base, patch, *, built_in=True):
    found = merge(tree(base), tree(patch), built_in=built_in)
    return None if found is None else plain(found)


ONE, TWO = {"name": "a", "image": "x:1"}, {"name": "b", "image": "y:1"}


@pytest.mark.parametrize(
    ("base", "patch", "result"),
    [
        ({"a": 1, "b": 2}, {"a": 3}, {"a": 3, "b": 2}),
        ({"a": 1, "b": 2}, {"a": None}, {"b": 2}),
        ({"a": 1}, {"b": None}, {"a": 1}),
        ({"a": {"b": 1}}, {"a": {"c": 2}}, {"a": {"b": 1, "c": 2}}),
        ({"a": 1}, {"a": {"c": 2}}, {"a": {"c": 2}}),
        ({"a": {"b": 1}}, {"a": {"$patch": "replace", "c": 2}}, {"a": {"c": 2}}),
        ({"a": {"b": 1}, "c": 1}, {"a": {"$patch": "delete"}}, {"c": 1}),
        ({"a": 1}, {"$patch": "delete"}, None),
        ({"a": 1}, {"$setElementOrder/a": [1], "b": 2}, {"a": 1, "b": 2}),
        ({"args": ["a"]}, {"args": ["b"]}, {"args": ["b"]}),
        ({"finalizers": ["a"]}, {"finalizers": ["a", "b"]}, {"finalizers": ["a", "b"]}),
        (
            {"containers": [ONE, TWO]},
            {"containers": [{"name": "b", "image": "y:2"}]},
            {"containers": [ONE, {"name": "b", "image": "y:2"}]},
        ),
        (
            {"containers": [ONE, TWO]},
            {"containers": [{"name": "a", "$patch": "delete"}]},
            {"containers": [TWO]},
        ),
        ({"containers": [ONE, TWO]}, {"containers": [{"$patch": "replace"}, TWO]}, {"containers": [TWO]}),
    ],
)
def test_a_patch_merges_as_the_kinds_schema_says(base, patch, result):
    assert merged(base, patch) == result


def test_an_item_that_is_new_is_added_to_a_list_with_merge_keys():
    found = merged({"containers": [ONE]}, {"containers": [TWO]})

    assert sorted(item["name"] for item in found["containers"]) == ["a", "b"]


def test_lists_of_a_kind_without_a_known_schema_are_replaced():
    assert merged({"containers": [ONE]}, {"containers": [TWO]}, built_in=False) == {"containers": [TWO]}
    assert merged({"finalizers": ["a"]}, {"finalizers": ["b"]}, built_in=False) == {"finalizers": ["b"]}


def test_a_list_where_there_was_none_is_the_patchs_own():
    assert merged({"containers": 1}, {"containers": [TWO]}) == {"containers": [TWO]}
