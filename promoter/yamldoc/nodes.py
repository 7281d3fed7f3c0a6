"""Parsed YAML as values: nodes with spans, and the file that they are of.

Must not parse. Nodes hold raw text, never constructed values, so `1.10` stays `1.10`; offsets count
characters of the text without its byte-order mark.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from promoter.frozen import frozen
from promoter.model import Location


@frozen
class Scalar:
    """One scalar: its text after YAML's own unquoting, and the span of its written form.

    `start` and `end` leave out an anchor or tag before it. `tag` is the explicit tag, None without
    one. `aliased` says that some alias yields this same node, so an edit would change two places.
    """

    value: str
    start: int
    end: int
    style: str
    tag: str | None = None
    aliased: bool = False


@frozen
class Sequence:
    """A list of nodes."""

    items: tuple["Node", ...]
    start: int
    end: int
    flow: bool = False
    aliased: bool = False


@frozen
class Mapping:
    """Keys and values in the order written; a repeated key stands twice in `items`."""

    items: tuple[tuple["Node", "Node"], ...]
    start: int
    end: int
    flow: bool = False
    aliased: bool = False

    def get(self, key: str) -> "Node | None":
        """The value of `key` (the last one written, as kustomize reads it), or None."""
        for name, node in reversed(self.items):
            if isinstance(name, Scalar) and name.value == key:
                return node
        return None

    def key(self, key: str) -> Scalar | None:
        """The key node itself, for its place, or None."""
        found = None
        for name, _ in self.items:
            if isinstance(name, Scalar) and name.value == key:
                found = name
        return found

    @property
    def repeated(self) -> tuple[Scalar, ...]:
        """The key nodes that repeat an earlier key of this mapping."""
        seen: set[str] = set()
        again: list[Scalar] = []
        for name, _ in self.items:
            if isinstance(name, Scalar):
                if name.value in seen and name.value != "<<":
                    again.append(name)
                seen.add(name.value)
        return tuple(again)


Node = Scalar | Sequence | Mapping


@frozen
class SyntaxProblem:
    """Why a file does not parse, and where."""

    message: str
    location: Location


@dataclass(frozen=True)
class YamlFile:
    """One parsed file. `documents` holds a node for each document, None for an empty one."""

    path: str
    text: str
    documents: tuple[Node | None, ...]
    error: SyntaxProblem | None = None
    bom: bool = False

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """The offset at which each line begins; only a line feed ends a line."""
        lines = self.text.split("\n")
        return tuple(accumulate([len(line) + 1 for line in lines[:-1]], initial=0))

    def location(self, node: "Node | tuple[int, int]") -> Location:
        """Where a node (or a span of offsets) stands, for people."""
        start, end = node if isinstance(node, tuple) else (node.start, node.end)
        return Location(self.path, *self.place(start), *self.place(end))

    def place(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset, both counted from 1."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def find(self, document: int, pointer: str) -> Node | None:
        """The node at a JSON pointer of a document (0-based), or None."""
        if document >= len(self.documents):
            return None
        return descend(self.documents[document], tokens(pointer))


def tokens(pointer: str) -> tuple[str, ...]:
    """The reference tokens of a JSON pointer (RFC 6901); none for the whole document."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def pointer(*parts: str | int) -> str:
    """The JSON pointer (RFC 6901) of these keys and 0-based indices."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def descend(node: Node | None, path: tuple[str, ...]) -> Node | None:
    """The node below `node` at these keys and indices, or None."""
    for token in path:
        if isinstance(node, Mapping):
            node = node.get(token)
        elif isinstance(node, Sequence) and token.isdecimal() and int(token) < len(node.items):
            node = node.items[int(token)]
        else:
            return None
    return node


def walk(
    node: Node | None, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Node]]:
    """Every node below and with `node`, parents first, each with its keys and 0-based indices."""
    if node is None:
        return
    yield path, node
    if isinstance(node, Mapping):
        for name, child in node.items:
            yield from walk(child, (*path, name.value if isinstance(name, Scalar) else ""))
    elif isinstance(node, Sequence):
        for index, child in enumerate(node.items):
            yield from walk(child, (*path, index))


def mappings(node: Node | None) -> Iterator[tuple[tuple[str | int, ...], Mapping]]:
    """Every mapping below and with `node`, in the order and with the paths of `walk`."""
    waiting: list[tuple[tuple[str | int, ...], Node | None]] = [((), node)]
    while waiting:
        path, each = waiting.pop()
        below: list[tuple[str | int, Node]] = []
        if isinstance(each, Mapping):
            yield path, each
            below = [(name.value if isinstance(name, Scalar) else "", child) for name, child in each.items]
        elif isinstance(each, Sequence):
            below = list(enumerate(each.items))
        nested = [(key, child) for key, child in below if not isinstance(child, Scalar)]
        waiting += [((*path, key), child) for key, child in reversed(nested)]
