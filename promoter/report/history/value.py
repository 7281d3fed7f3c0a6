"""The history of an app as a value."""

from datetime import datetime

from promoter.frozen import frozen


@frozen
class HistoryEntry:
    """One version that an environment ran of one image, from `since` until `until` (None: it still does).

    `action` is `promote`, `rollback` or `other`; `bad` says that it was rolled back from.
    """

    app: str
    environment: str
    image: str
    version: str
    since: datetime
    until: datetime | None
    commit: str
    author: str
    action: str
    bad: bool


@frozen
class HistoryReport:
    """Entries by environment in the order of promotion, then image, the newest first."""

    entries: tuple[HistoryEntry, ...]
    notes: tuple[str, ...] = ()
