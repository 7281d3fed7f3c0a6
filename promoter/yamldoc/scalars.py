"""What a plain scalar means to kustomize, and how to write a text so that every reader sees text.

Two dialects meet in a GitOps repository. A *resource* is read by kyaml (go-yaml v3): `yes` is a string
and `0755` is 493. A *kustomization* is read through sigs.k8s.io/yaml (go-yaml v2): `yes` is a bool.
Measured with kustomize 5.8.1; `tests/test_scalar_values.py` asks kubectl again.
"""

import re
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
_EXACT: Final = 1e21  # from here on Go prints an exponent
_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
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


def resolve(text: str, dialect: Dialect = Dialect.RESOURCE) -> Json:
    """The value that kustomize gives an unquoted, untagged scalar."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if dialect is Dialect.KUSTOMIZATION and (text in _YAML11_TRUE or text in _YAML11_FALSE):
        return text in _YAML11_TRUE
    if text[0] in "+-.0123456789":
        return _number_or_date(text)
    return text


def _number_or_date(text: str) -> Json:
    date = _DATE.fullmatch(text)
    if date:
        year, month, day = date.groups()
        return f"{year}-{month:0>2}-{day:0>2}T00:00:00Z"
    if text in _INFINITE:
        return _INFINITE[text]
    digits = text.replace("_", "")
    whole = _integer(digits)
    if whole is not None:
        return whole
    if _FLOAT.fullmatch(digits):
        number = float(digits)
        if isinf(number):  # beyond a float Go keeps the text: a short commit hash such as 286e7563
            return text
        return int(number) if number.is_integer() and abs(number) < _EXACT else number
    return text


def _integer(digits: str) -> int | None:
    """The integer of Go's `strconv.ParseInt(s, 0, 64)`, then go-yaml's `0b` and `0o`."""
    sign = -1 if digits.startswith("-") else 1
    body = digits[1:] if digits[:1] in ("+", "-") else digits
    prefix, rest = body[:2].lower(), body[2:]
    bases = {"0x": 16, "0b": 2, "0o": 8}
    base = bases.get(prefix)
    if body[:1] in ("+", "-"):
        return None
    if base is None and len(body) > 1 and body.startswith("0"):
        base, rest = 8, body[1:]
    try:
        return sign * (int(rest, base) if base else int(body))
    except ValueError:
        return None


def is_text_to_everyone(text: str) -> bool:
    """Whether the unquoted `text` is a string to YAML 1.1, YAML 1.2 and Go's readers alike.

    Short commit hashes of digits and one `e`, versions like `1.10` and words like `on` are not.
    """
    if not text or text in _YAML11_TRUE or text in _YAML11_FALSE:
        return False
    if text.lower() in {"true", "false", "null", "~", "=", "<<", "."}:
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
