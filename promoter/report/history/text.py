"""The history as a table for a terminal."""

from promoter.report.history.value import HistoryReport
from promoter.report.paint import Paint
from promoter.report.table import table

_HEADER = ("ENVIRONMENT", "VERSION", "FROM", "UNTIL", "BY", "COMMIT", "")


def render(report: HistoryReport, *, colour: bool = False) -> str:
    """The table, its notes below; a sentence when there is no history."""
    paint = Paint(colour)
    notes = "".join(f"note: {note}\n" for note in report.notes)
    if not report.entries:
        return "No version was ever pinned.\n" + notes
    several = len({entry.image for entry in report.entries}) > 1
    rows = []
    for entry in report.entries:
        version = f"{entry.image.rpartition('/')[2]}:{entry.version}" if several else entry.version
        now = entry.until is None
        rows.append(
            (
                entry.environment,
                paint(version, "green" if now else "red" if entry.bad else ""),
                f"{entry.since:%Y-%m-%d %H:%M}",
                "now" if entry.until is None else f"{entry.until:%Y-%m-%d %H:%M}",
                entry.author,
                entry.commit[:10],
                "rolled back from" if entry.bad else entry.action if entry.action != "other" else "",
            )
        )
    return table(_HEADER, rows, paint) + notes
