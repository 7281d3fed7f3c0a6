"""What a plain scalar means to kustomize, and how to write a text so that every reader sees text.

Two dialects meet in a GitOps repository. A *resource* is read by kyaml (go-yaml v3): `yes` is a string,
`0755` is 493 and a date is put into RFC 3339. A *kustomization* is read through sigs.k8s.io/yaml
(go-yaml v2): `yes` is a bool and a date stays as written.
Measured with kustomize 5.8.1; `tests/test_scalar_values.py` asks kubectl again.
"""

import re
from calendar import monthrange
from decimal import Decimal
from enum import Enum
from math import isinf
from typing import Final

from promoter.model import Json

_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE: Final = frozenset({"true", "True", "TRUE"})
_FALSE: Final = frozenset({"false", "False", "FALSE"})
_YAML11_TRUE: Final = frozenset({"y", "Y", "yes", "Yes", "YES", "on", "On", "ON"})
_YAML11_FALSE: Final = frozenset({"n", "N", "no", "No", "NO", "off", "Off", "OFF"})
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE: Final = {
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_WHOLE: Final = re.compile(r"[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]{,19})")
_BETWEEN_DIGITS: Final = re.compile(r"(?<=[0-9])_(?=[0-9])")
_SIGN_AFTER_PREFIX: Final = re.compile(r"0([bo])([-+])(?=[0-9])")
_LOWEST: Final = -(1 << 63)
_HIGHEST: Final = (1 << 64) - 1
_HIGHEST_SIGNED: Final = (1 << 63) - 1
_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_INSTANT: Final = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:(?:(?P<mark>[Tt])| )([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,](?P<fraction>[0-9]+))?"
    r"(?(mark)(?P<zone>Z|[-+][0-9]{2}:[0-9]{2})))?"
)
_MONTHS: Final = 12
_HOURS: Final = 24
_SIXTY: Final = 60
_TIMESTAMP: Final = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}[Tt ]\s*\d{1,2}:\d{2}:\d{2}(\.\d+)?\s*(Z|[-+]\d{1,2}(:?\d{2})?)?"
)
_SEXAGESIMAL: Final = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_.+/@-]*(:[A-Za-z0-9_.+/@-]+)*")
_LOOKS_NUMERIC: Final = re.compile(r"[-+.]?[0-9][0-9_]*\.?[0-9_]*([eE][-+]?[0-9]+)?|0[xXoObB][0-9a-fA-F_]+")


class Dialect(Enum):
    """Who reads the document: kustomize as a resource, or kustomize as its own file."""

    RESOURCE = "resource"
    KUSTOMIZATION = "kustomization"


def is_null(text: str) -> bool:
    """Whether `resolve` gives None for an unquoted, untagged scalar, in either dialect."""
    return text in _NULL


def resolve(text: str, dialect: Dialect = Dialect.RESOURCE) -> Json:
    """The value that kustomize gives an unquoted, untagged scalar."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if dialect is Dialect.KUSTOMIZATION and (text in _YAML11_TRUE or text in _YAML11_FALSE):
        return text in _YAML11_TRUE
    if text[0] not in "+-.0123456789":
        return text
    number = _number(text, dialect)
    if number is not None:
        return number
    return instant(text) or text if dialect is Dialect.RESOURCE else text


def _number(text: str, dialect: Dialect) -> float | None:
    if text in _INFINITE:
        return _INFINITE[text]
    digits = _BETWEEN_DIGITS.sub("", text) if text.startswith(".") else text.replace("_", "")
    whole = _integer(digits, dialect)
    if whole is not None:
        return whole
    if not _FLOAT.fullmatch(digits):
        return None
    number = float(digits)
    if isinf(number):  # beyond a float Go keeps the text: a short commit hash such as 286e7563
        return None
    shortest = Decimal(repr(number))  # the digits of the JSON between the reader and the printer
    return int(shortest) if number.is_integer() and _LOWEST <= shortest <= _HIGHEST else number


def _integer(digits: str, dialect: Dialect) -> int | None:
    """The integer of Go's `strconv.ParseInt(s, 0, 64)` and `ParseUint`, then go-yaml's `0b` and `0o`.

    The latter two take a sign after the prefix; a kustomization only after `0b`.
    """
    marks = "b" if dialect is Dialect.KUSTOMIZATION else "bo"
    inner = _SIGN_AFTER_PREFIX.match(digits)
    if inner and inner[1] in marks:
        digits = f"{inner[2]}0{inner[1]}{digits[inner.end() :]}"
    whole = _WHOLE.fullmatch(digits)
    if whole is None:
        return None
    number = int(digits, 8 if whole[1].isdigit() and whole[1].startswith("0") else 0)
    highest = _HIGHEST_SIGNED if digits.startswith("+") else _HIGHEST
    return number if _LOWEST <= number <= highest else None


def instant(text: str) -> str | None:
    """The date or time that an unquoted `text` of a resource is, as Go prints it; `None` when it is none.

    The forms are those of go-yaml v3. An impossible date such as `2024-02-30` is none.
    """
    found = _INSTANT.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.group(1, 2, 3, 5, 6, 7))
    if not 1 <= month <= _MONTHS or not 1 <= day <= monthrange(year, month)[1]:
        return None
    if hour >= _HOURS or max(minute, second) >= _SIXTY:
        return None
    fraction = (found["fraction"] or "")[:9].rstrip("0")
    zone = found["zone"] or "Z"
    moment = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
    return f"{moment}{fraction and f'.{fraction}'}{'Z' if zone[1:] == '00:00' else zone}"


def is_text_to_everyone(text: str) -> bool:
    """Whether the unquoted `text` is a string to YAML 1.1, YAML 1.2 and Go's readers alike.

    Short commit hashes of digits and one `e`, versions like `1.10` and words like `on` are not.
    """
    if not text or text in _YAML11_TRUE or text in _YAML11_FALSE:
        return False
    if text.lower() in {"true", "false", "null", "=", "<<", "."}:
        return False
    numeric = _LOOKS_NUMERIC.fullmatch(text) or _SEXAGESIMAL.fullmatch(text) or text.lower() in _INFINITE
    dated = _DATE.fullmatch(text) or _TIMESTAMP.fullmatch(text)
    return not numeric and not dated and isinstance(resolve(text), str)


def written(text: str, style: str) -> str:
    """`text` as a scalar in `style` (`plain`, `single`, `double`); plain becomes double where it must.

    The result is on one line. Control characters are escaped in double quotes.
    """
    if style == "plain" and _PLAIN.fullmatch(text) and is_text_to_everyone(text):
        return text
    if style == "single" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
