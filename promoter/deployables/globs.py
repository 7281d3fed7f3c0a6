"""Go's `path.Match`, git's pathspecs and Argo CD's file globs as regular expressions."""

import re
from functools import lru_cache
from typing import Final

_SEGMENT: Final = "[^/]"
_CLASS: Final = re.compile(r"\[(\^|!)?((?:\\.|[^\]\\])+)\]")


@lru_cache(maxsize=1024)
def path_match(pattern: str) -> re.Pattern[str]:
    """Go's `path.Match`: `*` and `?` stay inside one segment. A pattern Go refuses matches nothing."""
    return _translate(pattern, _SEGMENT, negations="^")


@lru_cache(maxsize=1024)
def pathspec(pattern: str) -> re.Pattern[str]:
    """git's pathspec: `*` crosses `/`, and a plain directory stands for everything below it."""
    below = _translate(pattern.strip("/"), ".").pattern
    return re.compile(f"(?:{below})(?:/.*)?")


@lru_cache(maxsize=1024)
def doublestar(pattern: str) -> re.Pattern[str]:
    """A glob with `{a,b}` and `**` across segments, as Argo CD's directory include and exclude use it."""
    return _translate(pattern, _SEGMENT, doubled=True)


@lru_cache(maxsize=1024)
def file_glob(pattern: str) -> re.Pattern[str]:
    """A glob as bmatcuk/doublestar v4 reads it: `**` alone between slashes stands for any directories.

    Elsewhere `**` is `*`, which stays inside one segment; `a/**` is `a` too. A pattern that doublestar
    refuses matches nothing. Rules: https://pkg.go.dev/github.com/bmatcuk/doublestar/v4#readme-patterns
    """
    return _translate(pattern, _SEGMENT, doubled=True, whole=True)


def _translate(
    pattern: str, any_character: str, *, doubled: bool = False, whole: bool = False, negations: str = "^!"
) -> re.Pattern[str]:
    """The pattern as a regular expression; `whole` wants `**` to stand alone between slashes."""
    found, position, depth = "", 0, 0
    while position < len(pattern):
        character = pattern[position]
        group = _CLASS.match(pattern, position)
        if group is not None:
            found += _class(group, negations)
            position = group.end()
            continue
        if character == "[":
            return re.compile(r"(?!)")
        if doubled and pattern.startswith("**", position):
            found, position = _stars(found, pattern, position) if whole else (found + ".*", position + 2)
            continue
        if doubled and character in "{},":
            opened = character == "{" or depth > 0
            depth += {"{": 1, "}": -1}.get(character, 0) if opened else 0
            found += {"{": "(?:", "}": ")", ",": "|"}[character] if opened else re.escape(character)
        elif character == "\\" and position + 1 < len(pattern):
            position += 1
            found += re.escape(pattern[position])
        else:
            found += {"*": f"{any_character}*", "?": any_character}.get(character) or re.escape(character)
        position += 1
    try:
        return re.compile(found, re.DOTALL)
    except re.error:
        return re.compile(r"(?!)")


def _class(group: re.Match[str], negations: str) -> str:
    """A character class; a first character that negates nothing in this dialect is one of the class."""
    mark = group.group(1) or ""
    return f"[^{group.group(2)}]" if mark and mark in negations else f"[{mark}{group.group(2)}]"


def _stars(found: str, pattern: str, position: int) -> tuple[str, int]:
    """The expression with a run of stars added, and where the pattern goes on behind them."""
    end = next((i for i in range(position, len(pattern)) if pattern[i] != "*"), len(pattern))
    if end - position != len("**") or (position and pattern[position - 1] not in "/{,"):
        return found + _SEGMENT + "*", end
    if pattern[end : end + 1] == "/":
        return f"{found}(?:{_SEGMENT}+/)*", end + 1
    if end == len(pattern):
        return (f"{found[:-1]}(?:/.*)?" if found.endswith("/") else f"{found}.*"), end
    return found + _SEGMENT + "*", end
