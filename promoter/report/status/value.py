"""The state of every app in every environment as a value."""

from datetime import datetime

from promoter.frozen import frozen
from promoter.gates import OF_VERSION, Note, Verdict
from promoter.model import PullRequest


@frozen
class StatusRow:
    """One image of one app in one environment.

    `version` is empty when nothing pins it. `waiting` is the version that the environment before runs
    and this one does not, with that environment's name in `upstream`; both are empty when this one is
    not behind. `gates` are the verdicts on promoting it. `due` is an earlier version of `upstream` that
    may move before it, empty when there is none. `obstacle` says why a promotion could not edit the version
    where it is written. `reason` is set for what cannot be known.
    """

    app: str
    environment: str
    image: str = ""
    version: str = ""
    since: datetime | None = None
    commit: str = ""
    upstream: str = ""
    waiting: str = ""
    gates: tuple[Verdict, ...] = ()
    due: str = ""
    obstacle: str = ""
    hold: Note | None = None
    pull_request: PullRequest | None = None
    reason: str = ""

    @property
    def stopped_by(self) -> Verdict | None:
        """The first gate that is not open, None when the waiting version could move now."""
        return next((verdict for verdict in self.gates if not verdict.passed), None)

    @property
    def due_stopped_by(self) -> Verdict | None:
        """The first closed gate that is the same for every version, which stops the due one too."""
        closed = (verdict for verdict in self.gates if not verdict.passed)
        return next((verdict for verdict in closed if verdict.gate not in OF_VERSION), None)

    @property
    def can_move(self) -> bool:
        """Whether some version could be promoted to here now."""
        stopped = self.due_stopped_by if self.due else self.stopped_by
        return bool(self.waiting) and stopped is None and not self.obstacle


@frozen
class StatusReport:
    """Every row, apps by name and environments in the order of promotion; `now` is when it was asked."""

    now: datetime
    environments: tuple[str, ...]
    rows: tuple[StatusRow, ...]
    notes: tuple[str, ...] = ()
