"""A comparison as text for a terminal or a log.

Every changed environment is a block, every object a line with its fields below; the summary comes
last, where a terminal ends. Nothing is cut off: long values are shown in full.
"""

from collections.abc import Iterator
from typing import Final

from promoter.diff.comparison import NOT_RENDERED, Comparison, DiffReport, State
from promoter.model import Change, ChangeKind, FieldChange
from promoter.report.diff import side_by_side
from promoter.report.diff.drift import counted, drifts
from promoter.report.diff.drift import lines as drift_lines
from promoter.report.diff.fields import ABSENT, hunks, is_short
from promoter.report.paint import Paint, printable
from promoter.report.values import lines

SIGNS: Final = {
    ChangeKind.ADDED: ("+", "green"),
    ChangeKind.REMOVED: ("-", "red"),
    ChangeKind.CHANGED: ("~", "yellow"),
    ChangeKind.MOVED: (">", "blue"),
}
RISK_COLOURS: Final = {"high": "red", "medium": "yellow", "low": "blue"}
_LINE_COLOURS: Final = {"-": "red", "+": "green"}


def render(report: DiffReport, *, colour: bool = False, columns: int = 0) -> str:
    """The comparison as lines, the summary last; side by side when there are `columns` to fill."""
    paint = Paint(colour)
    found: list[str] = []
    for each in report.comparisons:
        if each.state is not State.UNCHANGED:
            found += [*comparison_lines(each, paint, columns), ""]
    if report.is_drift:
        found += _drift(report, paint)
    found += [paint(f"! {risk.name}: {risk.message}", RISK_COLOURS[risk.level]) for risk in report.risks]
    return "\n".join((*found, *(f"note: {note}" for note in report.notes), summary(report))) + "\n"


def _drift(report: DiffReport, paint: Paint) -> Iterator[str]:
    """The drift of each app in a few lines, above the summary."""
    for each, found in drifts(report.comparisons):
        yield paint(f"{each.app}: {counted(found)}", "", bold=True)
        for what, sentence in drift_lines(each, found, report.before, report.after):
            yield f"  {what:<8}{printable(sentence)}"
        yield ""


def summary(report: DiffReport) -> str:
    """One sentence: how many environments were compared and what was found in them."""
    if not report.comparisons and report.is_drift:
        return f"{report.before} and {report.after} deploy nothing from here."
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


def comparison_lines(each: Comparison, paint: Paint, columns: int = 0) -> Iterator[str]:
    """The lines of one build: its name, why it was looked at, failures, and every changed object."""
    place = paint(f"  {each.path}", "", dim=True) if each.path and each.path != each.title else ""
    yield paint(each.title, "", bold=True) + place
    for reason in each.reasons:
        yield paint(f"  because it {reason}", "", dim=True)
    for side, failure in each.failures:
        where = f"{failure.location}: " if failure.location else ""
        yield paint(f"  ! {NOT_RENDERED[side]} ({failure.kind}): ", "red") + printable(
            f"{where}{failure.message}"
        ).replace("\n", "\n    ")
    for note in each.notes:
        yield f"  {note}"
    for change in each.diff.changes:
        yield from _change(change, paint, columns)
    if each.diff.filtered:
        yield paint(f"  ({each.diff.filtered} filtered as noise)", "", dim=True)


def _change(change: Change, paint: Paint, columns: int) -> Iterator[str]:
    sign, name = SIGNS[change.kind]
    yield "  " + paint(f"{sign} {change.key}", name, bold=True)
    for note in change.notes:
        yield "      " + paint(printable(note), "", dim=True)
    for risk in change.risks:
        said = paint(f"! {risk.name} ({risk.level}): ", RISK_COLOURS[risk.level], bold=True)
        yield "      " + said + printable(risk.message)
    for each in change.fields:
        yield from (f"      {line}" for line in field(each, paint, columns - len("      ")))


def field(each: FieldChange, paint: Paint, width: int = 0) -> Iterator[str]:
    """One changed field as lines: both values on one line when they are short, else below each other.

    With a positive `width` long values stand side by side.
    """
    before = lines(each.before) if each.before_present else []
    after = lines(each.after) if each.after_present else []
    path = paint(printable(each.path), "cyan")
    if not each.path:
        yield from (paint(f"- {printable(line)}", "red") for line in before)
        yield from (paint(f"+ {printable(line)}", "green") for line in after)
    elif is_short(before, after):
        one, other = (printable(side[0]) if side else ABSENT for side in (before, after))
        yield f"{path}: {paint(one, 'red')} → {paint(other, 'green')}"
    else:
        yield f"{path}:"
        if width > 0:
            yield from side_by_side.columns(before, after, paint, width)
            return
        for line in hunks(before, after):
            yield "  " + paint(line, _LINE_COLOURS.get(line[0], ""))
