"""Which files of the repository decide what a deployable renders, its controller's object aside.

The answer is never too small: also where the render itself is refused, every file that is here and would be
read is named. Callers rely on this to render again whatever a change can reach.
"""

from promoter.deployables.builds import argo, argo_helm, charts, flux_helm, several
from promoter.deployables.builds.charts import ChartValues
from promoter.deployables.builds.prepared import RefusedError
from promoter.deployables.builds.variables import holders
from promoter.deployables.objects import mapping, sequence, string
from promoter.kustomize import Graph, inside, kustomization_path
from promoter.model import Deployable, Json


def reads(graph: Graph, deployable: Deployable) -> frozenset[str]:
    """Every file that decides what the deployable renders, those of its Application's later sources too.

    A kustomization's closure, a chart with its value files, or everything below the directory; and files
    from which a controller fills in more. Of what lies elsewhere the value files that are here.
    """
    sources = (deployable, *(each for _, each in several.later(deployable)))
    return frozenset().union(*(_built(graph, each) | beside(graph, each) for each in sources))


def decided_by(graph: Graph, deployable: Deployable, paths: frozenset[str]) -> bool:
    """Whether one of the paths is among the files that `reads` names.

    Who builds from a kustomization's files is asked of the graph backwards: no closure is collected.
    """
    sources = (deployable, *(each for _, each in several.later(deployable)))
    return any(
        _is_built_from(graph, each, paths) or not paths.isdisjoint(beside(graph, each)) for each in sources
    )


def _is_built_from(graph: Graph, deployable: Deployable, paths: frozenset[str]) -> bool:
    if deployable.path is None or kustomization_path(graph.snapshot, deployable.path) is None:
        return not paths.isdisjoint(_built(graph, deployable))
    if not any(deployable.path in graph.readers(path) for path in paths):
        return False
    return not renders_chart(graph, deployable)


def _built(graph: Graph, deployable: Deployable) -> frozenset[str]:
    if deployable.path is None or renders_chart(graph, deployable):
        return frozenset()
    closure = graph.closure(deployable.path)
    if closure.files:
        return frozenset((*closure.files, *(link for link, _ in closure.links)))
    prefix = inside(deployable.path)
    below = frozenset(path for path in graph.snapshot.entries if path.startswith(prefix))
    if deployable.controller != "flux":
        return below
    nested = [each for each in graph.directories if each.startswith(prefix)]
    return below.union(*(graph.closure(each).files for each in nested))


def beside(graph: Graph, deployable: Deployable) -> frozenset[str]:
    """What is read besides a kustomization's closure or a plain directory.

    All of a chart; overrides of the source, components that a controller adds, ConfigMaps with variables.
    """
    if renders_chart(graph, deployable):
        if deployable.controller == "flux":
            return flux_helm.sources(graph, deployable)
        own = argo_helm.sources(graph, deployable, _source(graph, deployable))
        return own.union(argo.override_files(graph, deployable))
    if deployable.controller == "argocd":
        block = mapping(_source(graph, deployable).get("kustomize"))
        overriding = argo.override_files(graph, deployable)
        return _components(graph, deployable, block.get("components")).union(overriding)
    if deployable.kind != "Kustomization" or deployable.controller != "flux":
        return frozenset()
    spec = mapping(deployable.overrides.get("spec"))
    named = (mapping(each) for each in sequence(mapping(spec.get("postBuild")).get("substituteFrom")))
    names = [string(each.get("name")) for each in named if each.get("kind") == "ConfigMap"]
    maps = (path for name in names if name for path in holders(graph, name))
    return _components(graph, deployable, spec.get("components")).union(maps)


def _components(graph: Graph, deployable: Deployable, written: Json) -> frozenset[str]:
    """The files of the components that a controller adds to a kustomization."""
    if deployable.path is None:
        return frozenset()
    found = (graph.resolve(deployable.path, string(each)) for each in sequence(written))
    return frozenset(
        path for kind, real in found if kind == "directory" and real for path in graph.closure(real).files
    )


def chart_values(graph: Graph, deployable: Deployable) -> ChartValues | None:
    """Where the values of the chart that a deployable renders come from; None for what renders no chart."""
    if not renders_chart(graph, deployable):
        return None
    path = deployable.path
    files = frozenset[str]() if path is None else charts.sources(graph, path)
    own = () if path is None else charts.values_of(graph, path)
    if deployable.controller == "flux":
        named = tuple(flux_helm.values_files(graph, mapping(deployable.overrides.get("chart"))))
        return ChartValues(files, named or own, flux_helm.known_values(graph, deployable))
    source = _source(graph, deployable)
    named = tuple(argo_helm.named_files(graph, deployable, source, known=True))
    overriding = argo.override_files(graph, deployable)
    return ChartValues(files, (*own, *named), *argo_helm.known_values(source), overriding)


def renders_chart(graph: Graph, deployable: Deployable) -> bool:
    """Whether a deployable is a chart's, one from elsewhere included."""
    if deployable.controller == "flux":
        return deployable.kind == "HelmRelease"
    if deployable.controller != "argocd":
        return False
    source = _source(graph, deployable)
    if deployable.path is None:
        return bool(source.get("chart"))
    try:
        return argo.tool_of(graph, deployable.path, source) == "helm"
    except RefusedError:
        return False


def _source(graph: Graph, deployable: Deployable) -> dict[str, Json]:
    """The source with the override files beside it, or without them where those are not valid."""
    try:
        return dict(argo.merged_source(graph, deployable)[0])
    except RefusedError:
        return dict(mapping(deployable.overrides.get("source")))
