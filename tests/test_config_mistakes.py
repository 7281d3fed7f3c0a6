"""Mistakes in promoter.yaml: each kind of value says what it expected, and where."""

import pytest

from promoter.config import load
from promoter.config.reading import Fields, seconds
from promoter.errors import ConfigError
from promoter.images.versions import satisfies
from promoter.yamldoc import parse


def fields(text: str) -> Fields:
    file = parse("promoter.yaml", text.encode())
    assert file.error is None
    return Fields(file, file.documents[0] if file.documents else None, "part")


@pytest.mark.parametrize(
    ("text", "read", "message", "where"),
    [
        ("[a]", lambda of: of, "expected a mapping for part", "1:1"),
        ("'~'", lambda of: of, "expected a mapping for part", "1:1"),
        ("a: 1\na: 2", lambda of: of, "'a' is written twice in part", "2:1"),
        ("a: [b]", lambda of: of.text("a", ""), "expected a text for part.a", "1:4"),
        (
            "a: x",
            lambda of: of.choice("a", ("b", "c"), "b"),
            "expected one of b, c for part.a, found 'x'",
            "1:4",
        ),
        ("a: -1", lambda of: of.count("a", 0), "expected a whole number for part.a, found '-1'", "1:4"),
        (
            "a: 1y",
            lambda of: of.duration("a"),
            "expected a duration like 90s, 24h or 7d for part.a, found '1y'",
            "1:4",
        ),
        ("a: {b: 1}", lambda of: of.texts("a"), "expected a list of texts for part.a", "1:4"),
        ("a: [b, [c]]", lambda of: of.texts("a"), "expected a text in part.a", "1:8"),
        ("a: b", lambda of: list(of.each("a")), "expected a list for part.a", "1:4"),
        ("a: [b]", lambda of: list(of.each("a")), "expected a mapping for part.a[0]", "1:5"),
        ("? [a]\n: 1", lambda of: list(of.named()), "expected a name as a key of part", "1:3"),
        ("a: [b]", lambda of: of.mapping("a"), "expected a mapping for part.a", "1:4"),
    ],
)
def test_a_value_of_another_type_is_told_with_its_place(text, read, message, where):
    with pytest.raises(ConfigError) as error:
        read(fields(text))

    assert error.value.message == message
    assert error.value.where == f"promoter.yaml:{where}"


@pytest.mark.parametrize("text", ["", "~", "null", "{}"])
def test_an_empty_part_has_every_default(text):
    of = fields(text)

    assert of.text("a", "x") == "x"
    assert of.choice("a", ("b", "c"), "c") == "c"
    assert of.flag("a", default=True) is True
    assert of.count("a", 3) == 3
    assert of.duration("a", 7) == 7
    assert of.texts("a", ("x",)) == ("x",)
    assert (list(of.each("a")), list(of.named()), of.mapping("a").node) == ([], [], None)
    of.finish()


def test_values_are_read_in_every_form():
    of = fields(
        "a: b\nflag: false\ncount: 12\nlong: 90s\none: x\nmany: [x, y]\nnone: ''\nparts: [{a: 1}]\n"
    )

    assert (of.text("a", ""), of.flag("flag", default=True), of.count("count", 0)) == ("b", False, 12)
    assert of.duration("long") == 90
    assert (of.texts("one"), of.texts("many"), of.texts("none")) == (("x",), ("x", "y"), ())
    assert [part.text("a", "") for part in of.each("parts")] == ["1"]
    of.finish()


@pytest.mark.parametrize(
    ("text", "length"),
    [("90s", 90), ("2m", 120), ("24h", 86400), (" 7d ", 604800), ("1", None), ("", None)],
)
def test_a_duration_is_a_number_and_a_unit(text, length):
    assert seconds(text) == length


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("apps: {a: {images: [{names: [b]}]}}", "repo"),
        ("lint: {severity: {IMG001: loud}}", "expected one of "),
        ("lint: {ignores: [{rules: [IMG001]}]}", "expected rules and a reason in "),
        ("lint: {ignores: [{reason: old}]}", "expected rules and a reason in "),
        (
            "lint: {rules: [{code: acme, name: a-b, expression: 'true', message: m}]}",
            "expected a code such as ACME001 and a kebab-case name in ",
        ),
        (
            "lint: {rules: [{code: ACME001, name: a-b, message: m}]}",
            "expected an expression and a message in ",
        ),
    ],
)
def test_a_part_that_says_too_little_is_told_what_is_missing(text, message):
    with pytest.raises(ConfigError) as error:
        load(parse("promoter.yaml", text.encode()))

    assert message in error.value.message
    assert (error.value.where or "").startswith("promoter.yaml:1:")


@pytest.mark.parametrize(
    ("version", "limits", "order", "inside"),
    [
        ("1.2.3", "*", "semver", True),
        ("1.2.3", "^x.y", "semver", True),
        ("1.2.3", "^a.b", "semver", False),
        ("1.2.3", ">a", "semver", False),
        ("v1", ">=1", "regex:v(?P<n>[0-9]+)", False),
        ("v3", ">=v2", "regex:v(?P<n>[0-9]+)", True),
        ("x", ">=v2", "regex:v(?P<n>[0-9]+)", False),
    ],
)
def test_limits_that_the_order_cannot_read_let_nothing_in(version, limits, order, inside):
    assert satisfies(version, limits, order) is inside


@pytest.mark.parametrize(
    ("text", "message", "where"),
    [
        ("lint: {severity: {IMG001: loud}}", "found 'loud'", "1:27"),
        ("lint: {severity: {IMG001: [error]}}", "found ''", "1:27"),
        ("lint: {ignores: [{rules: [IMG001], reason: x, until: soon}]}", "expected a day such as", "1:54"),
        ("lint: {ignores: [{rules: [IMG001]}]}", "expected rules and a reason", "1:18"),
        ("lint: {ignores: [{reason: x}]}", "expected rules and a reason", "1:18"),
        (
            "lint: {rules: [{code: a1, name: x, expression: y, message: z}]}",
            "expected a code such as ACME001",
            "1:16",
        ),
        (
            "lint: {rules: [{code: ACME001, name: No_Kebab, expression: y, message: z}]}",
            "expected a code such as ACME001",
            "1:16",
        ),
        (
            "lint: {rules: [{code: ACME001, name: a-b, message: z}]}",
            "expected an expression and a message",
            "1:16",
        ),
        ("lint: {options: {IMG001: strict}}", "expected the options of a rule", "1:26"),
        ("lint: {issue_labels: {fatal: [x]}}", "unknown key 'fatal' in lint.issue_labels", "1:23"),
        ("lint: {issue_labels: {error: {a: b}}}", "expected a list of texts", "1:30"),
        ("lint: {issue_labels: {error: [[a]]}}", "expected a text in", "1:31"),
        ("a: [", "not valid YAML: ", ""),
        ("branch: main\nversion: 2", "expected one of 1 for promoter.yaml.version, found '2'", "2:10"),
        ("apps: {shop: {images: [{repo: a/b, order: lexical}]}}", "unknown order 'lexical'", "1:43"),
        ("rollback: {hold: soon}", "expected until-released, none or a duration, found 'soon'", "1:18"),
        ("apps: {shop: {images: [{order: semver}]}}", "repo", "1:24"),
    ],
)
def test_a_mistake_of_the_file_is_told_with_its_place(text, message, where):
    with pytest.raises(ConfigError) as error:
        load(parse("promoter.yaml", text.encode()))

    assert message in error.value.message
    assert (error.value.where or "").startswith(f"promoter.yaml:{where}")
