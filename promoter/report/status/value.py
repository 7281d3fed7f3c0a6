"""The state of every app in every environment as a value."""

from dataclasses import dataclass
from datetime import datetime

from promoter.gates import Note, Verdict
from promoter.model import PullRequest


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One image of one app in one environment.

    `version` is empty when nothing pins it. `waiting` is the version that the environment before runs
    and this one does not, with that environment's name in `upstream`; both are empty when this one is
    not behind. `gates` are the verdicts on promoting it. `reason` is set for what cannot be known.
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
    hold: Note | None = None
    pull_request: PullRequest | None = None
    reason: str = ""

    @property
    def stopped_by(self) -> Verdict | None:
        """The first gate that is not open, None when the waiting version could move now."""
        return next((verdict for verdict in self.gates if not verdict.passed), None)


@dataclass(frozen=True, slots=True)
class StatusReport:
    """Every row, apps by name and environments in the order of promotion; `now` is when it was asked."""

    now: datetime
    environments: tuple[str, ...]
    rows: tuple[StatusRow, ...]
    notes: tuple[str, ...] = ()
