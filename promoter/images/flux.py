"""Versions in Flux's objects: `spec.images` of its Kustomization, `spec.values` of a HelmRelease."""

from collections.abc import Iterator
from typing import Final

from promoter.images import kustomization
from promoter.images.objects import objects
from promoter.images.values import values_edit, values_pins
from promoter.kustomize import Graph
from promoter.model import Edit, Image, Pin
from promoter.yamldoc import Node, YamlFile, at, text

name: Final = "flux"


def find(graph: Graph, path: str) -> tuple[Pin, ...]:
    """The pins of the Flux objects in a file; nothing in a file without any."""
    return tuple(pin for each in objects(graph, path) for pin in _pins(*each))


def _pins(file: YamlFile, index: int, document: Node, kind: str) -> Iterator[Pin]:
    api = text(at(document, "apiVersion")) or ""
    if kind == "Kustomization" and api.startswith("kustomize.toolkit.fluxcd.io/"):
        yield from kustomization.entry_pins(file, index, ("spec", "images"), name)
    elif kind == "HelmRelease":
        yield from values_pins(file, index, ("spec", "values"), name, release_chart(document))


def release_chart(document: Node | None) -> str:
    """The chart that a HelmRelease installs, else the release's own name."""
    spec = at(document, "spec", "chart", "spec", "chart")
    return text(spec) or text(at(document, "metadata", "name")) or "values"


def edit(graph: Graph, pin: Pin, image: Image) -> tuple[Edit, ...]:
    """The edits that give the object this version; nothing when it has it."""
    if pin.field.startswith("/spec/images/"):
        return kustomization.edit(graph, pin, image)
    return values_edit(graph.yaml(pin.path), pin.document, pin.field, image)
