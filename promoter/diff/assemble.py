"""Selected builds and their renders to one report: failures kept apart, objects that changed hands told.

The caller renders; here results are matched, compared and hidden. A side that is not deployed counts as
empty, a side that did not render does not: it has no diff.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from promoter.diff.comparison import Comparison
from promoter.diff.objects import DEFAULT, Options, diff
from promoter.diff.redaction import Redactor
from promoter.diff.selection import Selected
from promoter.frozen import frozen
from promoter.model import Change, ChangeKind, Diff, ObjectKey, Rendered, RenderFailure

Result = Rendered | RenderFailure
EMPTY = Rendered("", (), "")


@frozen
class Built:
    """A selected build with what both sides rendered to; None where it is not deployed."""

    selected: Selected
    before: Result | None
    after: Result | None
    options: Options = DEFAULT
    notes: tuple[str, ...] = ()


def compared(built: Built) -> Comparison:
    """The comparison of one build."""
    shown = built.selected.shown
    failures = _failures(built)
    found = Diff()
    if not isinstance(built.before, RenderFailure) and not isinstance(built.after, RenderFailure):
        found = diff(built.before or EMPTY, built.after or EMPTY, built.options)
    return Comparison(
        shown.environment,
        shown.app,
        shown.path or "",
        built.selected.reasons,
        found,
        failures,
        (*built.notes, *_repeated(built)),
    )


def _repeated(built: Built) -> Iterator[str]:
    """What a later source of the same Application gives too, as it is now, or as it was."""
    shown = built.before if built.after is None else built.after
    if isinstance(shown, Rendered):
        yield from map(str, shown.repeated)


def _failures(built: Built) -> tuple[tuple[str, RenderFailure], ...]:
    """The sides that did not render: `before`, `after`, or `both` when the cause is the same."""
    sides = (("before", built.before), ("after", built.after))
    found = [
        (side, hidden(result, built.options.redactor))
        for side, result in sides
        if isinstance(result, RenderFailure)
    ]
    if len(found) == len(sides) and found[0][1].message == found[1][1].message:
        return (("both", found[1][1]),)
    return tuple(found)


def hidden(failure: RenderFailure, redactor: Redactor) -> RenderFailure:
    """The failure with whatever looks like a secret taken out of its message."""
    return replace(failure, message=redactor.text(failure.message))


def with_handovers(comparisons: Sequence[Comparison]) -> tuple[Comparison, ...]:
    """The comparisons, with a note on objects that left one build and came up in another."""
    gone, came = _holders(comparisons, ChangeKind.REMOVED), _holders(comparisons, ChangeKind.ADDED)
    moved = gone.keys() & came.keys()
    if not moved:
        return tuple(comparisons)
    return tuple(
        replace(each, diff=replace(each.diff, changes=tuple(_noted(each.diff.changes, gone, came))))
        for each in comparisons
    )


def _holders(comparisons: Iterable[Comparison], kind: ChangeKind) -> dict[ObjectKey, str]:
    return {
        change.key: each.title
        for each in comparisons
        for change in each.diff.changes
        if change.kind is kind
    }


def _noted(
    changes: Iterable[Change], gone: dict[ObjectKey, str], came: dict[ObjectKey, str]
) -> Iterable[Change]:
    for change in changes:
        if change.kind is ChangeKind.REMOVED and change.key in came:
            yield replace(change, notes=(*change.notes, f"now part of {came[change.key]}"))
        elif change.kind is ChangeKind.ADDED and change.key in gone:
            yield replace(change, notes=(*change.notes, f"was part of {gone[change.key]}"))
        else:
            yield change
