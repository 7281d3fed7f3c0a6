"""A comparison as text for a terminal or a log.

Every changed environment is a block, every object a line with its fields below; the summary comes
last, where a terminal ends. Nothing is cut off: long values are shown in full.
"""

from collections.abc import Iterator
from difflib import unified_diff
from typing import Final

from promoter.diff.comparison import Comparison, DiffReport, State
from promoter.model import Change, ChangeKind, FieldChange
from promoter.report.paint import Paint, printable
from promoter.report.values import inline, lines

SIGNS: Final = {
    ChangeKind.ADDED: ("+", "green"),
    ChangeKind.REMOVED: ("-", "red"),
    ChangeKind.CHANGED: ("~", "yellow"),
    ChangeKind.MOVED: (">", "blue"),
}
RISK_COLOURS: Final = {"high": "red", "medium": "yellow", "low": "blue"}
_ONE_LINE: Final = 60


def render(report: DiffReport, *, colour: bool = False) -> str:
    """The comparison as lines, the summary last."""
    paint = Paint(colour)
    found: list[str] = []
    for each in report.comparisons:
        if each.state is not State.UNCHANGED:
            found += [*comparison_lines(each, paint), ""]
    return "\n".join((*found, *(f"note: {note}" for note in report.notes), summary(report))) + "\n"


def summary(report: DiffReport) -> str:
    """One sentence: how many environments were compared and what was found in them."""
    if not report.comparisons:
        return f"Nothing that is deployed reads what differs between {report.before} and {report.after}."
    counts = [(sum(each.count(kind) for each in report.comparisons), str(kind)) for kind in ChangeKind]
    objects = ", ".join(f"{count} {kind}" for count, kind in counts if count) or "no object differs"
    filtered = sum(each.diff.filtered for each in report.comparisons)
    parts = [
        f"{len(report.changed)} of {len(report.comparisons)} compared builds differ: {objects}",
        *([f"{len(report.failed)} did not render"] if report.failed else []),
        *([f"{filtered} filtered as noise"] if filtered else []),
        *([f"{report.untouched} more are not affected"] if report.untouched else []),
    ]
    return "; ".join(parts) + "."


def comparison_lines(each: Comparison, paint: Paint) -> Iterator[str]:
    """The lines of one build: its name, why it was looked at, failures, and every changed object."""
    place = paint(f"  {each.path}", "", dim=True) if each.path and each.path != each.title else ""
    yield paint(each.title, "", bold=True) + place
    for reason in each.reasons:
        yield paint(f"  because it {reason}", "", dim=True)
    for side, failure in each.failures:
        where = f"{failure.location}: " if failure.location else ""
        yield paint(f"  ! {side} does not render ({failure.kind}): ", "red") + printable(
            f"{where}{failure.message}"
        ).replace("\n", "\n    ")
    for note in each.notes:
        yield f"  {note}"
    for change in each.diff.changes:
        yield from _change(change, paint)
    if each.diff.filtered:
        yield paint(f"  ({each.diff.filtered} filtered as noise)", "", dim=True)


def _change(change: Change, paint: Paint) -> Iterator[str]:
    sign, name = SIGNS[change.kind]
    yield "  " + paint(f"{sign} {change.key}", name, bold=True)
    for note in change.notes:
        yield "      " + paint(printable(note), "", dim=True)
    for risk in change.risks:
        said = paint(f"! {risk.name} ({risk.level}): ", RISK_COLOURS[risk.level], bold=True)
        yield "      " + said + printable(risk.message)
    for each in change.fields:
        yield from (f"      {line}" for line in field(each, paint))


def field(each: FieldChange, paint: Paint) -> Iterator[str]:
    """One changed field as lines: both values on one line when they are short, else below each other."""
    before = lines(each.before) if each.before_present else []
    after = lines(each.after) if each.after_present else []
    path = paint(printable(each.path), "cyan")
    if not each.path:
        yield from (paint(f"- {printable(line)}", "red") for line in before)
        yield from (paint(f"+ {printable(line)}", "green") for line in after)
    elif len(before) == len(after) == 1 and len(before[0]) + len(after[0]) <= _ONE_LINE:
        yield f"{path}: {_value(before[0], 'red', paint)} → {_value(after[0], 'green', paint)}"
    else:
        yield f"{path}:"
        yield from ("  " + line for line in _hunks(before, after, paint))


def _value(line: str, name: str, paint: Paint) -> str:
    return paint(printable(line), name)


def _hunks(before: list[str], after: list[str], paint: Paint) -> Iterator[str]:
    """The lines that differ with two lines around them."""
    names = {"-": "red", "+": "green"}
    for line in list(unified_diff(before, after, n=2, lineterm=""))[2:]:
        yield (
            paint("⋯", "", dim=True)
            if line.startswith("@@")
            else paint(f"{line[0]} {printable(line[1:])}", names.get(line[0], ""))
        )


def short(each: FieldChange) -> str:
    """One field in a sentence: `spec.replicas: 5 → 2`; an absent side reads `(none)`."""
    before = inline(each.before) if each.before_present else "(none)"
    after = inline(each.after) if each.after_present else "(none)"
    return f"{each.path}: {before} → {after}"
