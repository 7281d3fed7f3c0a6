"""Go's view of JSON values: what is printed, what counts as true, how kinds are called."""

import math
from decimal import Decimal
from typing import Final

from promoter.deployables.gotemplate.errors import TemplateError
from promoter.model import Json

NO_VALUE: Final = "<no value>"
_SMALLEST_PLAIN: Final = -4
_SMALLEST_EXPONENT: Final = 6


def printed(value: Json) -> str:
    """The value as `fmt.Print` writes it: `<no value>` for nil, `map[a:1 b:2]`, `[1 2]`."""
    if value is None:
        return NO_VALUE
    return plain(value)


def plain(value: Json) -> str:
    """The value as Go's `%v` writes it: `<nil>` for nil."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number(value)
    if isinstance(value, list):
        return "[" + " ".join(plain(item) for item in value) + "]"
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{plain(item)}" for key, item in sorted(value.items())) + "]"
    return str(value)


def number(value: float) -> str:
    """A float as `%v` writes it: shortest digits, with an exponent from 1e+06 and below 1e-04."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else f"{'+' if value > 0 else '-'}Inf"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)
    point = len(digits) + exponent - 1
    minus, text = "-" if sign else "", "".join(map(str, digits))
    if value and (point < _SMALLEST_PLAIN or point >= _SMALLEST_EXPONENT):
        fraction = f".{text[1:]}" if len(text) > 1 else ""
        return f"{minus}{text[0]}{fraction}e{'-' if point < 0 else '+'}{abs(point):02d}"
    return minus + format(abs(Decimal(repr(value))).normalize(), "f")


def truth(value: Json) -> bool:
    """Whether `if` takes the value: nothing, zero and what is empty are false."""
    return bool(value)


def kind(value: Json) -> str:
    """Go's name of the value's kind, as sprig's `kindOf` gives it."""
    names = {
        type(None): "invalid",
        bool: "bool",
        int: "int",
        float: "float64",
        str: "string",
        list: "slice",
    }
    return names.get(type(value), "map")


def whole(value: Json) -> int:
    """The value as a whole number, as sprig's `int` reads it: text without a number is 0."""
    if isinstance(value, str):
        try:
            return int(value, 0)
        except ValueError:
            return 0
    return int(value) if isinstance(value, (int, float)) else 0


def real(value: Json) -> float:
    """The value as a number with a fraction; text without a number is 0."""
    try:
        return float(value) if isinstance(value, (str, int, float)) else 0.0
    except ValueError:
        return 0.0


def text(value: Json) -> str:
    """The value as sprig's `toString` gives it: text stays, anything else is printed."""
    return value if isinstance(value, str) else plain(value)


def listed(value: Json) -> list[Json]:
    """The value as a list. Raises TemplateError for anything else."""
    if isinstance(value, list):
        return value
    if value is None:
        return []
    raise TemplateError(f"expected a list, found {plain(value)!r}")


def mapped(value: Json) -> dict[str, Json]:
    """The value as a mapping. Raises TemplateError for anything else."""
    if isinstance(value, dict):
        return value
    raise TemplateError(f"expected a mapping, found {plain(value)!r}")
