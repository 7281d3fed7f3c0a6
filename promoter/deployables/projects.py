"""Argo CD's AppProjects: what an Application may read and write, and when it may sync.

Values for the gates and for evidence; nothing is refused here. Rules:
https://argo-cd.readthedocs.io/en/stable/user-guide/projects/ and
https://argo-cd.readthedocs.io/en/stable/user-guide/sync_windows/
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from promoter.config import Window, Windows
from promoter.deployables.globs import doublestar
from promoter.deployables.objects import ControllerObject, mapping, sequence, string
from promoter.deployables.reading import Sources
from promoter.deployables.settings import canonical_url, printable_url
from promoter.frozen import frozen
from promoter.kustomize import Graph
from promoter.model import Deployable, Destination, Json, Location

_DAILY = "0 0 * * *"
_NAMED = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": _DAILY,
    "@midnight": _DAILY,
    "@hourly": "0 * * * *",
}
_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


@frozen
class SyncWindow:
    """One window of a project: `kind` is `allow` or `deny`, `duration` in seconds.

    It covers an Application when its name, namespace or cluster matches a pattern; with `every` all the
    kinds of pattern that it has must match.
    """

    kind: str
    schedule: str
    duration: int
    timezone: str
    applications: tuple[str, ...]
    namespaces: tuple[str, ...]
    clusters: tuple[str, ...]
    every: bool = False

    def covers(self, name: str, destination: Destination) -> bool:
        """Whether the window is about an Application of this name and destination."""
        tested = [
            any(doublestar(pattern).fullmatch(value) for pattern in patterns)
            for patterns, value in (
                (self.applications, name),
                (self.namespaces, destination.namespace),
                (self.clusters, destination.cluster),
            )
            if patterns
        ]
        return bool(tested) and (all(tested) if self.every else any(tested))


@frozen
class Project:
    """One AppProject: the repositories and destinations it permits, and its windows."""

    name: str
    repositories: tuple[str, ...]
    destinations: tuple[Mapping[str, Json], ...]
    windows: tuple[SyncWindow, ...]
    location: Location

    def refusal(self, url: str, destination: Destination) -> str | None:
        """Why the project does not permit this source or destination, None when it does."""
        if not _permits(self.repositories, canonical_url(url)):
            return f"the AppProject {self.name} does not permit the source {printable_url(url)}"
        where = f"{destination.cluster or 'in-cluster'}/{destination.namespace}"
        wanted = [each for each in self.destinations if _reaches(each, destination)]
        denied = any(string(each.get("namespace")).startswith("!") for each in wanted)
        if not wanted or denied:
            return f"the AppProject {self.name} does not permit the destination {where}"
        return None


def projects(objects: Iterable[ControllerObject]) -> dict[str, Project]:
    """The AppProjects among the objects by name; of two with a name, the last one."""
    found = (each for each in objects if each.kind == "AppProject")
    return {each.name: _project(each) for each in found}


@lru_cache(maxsize=8)
def projects_of(graph: Graph) -> Mapping[str, Project]:
    """The AppProjects that the files of the graph's snapshot hold, by name."""
    return projects(found for holding in Sources(graph).files.values() for found in holding)


def windows_of(known: Mapping[str, Project], deployable: Deployable) -> tuple[Windows, ...]:
    """When the deployable's project lets it sync: one value for each time zone that its windows have."""
    project = known.get(string(mapping(deployable.overrides.get("spec")).get("project")) or "default")
    if deployable.controller != "argocd" or project is None:
        return ()
    covering = [each for each in project.windows if each.covers(deployable.name, deployable.destination)]
    zones = sorted({each.timezone for each in covering})
    return tuple(
        Windows(zone, _of_kind(covering, "allow", zone, project), _of_kind(covering, "deny", zone, project))
        for zone in zones
    )


def _of_kind(windows: Iterable[SyncWindow], kind: str, zone: str, project: Project) -> tuple[Window, ...]:
    name = f"AppProject {project.name}"
    chosen = (each for each in windows if each.kind == kind and each.timezone == zone)
    return tuple(Window(each.schedule, each.duration, name) for each in chosen)


def _project(found: ControllerObject) -> Project:
    spec = found.spec
    return Project(
        found.name,
        _texts(spec.get("sourceRepos")),
        tuple(mapping(each) for each in sequence(spec.get("destinations"))),
        tuple(_window(mapping(each)) for each in sequence(spec.get("syncWindows"))),
        found.location,
    )


def _window(body: Mapping[str, Json]) -> SyncWindow:
    schedule = string(body.get("schedule"))
    return SyncWindow(
        string(body.get("kind")),
        _NAMED.get(schedule, schedule),
        _seconds(string(body.get("duration"))),
        string(body.get("timeZone")) or "UTC",
        _texts(body.get("applications")),
        _texts(body.get("namespaces")),
        _texts(body.get("clusters")),
        every=body.get("andOperator") is True,
    )


def _seconds(written: str) -> int:
    match = _DURATION.fullmatch(written)
    hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    return hours * 3600 + minutes * 60 + seconds


def _texts(node: Json) -> tuple[str, ...]:
    return tuple(string(each) for each in sequence(node))


def _permits(patterns: tuple[str, ...], value: str) -> bool:
    denied = any(_matches(pattern[1:], value) for pattern in patterns if pattern.startswith("!"))
    return not denied and any(
        _matches(pattern, value) for pattern in patterns if not pattern.startswith("!")
    )


def _matches(pattern: str, value: str) -> bool:
    return pattern == "*" or doublestar(canonical_url(pattern)).fullmatch(value) is not None


def _reaches(entry: Mapping[str, Json], destination: Destination) -> bool:
    namespace = string(entry.get("namespace")).removeprefix("!")
    clusters = [string(entry.get(key)) for key in ("server", "name") if entry.get(key)]
    reached = any(
        doublestar(pattern).fullmatch(destination.cluster) or pattern == "*" for pattern in clusters
    )
    return reached and (
        namespace == "*" or doublestar(namespace).fullmatch(destination.namespace) is not None
    )
