"""The controllers' objects of a snapshot in the form in which they are applied.

An object that a kustomization changes (patches, names, labels) exists only in rendered output; such
kustomizations are built when a builder is given. Where there is none, or a build fails, the object is
taken as its file has it, and says so. Nothing is built that changes no object.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from promoter.deployables.objects import ControllerObject, candidates, chart_of, objects, patch_files, read
from promoter.kustomize import Build, Graph, inside, kustomization_path
from promoter.model import ChartBuild, Location, Rendered, RenderFailure
from promoter.yamldoc import text

Builder = Callable[[Sequence[Build | ChartBuild]], Sequence[Rendered | RenderFailure]]

_HARMLESS: Final = frozenset(
    {
        "apiVersion",
        "kind",
        "metadata",
        "resources",
        "bases",
        "components",
        "namespace",
        "configMapGenerator",
        "secretGenerator",
        "generatorOptions",
        "crds",
        "openapi",
        "images",
        "replicas",
        "sortOptions",
        "buildMetadata",
    }
)


@dataclass(frozen=True)
class Sources:
    """The files of a snapshot that hold controllers' objects, and who builds them."""

    graph: Graph

    @cached_property
    def files(self) -> Mapping[str, tuple[ControllerObject, ...]]:
        """The objects of each file that is applied (not used as a patch, no Helm template)."""
        patches = patch_files(self.graph)
        return {
            path: read(self.graph, path)
            for path in self._candidates
            if path not in patches and chart_of(self.graph.snapshot, path) is None
        }

    @cached_property
    def _candidates(self) -> tuple[str, ...]:
        return candidates(self.graph.snapshot)

    @cached_property
    def templates(self) -> Mapping[str, str]:
        """The chart directory of each Helm template that makes controllers' objects."""
        found = ((path, chart_of(self.graph.snapshot, path)) for path in self._candidates)
        return {path: chart for path, chart in found if chart is not None}

    def entries(self, path: str) -> tuple[str, ...]:
        """The directories that read the file and that no other kustomization reads, sorted."""
        return tuple(each for each in self.graph.readers(path) if self._is_entry(each))

    def _is_entry(self, directory: str) -> bool:
        path = kustomization_path(self.graph.snapshot, directory)
        return path is not None and self.graph.readers(path) in ((directory,), ())

    def within(self, directory: str) -> tuple[str, ...]:
        """The files with objects that a build of the directory reads; without one, those below it."""
        if kustomization_path(self.graph.snapshot, directory) is not None:
            return tuple(path for path in self.graph.closure(directory).files if path in self.files)
        prefix = inside(directory)
        return tuple(path for path in self.files if path.startswith(prefix))

    def changes(self, directory: str) -> bool:
        """Whether a build of the directory can change an object more than by its namespace."""
        for each in self.graph.closure(directory).kustomizations:
            kustomization = self.graph.kustomization(each)
            if kustomization is not None and not kustomization.keys <= _HARMLESS:
                return True
        return False

    def namespaced(self, directory: str, found: ControllerObject) -> ControllerObject:
        """The object in the namespace that the build gives it: the outermost kustomization's."""
        for each in reversed(self.graph.closure(directory).kustomizations):
            kustomization = self.graph.kustomization(each)
            namespace = text(kustomization.root.get("namespace")) if kustomization else None
            if namespace and found.location.path in self.graph.closure(each).files:
                return replace(found, namespace=namespace)
        return found


def first(sources: Sources, build: Builder | None) -> tuple[ControllerObject, ...]:
    """The objects as the top-level kustomizations apply them, and those that no kustomization reads."""
    found: list[ControllerObject] = []
    entries: dict[str, None] = {}
    for path, holding in sources.files.items():
        reading = sources.entries(path)
        entries.update(dict.fromkeys(reading if holding else ()))
        if not reading:
            found += holding
    changing = [each for each in entries if sources.changes(each)] if build else []
    results = build([Build(sources.graph.snapshot, each) for each in changing]) if build else ()
    built = dict(zip(changing, results, strict=True))
    for entry in entries:
        found += applied(sources, entry, built.get(entry))
    return tuple(found)


def applied(
    sources: Sources, directory: str, result: Rendered | RenderFailure | None
) -> Iterator[ControllerObject]:
    """The objects of a directory: as rendered, else as the files have them."""
    known = [each for path in sources.within(directory) for each in sources.files[path]]
    if isinstance(result, Rendered):
        yield from _from_render(sources, directory, result, known)
        return
    note: tuple[str, ...] = ()
    if isinstance(result, RenderFailure):
        first_line = result.message.partition("\n")[0]
        note = (f"taken from its file, because {directory or 'the root'} does not build: {first_line}",)
    for each in known:
        yield replace(sources.namespaced(directory, each), entry=directory, notes=note)


def _from_render(
    sources: Sources, directory: str, result: Rendered, known: list[ControllerObject]
) -> Iterator[ControllerObject]:
    """The rendered objects, each at the place of the file's object that it came from."""
    places = {(each.kind, each.name): each for each in known}
    path = kustomization_path(sources.graph.snapshot, directory) or directory
    for each in result.objects:
        for found in objects(each.body, Location(path)):
            origin = places.get((found.kind, found.name))
            notes: tuple[str, ...] = ()
            if origin is None or origin.body.get("spec") != found.body.get("spec"):
                notes = (f"in this form it exists only in the render of {directory or 'the root'}",)
            location = origin.location if origin is not None else found.location
            yield replace(found, location=location, entry=directory, notes=notes)
