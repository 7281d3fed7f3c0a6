"""One run of reconcile as a value."""

from typing import Literal

from promoter.frozen import frozen
from promoter.model import PullRequest

Step = Literal["propose", "rebuild", "land", "close", "wait", "refuse", "unchanged", "nothing"]


@frozen
class Decision:
    """What is to be done for one subject and environment, and why.

    `propose` makes a pull request, `rebuild` brings an open one up to date, `land` merges, `close`
    closes one that is overtaken, `wait` waits for a gate, `refuse` needs somebody to act, `unchanged`
    has an open request that says what it should, `nothing` is up to date. `version` is the one in
    question, empty when there is none.
    """

    subject: str
    environment: str
    step: Step
    reason: str
    version: str = ""
    pull_request: PullRequest | None = None
    commit: str = ""


@frozen
class ReconcileReport:
    """Every decision, by environment in the order of promotion, then app; `done` is False for a plan."""

    decisions: tuple[Decision, ...]
    done: bool = True
    notes: tuple[str, ...] = ()

    @property
    def active(self) -> tuple[Decision, ...]:
        """The decisions that say something: all but `nothing`."""
        return tuple(each for each in self.decisions if each.step != "nothing")
