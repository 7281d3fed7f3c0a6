"""Values of nodes as kustomize constructs them, and the small readers on top of them."""

import pytest

from promoter.yamldoc import Dialect, Scalar, at, items, parse, resolve, text, texts, value
from promoter.yamldoc.scalars import is_null


def read(content: str):
    file = parse("k.yaml", content.encode())
    assert file.error is None, file.error
    return file.documents[0]


@pytest.mark.parametrize(
    ("content", "result"),
    [
        ("a: 1\nb: [x, 2, {c: null}]\n", {"a": 1, "b": ["x", 2, {"c": None}]}),
        ("a: 1\na: 2\n", {"a": 2}),
        ("1: x\ntrue: y\n", {"1": "x", "true": "y"}),
        ("? [x]\n: 1\n", {"": 1}),
        ("'1'", "1"),
        ('"yes"', "yes"),
        ("|\n  1\n", "1\n"),
        ("!!int '1'", 1),
        ("!!float '1.5'", 1.5),
        ("!!bool 'true'", True),
        ("!!null ''", None),
        ("!!str 1", "1"),
        ("!own 1", "1"),
    ],
)
def test_a_node_has_the_value_that_a_resource_gives_it(content, result):
    assert value(read(content)) == result


@pytest.mark.parametrize(
    ("content", "result"),
    [
        ("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n", {"b": 1, "c": 3}),
        ("a: &x {b: 1, c: 2}\nd:\n  c: 3\n  <<: *x\n", {"b": 1, "c": 3}),
        ("a: &x {b: 1}\ne: &y {b: 2, f: 2}\nd:\n  <<: [*x, *y]\n", {"b": 1, "f": 2}),
        ("a: &x {b: 1}\ne: &y {b: 2, f: 2}\nd:\n  <<: *x\n  ? <<\n  : *y\n", {"b": 1, "f": 2}),
        ("d:\n  '<<': {b: 1}\n", {"<<": {"b": 1}}),
        ("d:\n  <<: x\n  e: 1\n", {"e": 1}),
    ],
)
def test_merged_mappings_stand_behind_a_mappings_own_keys_and_the_first_wins(content, result):
    found = value(read(content))
    assert isinstance(found, dict)
    assert found["d"] == result


def test_the_dialect_reaches_every_value_below():
    node = read("a: [yes, {b: on}]\nc: &x {d: no}\ne:\n  <<: *x\nf: !!bool yes\n")

    assert value(node) == {
        "a": ["yes", {"b": "on"}],
        "c": {"d": "no"},
        "e": {"d": "no"},
        "f": "yes",
    }
    assert value(node, Dialect.KUSTOMIZATION) == {
        "a": [True, {"b": True}],
        "c": {"d": False},
        "e": {"d": False},
        "f": True,
    }


def test_an_empty_document_has_no_value():
    assert value(None) is None


@pytest.mark.parametrize(
    ("content", "result"),
    [
        ("1.10", "1.10"),
        ("'~'", "~"),
        ("~", None),
        ("null", None),
        ("!!str ~", "~"),
        ("!!null x", "x"),
        ("''", ""),
        ("[1]", None),
        ("{a: 1}", None),
    ],
)
def test_text_is_what_a_scalar_says_unless_it_says_nothing(content, result):
    assert text(read(content)) == result


def test_at_walks_keys_and_indices_and_gives_none_beside_the_way():
    node = read("a:\n- b: x\n- c\n'0': y\n")

    assert at(node) is node
    assert text(at(node, "a", 0, "b")) == "x"
    assert text(at(node, "0")) == "y"
    for path in (("a", 2), ("a", "0"), (0,), ("a", 0, "b", "c"), ("b",), ("b", "c")):
        assert at(node, *path) is None
    assert at(None, "a") is None


def test_items_are_those_of_a_list_alone():
    node = read("a: [x, 1, '', ~, [y]]\n")

    assert len(items(at(node, "a"))) == 5
    assert items(node) == ()
    assert items(None) == ()
    found = texts(at(node, "a"))
    assert [(type(each), each.value) for each in found] == [(Scalar, "x"), (Scalar, "1")]


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize(
    "written", ["", "~", "null", "Null", "NULL", "nULL", "no", "0", ".", "-", "../a", "1e999", "2024-02-30"]
)
def test_a_scalar_is_null_where_its_value_is_none(written, dialect):
    assert is_null(written) is (resolve(written, dialect) is None)
