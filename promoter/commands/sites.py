"""Deployables as sites: their pins, and who shares the files that hold them."""

from collections.abc import Collection

from promoter.commands.workspace import View
from promoter.images import file_pins
from promoter.kustomize import Graph
from promoter.model import Deployable, Location, Pin
from promoter.plan import Site, site


def site_of(view: View, deployable: Deployable, address: str = "") -> Site | None:
    """The site of a deployable in a view; None when nothing of it is pinned in this repository.

    What is built from elsewhere (a chart) still has the versions that its controller's object names.
    """
    also = () if deployable.controller == "layout" else (deployable.location,)
    known = view.configured.get(deployable.app)
    found = site(
        view.graph,
        deployable.path,
        address=address or deployable.environment,
        app=deployable.app,
        environment=deployable.environment,
        also=also,
        targets=known.where.get(deployable.environment, ()) if known else (),
        environments_of=lambda directory: view.deployed.get(directory, ()),
    )
    return found if found.pins or deployable.path is not None else None


def sites_of(view: View, apps: Collection[str] = ()) -> list[Site]:
    """The sites of everything resolved that is deployed from this repository, narrowed to some apps."""
    wanted = (each for each in view.deployables if not each.reason and (not apps or each.app in apps))
    found = (site_of(view, each) for each in wanted)
    return [each for each in found if each is not None]


def own_pins(graph: Graph, place: Location) -> tuple[Pin, ...]:
    """The pins in a controller's own object, which starts at a place; nothing when no file holds it."""
    if place.path not in graph.snapshot or not graph.snapshot.is_file(place.path):
        return ()
    file = graph.yaml(place.path)
    starts = [(file.location(node).line, number) for number, node in enumerate(file.documents) if node]
    number = max(((line, each) for line, each in starts if line <= place.line), default=(0, 0))[1]
    return tuple(pin for pin in file_pins(graph, place.path) if pin.document == number)
