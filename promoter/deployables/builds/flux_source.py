"""The files that a FluxKustomization's build sees: those that its source's artifact holds.

The artifact is made only where it matters: a build that reads nothing which is left out is the same on
the repository itself, and shares what was parsed there.
"""

from collections.abc import Iterator
from typing import Final

from promoter.deployables.builds.prepared import RefusedError
from promoter.deployables.sourceignore import artifact
from promoter.kustomize import KUSTOMIZATION_NAMES, Graph, graph_of, inside, join, kustomization_path

_EXTENSIONS: Final = (".yaml", ".yml")


def packed(graph: Graph, directory: str, ignore: str, components: tuple[str, ...] = ()) -> Graph:
    """The graph of the source's artifact; `graph` itself when the build reads nothing that is left out.

    `ignore` is the source's `spec.ignore`; `components` are those that the FluxKustomization adds.
    Raises RefusedError when nothing of the directory is in the artifact.
    """
    source = artifact(graph, ignore)
    if not source.holds(directory):
        raise RefusedError(
            f"the path {directory} is left out of the source by .sourceignore or spec.ignore"
        )
    roots = [directory]
    roots += (found for each in components if (found := graph.resolve(directory, each)[1]) is not None)
    if kustomization_path(graph.snapshot, directory) is None:
        prefix = inside(directory)
        roots += (each for each in graph.directories if each.startswith(prefix))
        below = (path for path in source.below(directory) if path.endswith(_EXTENSIONS))
        if any(map(source.leaves_out, below)):
            return graph_of(source.snapshot)
    if any(source.leaves_out(path) for root in roots for path in _read(graph, root)):
        return graph_of(source.snapshot)
    return graph


def _read(graph: Graph, directory: str) -> Iterator[str]:
    """What a build of the directory reads, with symlinks on the way and second kustomization files."""
    closure = graph.closure(directory)
    yield from closure.files
    yield from (link for link, _ in closure.links)
    for each in closure.kustomizations:
        yield from (path for name in KUSTOMIZATION_NAMES if (path := join(each, name)) in graph.snapshot)
