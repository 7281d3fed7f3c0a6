"""What the gates are told: versions that run where, state files, the time."""

import time
from datetime import UTC, datetime

from promoter.commands.workspace import View, Workspace
from promoter.gates import Candidate, Facts, GateState, Landed, Verdict, judge, read_state
from promoter.images import effective, pins
from promoter.images.reference import normalised
from promoter.model import Plan


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.fromtimestamp(time.time(), UTC)


def verdicts_of(workspace: Workspace, view: View, app: str, plan: Plan) -> tuple[Verdict, ...]:
    """Every gate's verdict on a plan; of several images, the worst verdict of each gate."""
    state = read_state(view.snapshot, workspace.config.state)
    environment = workspace.environment(plan.target)
    found: dict[str, Verdict] = {}
    for image in dict.fromkeys((bump.new.name, bump.new.version) for bump in plan.bumps):
        facts = Facts(now(), state, running(view, app, image[0]))
        for verdict in judge(Candidate(app, environment, image[1]), facts):
            known = found.get(verdict.gate)
            if known is None or _rank(verdict) > _rank(known):
                found[verdict.gate] = verdict
    return tuple(found.values())


def running(view: View, app: str, image: str) -> dict[str, Landed]:
    """What each environment runs of one image of an app, and since when."""
    found: dict[str, Landed] = {}
    for each in view.deployables:
        if each.app != app or each.path is None:
            continue
        for pin in effective(view.graph, each.path, pins(view.graph, each.path)):
            if normalised(pin.image.name) == normalised(image) and pin.image.version:
                found.setdefault(each.environment, Landed(pin.image.version, now()))
    return found


def _rank(verdict: Verdict) -> int:
    return (GateState.ALLOWED, GateState.PENDING, GateState.REFUSED).index(verdict.state)
