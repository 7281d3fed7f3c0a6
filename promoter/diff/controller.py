"""What a controller's own object says about comparing: whether it prunes, and what it ignores.

Argo CD says it in the Application (or the template of its ApplicationSet), Flux in its Kustomization. A
deployable told by folders alone, or an object that cannot be found again, says nothing.
"""

from promoter.diff.ignored import IgnoreRule, rules
from promoter.diff.reach import reach, text
from promoter.frozen import frozen
from promoter.kustomize import Graph
from promoter.model import Deployable, Json
from promoter.yamldoc import value


@frozen
class Manner:
    """How a controller treats what it deploys; `unknown` names ignore rules that are not understood."""

    prunes: bool | None = None
    ignored: tuple[IgnoreRule, ...] = ()
    unknown: tuple[str, ...] = ()


def manner(graph: Graph, deployable: Deployable) -> Manner:
    """The manner of the deployable's controller, read from its object in the graph's snapshot."""
    spec = _spec(graph, deployable)
    if spec is None:
        return Manner()
    if deployable.controller == "flux":
        prune = reach(spec, "prune")
        return Manner(prune if isinstance(prune, bool) else None)
    automated = reach(spec, "syncPolicy", "automated")
    prunes = reach(automated, "prune") is True if isinstance(automated, dict) else None
    return Manner(prunes, *rules(reach(spec, "ignoreDifferences")))


def _spec(graph: Graph, deployable: Deployable) -> Json:
    """The spec that the deployable came from; of an ApplicationSet its template's."""
    body = written_object(graph, deployable)
    spec = reach(body, "spec")
    return reach(spec, "template", "spec") if text(body, "kind") == "ApplicationSet" else spec


def written_object(graph: Graph, deployable: Deployable) -> Json:
    """The document that begins at the deployable's place; None for folders and for what is not there."""
    path = deployable.location.path
    if deployable.controller == "layout" or path not in graph.snapshot:
        return None
    file = graph.yaml(path)
    for node in file.documents:
        if node is not None and file.location(node).line == deployable.location.line:
            return value(node)
    return None
