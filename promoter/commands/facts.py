"""What the gates are told: which versions run where and since when, state files, the time."""

import time
from datetime import UTC, datetime

from promoter.commands.sites import sites_of
from promoter.commands.timelines import Chronicle, Watched, by_image
from promoter.commands.workspace import View, Workspace
from promoter.gates import Candidate, Facts, GateState, Landed, Verdict, judge, read_state
from promoter.images.reference import normalised
from promoter.model import Plan
from promoter.plan import Site


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.fromtimestamp(time.time(), UTC)


def verdicts_of(workspace: Workspace, view: View, app: str, plan: Plan) -> tuple[Verdict, ...]:
    """Every gate's verdict on a plan; of several images, the worst verdict of each gate."""
    state = read_state(view.snapshot, workspace.config.state)
    environment = workspace.environment(plan.target)
    upstream = [site for site in sites_of(view, [app]) if site.environment in environment.needs]
    running = Running.of(workspace, view, upstream)
    found: dict[str, Verdict] = {}
    for name, version in dict.fromkeys((bump.new.name, bump.new.version) for bump in plan.bumps):
        facts = Facts(now(), state, running.of_image(app, name))
        for verdict in judge(Candidate(app, environment, version), facts):
            known = found.get(verdict.gate)
            if known is None or _rank(verdict) > _rank(known):
                found[verdict.gate] = verdict
    return tuple(found.values())


def _rank(verdict: Verdict) -> int:
    return (GateState.ALLOWED, GateState.PENDING, GateState.REFUSED).index(verdict.state)


class Running:
    """What runs where and since when, by app, normalised image name and environment."""

    def __init__(self, landed: dict[tuple[str, str, str], Landed]) -> None:
        self.landed = landed

    @classmethod
    def of(cls, workspace: Workspace, view: View, sites: list[Site]) -> "Running":
        """What the sites run. In the work tree, what is not committed yet landed now."""
        revision = view.snapshot.revision or "HEAD"
        chronicle = Chronicle.of(workspace, revision, [pin for site in sites for pin in site.pins])
        landed: dict[tuple[str, str, str], Landed] = {}
        for site in sites:
            for name, pins in by_image(site.pins).items():
                version = pins[0].image.version
                if not version:
                    continue
                period = chronicle.timeline(Watched(pins, (site.app,), site.environment)).current
                current = period if period and period.values[0].version == version else None
                since = datetime.fromtimestamp(current.since, UTC) if current else now()
                landed[site.app, name, site.environment] = Landed(
                    version, since, current.commit if current else ""
                )
        return cls(landed)

    def of_image(self, app: str, image: str) -> dict[str, Landed]:
        """What each environment runs of an app's image."""
        wanted = normalised(image)
        return {env: landed for (a, name, env), landed in self.landed.items() if (a, name) == (app, wanted)}
