"""What the controllers deploy from a repository: one static read to deployables.

Nothing is fetched or guessed here, and rendered only by the builder that is passed in: what a repository
cannot tell makes a deployable that is *unresolved* with its reason, never one that is silently absent.
The same snapshot and settings give the same deployables in the same order.
"""

from collections.abc import Callable, Iterator
from typing import Final

from promoter.deployables import applicationset, argocd, flux, k3s, layout, resourcesets
from promoter.deployables.context import Context
from promoter.deployables.conventions import Conventions
from promoter.deployables.environment import promotion_order
from promoter.deployables.naming import Naming
from promoter.deployables.nesting import expand, rendered
from promoter.deployables.objects import ControllerObject
from promoter.deployables.parents import inherit
from promoter.deployables.reading import Builder, Sources, first
from promoter.deployables.settings import Settings
from promoter.deployables.unreadable import unreadable
from promoter.kustomize import Graph
from promoter.model import Deployable

Discoverer = Callable[[Context], Iterator[Deployable]]

DISCOVERERS: Final[tuple[Discoverer, ...]] = (
    argocd.discover,
    applicationset.discover,
    flux.discover,
    resourcesets.discover,
    k3s.discover,
)


def discover(
    graph: Graph, settings: Settings | None = None, build: Builder | None = None
) -> tuple[Deployable, ...]:
    """Everything that is deployed from the graph's snapshot, controllers' objects before folders.

    `build` renders what changes controllers' objects (patched ApplicationSets, app-of-apps); without it
    they are taken as their files have them. Deployables told by folders alone are only those that no
    controller reaches. Ordered by environment in the order of promotion, then app, controller, kind,
    name and path.
    """
    settings = settings or Settings()
    sources = Sources(graph)

    def found_in(objects: tuple[ControllerObject, ...]) -> tuple[Deployable, ...]:
        objects = resourcesets.with_made(objects, settings.inventory)
        naming = Naming(Conventions.of((*graph.directories, *_places(graph, objects))), settings)
        context = Context(graph, settings, naming, objects)
        found = [each for discoverer in DISCOVERERS for each in discoverer(context)]
        return inherit(graph, [*found, *unreadable(sources, naming, rendered(objects))])

    objects = first(sources, build)
    found = list(expand(sources, objects, found_in, build) if build else found_in(objects))
    covered = frozenset(each.path for each in found if each.path is not None)
    found += layout.discover(graph, Naming(Conventions.of(graph.directories), settings), covered)
    ranks = {name: rank for rank, name in enumerate(promotion_order(each.environment for each in found))}
    return tuple(sorted(found, key=lambda each: (ranks[each.environment], *_order(each))))


def _places(graph: Graph, objects: tuple[ControllerObject, ...]) -> Iterator[str]:
    """The directories that controllers' objects lie in and name, and those that K3s applies."""
    for each in objects:
        yield each.holder.rpartition("/")[0]
        yield from argocd.paths(each) if each.group == argocd.GROUP else flux.paths(each)
    yield from k3s.folders(graph)


def _order(deployable: Deployable) -> tuple[str, ...]:
    names = (deployable.app, deployable.controller, deployable.kind, deployable.namespace, deployable.name)
    return (*names, deployable.path or "", str(deployable.location))
