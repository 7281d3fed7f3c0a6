"""One revision as the commands see it: its files, its input graph, and what controllers deploy from it.

A view is read-only and answers from its revision alone: the work tree and other revisions have their own.
Each answer is found when it is first asked for and then kept.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from promoter.config import App
from promoter.kustomize import Graph, kustomization_path
from promoter.model import Deployable, Snapshot


@dataclass(frozen=True)
class View:
    """One revision, read: its files, its input graph, and what controllers deploy from it.

    `configured` says what the configuration says of apps. What is deployed is found out when it is first
    asked for: to render a revision its graph is enough.
    """

    snapshot: Snapshot
    graph: Graph
    configured: Mapping[str, App]
    discovered: Callable[[Graph], tuple[Deployable, ...]]

    @cached_property
    def deployables(self) -> tuple[Deployable, ...]:
        """Everything that is deployed from this revision."""
        return self.discovered(self.graph)

    @cached_property
    def deployed(self) -> Mapping[str, tuple[str, ...]]:
        """For each directory that is deployed the environments that it is deployed to."""
        found: dict[str, tuple[str, ...]] = {}
        for each in self.deployables:
            if each.path is not None:
                found[each.path] = (*found.get(each.path, ()), each.environment)
        return found

    def reading(self, paths: Iterable[str]) -> tuple[Deployable, ...]:
        """The deployables whose kustomization or chart reads one of the files, in their order."""
        from promoter.deployables.builds.inputs import decided_by

        wanted = frozenset(paths)
        built = (each for each in self.deployables if self._is_kustomized(each) or self._is_chart(each))
        return tuple(each for each in built if decided_by(self.graph, each, wanted))

    def charts_reading(self, path: str) -> tuple[str, ...]:
        """The environments that a chart which reads the file is deployed to."""
        return tuple({each.environment: None for each in self._charts.get(path, ()) if each.environment})

    @cached_property
    def _charts(self) -> Mapping[str, tuple[Deployable, ...]]:
        """For each file the deployables whose chart reads it, in their order."""
        from promoter.deployables.builds.inputs import reads

        found: dict[str, list[Deployable]] = {}
        for each in self.deployables:
            for path in reads(self.graph, each) if self._is_chart(each) else ():
                found.setdefault(path, []).append(each)
        return {path: tuple(readers) for path, readers in found.items()}

    def _is_kustomized(self, deployable: Deployable) -> bool:
        path = deployable.path
        return path is not None and kustomization_path(self.graph.snapshot, path) is not None

    def _is_chart(self, deployable: Deployable) -> bool:
        from promoter.deployables.builds.inputs import renders_chart

        return renders_chart(self.graph, deployable)

    @property
    def environments(self) -> tuple[str, ...]:
        """The environments that something is deployed to, sorted by name."""
        return tuple(sorted({each.environment for each in self.deployables if each.environment}))

    @property
    def apps(self) -> tuple[str, ...]:
        """Every app's name, sorted."""
        return tuple(sorted({each.app for each in self.deployables}))
