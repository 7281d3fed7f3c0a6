"""The status as a table for a terminal."""

from collections import Counter
from datetime import datetime

from promoter.report.paint import Paint
from promoter.report.status.value import StatusReport, StatusRow
from promoter.report.table import table

_HEADER = ("APP", "ENVIRONMENT", "VERSION", "AGE", "NEXT")


def render(report: StatusReport, *, colour: bool = False) -> str:
    """The table, its notes below; a sentence when nothing is deployed."""
    paint = Paint(colour)
    notes = "".join(f"note: {note}\n" for note in report.notes)
    if not report.rows:
        return "Nothing that this repository deploys was found.\n" + notes
    counts = Counter((row.app, row.environment) for row in report.rows)
    rows = [
        _cells(row, report.now, paint, named=counts[row.app, row.environment] > 1) for row in report.rows
    ]
    return table(_HEADER, rows, paint) + notes


def _cells(row: StatusRow, now: datetime, paint: Paint, *, named: bool) -> tuple[str, ...]:
    version = f"{row.image.rpartition('/')[2]}:{row.version}" if named else row.version
    if row.reason:
        version = paint("unresolved" if not row.version else version, "yellow")
    elif not row.version:
        version = paint("none pinned", "", dim=True)
    age = span((now - row.since).total_seconds()) if row.since else ""
    return row.app, row.environment or paint("(unknown)", "yellow"), version, age, _next(row, paint)


def _next(row: StatusRow, paint: Paint) -> str:
    if row.reason:
        return row.reason
    said = []
    if row.hold is not None:
        because = f": {row.hold.because}" if row.hold.because else ""
        said.append(paint(f"held{because}", "yellow"))
    if row.pull_request is not None:
        said.append(paint(f"#{row.pull_request.number} {row.pull_request.title}", "cyan"))
    if row.waiting:
        stopped = row.stopped_by
        if stopped is None:
            said.append(paint(f"{row.waiting} from {row.upstream} can be promoted", "green"))
        elif stopped.gate != "hold":
            said.append(f"{row.waiting} from {row.upstream}: {stopped.gate}: {stopped.reason}")
    return "; ".join(said)


def span(seconds: float) -> str:
    """A length of time as people say it: `3d`, `5h`, `12m`; `now` below a minute."""
    for size, letter in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= size:
            return f"{int(seconds // size)}{letter}"
    return "now"
