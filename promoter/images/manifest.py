"""Versions in Kubernetes manifests: every `image:` that holds a reference, of every kind.

Workloads, Pods, CronJobs and custom resources (Tekton's `steps`, a Prometheus' `image`) are alike here.
Controllers' own objects, kustomizations and strategic-merge patches have setters of their own.
"""

from collections.abc import Iterator
from typing import Final

from promoter.images.fields import reference_edit
from promoter.images.objects import objects, scalar_at, scalar_pin
from promoter.images.reference import parse
from promoter.kustomize import Graph
from promoter.model import Edit, Image, Pin
from promoter.yamldoc import Node, Scalar, YamlFile, mappings, text

name: Final = "manifest"
_OTHERS: Final = frozenset(
    {
        "Application",
        "ApplicationSet",
        "CustomResourceDefinition",
        "HelmChart",
        "HelmChartConfig",
        "HelmRelease",
        "ImageStream",
        "OCIRepository",
    }
)
_CONTAINERS: Final = ("containers", "initContainers", "ephemeralContainers")


def find(graph: Graph, path: str) -> tuple[Pin, ...]:
    """The pins of the file's objects; nothing in a file that holds none."""
    return tuple(
        pin
        for file, index, document, kind in objects(graph, path)
        if kind not in _OTHERS
        for pin in document_pins(file, index, document, name)
    )


def document_pins(file: YamlFile, index: int, document: Node | None, setter: str) -> Iterator[Pin]:
    """A pin for each `image:` of a document that holds a versioned reference, or that a container runs."""
    for path, node in mappings(document):
        value = node.get("image")
        image = parse(value.value) if isinstance(value, Scalar) and text(value) else None
        if image and (image.version or (len(path) > 1 and path[-2] in _CONTAINERS)):
            assert isinstance(value, Scalar)
            yield scalar_pin(file, index, (*path, "image"), image, setter)


def edit(graph: Graph, pin: Pin, image: Image) -> tuple[Edit, ...]:
    """The edit that makes the field name this image; nothing when it does."""
    file = graph.yaml(pin.path)
    return reference_edit(file, scalar_at(file, pin), image)
