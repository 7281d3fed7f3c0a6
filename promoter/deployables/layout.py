"""Deployables told by folder conventions alone: overlays that no object of a controller points at.

Components, scaffolding (`hack/`, `template-*`), what an overlay of the same environment builds on, and
directories inside what a controller already syncs are left out. The order is the paths' order.
"""

from collections.abc import Iterator
from typing import Final

from promoter.deployables.conventions import is_part
from promoter.deployables.naming import Clues, Naming
from promoter.kustomize import Graph, kustomization_path
from promoter.model import Deployable, Location

_SCAFFOLDS: Final = frozenset({"hack", "template", "templates", "testdata"})


def discover(graph: Graph, naming: Naming, covered: frozenset[str]) -> Iterator[Deployable]:
    """The overlays of the repository outside `covered`, the directories that controllers sync.

    What a covered directory builds on is covered too.
    """
    inside = {part for path in covered for part in graph.closure(path).kustomizations} | covered
    for directory in graph.directories:
        if directory in inside or not _is_overlay(graph, naming, directory):
            continue
        named = naming.decide(Clues(path=directory))
        path = kustomization_path(graph.snapshot, directory)
        assert path is not None
        yield Deployable(
            "layout",
            "Kustomization",
            name=directory or ".",
            app=named.app,
            environment=named.environment,
            path=directory,
            location=Location(path),
            evidence=named.evidence,
        )


def _is_overlay(graph: Graph, naming: Naming, directory: str) -> bool:
    if any(part in _SCAFFOLDS or part.startswith("template-") for part in directory.split("/")):
        return False
    place = naming.place(directory)
    if place is None or not place.environment or is_part(directory):
        return False
    kustomization = graph.kustomization(directory)
    if kustomization is None or kustomization.kind != "Kustomization":
        return False
    path = kustomization_path(graph.snapshot, directory)
    assert path is not None
    readers = (naming.place(reader) for reader in graph.readers(path) if reader != directory)
    return not any(reader is not None and reader.environment == place.environment for reader in readers)
