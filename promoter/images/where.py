"""Versions in places that only the configuration knows: `where:` names the file and the field.

A target is a JSON pointer into YAML or JSON (`path`), a named parameter of an Argo CD Application
(`field` and `name`), a variable of an env file (`name`), or a file that holds nothing but a version.
"""

import re
from collections.abc import Iterator
from typing import Final

from promoter.config import Target
from promoter.images.fields import reference_edit, version_edit, version_text
from promoter.images.objects import Path, scalar_at, scalar_pin, typed
from promoter.images.reference import parse, split_version
from promoter.images.values import values_edit, values_pins
from promoter.kustomize import Graph
from promoter.model import BOM, Edit, Image, Location, Pin
from promoter.yamldoc import Mapping, Node, Scalar, YamlFile, at, descend, items, pointer, text, tokens

name: Final = "where"
_SOURCES: Final = (("spec", "source"), ("spec",), ())


def find(graph: Graph, path: str) -> tuple[Pin, ...]:
    """Nothing: only the configuration says what is a pin here. See `configured`."""
    del graph, path
    return ()


def configured(graph: Graph, target: Target) -> tuple[Pin, ...]:
    """The pins that a `where:` entry means; nothing when the file or the field is not there."""
    if target.file not in graph.snapshot:
        return ()
    if target.path or target.field:
        return tuple(_structured(graph.yaml(target.file), target))
    return tuple(_text(target.file, graph.snapshot[target.file], target))


def _structured(file: YamlFile, target: Target) -> Iterator[Pin]:
    for index, document in enumerate(file.documents):
        path = _path(document, target) if target.field else _there(document, target.path)
        node = at(document, *path) if path else None
        if isinstance(node, Mapping) and path:
            found = tuple(values_pins(file, index, path, name, target.image or target.file))
            yield from found
        elif isinstance(node, Scalar) and path and text(node):
            yield scalar_pin(file, index, path, _image(node.value, target), name)


def _path(document: Node | None, target: Target) -> Path | None:
    """The value of the entry called `name` in the list at `field` (`helm.parameters`)."""
    if not isinstance(document, Mapping):
        return None
    for source in _SOURCES:
        path = (*source, *target.field.split("."))
        for index, entry in enumerate(items(descend(document, path))):
            if text(at(entry, "name")) == target.name:
                return (*path, index, "value")
    return None


def _there(document: Node | None, path: str) -> Path | None:
    found = tokens(path)
    return None if descend(document, found) is None else typed(document, found)


def _image(written: str, target: Target) -> Image:
    whole = parse(written)
    if whole is not None and whole.version and "/" in whole.name:
        return whole
    parts = split_version(written)
    label = target.image or f"{target.file}#{target.path or target.name}".rstrip("#")
    return Image(label, *parts) if any(parts) else Image(label, written)


def _text(path: str, content: bytes, target: Target) -> Iterator[Pin]:
    try:
        decoded = content.removeprefix(BOM).decode()
    except UnicodeDecodeError:
        return
    line = r"^[ \t]*(?:export[ \t]+)?" + re.escape(target.name) + r"[ \t]*=[ \t]*[\"']?([^\s\"'#]+)"
    found = re.search(line if target.name else r"\A\s*(\S+)\s*\Z", decoded, re.MULTILINE)
    if found is not None:
        start = decoded.rfind("\n", 0, found.start(1)) + 1
        number, column = decoded.count("\n", 0, start) + 1, found.start(1) - start + 1
        place = Location(path, number, column, number, column + len(found.group(1)))
        yield Pin(name, place, 0, f"={pointer(target.name)}", _image(found.group(1), target))


def again(graph: Graph, pin: Pin) -> Image | None:
    """The image that the same place says in another snapshot, None when it is gone."""
    inside, image = pin.field.startswith("="), pin.image.name
    if inside:
        target = Target("", pin.path, name=pin.field.removeprefix("=/").removeprefix("="), image=image)
    else:
        target = Target("", pin.path, path=pin.field, image=image)
    return next((found.image for found in configured(graph, target)), None)


def edit(graph: Graph, pin: Pin, image: Image) -> tuple[Edit, ...]:
    """The edit that gives the place this version; nothing when it has it."""
    if pin.field.startswith("="):
        decoded = graph.snapshot[pin.path].removeprefix(BOM).decode()
        offset = sum(len(line) + 1 for line in decoded.split("\n")[: pin.location.line - 1])
        start = offset + pin.location.column - 1
        end = start + pin.location.end_column - pin.location.column
        wanted = str(image) if decoded[start:end] == str(pin.image) else version_text(image)
        return () if decoded[start:end] == wanted else (Edit(pin.path, start, end, wanted),)
    file = graph.yaml(pin.path)
    node = scalar_at(file, pin)
    if parse(node.value) == pin.image:
        return reference_edit(file, node, image)
    key = tokens(pin.field)[-1]
    parent = descend(file.documents[pin.document], tokens(pin.field)[:-1])
    if key.lower().endswith(("tag", "digest")) and isinstance(parent, Mapping):
        return values_edit(file, pin.document, pin.field, image)
    return version_edit(file, node, image)
