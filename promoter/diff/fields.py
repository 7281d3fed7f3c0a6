"""Which fields of two objects differ, with paths that people and tools can read.

Lists are compared by their merge key, so an item keeps its name in the path (`containers[name=web]`).
Values are compared strictly: `1`, `1.0`, `"1"` and `true` are four values. Nothing is hidden here;
whoever shows a change redacts it first.
"""

import re
from collections.abc import Iterator
from typing import Final

from promoter.diff.lists import align
from promoter.frozen import frozen
from promoter.model import FieldChange, Json

Path = tuple[str, ...]

_PLAIN_KEY: Final = re.compile(r"[A-Za-z_$][\w$-]*")


@frozen
class Difference:
    """One field that differs. The parts of `path` are keys, and list items as `[name=web]`."""

    path: Path
    before: Json
    after: Json
    before_present: bool = True
    after_present: bool = True

    def change(self) -> FieldChange:
        """The same as the value that everybody shares."""
        return FieldChange(
            written(self.path), self.before, self.after, self.before_present, self.after_present
        )


@frozen
class Reordered:
    """A list whose items are the same, in another order."""

    path: Path


def identical(before: Json, after: Json) -> bool:
    """Whether two values are the same JSON value, types included; the order of keys does not count."""
    if before is after:
        return True
    if before != after:
        return False
    return repr(before) == repr(after) or _same_types(before, after)


def _same_types(before: Json, after: Json) -> bool:
    if isinstance(before, dict) and isinstance(after, dict):
        return before.keys() == after.keys() and all(_same_types(before[key], after[key]) for key in before)
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(_same_types, before, after))
    return type(before) is type(after) and before == after


def compare(before: Json, after: Json, path: Path = ()) -> Iterator[Difference | Reordered]:
    """What differs between two values, in the order of the first and then of the second."""
    if identical(before, after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _mappings(before, after, path)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(before, after, path)
    else:
        yield Difference(path, before, after)


def _mappings(
    before: dict[str, Json], after: dict[str, Json], path: Path
) -> Iterator[Difference | Reordered]:
    for key in sorted(before.keys() | after.keys()):
        here = (*path, key)
        if key not in after:
            yield Difference(here, before[key], None, after_present=False)
        elif key not in before:
            yield Difference(here, None, after[key], before_present=False)
        else:
            yield from compare(before[key], after[key], here)


def _lists(before: list[Json], after: list[Json], path: Path) -> Iterator[Difference | Reordered]:
    alignment = align(path[-1] if path else "", before, after)
    if alignment.reordered:
        yield Reordered(path)
    for pair in alignment.pairs:
        here = (*path, f"[{pair.label}]")
        if pair.after is None:
            assert pair.before is not None
            yield Difference(here, before[pair.before], None, after_present=False)
        elif pair.before is None:
            yield Difference(here, None, after[pair.after], before_present=False)
        else:
            yield from compare(before[pair.before], after[pair.after], here)


def written(path: Path) -> str:
    """The path as people read it: `spec.containers[name=web].image`, `labels["app.kubernetes.io/name"]`."""
    pieces: list[str] = []
    for part in path:
        if is_item(part):
            pieces.append(part)
        elif _PLAIN_KEY.fullmatch(part):
            pieces.append(f".{part}" if pieces else part)
        else:
            pieces.append(f'["{part}"]')
    return "".join(pieces)


def is_item(part: str) -> bool:
    """Whether a part of a path is an item of a list and not a key."""
    return part.startswith("[") and part.endswith("]")
