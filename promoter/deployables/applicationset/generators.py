"""Generators to parameter sets. Every set is a mapping; the order is the generators' own.

With Go templates parameters nest; without, they are flat strings with dotted keys. What cannot be known
raises UnknownError with a reason for people.
"""

from collections.abc import Callable, Mapping
from typing import Final

from promoter.deployables.applicationset import combine, git
from promoter.deployables.applicationset.scope import Scope, UnknownError
from promoter.deployables.applicationset.selectors import flattened, matches
from promoter.deployables.gotemplate.functions import normalize
from promoter.deployables.objects import mapping, sequence, string
from promoter.deployables.settings import Cluster, printable_url
from promoter.model import Json
from promoter.yamldoc import parse, value

Parameters = dict[str, Json]
Generator = Callable[[Scope, Mapping[str, Json]], tuple[Parameters, ...]]

LOCAL: Final = Cluster("in-cluster", "https://kubernetes.default.svc")
_ASKS: Final = {
    "scmProvider": "asks an SCM provider",
    "pullRequest": "asks a forge for pull requests",
    "plugin": "asks a plugin",
    "clusterDecisionResource": "reads a resource of the cluster",
}


def parameters(scope: Scope, generator: Mapping[str, Json]) -> tuple[Parameters, ...]:
    """The parameter sets of one generator. Raises UnknownError when the repository cannot tell them."""
    for name, generate in GENERATORS.items():
        if name in generator:
            return generate(scope, mapping(generator[name]))
    for name, asks in _ASKS.items():
        if name in generator:
            return _told(scope, name, asks)
    if not generator:
        raise UnknownError("it has an empty generator")
    known = ", ".join((*GENERATORS, *_ASKS))
    raise UnknownError(f"it has a generator that is none of {known}")


def _told(scope: Scope, name: str, asks: str) -> tuple[Parameters, ...]:
    """The parameter sets that the inventory gives in place of what only a network can tell."""
    inventory = scope.context.settings.inventory
    told = inventory.parameters.get(scope.found.name) if inventory else None
    if told is None:
        raise UnknownError(f"its {name} generator {asks}, and the inventory does not say what it gives")
    return tuple(dict(each) for each in told)


def with_values(scope: Scope, spec: Mapping[str, Json], found: Parameters) -> Parameters:
    """The set with the generator's own `values`, each filled in once from the set."""
    values = mapping(spec.get("values"))
    filled = {key: scope.text(string(item), found) for key, item in values.items()}
    if not filled:
        return found
    if scope.go:
        return {**found, "values": {**mapping(found.get("values")), **filled}}
    return {**found, **{f"values.{key}": item for key, item in filled.items()}}


def as_go(node: Json) -> Json:
    """The node as Go decodes it from JSON: every number is a float."""
    if isinstance(node, int) and not isinstance(node, bool):
        return float(node)
    if isinstance(node, list):
        return [as_go(item) for item in node]
    return {key: as_go(item) for key, item in node.items()} if isinstance(node, dict) else node


def _list(scope: Scope, spec: Mapping[str, Json]) -> tuple[Parameters, ...]:
    elements = list(sequence(spec.get("elements")))
    written = string(spec.get("elementsYaml"))
    if written:
        file = parse(scope.found.location.path, written.encode())
        if file.error is not None:
            raise UnknownError(f"its elementsYaml is not valid YAML: {file.error.message}")
        elements += sequence(value(file.documents[0]) if file.documents else None)
    return tuple(_element(scope, mapping(each)) for each in elements)


def _element(scope: Scope, element: Mapping[str, Json]) -> Parameters:
    if scope.go:
        return {key: as_go(item) for key, item in element.items()}
    found: Parameters = {}
    for key, item in element.items():
        pairs = {f"values.{k}": v for k, v in mapping(item).items()} if key == "values" else {key: item}
        for name, text in pairs.items():
            if not isinstance(text, str):
                raise UnknownError(f"the list element's {name} is no string, which needs goTemplate: true")
            found[name] = text
    return found


def _clusters(scope: Scope, spec: Mapping[str, Json]) -> tuple[Parameters, ...]:
    inventory = scope.context.settings.inventory
    if inventory is None:
        raise UnknownError("its clusters generator needs an inventory file that lists the clusters")
    selector = mapping(spec.get("selector"))
    known = [cluster for cluster in inventory.clusters if matches(selector, cluster.labels)]
    selects = selector.get("matchLabels") or selector.get("matchExpressions")
    if not selects and all(cluster.server != LOCAL.server for cluster in known):
        known.append(LOCAL)
    found = tuple(with_values(scope, spec, _cluster(scope, cluster)) for cluster in known)
    if spec.get("flatList") is True:
        return ({"clusters": [dict(each) for each in found]},) if found else ()
    return found


def _cluster(scope: Scope, cluster: Cluster) -> Parameters:
    found: Parameters = {
        "name": cluster.name,
        "nameNormalized": normalize(cluster.name),
        "server": cluster.server,
        "project": cluster.project,
    }
    if scope.go:
        metadata: Parameters = {"labels": dict(cluster.labels), "annotations": dict(cluster.annotations)}
        return {**found, "metadata": metadata}
    found |= {f"metadata.labels.{key}": text for key, text in cluster.labels.items()}
    return found | {f"metadata.annotations.{key}": text for key, text in cluster.annotations.items()}


def _git(scope: Scope, spec: Mapping[str, Json]) -> tuple[Parameters, ...]:
    url = string(spec.get("repoURL"))
    if url not in scope.context.own:
        raise UnknownError(
            f"its git generator reads {printable_url(url) or 'no repository'}, which is not this repository"
        )
    revision = string(spec.get("revision"))
    if not scope.context.is_this_revision(revision):
        raise UnknownError(
            f"its git generator reads the revision {revision} of this repository, not this one"
        )
    if spec.get("directories"):
        found = git.directories(scope, spec)
    elif spec.get("files"):
        found = tuple(_from_file(scope, each) for each in git.files(scope, spec))
    else:
        raise UnknownError("its git generator names neither directories nor files")
    return tuple(with_values(scope, spec, each) for each in found)


def _from_file(scope: Scope, found: Parameters) -> Parameters:
    return {key: as_go(item) for key, item in found.items()} if scope.go else found


def _matrix(scope: Scope, spec: Mapping[str, Json]) -> tuple[Parameters, ...]:
    return combine.matrix(scope, spec, nested)


def _merge(scope: Scope, spec: Mapping[str, Json]) -> tuple[Parameters, ...]:
    return combine.merge(scope, spec, nested)


def nested(scope: Scope, generator: Mapping[str, Json]) -> tuple[Parameters, ...]:
    """The parameter sets of a child generator, its own selector applied."""
    selector = mapping(generator.get("selector"))
    return tuple(each for each in parameters(scope, generator) if matches(selector, flattened(each)))


GENERATORS: Final[dict[str, Generator]] = {
    "list": _list,
    "clusters": _clusters,
    "git": _git,
    "matrix": _matrix,
    "merge": _merge,
}
