"""Versions in patches: JSON6902 files, and inline patches of both kinds in a kustomization.

Strategic-merge patch *files* look like manifests and are read as such. An inline patch is YAML inside a
scalar: it is edited in place where its lines stand there as they are, and refused otherwise.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from promoter.images.embedded import MARK, embed, split_field
from promoter.images.fields import reference_edit
from promoter.images.manifest import document_pins
from promoter.images.objects import scalar_at, scalar_pin, structured
from promoter.images.reference import parse
from promoter.images.safety import file_refusal
from promoter.kustomize import KUSTOMIZATION_NAMES, Graph
from promoter.model import Edit, Image, Pin
from promoter.yamldoc import Mapping, Scalar, Sequence, YamlFile, at, items, pointer, text

name: Final = "patch"


def find(graph: Graph, path: str) -> tuple[Pin, ...]:
    """The pins of a JSON6902 patch file, or of a kustomization's inline patches."""
    if path.rpartition("/")[2] in KUSTOMIZATION_NAMES:
        return tuple(_inline(graph.yaml(path)))
    return tuple(_operations(graph.yaml(path))) if structured(path) else ()


def _operations(file: YamlFile) -> Iterator[Pin]:
    for index, document in enumerate(file.documents):
        if not isinstance(document, Sequence) or not at(document, 0, "op"):
            continue
        for number, operation in enumerate(document.items):
            target, value = text(at(operation, "path")), at(operation, "value")
            if isinstance(value, Scalar) and target and target.endswith("/image"):
                image = parse(value.value)
                if image is not None and image.version:
                    yield scalar_pin(file, index, (number, "value"), image, name)
        yield from document_pins(file, index, document, name)


def _inline(file: YamlFile) -> Iterator[Pin]:
    root = file.documents[0] if file.documents else None
    for path in _inline_paths(root if isinstance(root, Mapping) else None):
        scalar = at(root, *path)
        if not isinstance(scalar, Scalar) or "image" not in scalar.value:
            continue
        inner = embed(file, scalar)
        found = list(_operations(inner.file))
        for index, document in enumerate(inner.file.documents):
            if isinstance(document, Mapping):
                found += document_pins(inner.file, index, document, name)
        refusal = file_refusal(file)
        for pin in found:
            outer = inner.pin(pin, pointer(*path))
            yield replace(outer, refusal=refusal or outer.refusal)


def _inline_paths(root: Mapping | None) -> Iterator[tuple[str | int, ...]]:
    if root is None:
        return
    for field in ("patches", "patchesJson6902"):
        for index, _ in enumerate(items(root.get(field))):
            yield field, index, "patch"
    for index, _ in enumerate(items(root.get("patchesStrategicMerge"))):
        yield "patchesStrategicMerge", index


def edit(graph: Graph, pin: Pin, image: Image) -> tuple[Edit, ...]:
    """The edit that makes the patch name this image; nothing when it does."""
    file = graph.yaml(pin.path)
    if MARK not in pin.field:
        return reference_edit(file, scalar_at(file, pin), image)
    field, document, inside = split_field(pin.field)
    scalar = file.find(pin.document, field)
    assert isinstance(scalar, Scalar)
    inner = embed(file, scalar)
    node = inner.file.find(document, inside)
    assert isinstance(node, Scalar)
    return inner.edits(reference_edit(inner.file, node, image))
