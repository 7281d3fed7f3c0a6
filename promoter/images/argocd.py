"""Versions in Argo CD's Applications, ApplicationSet templates and `.argocd-source*.yaml` files.

`kustomize.images`, `helm.parameters`, `helm.valuesObject` and `helm.values` (YAML as text), of each
source. Revisions of the sources themselves are pins of `source.py`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from promoter.images.embedded import MARK, embed, split_field
from promoter.images.fields import part_edit, version_edit
from promoter.images.objects import Path, scalar_at, scalar_pin, structured
from promoter.images.reference import parse, split_version
from promoter.images.safety import file_refusal, is_object, path_refusal
from promoter.images.values import values_edit, values_pins
from promoter.kustomize import Graph
from promoter.model import Edit, Image, Location, Pin
from promoter.yamldoc import Mapping, Node, Scalar, YamlFile, at, items, pointer, text, tokens

name: Final = "argocd"
_UPDATER: Final = "argocd-image-updater.argoproj.io/"
_SOURCE_FILE: Final = re.compile(r"\.argocd-source(-.*)?\.yaml")


def find(graph: Graph, path: str) -> tuple[Pin, ...]:
    """The pins of the Applications in a file; nothing in a file without any."""
    if not structured(path):
        return ()
    base, file = path.rpartition("/")[2], graph.yaml(path)
    return tuple(
        pin
        for index, document in enumerate(file.documents)
        for source in _sources(base, document)
        for pin in _source_pins(file, index, source)
    )


def _sources(base: str, document: Node | None) -> Iterator[Path]:
    if _SOURCE_FILE.fullmatch(base):
        yield ()
        return
    kind = text(at(document, "kind")) if is_object(document) else None
    if kind not in ("Application", "ApplicationSet"):
        return
    spec: Path = ("spec",) if kind == "Application" else ("spec", "template", "spec")
    yield (*spec, "source")
    for index, _ in enumerate(items(at(document, *spec, "sources"))):
        yield (*spec, "sources", index)


def _source_pins(file: YamlFile, index: int, source: Path) -> Iterator[Pin]:
    document = file.documents[index]
    for number, node in enumerate(items(at(document, *source, "kustomize", "images"))):
        if isinstance(node, Scalar):
            yield from _image(file, index, (*source, "kustomize", "images", number), node)
    chart = text(at(document, *source, "chart")) or text(at(document, *source, "path")) or "values"
    yield from _parameters(file, index, (*source, "helm", "parameters"), chart)
    yield from values_pins(file, index, (*source, "helm", "valuesObject"), name, chart)
    scalar = at(document, *source, "helm", "values")
    if isinstance(scalar, Scalar):
        yield from text_pins(file, index, (*source, "helm", "values"), scalar, name, chart)


def text_pins(
    file: YamlFile, index: int, path: Path, scalar: Scalar, setter: str, chart: str
) -> Iterator[Pin]:
    """The pins of Helm values that stand as text inside a scalar."""
    inner = embed(file, scalar)
    refusal = file_refusal(file) or path_refusal(file.documents[index], path)
    for number, document in enumerate(inner.file.documents):
        if isinstance(document, Mapping):
            for pin in values_pins(inner.file, number, (), setter, chart):
                outer = replace(inner.pin(pin, pointer(*path)), document=index)
                yield replace(outer, refusal=refusal or outer.refusal)


def _image(file: YamlFile, index: int, path: Path, node: Scalar) -> Iterator[Pin]:
    """`a=b:1`, `a:1`, `a@sha256:…`: the image that replaces, and the name it stands for."""
    alias, equals, written = node.value.rpartition("=")
    image = parse(written)
    if image is not None and image.version:
        yield scalar_pin(file, index, path, image, name, alias if equals else None)


def _parameters(file: YamlFile, index: int, path: Path, chart: str) -> Iterator[Pin]:
    entries = items(at(file.documents[index], *path))
    said = {text(at(entry, "name")): text(at(entry, "value")) for entry in entries}
    for number, entry in enumerate(entries):
        key, node = text(at(entry, "name")) or "", at(entry, "value")
        written = text(node)
        if not isinstance(node, Scalar) or not written:
            continue
        where = (*path, number, "value")
        whole = parse(written)
        if key.endswith("image") and whole is not None and whole.version:
            yield scalar_pin(file, index, where, whole, name)
        elif key == "tag" or key.endswith(("image.tag", "Image.tag", "imageTag", "image.digest")):
            repository = said.get(re.sub(r"(tag|digest)$", "repository", key))
            label = repository or f"{chart}#/{key.rpartition('.')[0].replace('.', '/')}".rstrip("/")
            parts = split_version(written)
            image = Image(label, parts[0] if any(parts) else written, parts[1])
            yield scalar_pin(file, index, where, image, name)


def updated(pins: tuple[Pin, ...], graph: Graph, places: Iterable[str | Location]) -> tuple[Pin, ...]:
    """The pins, with a warning when Argo CD Image Updater is told to write the Application's images.

    `places` are the controller's own objects. A warning that is there already stays.
    """
    marked = [place for place in places if not isinstance(place, str) and _has_updater(graph, place)]
    if not marked:
        return pins
    warning = (
        f"Argo CD Image Updater writes the images of this Application ({marked[0]}) and may overwrite this:"
        " narrow or remove its annotations"
    )
    return tuple(replace(pin, warning=pin.warning or warning) for pin in pins)


def _has_updater(graph: Graph, place: Location) -> bool:
    if place.path not in graph.snapshot or b"argocd-image-updater" not in graph.snapshot[place.path]:
        return False
    file = graph.yaml(place.path)
    offset = file.line_starts[min(place.line, len(file.line_starts)) - 1]
    begun = [document for document in file.documents if document is not None and document.start <= offset]
    document = begun[-1] if begun else next(iter(file.documents), None)
    annotations = at(document, "metadata", "annotations")
    return isinstance(annotations, Mapping) and any(
        isinstance(key, Scalar) and key.value.startswith(_UPDATER) for key, _ in annotations.items
    )


def edit(graph: Graph, pin: Pin, image: Image) -> tuple[Edit, ...]:
    """The edits that give the Application this version; nothing when it has it."""
    file = graph.yaml(pin.path)
    if MARK in pin.field:
        return text_edit(file, pin, image)
    path = tokens(pin.field)
    if "valuesObject" in path:
        return values_edit(file, pin.document, pin.field, image)
    node = scalar_at(file, pin)
    alias, equals, written = node.value.rpartition("=")
    whole = parse(written)
    if "images" in path or (whole is not None and whole.version and whole.name == image.name):
        wanted = f"{alias}{equals}{image}"
        return () if node.value == wanted else (_within(file, node, written, str(image)),)
    return version_edit(file, node, image)


def _within(file: YamlFile, node: Scalar, old: str, new: str) -> Edit:
    """The edit of the reference after `=`, which leaves the rest of the text as it is written."""
    return part_edit(file, node, old, new)[0]


def text_edit(file: YamlFile, pin: Pin, image: Image) -> tuple[Edit, ...]:
    """The edits of Helm values that stand as text inside a scalar."""
    field, document, inside = split_field(pin.field)
    scalar = file.find(pin.document, field)
    assert isinstance(scalar, Scalar)
    inner = embed(file, scalar)
    return inner.edits(values_edit(inner.file, document, inside, image))
