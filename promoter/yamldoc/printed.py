"""Objects as the YAML text that `kustomize build` prints, byte for byte.

For showing renders, so that they can be compared with what other tools print; `emit` is for text that every
reader must read alike. Keys are put into the printer's order; the values are those of JSON.
"""

import json
import re
from collections.abc import Iterable
from functools import cmp_to_key
from typing import TYPE_CHECKING, Final

import yaml
from yaml.nodes import MappingNode, ScalarNode

from promoter.model import Json
from promoter.yamldoc.scalars import Dialect, instant, resolve

if TYPE_CHECKING:
    from yaml import SafeDumper as _Dumper
else:
    _Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_TEXT: Final = "tag:yaml.org,2002:str"
_MAP: Final = "tag:yaml.org,2002:map"
_WIDTH: Final = 80
_WORD: Final = re.compile(
    r"|~|null|Null|NULL|true|True|TRUE|false|False|FALSE"
    r"|[yYnN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|\.[0-9]+(?:[eE][-+]?[0-9]+)?"
)
_SEXAGESIMAL: Final = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_EXPONENT_FROM: Final = 1e6
_EXPONENT_BELOW: Final = 1e-4


def printed(objects: Iterable[Json]) -> str:
    """The objects as YAML documents; the empty string when there are none."""
    return "---\n".join(_document(value) for value in objects)


def _document(value: Json) -> str:
    text: str = yaml.dump(
        value, Dumper=_Printer, allow_unicode=True, width=_WIDTH, default_flow_style=False
    )
    # The printer ends a document whose text keeps empty lines at its end; kustomize's goes on.
    return text.removesuffix("...\n")


class _Printer(_Dumper):
    """PyYAML's dumper with the printer's choice of quotes and order of keys."""

    def ignore_aliases(self, data: object) -> bool:
        """Whether a repeated value is written again instead of as an alias: always."""
        del data
        return True

    def text(self, value: str) -> ScalarNode:
        """A string: literal when it has lines, in double quotes when unquoted it would be no string."""
        style = "|" if "\n" in value else None if _is_plain(value) else '"'
        return self.represent_scalar(_TEXT, value, style=style)

    def literal(self, value: float | None) -> ScalarNode:
        """Null, a bool or a number; a float in the shortest digits that read back."""
        text = _shortest(value) if isinstance(value, float) else json.dumps(value)
        return self.represent_scalar(_TEXT, text)

    def mapping(self, value: dict[str, Json]) -> MappingNode:
        """A mapping in the printer's order."""
        return self.represent_mapping(_MAP, [(key, value[key]) for key in ordered(value)])


# No plain scalar is resolved, so that what is written without quotes is decided here alone.
_Printer.yaml_implicit_resolvers = {}
_Printer.add_representer(str, _Printer.text)
for _kind in (type(None), bool, int, float):
    _Printer.add_representer(_kind, _Printer.literal)
_Printer.add_representer(dict, _Printer.mapping)


def _is_plain(value: str) -> bool:
    """Whether the printer's own reader takes the unquoted text for text."""
    if _WORD.fullmatch(value) or _SEXAGESIMAL.fullmatch(value):
        return False
    return isinstance(resolve(value, Dialect.KUSTOMIZATION), str) and instant(value) is None


def _shortest(value: float) -> str:
    """The fewest digits that read back; from a million on, and below 0.0001, with an exponent."""
    if value and not _EXPONENT_BELOW <= abs(value) < _EXPONENT_FROM:
        digits = repr(value).replace(".", "").replace("-", "").partition("e")[0].strip("0")
        return f"{value:.{max(len(digits) - 1, 0)}e}"
    return repr(value).removesuffix(".0")


def ordered(keys: Iterable[str]) -> list[str]:
    """The keys in the printer's order: letters after other characters, runs of digits by their number."""
    return sorted(keys, key=cmp_to_key(_compare))


def _compare(one: str, other: str) -> int:
    for at, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return _differing(one, other, at)
    return len(one) - len(other)


def _differing(one: str, other: str, at: int) -> int:
    left, right = one[at], other[at]
    if left.isalpha() or right.isalpha():
        both = left.isalpha() and right.isalpha()
        return ord(left) - ord(right) if both else (1 if left.isalpha() else -1)
    start = 0
    if "0" in (left, right) and _follows_digits(one, at):
        start = 1
    mine, mine_end = _run(one, at, start)
    theirs, theirs_end = _run(other, at, start)
    return (mine - theirs) or (mine_end - theirs_end) or (ord(left) - ord(right))


def _follows_digits(text: str, at: int) -> bool:
    """Whether the digits right before `at` contain one that is not a zero."""
    for index in range(at - 1, -1, -1):
        if not text[index].isdecimal():
            return False
        if text[index] != "0":
            return True
    return False


def _run(text: str, at: int, start: int) -> tuple[int, int]:
    """The number that the digits from `at` on spell after `start`, and where they end."""
    number, end = start, at
    while end < len(text) and text[end].isdecimal():
        number, end = number * 10 + int(text[end]), end + 1
    return number, end
