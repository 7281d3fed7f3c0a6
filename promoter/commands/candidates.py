"""Which state of an environment moves on when its present one may not yet: the newest that has soaked.

Where new versions come faster than they soak, waiting for the newest would mean waiting for ever. Callers
may rely on this: versions are only taken together as they ran together, none is behind what the target
runs, and none is one that the target was rolled back from.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from promoter.commands.clock import now
from promoter.commands.facts import Running, active_checks
from promoter.commands.workspace import Workspace
from promoter.config import AppImage
from promoter.frozen import frozen
from promoter.gates import OF_VERSION, Candidate, Facts, Landed, State, Verdict, judge
from promoter.images.reference import normalised
from promoter.images.versions import compare

Key = tuple[str, str]
"""An app, and the normalised name of one of its images."""


@frozen
class Ran:
    """What an environment ran from a moment (aware) on, and the commit that began it."""

    since: datetime
    commit: str
    versions: Mapping[Key, str]


@frozen
class Due:
    """An earlier state that may move now, and the gate that the `newest` versions still wait for."""

    ran: Ran
    newest: str
    waits: Verdict

    def __str__(self) -> str:
        return f"{self.newest}: {self.waits.gate}: {self.waits.reason}"


@frozen
class Route:
    """What is asked about: apps that move together, from one environment to another."""

    apps: tuple[str, ...]
    source: str
    target: str


def states(landed: Mapping[Key, Sequence[Landed]]) -> Iterator[Ran]:
    """Everything that ran together, the newest first, from what ran of each image.

    A time at which one of the images is not known (it ran what was rolled back from) is left out.
    """
    moments = sorted({each.since for past in landed.values() for each in past}, reverse=True)
    for moment in moments:
        found = {key: _at(moment, past) for key, past in landed.items()}
        there = {key: each for key, each in found.items() if each is not None}
        if len(there) == len(found):
            begun = max(there.values(), key=lambda each: each.since)
            yield Ran(moment, begun.commit, {key: each.version for key, each in there.items()})


def due(workspace: Workspace, running: Running, state: State, route: Route) -> Due | None:
    """The newest earlier state of the source that may move to the target now.

    None when the present state is the one to look at: its versions pass the gates that are about versions,
    or nothing earlier does. Other gates (a hold, a window) are the same for every version and not asked.
    """
    pasts = {
        (app, name): running.landed[app, name, route.source]
        for app in route.apps
        for name in running.images(app)
        if running.current(app, name, route.source) and running.current(app, name, route.target)
    }
    question = _Question(workspace, running, state, route, pasts)
    found = states(pasts)
    present = next(found, None)
    newest = question.moves(present) if present else {}
    waits = question.closed(newest)
    if waits is None:
        return None
    for ran in islice(found, 1000):
        moves = question.moves(ran)
        if not moves:
            return None
        if question.is_forward(ran, moves) and question.closed(moves) is None:
            return Due(ran, ", ".join(dict.fromkeys(newest.values())), waits)
    return None


@frozen
class _Question:
    workspace: Workspace
    running: Running
    state: State
    route: Route
    pasts: Mapping[Key, Sequence[Landed]]

    def here(self, key: Key) -> str:
        """The version that the target runs."""
        landed = self.running.current(*key, self.route.target)
        return landed.version if landed else ""

    def moves(self, ran: Ran) -> dict[Key, str]:
        """What the target would get that it does not run."""
        return {key: version for key, version in ran.versions.items() if version != self.here(key)}

    def closed(self, moves: Mapping[Key, str]) -> Verdict | None:
        """The first gate about versions that is not open."""
        environment = self.workspace.environment(self.route.target)
        for (app, name), version in moves.items():
            landed = self.running.of_image(app, name, version)
            facts = Facts(now(), self.state, landed, active_checks(self.workspace, environment, landed))
            for verdict in judge(Candidate(app, environment, version), facts):
                if verdict.gate in OF_VERSION and not verdict.passed:
                    return verdict
        return None

    def is_forward(self, ran: Ran, moves: Mapping[Key, str]) -> bool:
        """Whether every move goes to a newer version, and to none that the target was rolled back from."""
        return all(
            version not in self.running.left(*key, self.route.target) and self._is_newer(key, version, ran)
            for key, version in moves.items()
        )

    def _is_newer(self, key: Key, version: str, ran: Ran) -> bool:
        """By the app's order; where that cannot tell, the source ran the target's version only before."""
        app = self.workspace.config.apps.get(key[0])
        here = self.here(key)
        order = _order(app.images if app else (), key[1])
        told = compare(here, version, order)
        if told is not None:
            return told > 0
        times = [each.since for each in self.pasts[key] if each.version == here]
        return bool(times) and max(times) < ran.since


def _order(rules: Iterable[AppImage], image: str) -> str:
    """The order of an image's versions: the configured one, else that of semantic versions."""
    names = ((rule.order, (rule.repo, *rule.names)) for rule in rules)
    return next((order for order, known in names if image in map(normalised, known)), "semver")


def _at(moment: datetime, past: Iterable[Landed]) -> Landed | None:
    return next(
        (each for each in past if each.since <= moment and (each.until is None or moment < each.until)),
        None,
    )
