"""Which pins a strategic-merge patch overrides: the same container of the same object, in what it patches.

kustomize accumulates resources, then components, then applies a kustomization's own patches
(https://github.com/kubernetes-sigs/kustomize/blob/kustomize/v5.8.1/api/internal/target/kusttarget.go).
A patch that finds its object by a `target:` under another name is not followed: it overrides nothing here.
"""

from collections.abc import Iterable
from typing import Final

from promoter.images.embedded import MARK, embed, split_field
from promoter.kustomize import Graph
from promoter.model import Pin
from promoter.yamldoc import Node, Scalar, at, descend, text, tokens

_RESOURCES: Final = ("resources", "bases")
_PATCHES: Final = ("patches.path", "patchesStrategicMerge")

Spot = tuple[str, str, str, str]
"""A container: the object's kind and name, the list it is in, and its own name."""


def overridden(graph: Graph, directory: str, pins: Iterable[Pin]) -> dict[tuple[str, int, str], Pin]:
    """For each pin (file, document, field) that a patch overrides, the pin of that patch."""
    spots = [(pin, spot) for pin in pins if (spot := _spot(graph, pin)) is not None]
    layers = graph.closure(directory).kustomizations
    found: dict[tuple[str, int, str], Pin] = {}
    for patch, spot in spots:
        same = [pin for pin, other in spots if other == spot and pin != patch]
        for layer in layers if same else ():
            if not _applies(graph, layer, patch):
                continue
            below = _below(graph, layer, layers)
            found.update({_key(pin): patch for pin in same if pin.path in below})
    return found


def _key(pin: Pin) -> tuple[str, int, str]:
    return pin.path, pin.document, pin.field


def _spot(graph: Graph, pin: Pin) -> Spot | None:
    """The container whose image the pin says, None for pins of other kinds."""
    if pin.setter not in ("manifest", "patch"):
        return None
    document, field = _document(graph, pin)
    path = tokens(field)
    container = descend(document, path[:-1])
    kind, name = text(at(document, "kind")), text(at(document, "metadata", "name"))
    called = text(at(container, "name"))
    if not kind or not name or not called or path[-1:] != ("image",):
        return None
    return kind, name, path[-3], called


def _document(graph: Graph, pin: Pin) -> tuple[Node | None, str]:
    """The document that holds the pin, a patch's own where it stands inline, and the field in it."""
    file = graph.yaml(pin.path)
    if MARK not in pin.field:
        documents = file.documents
        return (documents[pin.document] if pin.document < len(documents) else None), pin.field
    outer, index, inner = split_field(pin.field)
    scalar = file.find(pin.document, outer)
    assert isinstance(scalar, Scalar)
    documents = embed(file, scalar).file.documents
    return (documents[index] if index < len(documents) else None), inner


def _applies(graph: Graph, layer: str, patch: Pin) -> bool:
    """Whether the kustomization of a directory applies the patch that holds the pin."""
    kustomization = graph.kustomization(layer)
    assert kustomization is not None
    if MARK in patch.field:
        return kustomization.file.path == patch.path
    return any(
        reference.field in _PATCHES and reference.resolved == patch.path
        for reference in kustomization.references
    )


def _below(graph: Graph, layer: str, layers: Iterable[str]) -> frozenset[str]:
    """The files whose objects a kustomization's own patches see.

    A component's patches see what those who name it have accumulated before.
    """
    kustomization = graph.kustomization(layer)
    assert kustomization is not None
    seen = _accumulated(graph, layer, (*_RESOURCES, "components"))
    if kustomization.kind == "Component":
        for parent in layers:
            above = graph.kustomization(parent)
            named = above is not None and any(
                reference.field == "components" and reference.resolved == layer
                for reference in above.references
            )
            seen |= _accumulated(graph, parent, _RESOURCES) if named else frozenset()
    return seen


def _accumulated(graph: Graph, layer: str, fields: tuple[str, ...]) -> frozenset[str]:
    kustomization = graph.kustomization(layer)
    found: set[str] = set()
    for reference in kustomization.references if kustomization else ():
        if reference.field in fields and reference.resolved is not None:
            is_file = reference.kind == "file"
            found.update((reference.resolved,) if is_file else graph.closure(reference.resolved).files)
    return frozenset(found)
