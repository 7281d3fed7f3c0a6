"""What the controllers deploy from a repository: one static read to deployables.

Nothing is rendered, fetched or guessed here: what a repository cannot tell makes a deployable that is
*unresolved* with its reason, never one that is silently absent. The same snapshot and settings give the
same deployables in the same order.
"""

from collections.abc import Callable, Iterator
from typing import Final

from promoter.deployables import applicationset, argocd, flux, layout
from promoter.deployables.context import Context
from promoter.deployables.conventions import Conventions
from promoter.deployables.environment import normalise, promotion_order, tier_in
from promoter.deployables.naming import Naming
from promoter.deployables.objects import ControllerObject, candidates, chart_of, patch_files, read
from promoter.deployables.parents import inherit
from promoter.deployables.settings import Cluster, Inventory, Own, Settings, canonical_url
from promoter.kustomize import Graph
from promoter.model import Deployable

__all__ = [
    "DISCOVERERS",
    "Cluster",
    "Inventory",
    "Own",
    "Settings",
    "canonical_url",
    "discover",
    "normalise",
    "promotion_order",
    "tier_in",
]

Discoverer = Callable[[Context], Iterator[Deployable]]

DISCOVERERS: Final[tuple[Discoverer, ...]] = (argocd.discover, applicationset.discover, flux.discover)


def discover(graph: Graph, settings: Settings | None = None) -> tuple[Deployable, ...]:
    """Everything that is deployed from the graph's snapshot, controllers' objects before folders.

    Deployables told by folders alone come last, and only for directories that no controller reaches.
    Ordered by environment in the order of promotion, then app, controller, kind, name and path.
    """
    settings = settings or Settings()
    objects = _objects(graph)
    holders = (each.location.path.rpartition("/")[0] for each in objects)
    naming = Naming(Conventions.of((*graph.directories, *holders)), settings)
    context = Context(graph, settings, naming, objects)
    found = list(inherit(graph, [each for discoverer in DISCOVERERS for each in discoverer(context)]))
    covered = frozenset(deployable.path for deployable in found if deployable.path is not None)
    found += layout.discover(graph, naming, covered)
    ranks = {name: rank for rank, name in enumerate(promotion_order(each.environment for each in found))}
    return tuple(sorted(found, key=lambda each: (ranks[each.environment], *_order(each))))


def _order(deployable: Deployable) -> tuple[str, ...]:
    names = (deployable.app, deployable.controller, deployable.kind, deployable.namespace, deployable.name)
    return (*names, deployable.path or "", str(deployable.location))


def _objects(graph: Graph) -> tuple[ControllerObject, ...]:
    patches = patch_files(graph)
    return tuple(
        found
        for path in candidates(graph.snapshot)
        if path not in patches and chart_of(graph.snapshot, path) is None
        for found in read(graph, path)
    )
