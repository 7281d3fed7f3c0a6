"""The text of emitted values, and the order and numbers of what kustomize prints."""

import pytest

from promoter.yamldoc.emit import emit
from promoter.yamldoc.printed import ordered, printed


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null\n"),
        ({}, "{}\n"),
        ([], "[]\n"),
        ("x", "x\n"),
        ({"a": {}, "b": [], "c": ""}, 'a: {}\nb: []\nc: ""\n'),
        ({"a": {"b": {"c": 1}}}, "a:\n  b:\n    c: 1\n"),
        ({"a": [1, [2, [3]]]}, "a:\n- 1\n- - 2\n  - - 3\n"),
        ([{"a": 1, "b": {"c": 2}}, {}], "- a: 1\n  b:\n    c: 2\n- {}\n"),
        ({"a": "x\ny"}, "a: |-\n  x\n  y\n"),
        ({"a": "x\ny\n"}, "a: |\n  x\n  y\n"),
        ({"a": "x\n\ny\n\n\n"}, "a: |+\n  x\n\n  y\n\n\n"),
        ({"a": {"b": "x\n\ny"}}, "a:\n  b: |-\n    x\n\n    y\n"),
        (["x\ny\n", ["p\n\nq"]], "- |\n  x\n  y\n- - |-\n    p\n\n    q\n"),
        ({"a": " x\ny"}, 'a: " x\\U0000000ay"\n'),
        ({"a": "x \ny"}, 'a: "x \\U0000000ay"\n'),
        ({"a": "x\ty\nz"}, 'a: "x\\U00000009y\\U0000000az"\n'),
        ({"a b": 1, "c: d": 2, "1": 3}, 'a b: 1\n"c: d": 2\n"1": 3\n'),
        (["a: b", "a :b", "a:", "a #b", "a#b", "- a", "-a", "? a", ":a", ": a"],
         '- "a: b"\n- a :b\n- "a:"\n- "a #b"\n- a#b\n- "- a"\n- -a\n- "? a"\n- :a\n- ": a"\n'),
        ([True, 1.5, 10, "true", "1.5", "~", "on", "2024-01-01"],
         '- true\n- 1.5\n- 10\n- "true"\n- "1.5"\n- "~"\n- "on"\n- "2024-01-01"\n'),
    ],
)  # fmt: skip
def test_a_value_is_emitted_in_block_style_with_quotes_where_it_needs_them(value, text):
    assert emit(value) == text


@pytest.mark.parametrize("text", [*(f"{sign}a" for sign in "[]{},#&*!|>'%@` "), "a ", "a:"])
def test_what_begins_or_ends_like_something_else_is_quoted(text):
    assert emit([text]) == f'- "{text}"\n'


@pytest.mark.parametrize(
    "keys",
    [
        "a9 a10",
        "a aa ab b",
        "- _ a",
        "A B a",
        "a1 a2b a10 a10b",
        "1 2 10 a",
        "x-1 x-1-a x-10 xa",
        "é ü",
        "a0 a00 a1 a01",
        "000 09 19 100",
        "a00 a000 a01 a9 a19 a100 a109 a1000",
        "a10 a100 a101",
        "x1.9 x1.10",
        "a a- a-b a1 ab",
    ],
)
def test_keys_are_ordered_as_kustomize_orders_them(keys):
    expected = keys.split()

    for given in (expected, expected[::-1], expected[1:] + expected[:1]):
        assert ordered(given) == expected


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (-1, "-1"),
        (0.0, "0"),
        (1.0, "1"),
        (-1.5, "-1.5"),
        (0.0001, "0.0001"),
        (0.00012, "0.00012"),
        (0.00001, "1e-05"),
        (-0.000015, "-1.5e-05"),
        (999999.5, "999999.5"),
        (1000000.0, "1e+06"),
        (1000000.5, "1.0000005e+06"),
        (-2500000.0, "-2.5e+06"),
        (1e21, "1e+21"),
        (1.25e300, "1.25e+300"),
        (True, "true"),
        (None, "null"),
    ],
)
def test_numbers_are_printed_in_the_fewest_digits_that_read_back(number, text):
    assert printed([{"a": number}]) == f"a: {text}\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x", "x"),
        ("yes", '"yes"'),
        ("N", '"N"'),
        ("1.10", '"1.10"'),
        ("1:30", '"1:30"'),
        ("2024-01-01", '"2024-01-01"'),
        ("~", '"~"'),
        ("", '""'),
        ("é", "é"),
        ("1.2.3", "1.2.3"),
        (".5", '".5"'),
        (".inf", '".inf"'),
        ("nope", "nope"),
        ("1:60", "1:60"),
        ("a\n", "|\n  a"),
    ],
)
def test_texts_are_quoted_where_the_printers_own_reader_would_not_see_text(text, shown):
    assert printed([{"a": text}]) == f"a: {shown}\n"


def test_long_texts_are_folded_at_eighty_columns_and_mappings_are_ordered():
    assert printed([{"b": "x " * 50 + "y", "a": {"d": 1, "c": [{}]}}]) == (
        "a:\n  c:\n  - {}\n  d: 1\nb: " + "x " * 39 + "x\n  " + "x " * 10 + "y\n"
    )
