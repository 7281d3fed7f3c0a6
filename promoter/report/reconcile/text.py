"""The decisions of reconcile as a table; what is up to date is only counted."""

from typing import Final

from promoter.report.paint import Paint
from promoter.report.reconcile.value import ReconcileReport
from promoter.report.table import table

_COLOURS: Final = {
    "propose": "green",
    "rebuild": "green",
    "land": "green",
    "close": "yellow",
    "wait": "yellow",
    "refuse": "red",
}
_HEADER: Final = ("APP", "ENVIRONMENT", "VERSION", "DECISION", "WHY")


def render(report: ReconcileReport, *, colour: bool = False) -> str:
    """The table of what is not up to date, and how many are."""
    paint = Paint(colour)
    rows = []
    for each in report.active:
        number = f" #{each.pull_request.number}" if each.pull_request else ""
        step = paint(f"{each.step}{number}", _COLOURS.get(each.step, ""))
        rows.append((each.subject, each.environment, each.version, step, each.reason))
    rest = len(report.decisions) - len(rows)
    counted = f"{rest} {'is' if rest == 1 else 'are'} up to date.\n" if rest or not rows else ""
    notes = "".join(f"note: {note}\n" for note in report.notes)
    return (table(_HEADER, rows, paint) if rows else "") + counted + notes
