"""The whole repository at a glance as a value: who runs what, what happened, what differs."""

from promoter.diff.comparison import DiffReport
from promoter.frozen import frozen
from promoter.report.history import HistoryEntry
from promoter.report.status import StatusReport, StatusRow


@frozen
class OverviewReport:
    """Everything that the page shows.

    `name` is the repository's; `entries` its timeline, the newest first; `drift` one comparison for each
    step from the first environment to the last; `change` what is not committed or not merged yet.
    """

    name: str
    status: StatusReport
    entries: tuple[HistoryEntry, ...]
    drift: tuple[DiffReport, ...]
    change: DiffReport
    notes: tuple[str, ...] = ()


def behind_by(report: OverviewReport, row: StatusRow) -> int | None:
    """How many versions of the environment before came after the one that runs here.

    0 when the row is not behind; None when its version never ran there, so that nothing can be counted.
    """
    if not row.waiting:
        return 0
    newest_first = [
        entry.version
        for entry in report.entries
        if (entry.app, entry.environment, entry.image) == (row.app, row.upstream, row.image)
    ]
    newest_first = list(dict.fromkeys(newest_first))
    return newest_first.index(row.version) if row.version in newest_first else None
