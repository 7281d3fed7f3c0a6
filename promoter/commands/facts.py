"""What the gates are told: which versions run where and since when, state files, the time."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from promoter.commands.clock import now
from promoter.commands.sites import sites_of
from promoter.commands.timelines import Chronicle, Watched, by_image
from promoter.commands.view import View
from promoter.commands.workspace import Workspace
from promoter.config import Environment, Windows
from promoter.deployables.projects import projects_of, windows_of
from promoter.gates import Candidate, Facts, GateState, Landed, Verdict, judge, read_state
from promoter.history import Timeline
from promoter.images.reference import normalised
from promoter.model import Plan
from promoter.plan import Site


def verdicts_of(
    workspace: Workspace, view: View, apps: Sequence[str], plan: Plan, running: "Running | None" = None
) -> tuple[Verdict, ...]:
    """Every gate's verdict on a plan; of several images, the worst verdict of each gate.

    `running` is what was read for many plans at once; without it the plan's own past is read. A plan
    without bumps asks no gate.
    """
    if not plan.bumps:
        return ()
    state = read_state(view.snapshot, workspace.config.state)
    environment = workspace.environment(plan.target)
    if running is None:
        upstream = [site for site in sites_of(view, apps) if site.environment in environment.needs]
        running = Running.of(workspace, view, upstream)
    found: dict[str, Verdict] = {}
    moves = dict.fromkeys((bump.app, bump.new.name, bump.new.version) for bump in plan.bumps)
    for app, name, version in moves:
        landed = running.of_image(app, name, version)
        checks = active_checks(workspace, environment, landed)
        facts = Facts(now(), state, landed, checks, windows=sync_windows(view, app, environment.name))
        for verdict in judge(Candidate(app, environment, version), facts):
            known = found.get(verdict.gate)
            if known is None or _rank(verdict) > _rank(known):
                found[verdict.gate] = verdict
    return tuple(found.values())


def sync_windows(view: View, app: str, environment: str) -> tuple[Windows, ...]:
    """When Argo CD's projects let the app sync in the environment; nothing where none says it."""
    known = projects_of(view.graph)
    deployed = (each for each in view.deployables if (each.app, each.environment) == (app, environment))
    return (
        tuple(dict.fromkeys(window for each in deployed for window in windows_of(known, each)))
        if known
        else ()
    )


def active_checks(
    workspace: Workspace, environment: Environment, landed: Mapping[str, Landed]
) -> dict[str, str]:
    """What the forge says of the checks that the environment asks of its needed environments.

    Looked up on the commit that landed the version there, and where that says nothing (a squash, a status
    that came later) on the base branch's head, while the version still runs there. Of several environments
    the worst word counts.
    """
    found: dict[str, str] = {}
    for name in environment.needs if environment.checks.active else ():
        ran = landed.get(name)
        said = workspace.states(ran.commit) if ran and ran.commit else {}
        runs = ran is None or ran.until is None
        head = workspace.states(workspace.base(fresh=False)) if runs else {}
        for check in environment.checks.active:
            state = said.get(check) or head.get(check, "missing")
            if found.get(check) in (None, "success"):
                found[check] = state
    return found


def _rank(verdict: Verdict) -> int:
    return (GateState.ALLOWED, GateState.PENDING, GateState.REFUSED).index(verdict.state)


class Running:
    """What runs and ran where, by app, normalised image name and environment, the newest first.

    What was rolled back from is not in `landed`; `bad` names those versions.
    """

    def __init__(
        self,
        landed: Mapping[tuple[str, str, str], tuple[Landed, ...]],
        bad: Mapping[tuple[str, str, str], frozenset[str]] | None = None,
    ) -> None:
        self.landed, self._bad = landed, bad or {}
        self._environments: dict[tuple[str, str], list[str]] = {}
        self._images: dict[str, dict[str, None]] = {}
        for app, name, environment in landed:
            self._environments.setdefault((app, name), []).append(environment)
            self._images.setdefault(app, {})[name] = None

    @classmethod
    def of(cls, workspace: Workspace, view: View, sites: Sequence[Site]) -> "Running":
        """What the sites run. In the work tree, what is not committed yet landed now."""
        if not any(site.pins for site in sites):
            return cls({})
        chronicle = Chronicle.of(workspace, view, [pin for site in sites for pin in site.pins])
        landed: dict[tuple[str, str, str], tuple[Landed, ...]] = {}
        bad: dict[tuple[str, str, str], frozenset[str]] = {}
        for site in sites:
            for name, pins in by_image(site.pins).items():
                if pins[0].image.version:
                    past = chronicle.timeline(Watched(pins, (site.app,), site.environment))
                    place = site.app, name, site.environment
                    landed[place] = _landed(pins[0].image.version, past)
                    bad[place] = frozenset(each.values[0].version for each in past.periods if each.bad)
        return cls(landed, bad)

    def images(self, app: str) -> tuple[str, ...]:
        """The normalised names of an app's images, in any environment."""
        return tuple(self._images.get(app, ()))

    def current(self, app: str, image: str, environment: str) -> Landed | None:
        """What an environment runs of an app's image now, None when it runs none."""
        return next(iter(self.landed.get((app, normalised(image), environment), ())), None)

    def left(self, app: str, image: str, environment: str) -> frozenset[str]:
        """The versions of an app's image that the environment was rolled back from for good."""
        return self._bad.get((app, normalised(image), environment), frozenset())

    def of_image(self, app: str, image: str, version: str) -> dict[str, Landed]:
        """For each environment, when it last ran the version of an app's image, or else what it runs."""
        name = normalised(image)
        ran = {env: self.landed[app, name, env] for env in self._environments.get((app, name), ())}
        return {
            env: next((each for each in landed if each.version == version), landed[0])
            for env, landed in ran.items()
        }

    def of_any(self, apps: Sequence[str], image: str, version: str) -> dict[str, Landed]:
        """The same for the first of several apps that has the image."""
        found = (self.of_image(app, image, version) for app in apps)
        return next((landed for landed in found if landed), {})


def _landed(version: str, past: Timeline) -> tuple[Landed, ...]:
    """The versions of a pin, the newest first, without those that were rolled back from."""
    found = [
        Landed(
            period.values[0].version,
            datetime.fromtimestamp(period.since, UTC),
            period.commit,
            datetime.fromtimestamp(period.until, UTC) if period.until is not None else None,
        )
        for period in reversed(past.periods)
        if period.until is None or not period.bad
    ]
    if not found or found[0].version != version:
        found.insert(0, Landed(version, now()))
    return tuple(found)
