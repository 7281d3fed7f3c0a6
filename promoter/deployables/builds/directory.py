"""Plain directories of manifests, as Argo CD's Directory source reads them: a generated kustomization.

Files without any Kubernetes object are left out as Argo CD leaves them out; jsonnet is named, never read as
YAML. Rules: https://argo-cd.readthedocs.io/en/stable/user-guide/directory/ and .../user-guide/jsonnet/
"""

from collections.abc import Iterator, Mapping
from typing import Final

from promoter.deployables.builds.kustomizations import is_object, laid_over
from promoter.deployables.builds.prepared import RefusedError
from promoter.deployables.globs import doublestar
from promoter.deployables.objects import mapping, sequence, string
from promoter.kustomize import KUSTOMIZATION_NAMES, Build, Graph, inside, join
from promoter.model import Json

_EXTENSIONS: Final = (".yaml", ".yml", ".json")
_SKIPPED: Final = b"+argocd:skip-file-rendering"
_MARKS: Final = ("apiVersion:", "kind:", "metadata:")


def build(graph: Graph, path: str, block: Mapping[str, Json], *, skip_marks: bool = False) -> Build:
    """The build of a directory's own manifests. RefusedError for broken manifests."""
    resources: list[Json] = []
    resources += (
        name
        for name in files(graph, path, block)
        if not skip_marks or join(path, f"{name}.skip") not in graph.snapshot
    )
    shadow = {
        name: None for name in (join(path, each) for each in KUSTOMIZATION_NAMES) if name in graph.snapshot
    }
    snapshot = graph.snapshot.with_files(dict(shadow)) if shadow else graph.snapshot
    return Build(laid_over(snapshot, path, {"resources": resources}), path)


def files(graph: Graph, path: str, block: Mapping[str, Json]) -> tuple[str, ...]:
    """The manifests that the source reads, relative to its directory, sorted."""
    names = (name for name in _names(graph, path, block) if name.endswith(_EXTENSIONS))
    return tuple(name for name in names if _is_manifest(graph, path, name))


def jsonnet(graph: Graph, path: str, block: Mapping[str, Json]) -> str | None:
    """Why the source cannot be known: the jsonnet that it evaluates, and with what; None without any."""
    programs = [join(path, name) for name in _names(graph, path, block) if name.endswith(".jsonnet")]
    if not programs:
        return None
    given = mapping(block.get("jsonnet"))
    called = [_arguments(given, field) for field in ("tlas", "extVars", "libs")]
    told = f" ({'; '.join(filter(None, called))})" if any(called) else ""
    are = "is" if len(programs) == 1 else "are"
    return f"{', '.join(programs)} {are} jsonnet{told}, and there is no jsonnet engine here"


def _arguments(given: Mapping[str, Json], field: str) -> str:
    """What jsonnet is given by a field: the names of its values, or its directories."""
    names = [string(item) or string(mapping(item).get("name")) for item in sequence(given.get(field))]
    return f"{field}: {', '.join(filter(None, names))}" if any(names) else ""


def _names(graph: Graph, path: str, block: Mapping[str, Json]) -> Iterator[str]:
    """The files that the source selects, whatever they hold."""
    include, exclude = string(block.get("include")), string(block.get("exclude"))
    prefix = inside(path)
    for full in graph.snapshot.entries:
        name = full.removeprefix(prefix)
        if not full.startswith(prefix) or not graph.snapshot.is_file(full):
            continue
        if "/" in name and block.get("recurse") is not True:
            continue
        if include and not doublestar(include).fullmatch(name):
            continue
        if exclude and doublestar(exclude).fullmatch(name):
            continue
        yield name


def _is_manifest(graph: Graph, path: str, name: str) -> bool:
    full = join(path, name)
    if _SKIPPED in graph.content(full) or name.rpartition("/")[2] in KUSTOMIZATION_NAMES:
        return False
    file = graph.yaml(full)
    if file.error is not None:
        if all(mark in file.text for mark in _MARKS):
            raise RefusedError(f"{full} is not valid YAML: {file.error.message}")
        return False
    documents = [document for document in file.documents if document is not None]
    return bool(documents) and all(map(is_object, documents))
