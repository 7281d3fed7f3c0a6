"""What a whole comparison found: one entry for each build that was looked at.

A build that one side cannot render has no diff at all, only the failure: it must never look like a
mass deletion. The values are complete and hidden where they must be; reporters only choose a form.
"""

from dataclasses import field
from enum import StrEnum
from typing import Final

from promoter.frozen import frozen
from promoter.model import ChangeKind, Diff, RenderFailure, Risk

NOT_RENDERED: Final = {
    "before": "before does not render",
    "after": "after does not render",
    "both": "neither side renders",
}


class State(StrEnum):
    """What came of comparing one build."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@frozen
class Comparison:
    """One build of one environment on both sides.

    `reasons` says why it was looked at ("reads apps/shop/base/deployment.yaml"). `failures` holds the
    sides that did not render (`before`, `after`, or `both` for one cause), with secrets hidden.
    """

    environment: str
    app: str
    path: str
    reasons: tuple[str, ...] = ()
    diff: Diff = field(default_factory=Diff)
    failures: tuple[tuple[str, RenderFailure], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        """Failed when a side did not render, else whether anything differs."""
        if self.failures:
            return State.FAILED
        return State.CHANGED if self.diff else State.UNCHANGED

    @property
    def title(self) -> str:
        """The environment and the app, as far as they are known, else the directory."""
        names = [name for name in (self.environment, self.app) if name]
        return " · ".join(names) if names else self.path or "."

    def count(self, kind: ChangeKind) -> int:
        """How many objects changed in this way."""
        return sum(change.kind is kind for change in self.diff.changes)


@frozen
class DiffReport:
    """Everything that one run compared. `before` and `after` name the sides as the user wrote them.

    `untouched` counts the builds that nothing changed could reach, and that were not rendered. `risks` are
    those of the change as a whole. With `is_drift` the sides are two environments.
    """

    before: str
    after: str
    comparisons: tuple[Comparison, ...]
    engine: str = ""
    untouched: int = 0
    notes: tuple[str, ...] = ()
    risks: tuple[Risk, ...] = ()
    is_drift: bool = False

    @property
    def changed(self) -> tuple[Comparison, ...]:
        """The comparisons with differences."""
        return tuple(each for each in self.comparisons if each.state is State.CHANGED)

    @property
    def failed(self) -> tuple[Comparison, ...]:
        """The comparisons with a side that did not render."""
        return tuple(each for each in self.comparisons if each.state is State.FAILED)

    @property
    def broken(self) -> tuple[Comparison, ...]:
        """The comparisons that rendered before and do not any more."""
        return tuple(each for each in self.failed if any(side == "after" for side, _ in each.failures))
