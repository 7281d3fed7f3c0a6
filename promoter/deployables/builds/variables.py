"""Where a FluxKustomization's post-build variables come from: inline, or ConfigMaps of this repository.

What only a cluster knows (Secrets, ConfigMaps that are written nowhere here) is listed by name, never
made up.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Final
from weakref import WeakKeyDictionary

from promoter.deployables.objects import mapping, sequence, string
from promoter.frozen import frozen
from promoter.kustomize import Graph
from promoter.model import Deployable, Json
from promoter.yamldoc import value

_HOLDING: Final[WeakKeyDictionary[Graph, tuple[str, ...]]] = WeakKeyDictionary()


@frozen
class Variables:
    """The variables that are known, and the sources that are not, in words."""

    known: Mapping[str, str] = field(default_factory=dict, hash=False)
    missing: tuple[str, ...] = ()


def variables(graph: Graph, deployable: Deployable, spec: Mapping[str, Json]) -> Variables:
    """The variables of a FluxKustomization: its sources in order, then its own, which win."""
    post = mapping(spec.get("postBuild"))
    known: dict[str, str] = {}
    missing: list[str] = []
    for source in map(mapping, sequence(post.get("substituteFrom"))):
        kind, name = string(source.get("kind")), string(source.get("name"))
        data = config_map(graph, name, deployable.namespace) if kind == "ConfigMap" else None
        if data is not None:
            known.update({key: _one_line(text) for key, text in data.items()})
        elif source.get("optional") is not True or kind == "Secret":
            missing.append(f"the variables of the {kind} {name} are known to the cluster only")
    known.update({key: _one_line(_text(item)) for key, item in mapping(post.get("substitute")).items()})
    return Variables(known, tuple(missing))


def config_map(graph: Graph, name: str, namespace: str) -> Mapping[str, str] | None:
    """The data of the ConfigMap that a file of this repository holds; None when none does.

    One without a namespace in its file is taken for any namespace. Several of the same name are known
    only when they say the same.
    """
    # Each of them may come to hold it, so that the answer depends on all.
    graph.read.update(_manifests(graph))
    found = [data for path in holders(graph, name) for data in _maps(graph, path, name, namespace)]
    return found[0] if found and all(each == found[0] for each in found) else None


def holders(graph: Graph, name: str) -> tuple[str, ...]:
    """The files that may hold the ConfigMap of this name, sorted."""
    if graph not in _HOLDING:
        _HOLDING[graph] = tuple(p for p in _manifests(graph) if b"ConfigMap" in graph.snapshot[p])
    return tuple(path for path in _HOLDING[graph] if name.encode() in graph.snapshot[path])


def _manifests(graph: Graph) -> Iterator[str]:
    snapshot = graph.snapshot
    return (p for p in snapshot.entries if p.endswith((".yaml", ".yml")) and snapshot.is_file(p))


def _maps(graph: Graph, path: str, name: str, namespace: str) -> list[Mapping[str, str]]:
    found: list[Mapping[str, str]] = []
    for document in graph.yaml(path).documents:
        body = mapping(value(document))
        metadata = mapping(body.get("metadata"))
        there = string(metadata.get("namespace"))
        same = metadata.get("name") == name and (not there or not namespace or there == namespace)
        if body.get("kind") == "ConfigMap" and same:
            found.append({key: _text(item) for key, item in mapping(body.get("data")).items()})
    return found


def _text(item: Json) -> str:
    if isinstance(item, bool):
        return "true" if item else "false"
    return "" if item is None else str(item)


def _one_line(text: str) -> str:
    return text.replace("\n", "")
