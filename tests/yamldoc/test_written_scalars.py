"""How a text is written as a scalar, which unquoted texts everybody reads as text, and odd numbers."""

import pytest
import yaml

from promoter.yamldoc import Dialect, is_text_to_everyone, parse, resolve, value, written
from promoter.yamldoc.scalars import instant


@pytest.mark.parametrize(
    ("text", "style", "result"),
    [
        ("v1.2", "plain", "v1.2"),
        ("a/b:c", "plain", "a/b:c"),
        ("a:", "plain", '"a:"'),
        ("a b", "plain", '"a b"'),
        ("-a", "plain", '"-a"'),
        ("", "plain", '""'),
        ("1.10", "plain", '"1.10"'),
        ("it's", "single", "'it''s'"),
        ("v1", "single", "'v1'"),
        ("a\nb", "single", '"a\\U0000000ab"'),
        ('a"b\\c', "double", '"a\\"b\\\\c"'),
        ("\u2028", "double", '"\\U00002028"'),
        ("ü", "double", '"ü"'),
        ("v1", "double", '"v1"'),
    ],
)
def test_a_text_is_written_on_one_line_in_its_style_or_in_double_quotes(text, style, result):
    assert written(text, style) == result
    assert value(parse("k", f"a: {result}\n".encode()).documents[0]) == {"a": text}


TEXTS = ("v1", "a", "1.2.3", "10.0.0.1", "abc:def", "1a", "e5", "nope", "yess", "2024-01", "1-2", "sha-1")
OTHERS = (
    *("", "y", "N", "yes", "Off", "true", "TRUE", "tRUE", "fALSE", "null", "nULL", "~", "=", "<<", "."),
    *(
        "1",
        "-1",
        "+1",
        "0x1f",
        "0X1F",
        "0b2",
        "0o9",
        "0B1",
        "1_000",
        "1.",
        ".5",
        "1.5",
        "1e5",
        "6E5",
        "1e-5",
    ),
    *("12e03", "1:30", "-1:30:59", "190:20:30.15", ".inf", "-.INF", ".nan", ".iNf", "1_0:30"),
    *("2024-01-01", "2024-1-1", "2024-13-45", "2024-01-01 10:00:00", "2024-01-01T1:00:00.5Z"),
    *("2024-01-01t10:00:00+02:00", "2024-01-01 10:00:00 +2"),
)


@pytest.mark.parametrize("text", TEXTS)
def test_text_that_everybody_reads_as_text(text):
    assert is_text_to_everyone(text)
    assert yaml.safe_load(text) == text


@pytest.mark.parametrize("text", OTHERS)
def test_text_that_some_reader_takes_for_something_else(text):
    assert not is_text_to_everyone(text)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("2024-01-02", "2024-01-02T00:00:00Z"),
        ("2024-1-2", "2024-01-02T00:00:00Z"),
        ("2024-12-31", "2024-12-31T00:00:00Z"),
        ("2024-01-02 03:04:05", "2024-01-02T03:04:05Z"),
        ("2024-01-02T23:59:59Z", "2024-01-02T23:59:59Z"),
        ("2024-01-02T03:04:05.120+02:00", "2024-01-02T03:04:05.12+02:00"),
        ("2024-01-02T03:04:05.000Z", "2024-01-02T03:04:05Z"),
        ("2024-01-02T03:04:05.1234567891Z", "2024-01-02T03:04:05.123456789Z"),
        ("2024-01-02T03:04:05-00:00", "2024-01-02T03:04:05Z"),
        ("2024-02-29", "2024-02-29T00:00:00Z"),
        ("2023-02-29", None),
        ("2024-13-01", None),
        ("2024-00-01", None),
        ("2024-01-00", None),
        ("2024-01-02T24:00:00Z", None),
        ("2024-01-02T03:60:00Z", None),
        ("2024-01-02 03:04:60", None),
        ("2024-01-02T03:04:05", None),
        ("2024-01", None),
    ],
)
def test_a_date_is_what_go_prints_of_it(text, result):
    assert instant(text) == result
    assert resolve(text) == (result or text)
    assert resolve(text, Dialect.KUSTOMIZATION) == text


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("", None),
        ("~", None),
        ("Null", None),
        ("True", True),
        ("FALSE", False),
        ("0", 0),
        ("-0", 0),
        ("0755", 493),
        ("-0755", -493),
        ("0o17", 15),
        ("0b11", 3),
        ("0x1F", 31),
        ("1_000", 1000),
        ("1.0", 1),
        ("1.5", 1.5),
        ("1e3", 1000),
        (".5_0", 0.5),
        ("0b-1", -1),
        ("0o-7", -7),
        ("0o+7", 7),
        ("-.inf", float("-inf")),
        ("+.INF", float("inf")),
        ("-.nan", "-.nan"),
        ("18446744073709551615", 18446744073709551615),
        ("+9223372036854775807", 9223372036854775807),
        ("+9223372036854775808", 9223372036854776000),
        ("-9223372036854775808", -9223372036854775808),
        ("-9223372036854775809", -9.223372036854775808e18),
        ("1e400", "1e400"),
        ("08", 8),
        ("_1", "_1"),
        ("1_", 1),
        ("0x", "0x"),
        ("+", "+"),
        ("-", "-"),
        (".", "."),
        ("1.2.3", "1.2.3"),
    ],
)
def test_an_unquoted_word_has_this_value_and_type(text, result):
    found = resolve(text)

    assert found == result
    assert isinstance(found, bool) is isinstance(result, bool)


def test_a_whole_float_within_the_range_of_integers_is_an_integer():
    assert isinstance(resolve("1e19"), int)
    assert isinstance(resolve("1.0"), int)
    assert isinstance(resolve("1e20"), float)
    assert isinstance(resolve("-1e19"), float)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("yes", True),
        ("Off", False),
        ("n", False),
        ("nO", "nO"),
        ("0b-1", -1),
        ("0o-7", "0o-7"),
        ("0o17", 15),
        ("0755", 493),
        ("1.5", 1.5),
        (".inf", float("inf")),
        ("~", None),
        ("true", True),
    ],
)
def test_a_kustomization_reads_a_word_like_this(text, result):
    assert resolve(text, Dialect.KUSTOMIZATION) == result
