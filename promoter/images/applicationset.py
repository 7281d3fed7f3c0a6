"""Versions among an ApplicationSet's list elements, and in the JSON files that its git generator reads.

An element is one environment's: its pins are told apart by the element's own name.
"""

import re
from collections.abc import Iterator
from typing import Final

from promoter.images.fields import reference_edit, version_edit
from promoter.images.objects import Path, scalar_at, scalar_pin, structured
from promoter.images.reference import parse, split_version
from promoter.images.safety import is_object
from promoter.images.values import values_edit, values_pins
from promoter.kustomize import Graph
from promoter.model import Edit, Image, Pin
from promoter.yamldoc import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    YamlFile,
    at,
    descend,
    items,
    text,
    tokens,
    walk,
)

name: Final = "applicationset"
_KEY: Final = re.compile(r"(?:.*[a-z_.-])?(?:tag|version|image|revision)", re.IGNORECASE)
_NO_VERSION: Final = frozenset({"apiVersion", "kubeVersion", "k8sVersion", "kubernetesVersion"})


def find(graph: Graph, path: str) -> tuple[Pin, ...]:
    """The pins of the ApplicationSets in a file, or of a JSON file of parameters; else nothing."""
    if not structured(path):
        return ()
    base, file = path.rpartition("/")[2], graph.yaml(path)
    found: list[Pin] = []
    for index, document in enumerate(file.documents):
        if is_object(document) and text(at(document, "kind")) == "ApplicationSet":
            found += _elements(file, index, document)
        elif base.endswith(".json") and isinstance(document, Mapping) and not is_object(document):
            found += values_pins(file, index, (), name, base.removesuffix(".json"))
    return tuple(found)


def _elements(file: YamlFile, index: int, document: Node | None) -> Iterator[Pin]:
    for path, node in walk(at(document, "spec", "generators")):
        if len(path) >= 2 and path[-2:] == ("list", "elements") and isinstance(node, Sequence):  # noqa: PLR2004 - the two keys compared
            for number, element in enumerate(items(node)):
                if isinstance(element, Mapping):
                    where = ("spec", "generators", *path, number)
                    yield from _element(file, index, where, element)


def _element(file: YamlFile, index: int, where: Path, element: Mapping) -> Iterator[Pin]:
    document = file.documents[index]
    label = text(at(document, "metadata", "name")) or "applicationset"
    for key, node in element.items:
        written = text(node)
        if not isinstance(key, Scalar) or not isinstance(node, Scalar) or not written:
            continue
        if key.value in _NO_VERSION or not _KEY.fullmatch(key.value):
            continue
        path = (*where, key.value)
        whole = parse(written)
        parts = split_version(written)
        if whole is not None and whole.version:
            image = whole
        elif any(parts) and any(character.isdigit() for character in written):
            image = Image(f"{label}#/{key.value}", *parts)
        else:
            continue
        yield scalar_pin(file, index, path, image, name)


def applies(graph: Graph, pin: Pin, environment: str) -> bool:
    """Whether a pin is the environment's: an element of a list is when one of its values names it.

    Every other pin is, and so is an element when no element of its list names the environment.
    """
    if pin.setter != name or not environment or not pin.field.startswith("/spec/generators/"):
        return True
    path = tokens(pin.field)
    document = graph.yaml(pin.path).documents[pin.document]
    elements = items(descend(document, path[:-2]))
    named = [_names(element, environment) for element in elements]
    return named[int(path[-2])] or not any(named)


def _names(element: Node, environment: str) -> bool:
    return isinstance(element, Mapping) and any(text(node) == environment for _, node in element.items)


def edit(graph: Graph, pin: Pin, image: Image) -> tuple[Edit, ...]:
    """The edits that give the parameter this version; nothing when it has it."""
    file = graph.yaml(pin.path)
    node = scalar_at(file, pin)
    if not pin.field.startswith("/spec/generators/"):
        return values_edit(file, pin.document, pin.field, image)
    whole = parse(node.value)
    if whole is not None and whole.version:
        return reference_edit(file, node, image)
    return version_edit(file, node, image)
