"""Versions in `.env` files and in the literals of a kustomization's generators: `IMAGE=repository:tag`.

A value is a pin when it is a reference with a registry or path, or when its key says that it is an
image's tag. Anything else is configuration and needs a `where:` entry.
"""

import re
from collections.abc import Iterator
from typing import Final

from promoter.images.fields import part_edit, version_text
from promoter.images.reference import parse, split_version
from promoter.images.safety import path_refusal, value_refusal
from promoter.kustomize import KUSTOMIZATION_NAMES, Graph
from promoter.model import BOM, Edit, Image, Location, Pin
from promoter.yamldoc import Node, Scalar, YamlFile, at, items, pointer, text

name: Final = "env-file"
_LINE: Final = re.compile(r"^[ \t]*([A-Za-z_][\w.-]*)=([^\r\n]*?)[ \t]*\r?$", re.MULTILINE)
_KEY: Final = re.compile(r"(?:.*_)?IMAGE_(?:TAG|VERSION|DIGEST)|IMAGE_?TAG", re.IGNORECASE)
_GENERATORS: Final = ("configMapGenerator", "secretGenerator")


def find(graph: Graph, path: str) -> tuple[Pin, ...]:
    """The pins of an env file, or of a kustomization's literals; nothing in any other file."""
    base = path.rpartition("/")[2]
    if base in KUSTOMIZATION_NAMES:
        return tuple(_literals(graph.yaml(path)))
    if base.endswith((".env", ".properties")) or base.startswith(".env"):
        return tuple(_lines(path, graph.snapshot[path]))
    return ()


def _image(key: str, value: str) -> Image | None:
    whole = parse(value.strip("\"'"))
    if whole is not None and whole.version and "/" in whole.name:
        return whole
    parts = split_version(value)
    if _KEY.fullmatch(key) and any(parts):
        return Image(f"#{key}", *parts)
    return None


def _literals(file: YamlFile) -> Iterator[Pin]:
    root = file.documents[0] if file.documents else None
    for field in _GENERATORS:
        for index, entry in enumerate(items(at(root, field))):
            for number, node in enumerate(items(at(entry, "literals"))):
                yield from _literal(file, root, (field, index, "literals", number), node)


def _literal(file: YamlFile, root: Node | None, path: tuple[str | int, ...], node: Node) -> Iterator[Pin]:
    key, equals, value = (text(node) or "").partition("=")
    image = _image(key, value) if equals else None
    if image is not None:
        refusal = path_refusal(root, path) or value_refusal(file, node)
        yield Pin(name, file.location(node), 0, pointer(*path), image, refusal=refusal)


def _lines(path: str, content: bytes) -> Iterator[Pin]:
    try:
        decoded = content.removeprefix(BOM).decode()
    except UnicodeDecodeError:
        return
    for match in _LINE.finditer(decoded):
        image = _image(match.group(1), match.group(2))
        if image is not None:
            start = decoded.rfind("\n", 0, match.start(2)) + 1
            line, column = decoded.count("\n", 0, start) + 1, match.start(2) - start + 1
            place = Location(path, line, column, line, match.end(2) - start + 1)
            yield Pin(name, place, 0, pointer(match.group(1)), image)


def edit(graph: Graph, pin: Pin, image: Image) -> tuple[Edit, ...]:
    """The edit of the reference or version inside the line; nothing when it is there."""
    whole = not pin.image.name.startswith("#")
    old, new = (str(pin.image), str(image)) if whole else (version_text(pin.image), version_text(image))
    if old == new:
        return ()
    if pin.path.rpartition("/")[2] in KUSTOMIZATION_NAMES:
        file = graph.yaml(pin.path)
        node = file.find(pin.document, pin.field)
        assert isinstance(node, Scalar)
        return part_edit(file, node, old, new)
    decoded = graph.snapshot[pin.path].removeprefix(BOM).decode()
    lines = decoded.split("\n")[: pin.location.line]
    offset = len(decoded) if not lines else sum(len(line) + 1 for line in lines[:-1])
    start = decoded.index(old, offset + pin.location.column - 1)
    return (Edit(pin.path, start, start + len(old), new),)
