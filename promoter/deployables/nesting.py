"""Applications of applications: what a deployable's own build adds to what is deployed.

A deployable that syncs other controllers' objects and changes them on the way (its overrides, or
variables that it fills in) is built as its controller would, and its children replace those that the
plain directory gives; a chart of controllers' objects is rendered by Helm. A loop ends where it closes and
is named in the evidence; depth is limited.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from promoter.deployables.builds import Prepared, prepare, render
from promoter.deployables.builds.inputs import renders_chart
from promoter.deployables.objects import ControllerObject, mapping, objects
from promoter.deployables.reading import Builder, Sources
from promoter.kustomize import Closure, graph_of
from promoter.model import ChartBuild, Deployable, Location, Rendered

DEPTH: Final = 10
_APPLIED: Final = "as applied by"
_LOOP: Final = "the loop of applications ends here"
_FLUX_CHANGES: Final = frozenset({"postBuild", "patches", "components", "namePrefix", "nameSuffix"})
_APPLYING: Final = frozenset({"Application", "ApplicationSet", "Kustomization", "ResourceSet"})

Objects = tuple[ControllerObject, ...]
Discover = Callable[[Objects], tuple[Deployable, ...]]


def expand(sources: Sources, first: Objects, discover: Discover, build: Builder) -> tuple[Deployable, ...]:
    """The deployables of the objects, and of what their own builds make of those, to a depth of ten."""
    found, done = first, list[Deployable]()
    deployables = discover(found)
    for _ in range(DEPTH):
        waiting = [each for each in deployables if each not in done and _changes(sources, each)]
        if not waiting:
            break
        done += waiting
        found = _replaced(sources, found, waiting, build)
        deployables = discover(found)
    return deployables


def _changes(sources: Sources, deployable: Deployable) -> bool:
    """Whether the deployable applies controllers' objects otherwise than the plain directory has them."""
    if deployable.path is None or deployable.reason is not None:
        return False
    if any(step.startswith(_LOOP) for step in deployable.evidence):
        return False
    if deployable.path in sources.templates.values():
        return renders_chart(sources.graph, deployable)
    if deployable.controller == "flux":
        changing = bool(mapping(deployable.overrides.get("spec")).keys() & _FLUX_CHANGES)
    else:
        changing = bool(mapping(mapping(deployable.overrides.get("source")).get("kustomize")))
    return changing and any(
        each.kind in _APPLYING for path in sources.within(deployable.path) for each in sources.files[path]
    )


def _replaced(sources: Sources, found: Objects, parents: Sequence[Deployable], build: Builder) -> Objects:
    prepared = ((parent, prepare(sources.graph, parent)) for parent in parents)
    ready = [(parent, each) for parent, each in prepared if isinstance(each, Prepared)]
    results = render([each for _, each in ready], build)
    added: list[ControllerObject] = []
    applied: list[Closure] = []
    for (parent, each), result in zip(ready, results, strict=True):
        if isinstance(result, Rendered):
            if not isinstance(each.build, ChartBuild):
                applied.append(graph_of(each.build.snapshot).closure(each.build.entry))
            added += _children(sources, parent, result)
    kept = [each for each in found if not any(_plain(sources, each, read) for read in applied)]
    return (*kept, *added)


def _plain(sources: Sources, found: ControllerObject, read: Closure) -> bool:
    """Whether the object is what the directory gives without the deployable that applies it."""
    if any(note.startswith(_APPLIED) for note in found.notes) or found.location.path not in read.files:
        return False
    entry = found.entry
    if entry is None or entry in read.kustomizations:
        return True
    return read.entry in sources.graph.closure(entry).kustomizations


def _template(sources: Sources, parent: Deployable, kind: str) -> Location:
    """The first template of the parent's chart that holds such an object; else the parent's own place."""
    wanted = f"kind: {kind}".encode()
    for path, chart in sources.templates.items():
        if chart == parent.path and wanted in sources.graph.snapshot[path]:
            return Location(path)
    return parent.location


def rendered(objects: Objects) -> frozenset[str]:
    """The directories whose deployables' own builds gave some of the objects."""
    return frozenset(
        each.entry
        for each in objects
        if each.entry is not None and any(note.startswith(_APPLIED) for note in each.notes)
    )


def _children(sources: Sources, parent: Deployable, result: Rendered) -> Iterator[ControllerObject]:
    assert parent.path is not None
    known = [each for path in sources.within(parent.path) for each in sources.files[path]]
    places = {(each.kind, each.name): each.location for each in known}
    chain = tuple(step for step in parent.evidence if step.startswith(_APPLIED))
    step = f"{_APPLIED} the {parent.kind} {parent.name} of {parent.location}"
    for body in result.objects:
        for found in objects(body.body, parent.location):
            place = places.get((found.kind, found.name)) or _template(sources, parent, found.kind)
            notes = (*chain, step)
            if any(note.endswith(f" of {place}") for note in notes):
                notes = (*notes, f"{_LOOP}: {found.kind} {found.name} applies itself")
            yield replace(found, location=place, entry=parent.path, notes=notes)
