"""Two renders to the changes between them, with secrets hidden.

The comparison is complete: an object that differs in any way is a change, a note or counted as
filtered. The values in the result may be shown to anybody who may see the report.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from promoter.diff.fields import Difference, Path, Reordered, compare, identical, written
from promoter.diff.generated import base_name
from promoter.diff.pairing import Pair, Reason, pairs
from promoter.diff.redaction import Redactor
from promoter.model import Change, ChangeKind, Diff, FieldChange, KubeObject, ObjectKey, Rendered

BLIND: Final = Redactor()
# Fields that repeat what the two keys of a change already say.
_TOLD_BY_KEY: Final[Mapping[Reason, Path]] = {
    Reason.MOVED: ("metadata", "namespace"),
    Reason.RENAMED: ("metadata", "name"),
    Reason.REGROUPED: ("apiVersion",),
}


def same(before: Rendered, after: Rendered) -> bool:
    """Whether both renders hold the same objects in the same order, value for value, types included."""
    if len(before.objects) != len(after.objects):
        return False
    return all(
        one.key == other.key and identical(one.body, other.body)
        for one, other in zip(before.objects, after.objects, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """A pair of objects with what differs between them, before anything is hidden or filtered."""

    pair: Pair
    differences: tuple[Difference, ...]
    reordered: tuple[Reordered, ...] = ()
    notes: tuple[str, ...] = ()


def diff(before: Rendered, after: Rendered, redactor: Redactor = BLIND) -> Diff:
    """What differs between two renders, ordered by namespace, kind and name; empty when nothing does.

    Without a `redactor` hidden values all look alike; give one with a key to tell them apart.
    """
    compared = fold_references([_compared(pair) for pair in pairs(before, after)])
    return Diff(tuple(change(each, redactor) for each in compared))


def _compared(pair: Pair) -> Compared:
    if pair.before is None:
        assert pair.after is not None
        return Compared(pair, (Difference((), None, pair.after.body, before_present=False),))
    if pair.after is None:
        return Compared(pair, (Difference((), pair.before.body, None, after_present=False),))
    told = _TOLD_BY_KEY.get(pair.reason)
    found = [each for each in compare(pair.before.body, pair.after.body) if each.path != told]
    return Compared(
        pair,
        tuple(each for each in found if isinstance(each, Difference)),
        tuple(each for each in found if isinstance(each, Reordered)),
    )


def fold_references(compared: Iterable[Compared]) -> list[Compared]:
    """The comparisons that say something, references to a generated name told by the generated object.

    A changed hash changes its own name and every reference to it; those lines follow from the content
    and become one note that names the objects that take the new content.
    """
    everything = list(compared)
    renames = {
        (each.pair.before.key.name, each.pair.after.key.name): each.pair.after.key
        for each in everything
        if each.pair.reason is Reason.GENERATED and each.pair.before and each.pair.after
    }
    followers: dict[ObjectKey, list[str]] = {}
    kept = [_without_references(each, renames, followers) for each in everything]
    told = [_told(each, followers) for each in kept]
    return [each for each in told if each.differences or each.reordered or each.notes]


def _without_references(
    each: Compared,
    renames: Mapping[tuple[str, str], ObjectKey],
    followers: dict[ObjectKey, list[str]],
) -> Compared:
    if not renames or each.pair.before is None or each.pair.after is None:
        return each
    own = each.pair.reason is Reason.GENERATED
    kept = []
    for difference in each.differences:
        target = _followed(difference, renames)
        if target is None or not _is_reference(difference):
            kept.append(difference)
        elif not (own and difference.path == ("metadata", "name")):
            follower = f"{each.pair.after.key.kind}/{each.pair.after.key.name}"
            if follower not in followers.setdefault(target, []):
                followers[target].append(follower)
    return replace(each, differences=tuple(kept))


def _followed(difference: Difference, renames: Mapping[tuple[str, str], ObjectKey]) -> ObjectKey | None:
    if isinstance(difference.before, str) and isinstance(difference.after, str):
        return renames.get((difference.before, difference.after))
    return None


def _is_reference(difference: Difference) -> bool:
    """Whether a whole value is a name: not inside `data`, where it is content."""
    return difference.path[0] not in ("data", "stringData", "binaryData")


def _told(each: Compared, followers: Mapping[ObjectKey, list[str]]) -> Compared:
    pair = each.pair
    if pair.before is None or pair.after is None or pair.reason is Reason.KEY:
        return each
    if pair.reason is Reason.GENERATED:
        users = followers.get(pair.after.key, [])
        whom = f"; taken up by {', '.join(sorted(users))}" if users else "; nothing refers to it"
        return replace(each, notes=(f"generated as {base_name(pair.after)}, new hash{whom}",))
    what = {
        Reason.MOVED: f"moved from namespace {pair.before.key.namespace or '(none)'}",
        Reason.REGROUPED: f"API group was {pair.before.key.group or '(core)'}",
        Reason.RENAMED: f"renamed from {pair.before.key.name}",
    }
    return replace(each, notes=(what[pair.reason],))


def change(each: Compared, redactor: Redactor) -> Change:
    """The comparison as a change that may be shown."""
    shown = each.pair.after or each.pair.before
    assert shown is not None
    former = each.pair.before.key if each.pair.before and each.pair.before.key != shown.key else None
    orders = tuple(f"order of {written(each.path)} changed" for each in each.reordered)
    return Change(
        _kind(each.pair),
        shown.key,
        tuple(_hidden(difference, shown, redactor) for difference in each.differences),
        former,
        notes=(*each.notes, *orders),
    )


def _kind(pair: Pair) -> ChangeKind:
    if pair.before is None:
        return ChangeKind.ADDED
    if pair.after is None:
        return ChangeKind.REMOVED
    moved = pair.reason in (Reason.MOVED, Reason.REGROUPED, Reason.RENAMED)
    return ChangeKind.MOVED if moved else ChangeKind.CHANGED


def _hidden(difference: Difference, item: KubeObject, redactor: Redactor) -> FieldChange:
    return replace(
        difference.change(),
        before=redactor.value(item.key.kind, difference.path, difference.before),
        after=redactor.value(item.key.kind, difference.path, difference.after),
    )
