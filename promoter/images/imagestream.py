"""Versions in OpenShift's ImageStreams: the image that each tag imports (`spec.tags[].from`)."""

from typing import Final

from promoter.images.fields import reference_edit
from promoter.images.objects import objects, scalar_at, scalar_pin
from promoter.images.reference import parse
from promoter.kustomize import Graph
from promoter.model import Edit, Image, Pin
from promoter.yamldoc import at, items, text

name: Final = "imagestream"


def find(graph: Graph, path: str) -> tuple[Pin, ...]:
    """The pins of the ImageStreams in a file; nothing in a file without any."""
    found: list[Pin] = []
    for file, index, document, kind in objects(graph, path):
        entries = items(at(document, "spec", "tags")) if kind == "ImageStream" else ()
        for number, entry in enumerate(entries):
            image = parse(text(at(entry, "from", "name")) or "")
            if text(at(entry, "from", "kind")) == "DockerImage" and image is not None and image.version:
                field = ("spec", "tags", number, "from", "name")
                found.append(scalar_pin(file, index, field, image, name))
    return tuple(found)


def edit(graph: Graph, pin: Pin, image: Image) -> tuple[Edit, ...]:
    """The edit that makes the tag import this image; nothing when it does."""
    file = graph.yaml(pin.path)
    return reference_edit(file, scalar_at(file, pin), image)
