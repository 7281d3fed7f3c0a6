"""What Argo CD builds for an Application's source: which tool, and the source's overrides.

Overrides become edits of the kustomization in the order in which Argo CD runs `kustomize edit`. Rules:
https://argo-cd.readthedocs.io/en/stable/user-guide/kustomize/ and
https://argo-cd.readthedocs.io/en/stable/user-guide/tool_detection/
"""

from collections.abc import Mapping
from typing import Final

from promoter.deployables.builds import argo_edits, argo_helm, directory
from promoter.deployables.builds.argo_settings import committed
from promoter.deployables.builds.kustomizations import laid_over
from promoter.deployables.builds.prepared import Prepared, RefusedError
from promoter.deployables.objects import mapping, string
from promoter.kustomize import Build, Graph, inside, join, kustomization_path
from promoter.model import Deployable, Json
from promoter.yamldoc import value

_TOOLS: Final = ("helm", "kustomize", "directory", "plugin")
_KEPT: Final = ("repoURL", "path", "targetRevision", "chart")


def prepare(graph: Graph, deployable: Deployable) -> Prepared:
    """The build of an Application. Raises RefusedError for what Argo CD refuses or needs more for."""
    assert deployable.path is not None
    source, notes = merged_source(graph, deployable)
    tool = tool_of(graph, deployable.path, source)
    if tool == "helm":
        return Prepared(argo_helm.build(graph, deployable, source), notes=notes)
    if tool == "plugin":
        name = string(mapping(source.get("plugin")).get("name")) or "a plugin"
        raise RefusedError(f"the config management plugin {name} renders it inside Argo CD only")
    if tool == "directory":
        plain = mapping(source.get("directory"))
        unknown = directory.jsonnet(graph, deployable.path, plain)
        if unknown is not None:
            raise RefusedError(unknown)
        return Prepared(directory.build(graph, deployable.path, plain), notes=notes)
    block = mapping(source.get("kustomize"))
    snapshot, restrict = graph.snapshot, restricts(graph)
    changed = argo_edits.apply(graph, deployable, block) if block else None
    if changed is not None:
        snapshot = laid_over(snapshot, deployable.path, changed)
    return Prepared(Build(snapshot, deployable.path, "legacy", restrict), notes=notes)


def merged_source(graph: Graph, deployable: Deployable) -> tuple[Mapping[str, Json], tuple[str, ...]]:
    """The source with the override files beside it merged in, and a note for each file that was."""
    source = dict(mapping(deployable.overrides.get("source")))
    original, notes = dict(source), list[str]()
    for path in override_files(graph, deployable):
        file = graph.yaml(path)
        if file.error is not None:
            raise RefusedError(f"{path} is not valid YAML: {file.error.message}")
        source = _json_merge(source, mapping(value(file.documents[0]) if file.documents else None))
        notes.append(f"{path} overrides the source")
    kept: dict[str, Json] = {key: original[key] for key in _KEPT if key in original}
    return {**{key: item for key, item in source.items() if key not in _KEPT}, **kept}, tuple(notes)


def override_files(graph: Graph, deployable: Deployable) -> tuple[str, ...]:
    """The files beside the source that override it, in the order in which they do."""
    names = [".argocd-source.yaml", f".argocd-source-{deployable.name}.yaml"]
    if deployable.namespace:
        names.append(f".argocd-source-{deployable.namespace}_{deployable.name}.yaml")
    paths = [] if deployable.path is None else [join(deployable.path, name) for name in names]
    return tuple(path for path in paths if graph.snapshot.is_file(path))


def _json_merge(base: Mapping[str, Json], patch: Mapping[str, Json]) -> dict[str, Json]:
    """A JSON merge patch (RFC 7386): null removes, mappings merge, everything else replaces."""
    merged = dict(base)
    for key, item in patch.items():
        if item is None:
            merged.pop(key, None)
        else:
            merged[key] = _json_merge(mapping(merged.get(key)), item) if isinstance(item, dict) else item
    return merged


def jsonnet(graph: Graph, deployable: Deployable) -> str | None:
    """Why a source of jsonnet cannot be known; None for every other one, and for one that is refused."""
    try:
        source, _ = merged_source(graph, deployable)
        if tool_of(graph, deployable.path or "", source) != "directory":
            return None
    except RefusedError:
        return None
    return directory.jsonnet(graph, deployable.path or "", mapping(source.get("directory")))


def tool_of(graph: Graph, path: str, source: Mapping[str, Json]) -> str:
    """`helm`, `kustomize`, `directory` or `plugin`: the block that the source has, else what lies there.

    Raises RefusedError for two blocks.
    """
    blocks = [name for name in _TOOLS if isinstance(source.get(name), dict)]
    if len(blocks) > 1:
        raise RefusedError(f"its source has both {' and '.join(blocks)}, Argo CD takes one")
    if blocks:
        return blocks[0]
    if kustomization_path(graph.snapshot, path) is not None:
        return "kustomize"
    prefix = inside(path)
    below = (name.removeprefix(prefix) for name in graph.snapshot.entries if name.startswith(prefix))
    charts = any("/" not in name and name.endswith("Chart.yaml") for name in below)
    return "helm" if charts else "directory"


def restricts(graph: Graph) -> bool:
    """Whether a committed `argocd-cm` says how kustomize builds, and leaves the load restrictor on.

    Without one nothing is known, and files outside the kustomization's directory are let through.
    """
    options = build_options(graph)
    return options is not None and "LoadRestrictionsNone" not in options


def build_options(graph: Graph) -> str | None:
    """`kustomize.buildOptions` of the committed `argocd-cm`; None when no file says it."""
    return committed(graph, "argocd-cm", "kustomize.buildOptions")
