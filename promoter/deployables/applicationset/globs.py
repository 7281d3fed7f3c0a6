"""Go's `path.Match`, git's pathspecs and Argo CD's file globs as regular expressions."""

import re
from functools import lru_cache
from typing import Final

_SEGMENT: Final = "[^/]"
_CLASS: Final = re.compile(r"\[(\^|!)?((?:\\.|[^\]\\])+)\]")


@lru_cache(maxsize=1024)
def path_match(pattern: str) -> re.Pattern[str]:
    """Go's `path.Match`: `*` and `?` stay inside one segment. A pattern Go refuses matches nothing."""
    return _translate(pattern, _SEGMENT, doubled=False)


@lru_cache(maxsize=1024)
def pathspec(pattern: str) -> re.Pattern[str]:
    """git's pathspec: `*` crosses `/`, and a plain directory stands for everything below it."""
    below = _translate(pattern.strip("/"), ".", doubled=False).pattern
    return re.compile(f"(?:{below})(?:/.*)?")


@lru_cache(maxsize=1024)
def doublestar(pattern: str) -> re.Pattern[str]:
    """A glob with `{a,b}` and `**` across segments, as Argo CD's directory include and exclude use it."""
    return _translate(pattern, _SEGMENT, doubled=True)


def _translate(pattern: str, any_character: str, *, doubled: bool) -> re.Pattern[str]:
    found, position, depth = "", 0, 0
    while position < len(pattern):
        character = pattern[position]
        group = _CLASS.match(pattern, position)
        if group is not None:
            found += f"[{'^' if group.group(1) else ''}{group.group(2)}]"
            position = group.end()
            continue
        if character == "[":
            return re.compile(r"(?!)")
        if doubled and pattern.startswith("**", position):
            found, position = found + ".*", position + 2
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
