"""What was discovered in one snapshot, and whether another snapshot gives the same.

A change that discovery does not look at (a version, a patch, a manifest) leaves its answer as it was. Every
doubt is a no: a wrong yes would hide what a change deploys.
"""

from collections.abc import Sequence

from promoter.deployables.objects import is_candidate
from promoter.deployables.reading import Builder
from promoter.deployables.settings import Settings
from promoter.frozen import frozen
from promoter.kustomize import Build, Graph, differing, graph_of
from promoter.model import ChartBuild, Deployable, Rendered, RenderFailure


@frozen
class Discovered:
    """The deployables of a graph; `read` are the paths whose whole content they were told from.

    `rendered` says whether some of them are known from a render.
    """

    graph: Graph
    deployables: tuple[Deployable, ...]
    read: frozenset[str]
    rendered: bool = False

    @classmethod
    def of(cls, graph: Graph, settings: Settings, build: Builder) -> "Discovered":
        """What is deployed from the graph's snapshot; `build` renders what changes controllers' objects."""
        from promoter.deployables.discovery import discover

        asked: list[Build | ChartBuild] = []

        def noted(builds: Sequence[Build | ChartBuild]) -> Sequence[Rendered | RenderFailure]:
            asked.extend(builds)
            return build(builds)

        found = discover(graph, settings, noted)
        built = (
            each.sources
            if isinstance(each, ChartBuild)
            else graph_of(each.snapshot).closure(each.entry).files
            for each in asked
        )
        return cls(graph, found, frozenset(graph.read.union(*built)), bool(asked))

    def holds(self, graph: Graph) -> bool:
        """Whether the same settings give the same deployables for another graph.

        So it is when the kustomizations of both name the same, and no file that changed was read here or
        may hold a controller's object in one of them only.
        """
        if graph.twin is not self.graph.twin:
            return False
        here, there = graph.snapshot, self.graph.snapshot
        return not any(
            path in self.read or is_candidate(here, path) != is_candidate(there, path)
            for path in differing(there, here)
        )
