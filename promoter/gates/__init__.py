"""The gates before a promotion: pure decisions from facts, each with a reason.

The shell collects Facts; `judge` asks every gate. A missing fact is *pending*, never success: a check
that nobody reported has not passed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import Final

from promoter.config import Environment, Windows
from promoter.errors import UsageError, nearest
from promoter.frozen import frozen
from promoter.gates.access import Actor, access_gate
from promoter.gates.existence import existence_gate
from promoter.gates.irreversible import irreversible_gate
from promoter.gates.result import lint_gate
from promoter.gates.state import (
    Note,
    State,
    freeze_path,
    hold_path,
    note_file,
    read_state,
    skip_path,
)
from promoter.gates.verdict import GateState, Verdict, allowed, pending, refused
from promoter.gates.windows import controller_gate, covering, next_start, window_gate

__all__ = [
    "OF_VERSION",
    "OVERRIDABLE",
    "Actor",
    "Candidate",
    "Facts",
    "GateState",
    "Landed",
    "Note",
    "State",
    "Verdict",
    "access_gate",
    "check_overridable",
    "covering",
    "existence_gate",
    "freeze_path",
    "hold_path",
    "irreversible_gate",
    "judge",
    "lint_gate",
    "next_start",
    "note_file",
    "read_state",
    "refused",
    "skip_path",
    "window_gate",
]

OVERRIDABLE: Final = ("order", "soak", "window", "checks", "freeze", "exists", "lint", "irreversible")
"""The gates that `--override` may open; holds and skips have commands of their own."""

OF_VERSION: Final = ("skip", "order", "soak", "checks")
"""The gates that ask about the version itself, so that another one may pass where this one does not."""


def check_overridable(names: Iterable[str]) -> None:
    """Raise UsageError for the first name that is no gate, or one that does not open by hand."""
    for name in names:
        if name not in OVERRIDABLE:
            hint = nearest(name, OVERRIDABLE, "gates that open by hand")
            raise UsageError(f"the gate {name!r} does not open by hand", hint=hint)


@frozen
class Candidate:
    """A version that somebody wants in an environment."""

    app: str
    environment: Environment
    version: str


@frozen
class Landed:
    """A version that an environment runs or ran of an app.

    `since` and `until` are aware; `until` is None for the version that runs now.
    """

    version: str
    since: datetime
    commit: str = ""
    until: datetime | None = None


@frozen
class Facts:
    """What is known when a gate is asked.

    `running` gives for each environment when it ran the candidate's version, or else what it runs now.
    `checks` maps a check's name to the forge's word (`success`, `failure`, `pending`) on the commit that
    landed the version upstream; `proposed` the same for the head of the pull request,
    None before there is one. `windows` are those of the controllers that sync the environment.
    """

    now: datetime
    state: State
    running: Mapping[str, Landed] = field(default_factory=dict)
    checks: Mapping[str, str] = field(default_factory=dict)
    proposed: Mapping[str, str] | None = None
    approvals: frozenset[str] | None = None
    windows: tuple[Windows, ...] = ()


def judge(candidate: Candidate, facts: Facts) -> tuple[Verdict, ...]:
    """Every gate's verdict, in a fixed order; gates that are not configured answer `allowed`."""
    return (
        hold_gate(candidate, facts),
        skip_gate(candidate, facts),
        freeze_gate(candidate, facts),
        order_gate(candidate, facts),
        soak_gate(candidate, facts),
        _window(candidate, facts),
        checks_gate(candidate, facts),
        *proposed_gates(candidate, facts),
    )


def _window(candidate: Candidate, facts: Facts) -> Verdict:
    """The environment's own windows, and when they let it through those of the controllers."""
    own = window_gate(candidate.environment.windows, facts.now)
    return controller_gate(facts.windows, facts.now) if own.passed and facts.windows else own


def hold_gate(candidate: Candidate, facts: Facts) -> Verdict:
    """Whether somebody holds the app where it is."""
    name = candidate.environment.name
    note = facts.state.holds.get((name, candidate.app))
    if note is None or note.is_over(facts.now):
        return allowed("hold", "not held")
    release = f"`promoter release {candidate.app} --in {name}` lets it go"
    return refused("hold", f"{candidate.app} is held in {name}{_why(note)}; {release}")


def skip_gate(candidate: Candidate, facts: Facts) -> Verdict:
    """Whether the version was marked as one not to promote."""
    note = facts.state.skips.get((candidate.app, candidate.version))
    if note is None or note.is_over(facts.now):
        return allowed("skip", "not skipped")
    return refused(
        "skip",
        f"{candidate.app}@{candidate.version} is skipped{_why(note)}; "
        f"`promoter unskip {candidate.app}@{candidate.version}` allows it again",
    )


def freeze_gate(candidate: Candidate, facts: Facts) -> Verdict:
    """Whether the environment takes nothing now."""
    name = candidate.environment.name
    for named in (name, candidate.environment.group):
        note = facts.state.freezes.get(named) if named else None
        if note is not None and not note.is_over(facts.now):
            return refused("freeze", f"{named} is frozen{_why(note)}; `promoter unfreeze {named}` ends it")
    return allowed("freeze", "not frozen")


def order_gate(candidate: Candidate, facts: Facts) -> Verdict:
    """Whether the needed environments run the version already."""
    environment = candidate.environment
    if not environment.needs:
        return allowed("order", "needs no other environment first")
    having = [name for name in environment.needs if _runs(candidate, facts, name)]
    missing = [name for name in environment.needs if name not in having]
    if not missing or (having and environment.needs_mode == "any"):
        return allowed("order", f"{', '.join(having)} run{'s' if len(having) == 1 else ''} it")
    return pending("order", f"{candidate.version} has to run in {', '.join(missing)} first")


def soak_gate(candidate: Candidate, facts: Facts) -> Verdict:
    """Whether the version has been unchanged upstream for long enough."""
    environment = candidate.environment
    if not environment.soak or not environment.needs:
        return allowed("soak", "no soak time asked")
    ready: list[datetime] = []
    waiting: list[str] = []
    for name in environment.needs:
        landed = facts.running.get(name)
        if landed is None or landed.version != candidate.version:
            waiting.append(f"{name} never ran it")
            continue
        done = landed.since + timedelta(seconds=environment.soak)
        if done <= (landed.until or facts.now):
            ready.append(done)
        elif landed.until is not None:
            waiting.append(f"{name} ran it for too short a time")
        else:
            waiting.append(f"in {name} until {done.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
    if not waiting or (ready and environment.needs_mode == "any"):
        return allowed("soak", f"soaked for {_span(environment.soak)}")
    return pending("soak", f"soaks for {_span(environment.soak)}: {'; '.join(waiting)}")


def checks_gate(candidate: Candidate, facts: Facts) -> Verdict:
    """Whether the checks asked of the running version are green."""
    return _checks("checks", candidate.environment.checks.active, facts.checks, "where it runs already")


def proposed_gates(candidate: Candidate, facts: Facts) -> tuple[Verdict, ...]:
    """The gates of landing a pull request; none before there is one."""
    if facts.proposed is None:
        return ()
    environment = candidate.environment
    found = [_checks("proposed", environment.checks.proposed, facts.proposed, "on the pull request")]
    wanted = environment.approvals.count
    if wanted:
        given = len(facts.approvals or ())
        said = f"{given} of {wanted} approvals"
        found.append(allowed("approvals", said) if given >= wanted else pending("approvals", said))
    return tuple(found)


def _checks(gate: str, names: tuple[str, ...], reported: Mapping[str, str], where: str) -> Verdict:
    failed = [name for name in names if reported.get(name) in ("failure", "error")]
    missing = [name for name in names if reported.get(name) != "success" and name not in failed]
    if failed:
        return refused(gate, f"{', '.join(failed)} failed {where}")
    if missing:
        return pending(gate, f"waits for {', '.join(missing)} {where}")
    return allowed(gate, f"{', '.join(names)} passed {where}" if names else "no checks asked")


def _runs(candidate: Candidate, facts: Facts, name: str) -> bool:
    landed = facts.running.get(name)
    return landed is not None and landed.version == candidate.version


def _why(note: Note) -> str:
    who = f" by {note.by}" if note.by else ""
    until = f" until {note.until.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if note.until else ""
    because = f" because {note.because!r}" if note.because else ""
    return f"{who}{until}{because}" + (f" ({note.problem})" if note.problem else "")


def _span(seconds: int) -> str:
    for size, letter in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds % size == 0:
            return f"{seconds // size}{letter}"
    return f"{seconds}s"
