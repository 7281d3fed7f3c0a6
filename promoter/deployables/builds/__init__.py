"""From a deployable to what is asked of the renderer, and to what happens after it.

A controller's overrides are applied to the *input* of the build, as the controller does: the snapshot that
is built differs from the repository in the entry's kustomization only. What cannot be rendered without the
cluster, a download or a plugin is Unproven with its reason; nothing here raises for a bad repository.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from promoter.deployables.builds import several
from promoter.deployables.builds.after import PostBuild, finish
from promoter.deployables.builds.prepared import Later, Prepared, RefusedError, Unproven
from promoter.deployables.builds.several import render
from promoter.deployables.objects import mapping
from promoter.deployables.settings import printable_url
from promoter.kustomize import Build, Graph
from promoter.model import Deployable

__all__ = ["PostBuild", "Prepared", "Unproven", "elsewhere", "finish", "prepare", "render"]

_HELM: Final = ("HelmRelease", "HelmChart", "HelmChartConfig")


def prepare(graph: Graph, deployable: Deployable) -> Prepared | Unproven:
    """What to build for a deployable of the graph's snapshot, and what to do with the result."""
    if deployable.path is None or deployable.reason is not None:
        return Unproven(elsewhere(deployable), deployable.location)
    try:
        if deployable.controller == "argocd":
            from promoter.deployables.builds import argo

            return replace(argo.prepare(graph, deployable), later=tuple(_later(graph, deployable)))
        if deployable.controller == "flux":
            return _flux(graph, deployable)
        if deployable.controller == "k3s":
            from promoter.deployables.builds import directory

            return Prepared(directory.build(graph, deployable.path, {"recurse": True}, skip_marks=True))
    except RefusedError as error:
        return Unproven(str(error), deployable.location)
    return Prepared(Build(graph.snapshot, deployable.path))


def _flux(graph: Graph, deployable: Deployable) -> Prepared:
    if deployable.kind == "HelmRelease":
        from promoter.deployables.builds import flux_helm

        return flux_helm.prepare(graph, deployable)
    from promoter.deployables.builds import flux

    return flux.prepare(graph, deployable)


def _later(graph: Graph, deployable: Deployable) -> Iterator[Later]:
    """The later sources of the deployable's Application that can be rendered here."""
    for index, each in several.later(deployable):
        found = prepare(graph, each)
        if isinstance(found, Prepared):
            yield Later(index, found, deployable.destination.namespace)


def elsewhere(deployable: Deployable) -> str:
    """Why a deployable that is unresolved, or has no directory here, is not rendered."""
    if deployable.reason is not None:
        return deployable.reason
    if deployable.kind == "ResourceSet":
        return f"the Flux Operator builds what the ResourceSet {deployable.name} makes, inside the cluster"
    source = mapping(deployable.overrides.get("source"))
    if deployable.kind in _HELM or source.get("chart"):
        return "its chart lies elsewhere and is not downloaded"
    url = source.get("repoURL")
    named = f" {printable_url(url)}" if isinstance(url, str) else ""
    return f"its source{named} lies outside this repository"
