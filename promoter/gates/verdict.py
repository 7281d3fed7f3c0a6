"""What a gate answers: allowed, pending or refused, and why, in one sentence for people."""

from enum import StrEnum

from promoter.frozen import frozen


class GateState(StrEnum):
    """`pending` may pass later by itself; `refused` needs somebody to act."""

    ALLOWED = "allowed"
    PENDING = "pending"
    REFUSED = "refused"


@frozen
class Verdict:
    """One gate's answer. `gate` is the name that `--override` takes.

    `warning` marks an open gate whose reason people should see all the same.
    """

    gate: str
    state: GateState
    reason: str
    warning: bool = False

    @property
    def passed(self) -> bool:
        """Whether the gate lets the change through now."""
        return self.state is GateState.ALLOWED


def allowed(gate: str, reason: str, *, warning: bool = False) -> Verdict:
    """The gate is open, and why."""
    return Verdict(gate, GateState.ALLOWED, reason, warning)


def pending(gate: str, reason: str) -> Verdict:
    """The gate is closed for now; what it waits for."""
    return Verdict(gate, GateState.PENDING, reason)


def refused(gate: str, reason: str) -> Verdict:
    """The gate is closed until somebody acts; who or what."""
    return Verdict(gate, GateState.REFUSED, reason)
