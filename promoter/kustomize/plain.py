"""What a plain kustomization names, told by patterns: most are plain, and a tree may have thousands.

Only texts in which YAML is what it looks like (`is_plain`) are looked at, and whatever is not exactly as
expected gives None: the file is then read as YAML. An answer is that of reading the whole file.
"""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Final

from promoter.kustomize.fields import GENERATORS, OTHERS, PATH_LISTS, TEXT_LISTS
from promoter.model import Json
from promoter.yamldoc import is_null, is_plain

_WORD: Final = r"[\w./](?:[\w./=+,-]|:(?=[\w./]))*"
_FIELD: Final = re.compile(r"([A-Za-z]\w*):(| [^\n]*)\n((?:(?: [^\n]*|-(?: [^\n]*)?)?\n)*)", re.ASCII)
_LIST: Final = re.compile(rf"( *)- {_WORD}\n(?:\1- {_WORD}\n)*\n*", re.ASCII)
_ITEM: Final = re.compile(rf"- ({_WORD})\n", re.ASCII)
_ENTRY: Final = re.compile(r"( *)- ")
# A line further to the right would go on with the scalar.
_PATH: Final = re.compile(rf"^( *)(?:- |  )path: ({_WORD})\n(?!(?: *\n)*\1   )", re.ASCII | re.MULTILINE)
_FILES: Final = re.compile("env|files")
_VALUE: Final = re.compile(rf" ({_WORD})", re.ASCII)

Span = tuple[int, int]


def plain_sketch(text: str) -> Json:
    """Kind, keys and names of a kustomization in the form of `sketched`; None for one that is not plain."""
    fields = _fields(text) if is_plain(text) else None
    if not fields or not fields.keys().isdisjoint(OTHERS):
        return None
    kind = _kind(fields.get("kind"))
    names: list[Json] = []
    for field, label, read in _READERS:
        spans = read(text, fields[field]) if field in fields else ()
        if spans is None:
            return None
        names += [_named(text, label, span) for span in spans]
    keys: list[Json] = list(fields)
    return None if kind is None or None in names else [kind, keys, names]


def _fields(text: str) -> dict[str, re.Match[str]] | None:
    """Each top field by name: its name, the rest of its line, and the lines below; None for a doubt."""
    found: dict[str, re.Match[str]] = {}
    end = 0
    while end < len(text):
        field = _FIELD.match(text, end)
        if field is None or field[1] in found:
            return None
        found[field[1]], end = field, field.end()
    return found


def _kind(field: re.Match[str] | None) -> str | None:
    if field is None:
        return "Kustomization"
    value = None if field[3].strip("\n") else _VALUE.fullmatch(field[2])
    return None if value is None or is_null(value[1]) else value[1]


def _named(text: str, label: str, span: Span) -> Json:
    """The name at a span with its place, both ends counted from 1; None for a null, which names nothing."""
    start, end = span
    written = text[start:end]
    if is_null(written):
        return None
    line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
    return [label, written, line, column, line, column + end - start]


def _listed(text: str, field: re.Match[str]) -> list[Span] | None:
    """The items of a list of words."""
    start, end = field.span(3)
    if field[2].strip() or _LIST.fullmatch(text, start, end) is None:
        return None
    return [item.span(1) for item in _ITEM.finditer(text, start, end)]


def _paths(text: str, field: re.Match[str]) -> list[Span] | None:
    """The `path` of each mapping of a list, where the word stands nowhere else in it."""
    start, end = field.span(3)
    entry = _ENTRY.match(text, start, end)
    if field[2].strip() or entry is None:
        return None
    found = [path for path in _PATH.finditer(text, start, end) if path[1] == entry[1]]
    again = any(text.find(f"\n{entry[0]}", one.end(2), other.end()) < 0 for one, other in pairwise(found))
    return None if again or len(found) != field[3].count("path") else [path.span(2) for path in found]


def _none(text: str, field: re.Match[str]) -> list[Span] | None:
    """Nothing, where a generator surely names no file."""
    return None if _FILES.search(text, *field.span()) else []


_Reader = Callable[[str, re.Match[str]], list[Span] | None]
_READERS: Final[tuple[tuple[str, str, _Reader], ...]] = (
    *((field, field, _listed) for field in TEXT_LISTS),
    *((field, f"{field}.path", _paths) for field in PATH_LISTS),
    *((field, field, _none) for field in GENERATORS),
)
