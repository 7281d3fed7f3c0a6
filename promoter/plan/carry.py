"""Configuration that travels with a promotion: named parts of one file, copied to the target's file.

Only what the configuration lists under `carry` is copied, value by value, so that comments and order of
the target stay; what it lists under `keep` never is. The result is proven to hold the source's values
there and nothing new anywhere else.
"""

import re
from collections.abc import Iterable, Iterator
from json import dumps
from typing import Final

from promoter.config import Carry
from promoter.errors import RefusedError
from promoter.frozen import frozen
from promoter.kustomize import Graph
from promoter.model import Carried, Edit, Skipped
from promoter.plan.copied import Path, check_copy
from promoter.yamldoc import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    YamlFile,
    descend,
    flow_pair,
    in_flow,
    tokens,
    value,
    walk,
)

_REST: Final = re.compile(r"([^\r\n]*)\r?\n?")


def carried(
    source: Graph,
    target: Graph,
    carries: Iterable[Carry],
    environments: tuple[str, str],
    keep: Iterable[str],
) -> tuple[tuple[Carried, ...], tuple[Skipped, ...]]:
    """What is copied from the first environment to the second, and what cannot be, with the reason.

    `keep` are JSON pointers that are never copied. Equal parts give nothing. Raises RefusedError, with the
    place, for a part whose text cannot be moved (anchors, a template), and EditError when the result would
    read otherwise.
    """
    kept = tuple(tokens(each) for each in keep)
    found: list[Carried] = []
    skipped: list[Skipped] = []
    for carry in carries:
        here, there = (carry.file.replace("{env}", name) for name in environments)
        for path in carry.paths:
            if here not in source.snapshot or there not in target.snapshot:
                missing = here if here not in source.snapshot else there
                skipped.append(Skipped(f"{there}{path}", f"there is no file {missing}"))
                continue
            part = _part(source.yaml(here), target.yaml(there), path, kept)
            if isinstance(part, Skipped):
                skipped.append(part)
            elif part is not None:
                found.append(part)
    for path in sorted({part.location.path for part in found}):
        check_copy(source, target, [part for part in found if part.location.path == path], kept)
    return tuple(found), tuple(skipped)


def _part(
    source: YamlFile, target: YamlFile, path: str, keep: tuple[Path, ...]
) -> Carried | Skipped | None:
    what = f"{target.path}{path}"
    for file in (source, target):
        if file.error is not None or len(file.documents) != 1:
            return Skipped(what, f"{file.path} does not parse, or has more than one document")
    where = tokens(path)
    theirs, ours = descend(source.documents[0], where), descend(target.documents[0], where)
    parent, above = descend(target.documents[0], where[:-1]), descend(source.documents[0], where[:-1])
    if theirs is None:
        return Skipped(what, f"{source.path} has nothing there")
    if ours is not None and _same(theirs, ours):
        return None
    copy = _Copy(source, target, keep)
    if isinstance(theirs, Mapping) and isinstance(ours, Mapping) and theirs.items and ours.items:
        made = tuple(copy.mapping(where, theirs, ours))
        return Carried(target.location(ours), path, source.path, made) if made else None
    if not (where and isinstance(parent, Mapping) and isinstance(above, Mapping)):
        return Skipped(what, "it is no value of a mapping")
    made = tuple(copy.pair(where, above, parent))
    return Carried(target.location(ours or parent), path, source.path, made)


@frozen
class _Copy:
    """Copying from one file to another, with the pointers that stay as they are."""

    source: YamlFile
    target: YamlFile
    keep: tuple[Path, ...]

    def mapping(self, where: Path, theirs: Mapping, ours: Mapping) -> Iterator[Edit]:
        """The edits that give ours the keys of theirs, and no other that is not kept."""
        coming = [name for name in _names(theirs) if not self._kept((*where, name))]
        staying = [name for name in _names(ours) if self._kept((*where, name))]
        if not coming and not staying:
            raise RefusedError(
                "nothing would be left in this mapping: all that the source has in it is kept",
                where=str(self.target.location(ours)),
                hint="keep the whole, or carry less",
            )
        for name in coming:
            yield from self.pair((*where, name), theirs, ours)
        for key, node in ours.items:
            if isinstance(key, Scalar) and key.value not in {*coming, *staying}:
                yield self._removed(key, node, ours)

    def pair(self, where: Path, theirs: Mapping, ours: Mapping) -> Iterator[Edit]:
        """The edits that make one key of a mapping as it is in the source."""
        key, node = theirs.key(where[-1]), theirs.get(where[-1])
        assert key is not None
        assert node is not None
        old_key, old = ours.key(where[-1]), ours.get(where[-1])
        if self._kept(where):
            return
        if old_key is None or old is None:
            yield self._added(key, node, ours)
        elif isinstance(node, Mapping) and isinstance(old, Mapping) and not (node.flow or old.flow):
            yield from self.mapping(where, node, old)
        elif not _same(node, old):
            self._check(self.source, node)
            self._check(self.target, old)
            if any(kept[: len(where)] == where for kept in self.keep):
                raise RefusedError(
                    "a part of this is kept, and it is no block mapping",
                    where=str(self.target.location(old)),
                    hint="write it in block style, or keep the whole",
                )
            if ours.flow:
                yield self._in_braces(key, node, old_key, old)
            elif self._fits(key, node, old_key, old):
                text = self.source.text[node.start : node.end]
                yield Edit(self.target.path, old.start, old.end, text)
            else:
                self._check_key(self.source, key)
                self._check_key(self.target, old_key)
                text = self._text(key, node, self._column(self.target, old_key))
                yield Edit(self.target.path, old_key.start, _end(self.target, old), text)

    def _fits(self, key: Scalar, node: Node, old_key: Scalar, old: Node) -> bool:
        """Whether a value can stand exactly where another one stands, with nothing else changed."""
        shape = _shape(self.source, key, node)
        if not shape[0] or not _replaceable(old) or _is_tagged(node):
            return False
        if shape != _shape(self.target, old_key, old):
            return False
        # Only a list may begin below the first letter of its key, where a mapping would be beside it.
        room = self.target.location(old).column - self.target.location(old_key).column
        return shape[1] or room > 0 or not isinstance(node, Mapping)

    def _in_braces(self, key: Scalar, node: Node, old_key: Scalar, old: Node) -> Edit:
        if _replaceable(old):
            return Edit(self.target.path, old.start, old.end, in_flow(self.source, node))
        return Edit(self.target.path, old_key.start, old.end, flow_pair(self.source, key, node))

    def _kept(self, where: Path) -> bool:
        return any(where[: len(kept)] == kept for kept in self.keep)

    def _check(self, file: YamlFile, node: Node) -> None:
        if any(each.aliased for _, each in walk(node)):
            raise RefusedError(
                "cannot copy what is shared through YAML anchors", where=str(file.location(node))
            )

    @staticmethod
    def _check_key(file: YamlFile, key: Scalar) -> None:
        before = file.text[file.text.rfind("\n", 0, key.start) + 1 : key.start]
        if before.rstrip().endswith("?"):
            raise RefusedError(
                f"cannot copy to or from `{key.value}`, a key after a question mark",
                where=str(file.location(key)),
                hint="write it as `key: value`",
            )

    @staticmethod
    def _column(file: YamlFile, key: Scalar) -> int:
        """The column (0-based) of a key."""
        return file.location(key).column - 1

    def _text(self, key: Scalar, node: Node, column: int) -> str:
        """The source's `key: value`, indented for a column of the target, with the target's line ends.

        What stands in braces or brackets may have less room on its further lines than it needs there; it
        then goes on one line.
        """
        text = self.source.text[key.start : _end(self.source, node)].replace("\r\n", "\n")
        shift = column - self._column(self.source, key)
        first, *rest = text.split("\n")
        is_block = isinstance(node, Mapping | Sequence) and not node.flow
        least = column if is_block else column + 1
        if any(line.strip() and len(line) - len(line.lstrip(" ")) + shift < least for line in rest):
            return flow_pair(self.source, key, node)
        moved = (f"{' ' * shift}{line}" if line and shift > 0 else line[max(-shift, 0) :] for line in rest)
        newline = "\r\n" if "\r\n" in self.target.text else "\n"
        return newline.join([first, *moved])

    def _added(self, key: Scalar, node: Node, ours: Mapping) -> Edit:
        self._check(self.source, node)
        if not ours.items:
            raise RefusedError(
                "cannot add to an empty mapping",
                where=str(self.target.location(ours)),
                hint="carry the mapping itself, or write a key in it",
            )
        last_key, last = ours.items[-1]
        assert isinstance(last_key, Scalar)
        if ours.flow:
            return Edit(self.target.path, last.end, last.end, f", {flow_pair(self.source, key, node)}")
        self._check_key(self.source, key)
        self._check_key(self.target, last_key)
        newline = "\r\n" if "\r\n" in self.target.text else "\n"
        column = self._column(self.target, last_key)
        end = _line(self.target, _end(self.target, last)).end(1)
        # Of several texts at one place the deepest comes first: edits are sorted, blanks before letters.
        return Edit(self.target.path, end, end, f"{newline}{' ' * column}{self._text(key, node, column)}")

    def _removed(self, key: Scalar, node: Node, ours: Mapping) -> Edit:
        """Without the lines of a key, up to the end of the last one, where another key may be added."""
        self._check_key(self.target, key)
        text, start = self.target.text, key.start - self._column(self.target, key)
        if ours.flow or text[start : key.start].strip():
            raise RefusedError(
                f"cannot take `{key.value}` away: it has no line of its own",
                where=str(self.target.location(key)),
                hint="write the mapping in block style, one key a line",
            )
        line = _line(self.target, _end(self.target, node))
        if start == 0:
            return Edit(self.target.path, start, line.end(1 if node is ours.items[-1][1] else 0), "")
        before = start - (2 if text.startswith("\r\n", start - 2) else 1)
        return Edit(self.target.path, before, line.end(1), "")


def _same(one: Node, other: Node) -> bool:
    """Whether two nodes say the same; `true` is not `1`, which Python holds for equal."""
    return dumps(value(one), sort_keys=True) == dumps(value(other), sort_keys=True)


def _is_tagged(node: Node) -> bool:
    return isinstance(node, Scalar) and node.tag is not None


def _replaceable(node: Node) -> bool:
    """Whether a node has characters, and no tag before them that would be said of others."""
    return node.start < node.end and not _is_tagged(node)


def _names(mapping: Mapping) -> list[str]:
    return [key.value for key, _ in mapping.items if isinstance(key, Scalar)]


def _shape(file: YamlFile, key: Scalar, node: Node) -> tuple[bool, bool]:
    """Whether a value has one line, and whether that is its key's line."""
    return "\n" not in file.text[node.start : node.end], "\n" not in file.text[key.start : node.start]


def _end(file: YamlFile, node: Node) -> int:
    """Where a node ends, without the line end that a block scalar takes in."""
    end = node.end
    while end > node.start and file.text[end - 1] in "\r\n":
        end -= 1
    return end


def _line(file: YamlFile, offset: int) -> re.Match[str]:
    """What is left of a line from `offset` on; the group is without the line end."""
    found = _REST.match(file.text, offset)
    assert found is not None
    return found
