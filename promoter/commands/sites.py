"""Deployables as sites: their pins, and who shares the files that hold them."""

from collections.abc import Collection

from promoter.commands.view import View
from promoter.images import effective, files, pins
from promoter.images.charts import ChartFiles, deciding, leaves, parameter
from promoter.kustomize import Graph
from promoter.model import Deployable, Location, Pin
from promoter.plan import Site, chart_pins, site


def site_of(view: View, deployable: Deployable, address: str = "") -> Site | None:
    """The site of a deployable in a view; None when nothing of it is pinned in this repository.

    What is built from elsewhere (a chart) still has the versions that its controller's object and its value
    files here name.
    """
    known = view.configured.get(deployable.app)
    chart, beside = _chart(view.graph, deployable)
    found = site(
        view.graph,
        deployable.path,
        address=address or deployable.environment,
        app=deployable.app,
        environment=deployable.environment,
        also=(*_own(deployable), *beside),
        targets=known.where.get(deployable.environment, ()) if known else (),
        environments_of=lambda directory: view.deployed.get(directory, ()),
        chart=chart,
        charts_of=view.charts_reading,
    )
    return found if found.pins or deployable.path is not None else None


def running_pins(graph: Graph, deployable: Deployable) -> tuple[Pin, ...]:
    """The pins that decide what a deployable runs; nothing of what is unresolved."""
    if deployable.reason is not None:
        return ()
    chart, beside = _chart(graph, deployable)
    also: tuple[str | Location, ...] = (*_own(deployable), *beside)
    if chart is not None:
        return deciding(graph, chart_pins(graph, chart, also), chart)
    if deployable.path is None:
        return pins(graph, None, (deployable.location,))
    return effective(graph, deployable.path, pins(graph, deployable.path, also))


def pinning(graph: Graph, deployable: Deployable) -> tuple[str, ...]:
    """The files that `running_pins` looks into, and in words what else its answer depends on."""
    chart, beside = _chart(graph, deployable)
    if chart is None:
        read = files(graph, deployable.path) if deployable.path is not None else ()
        return (*read, *(each.path for each in _own(deployable)))
    told = (str(chart.values), str(sorted(chart.inline)))
    return (*chart.files, *beside, *(each.path for each in _own(deployable)), *told)


def _own(deployable: Deployable) -> tuple[Location, ...]:
    """The place of the controller's own object."""
    return () if deployable.controller == "layout" else (deployable.location,)


def _chart(graph: Graph, deployable: Deployable) -> tuple[ChartFiles | None, tuple[str, ...]]:
    """The chart that the deployable renders and the files that change the controller's object."""
    from promoter.deployables.builds.inputs import chart_values

    found = chart_values(graph, deployable)
    if found is None:
        return None, ()
    inline = (*leaves(dict(found.inline)), *map(parameter, found.parameters))
    directory = None if deployable.path is None else graph.real(deployable.path)
    return ChartFiles.of(directory, found.files, found.values, inline), found.beside


def sites_of(view: View, apps: Collection[str] = ()) -> list[Site]:
    """The sites of everything resolved that is deployed from this repository, narrowed to some apps."""
    wanted = (each for each in view.deployables if not each.reason and (not apps or each.app in apps))
    found = (site_of(view, each) for each in wanted)
    return [each for each in found if each is not None]
