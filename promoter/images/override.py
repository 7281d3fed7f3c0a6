"""New `images:` entries in an overlay, for an image whose version only a shared file sets.

The entry is written in the file's own style: indentation of its lists, line ends, flow or block. Nothing
else of the file changes.
"""

from collections.abc import Sequence as Many
from typing import Final

from promoter.images.safety import file_refusal
from promoter.kustomize import Graph
from promoter.model import Edit, Image, Location, Pin
from promoter.yamldoc import Mapping, Sequence, YamlFile, items, pointer, written

name: Final = "kustomize-create"
_REWRITABLE: Final = frozenset({"manifest", "patch", "kustomize-images"})


def find(graph: Graph, path: str) -> tuple[Pin, ...]:
    """Nothing: an entry that is not there yet is no pin. See `override`."""
    del graph, path
    return ()


def override(graph: Graph, directory: str, pin: Pin, number: int) -> Pin | None:
    """The pin that a new entry in the directory's kustomization would be, the `number`th new one (0-based).

    None where there is no kustomization to write it to, or kustomize would not rewrite this image.
    """
    kustomization = graph.kustomization(directory)
    if kustomization is None or pin.setter not in _REWRITABLE or kustomization.file.path == pin.path:
        return None
    index = len(kustomization.entries("images")) + number
    path = kustomization.file.path
    refusal = file_refusal(kustomization.file) or _shape(kustomization.file)
    images = kustomization.root.get("images")
    place = kustomization.file.location(images) if images is not None else Location(path)
    return Pin(name, place, 0, pointer("images", index), pin.image, refusal=refusal)


def _shape(file: YamlFile) -> str | None:
    if len(file.documents) != 1 or not isinstance(file.documents[0], Mapping) or file.documents[0].flow:
        return "an `images:` list can only be added to a file with one document in block style"
    images = file.documents[0].get("images")
    if images is not None and not isinstance(images, Sequence):
        return "`images:` is there and is no list"
    return None


def edit(graph: Graph, pin: Pin, image: Image) -> tuple[Edit, ...]:
    """The edit that inserts one entry. For several of one file, see `insertion`."""
    return (insertion(graph, pin.path, [image]),)


def insertion(graph: Graph, path: str, images: Many[Image]) -> Edit:
    """The one edit that inserts an entry for each image into a kustomization file, in this order."""
    file = graph.yaml(path)
    root = file.documents[0]
    assert isinstance(root, Mapping)
    there = root.get("images")
    if isinstance(there, Sequence) and there.flow:
        entries = ", ".join(_flow(image) for image in images)
        place = there.items[-1].end if there.items else there.start + 1
        return Edit(path, place, place, f", {entries}" if there.items else entries)
    newline = "\r\n" if "\r\n" in file.text else "\n"
    column = _dash(file, there) if there is not None and items(there) else _habit(file, root)
    lines = [line for image in images for line in _block(image, " " * column)]
    if there is None:
        lines.insert(0, "images:")
    end = len(file.text.rstrip()) if there is None else _line_end(file, there.end)
    return Edit(path, end, end, "".join(newline + line for line in lines))


def _line_end(file: YamlFile, offset: int) -> int:
    found = file.text.find("\n", offset)
    if found < 0:
        return len(file.text)
    return found - (file.text[found - 1 : found] == "\r")


def _fields(image: Image) -> list[tuple[str, str]]:
    fields = [("name", image.name), ("newTag", image.tag), ("digest", image.digest)]
    return [(key, written(text, "plain")) for key, text in fields if text]


def _flow(image: Image) -> str:
    return "{" + ", ".join(f"{key}: {text}" for key, text in _fields(image)) + "}"


def _block(image: Image, indent: str) -> list[str]:
    return [
        f"{indent}{'- ' if number == 0 else '  '}{key}: {text}"
        for number, (key, text) in enumerate(_fields(image))
    ]


def _dash(file: YamlFile, there: object) -> int:
    """The column (0-based) of the list's dashes."""
    assert isinstance(there, Sequence)
    start = there.items[0].start
    return file.text.rfind("-", 0, start) - (file.text.rfind("\n", 0, start) + 1)


def _habit(file: YamlFile, root: Mapping) -> int:
    """The column at which the file's other lists put their dashes, 0 without any."""
    for _, node in root.items:
        if isinstance(node, Sequence) and node.items and not node.flow:
            return _dash(file, node)
    return 0
