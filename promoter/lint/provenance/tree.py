"""Values that remember where they were written: an immutable tree of places beside the plain JSON.

It must not know kustomize. Callers may rely on this: trees are never changed, every change gives a new
one that shares what stayed. Of a scalar's `places` the last set the value; of a mapping's or a list's the
first wrote it, and the others merged something into it.
"""

from bisect import bisect_right
from collections.abc import Mapping as Map
from dataclasses import field, replace
from typing import Final

from promoter.frozen import frozen
from promoter.model import Json
from promoter.yamldoc import Dialect, Mapping, Node, Scalar, Sequence, YamlFile, parse
from promoter.yamldoc import value as plain_value

NOWHERE: Final[tuple["Place", ...]] = ()


@frozen(order=True)
class Place:
    """Characters `start` up to `end` of the decoded text of `path`."""

    path: str
    start: int
    end: int


@frozen
class Leaf:
    """A scalar value, with the places that set it, the deciding one last."""

    value: Json
    places: tuple[Place, ...] = NOWHERE


@frozen
class Branch:
    """A mapping, in order, with the places that contribute to it.

    `gone` are the keys that were taken away, with the places that did it.
    """

    entries: Map[str, "Tree"]
    places: tuple[Place, ...] = NOWHERE
    gone: Map[str, tuple[Place, ...]] = field(default_factory=dict)

    def get(self, key: str) -> "Tree | None":
        """The tree under `key`, or None."""
        return self.entries.get(key)

    def with_entry(self, key: str, tree: "Tree") -> "Branch":
        """This mapping with one key set."""
        gone = {name: places for name, places in self.gone.items() if name != key}
        return Branch({**self.entries, key: tree}, self.places, gone)

    def without(self, key: str, places: tuple[Place, ...] = NOWHERE) -> "Branch":
        """This mapping without one key, which the places take away."""
        entries = {name: tree for name, tree in self.entries.items() if name != key}
        return Branch(entries, self.places, {**self.gone, key: places})

    def text(self, key: str) -> str:
        """The string under `key`, or an empty one."""
        found = self.entries.get(key)
        return found.value if isinstance(found, Leaf) and isinstance(found.value, str) else ""


@frozen
class Items:
    """A list, with the places that contribute to it."""

    items: tuple["Tree", ...]
    places: tuple[Place, ...] = NOWHERE


Tree = Leaf | Branch | Items
EMPTY: Final = Branch({})


def plain(tree: Tree | None) -> Json:
    """The tree's value without places."""
    if isinstance(tree, Branch):
        return {key: plain(item) for key, item in tree.entries.items()}
    if isinstance(tree, Items):
        return [plain(item) for item in tree.items]
    return tree.value if tree is not None else None


def placed(tree: Tree, places: tuple[Place, ...]) -> Tree:
    """The tree, with further places put before its own: they came first and were overruled."""
    return replace(tree, places=(*places, *tree.places)) if places else tree


@frozen
class Text:
    """Parsed YAML and where its text stands: a whole file, or a block scalar inside one.

    `lines` pairs, for each line of an embedded text, its offset there and in the file; it is empty for
    a whole file. `whole` is the place to fall back on when lines cannot be paired.
    """

    file: YamlFile
    lines: tuple[tuple[int, int], ...] = ()
    whole: Place | None = None

    def place(self, start: int, end: int) -> Place:
        """The place, in the real file, of a span of the parsed text."""
        if self.whole is None:
            return Place(self.file.path, start, end)
        if not self.lines:
            return self.whole
        return Place(self.file.path, self._real(start), self._real(end))

    def _real(self, offset: int) -> int:
        index = max(0, bisect_right(self.lines, (offset, 1 << 60)) - 1)
        here, there = self.lines[index]
        return there + offset - here


def embedded(file: YamlFile, node: Scalar) -> Text:
    """The YAML inside a scalar of a file; each line is paired with its own where the style allows."""
    whole = Place(file.path, node.start, node.end)
    inner = parse(file.path, node.value.encode())
    if node.style != "literal":
        shift = 1 if node.style in ("single", "double") else 0
        same = file.text[node.start + shift : node.end - shift] == node.value
        return Text(inner, ((0, node.start + shift),) if same else (), whole)
    return Text(inner, _paired(file, node), whole)


def _paired(file: YamlFile, node: Scalar) -> tuple[tuple[int, int], ...]:
    position = file.text.find("\n", node.start) + 1
    found: list[tuple[int, int]] = []
    offset = 0
    for line in node.value.splitlines(keepends=True):
        end = file.text.find("\n", position)
        raw = file.text[position : end if end >= 0 else len(file.text)].removesuffix("\r")
        content = line.removesuffix("\n")
        if not raw.endswith(content):
            return ()
        found.append((offset, position + len(raw) - len(content)))
        offset += len(line)
        position = end + 1 if end >= 0 else len(file.text)
    return tuple(found)


def grow(text: Text, node: Node, start: int | None = None, dialect: Dialect = Dialect.RESOURCE) -> Tree:
    """The tree of a parsed node. `start` is where the key that holds it begins, None without one."""
    if isinstance(node, Scalar):
        return Leaf(plain_value(node, dialect), (text.place(node.start, node.end),))
    places = (text.place(node.start if start is None else start, node.end),)
    if isinstance(node, Sequence):
        return Items(tuple(grow(text, item, dialect=dialect) for item in node.items), places)
    return Branch(_entries(text, node, dialect), places)


def _entries(text: Text, node: Mapping, dialect: Dialect) -> dict[str, Tree]:
    merged: dict[str, Tree] = {}
    own: dict[str, Tree] = {}
    for name, child in node.items:
        if not isinstance(name, Scalar):
            continue
        if name.value == "<<" and name.style == "plain":
            for source in child.items if isinstance(child, Sequence) else (child,):
                if isinstance(source, Mapping):
                    merged = {**_entries(text, source, dialect), **merged}
        else:
            own[name.value] = grow(text, child, name.start, dialect)
    return {**merged, **own}
