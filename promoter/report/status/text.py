"""The status as a table for a terminal."""

from collections import Counter
from datetime import datetime
from itertools import islice

from promoter.gates import OF_VERSION, Verdict
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
    if row.due:
        said += _move(row, row.due, row.due_stopped_by, paint)
        closed = (verdict for verdict in row.gates if not verdict.passed and verdict.gate in OF_VERSION)
        said += [f"then {row.waiting}: {verdict.gate}: {verdict.reason}" for verdict in islice(closed, 1)]
    elif row.waiting:
        said += _move(row, row.waiting, row.stopped_by, paint)
    return "; ".join(said)


def _move(row: StatusRow, version: str, stopped: Verdict | None, paint: Paint) -> list[str]:
    """That a version can be promoted, or what stops it; a hold is told already."""
    if stopped is not None and stopped.gate == "hold":
        return []
    if stopped is not None:
        return [f"{version} from {row.upstream}: {stopped.gate}: {stopped.reason}"]
    if row.obstacle:
        return [f"{version} from {row.upstream}: {row.obstacle}"]
    return [paint(f"{version} from {row.upstream} can be promoted", "green")]


def span(seconds: float) -> str:
    """A length of time as people say it: `3d`, `5h`, `12m`; `now` below a minute."""
    for size, letter in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= size:
            return f"{int(seconds // size)}{letter}"
    return "now"
