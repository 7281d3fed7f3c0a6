"""What one kustomization file names, from its content alone: the paths and URLs, and where each stands.

A sketch is small and plain, so that it can be remembered by blob id; the whole file is parsed again only
for those who want more than its references.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from promoter.frozen import frozen
from promoter.kustomize.fields import GENERATORS, PATH_LISTS, TEXT_LISTS
from promoter.kustomize.plain import plain_sketch
from promoter.model import Json, Location
from promoter.yamldoc import Mapping, Node, Scalar, at, items, parse, text, texts


class Named(NamedTuple):
    """One path or URL as written, with the field that names it and its place in the file (1-based).

    A tuple, because a large repository has tens of thousands of them.
    """

    field: str
    written: str
    line: int
    column: int
    end_line: int
    end_column: int

    def location(self, path: str) -> Location:
        """The place in the file at `path`."""
        return Location(path, *self[2:])


@frozen
class Sketch:
    """A kustomization's kind, its top-level keys and what it names, in the order of the fields."""

    kind: str
    keys: frozenset[str]
    names: tuple[Named, ...]


def sketched(path: str, content: bytes) -> Json:
    """The sketch of a kustomization's content as JSON; None when it is no mapping."""
    known = plain_sketch(content.decode()) if content.isascii() else None
    return read_sketch(path, content) if known is None else known


def read_sketch(path: str, content: bytes) -> Json:
    """The same, from reading the content as YAML."""
    file = parse(path, content, _FIELDS)
    root = file.documents[0] if file.documents else None
    if not isinstance(root, Mapping):
        return None
    names: list[Json] = []
    for field, node, written in _named(root):
        names.append([field, written, *file.place(node.start), *file.place(node.end)])
    keys: list[Json] = [key.value for key, _ in root.items if isinstance(key, Scalar)]
    return [text(root.get("kind")) or "Kustomization", keys, names]


def sketch(kept: Json) -> Sketch | None:
    """The sketch that `sketched` gave; None for what is no mapping."""
    match kept:
        case [str(kind), list(keys), list(names)]:
            found = tuple(Named._make(name) for name in names if isinstance(name, list))
            return Sketch(kind, frozenset(key for key in keys if isinstance(key, str)), found)
        case _:
            return None


_PATH: Final = frozenset({"path"})
_GENERATED: Final = frozenset({"env", "envs", "files"})
_FIELDS: Final = {
    **dict.fromkeys(("kind", *TEXT_LISTS), frozenset[str]()),
    **dict.fromkeys((*PATH_LISTS, "openapi"), _PATH),
    **dict.fromkeys(GENERATORS, _GENERATED),
    "helmCharts": frozenset({"valuesFile", "additionalValuesFiles"}),
}


def is_inline(written: str) -> bool:
    """Whether an entry is a whole document instead of the path of one."""
    return "\n" in written or ": " in written or written.lstrip().startswith(("{", "["))


def _named(root: Mapping) -> Iterator[tuple[str, Scalar, str]]:
    """Each (field, node, path as written) of a kustomization; inline documents name no path."""
    fields = {key.value: node for key, node in root.items if isinstance(key, Scalar)}
    for field in TEXT_LISTS:
        for node in texts(fields[field]) if field in fields else ():
            if not is_inline(node.value):
                yield field, node, node.value
    for field in PATH_LISTS:
        for entry in items(fields.get(field)):
            yield from _scalar(f"{field}.path", at(entry, "path"))
    yield from _scalar("openapi.path", at(fields.get("openapi"), "path"))
    for field in GENERATORS:
        for entry in items(fields.get(field)):
            yield from _generator_inputs(field, entry)
    for entry in items(fields.get("helmCharts")):
        yield from _helm_inputs(entry)


def _scalar(field: str, node: Node | None) -> Iterator[tuple[str, Scalar, str]]:
    written = text(node)
    if isinstance(node, Scalar) and written:
        yield field, node, written


def _generator_inputs(field: str, entry: Node) -> Iterator[tuple[str, Scalar, str]]:
    yield from _scalar(f"{field}.env", at(entry, "env"))
    for node in texts(at(entry, "envs")):
        yield f"{field}.envs", node, node.value
    for node in texts(at(entry, "files")):
        yield f"{field}.files", node, node.value.partition("=")[2] or node.value


def _helm_inputs(entry: Node) -> Iterator[tuple[str, Scalar, str]]:
    yield from _scalar("helmCharts.valuesFile", at(entry, "valuesFile"))
    for node in texts(at(entry, "additionalValuesFiles")):
        yield "helmCharts.additionalValuesFiles", node, node.value
