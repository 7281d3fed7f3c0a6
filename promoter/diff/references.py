"""Changed references to generated names, folded into one note of the object that was generated.

A new hash changes the object's own name and every field that names it; those lines follow from the
content. The note names the objects that take the new content, so nothing disappears.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from promoter.diff.compared import Compared
from promoter.diff.fields import Difference
from promoter.diff.generated import base_name
from promoter.diff.pairing import Reason
from promoter.model import ObjectKey

Renames = Mapping[tuple[str, str], ObjectKey]

_CONTENT: Final = frozenset({"data", "stringData", "binaryData"})


def folded(compared: Iterable[Compared]) -> list[Compared]:
    """The comparisons without the lines that only follow a new hash."""
    everything = list(compared)
    renames = {
        (each.pair.before.key.name, each.pair.after.key.name): each.pair.after.key
        for each in everything
        if each.pair.reason is Reason.GENERATED and each.pair.before and each.pair.after
    }
    if not renames:
        return everything
    followers: dict[ObjectKey, set[str]] = {}
    kept = [_kept(each, renames, followers) for each in everything]
    return [_told(each, followers) for each in kept]


def _kept(each: Compared, renames: Renames, followers: dict[ObjectKey, set[str]]) -> Compared:
    if each.pair.before is None or each.pair.after is None:
        return each
    kept = []
    for difference in each.differences:
        target = _target(difference, renames)
        if target is None:
            kept.append(difference)
        elif target != each.key:
            followers.setdefault(target, set()).add(f"{each.key.kind}/{each.key.name}")
    return replace(each, differences=tuple(kept))


def _target(difference: Difference, renames: Renames) -> ObjectKey | None:
    """The generated object that a changed field names on both sides."""
    before, after = difference.before, difference.after
    if isinstance(before, str) and isinstance(after, str) and difference.path[0] not in _CONTENT:
        return renames.get((before, after))
    return None


def _told(each: Compared, followers: Mapping[ObjectKey, set[str]]) -> Compared:
    if each.pair.reason is not Reason.GENERATED or each.pair.after is None:
        return each
    users = followers.get(each.key)
    whom = f"taken up by {', '.join(sorted(users))}" if users else "nothing refers to it"
    note = f"generated as {base_name(each.pair.after)}, new hash; {whom}"
    return replace(each, notes=(note, *each.notes))
