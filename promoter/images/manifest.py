"""Versions in Kubernetes manifests: every `image:` that holds a reference, of every kind.

Workloads, Pods, CronJobs and custom resources (Tekton's `steps`, a Prometheus' `image`) are alike here.
Controllers' own objects, kustomizations and strategic-merge patches have setters of their own.
"""

from collections.abc import Iterator
from typing import Final

from promoter.images.fields import reference_edit
from promoter.images.reference import parse
from promoter.images.safety import file_refusal, is_object, marker, path_refusal, value_refusal
from promoter.kustomize import KUSTOMIZATION_NAMES, Graph
from promoter.model import Edit, Image, Pin
from promoter.yamldoc import Mapping, Node, Scalar, YamlFile, at, pointer, text, walk

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
_SUFFIXES: Final = (".yaml", ".yml", ".json")


def find(graph: Graph, path: str) -> tuple[Pin, ...]:
    """The pins of the file's objects; nothing in a file that holds none."""
    base = path.rpartition("/")[2]
    if base in KUSTOMIZATION_NAMES or not base.endswith(_SUFFIXES):
        return ()
    file = graph.yaml(path)
    return tuple(
        pin
        for index, document in enumerate(file.documents)
        if is_object(document) and text(at(document, "kind")) not in _OTHERS
        for pin in document_pins(file, index, document, name)
    )


def document_pins(file: YamlFile, index: int, document: Node | None, setter: str) -> Iterator[Pin]:
    """A pin for each `image:` of a document that holds a versioned reference, or that a container runs."""
    for path, node in walk(document):
        if isinstance(node, Mapping):
            value = node.get("image")
            image = parse(value.value) if isinstance(value, Scalar) and text(value) else None
            if image and (image.version or (len(path) > 1 and path[-2] in _CONTAINERS)):
                assert isinstance(value, Scalar)
                yield scalar_pin(file, index, (*path, "image"), image, setter)


def scalar_pin(file: YamlFile, index: int, path: tuple[str | int, ...], image: Image, setter: str) -> Pin:
    """The pin for a scalar that holds the whole reference, with the reason when it cannot be edited."""
    document = file.documents[index]
    node = at(document, *path)
    assert node is not None
    refusal = file_refusal(file) or path_refusal(document, path) or value_refusal(file, node)
    return Pin(
        setter,
        file.location(node),
        index,
        pointer(*path),
        image,
        refusal=refusal,
        warning=marker(file, node),
    )


def edit(graph: Graph, pin: Pin, image: Image) -> tuple[Edit, ...]:
    """The edit that makes the field name this image; nothing when it does."""
    file = graph.yaml(pin.path)
    node = file.find(pin.document, pin.field)
    assert isinstance(node, Scalar)
    return reference_edit(file, node, image)
