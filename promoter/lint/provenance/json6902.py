"""JSON patches (RFC 6902) over trees with places.

It must not fail: an operation that cannot be applied is given back with the reason, and the rest of the
patch is left out, as kustomize would refuse the whole build there. Like kustomize, `replace` may set a key
that is not there yet.
"""

from collections.abc import Sequence
from dataclasses import replace

from promoter.frozen import frozen
from promoter.lint.provenance.tree import EMPTY, Branch, Items, Leaf, Place, Tree, placed, plain
from promoter.yamldoc import tokens


@frozen
class Problem:
    """The operation (0-based) that cannot be applied, and why."""

    operation: int
    reason: str


class _MissingError(Exception):
    """The path of an operation leads nowhere."""


def apply(body: Branch, operations: Items) -> tuple[Branch, Problem | None]:
    """The patched body, and the first operation that cannot be applied, if any."""
    tree: Tree = body
    for index, operation in enumerate(operations.items):
        if not isinstance(operation, Branch):
            return body, Problem(index, "an operation is a mapping with op and path")
        try:
            tree = _apply(tree, operation)
        except _MissingError as error:
            return body, Problem(index, str(error))
    return (tree, None) if isinstance(tree, Branch) else (body, None)


def _apply(tree: Tree, operation: Branch) -> Tree:
    path = tokens(operation.text("path"))
    verb = operation.text("op")
    if verb in ("add", "replace"):
        value = operation.get("value")
        if value is None:
            raise _MissingError(f"`{verb}` without a value")
        return _set(_annotated(tree, path), path, value, insert=verb == "add")
    if verb == "remove":
        return _remove(tree, path, operation.places)
    if verb == "test":
        if plain(_at(tree, path)) != plain(operation.get("value")):
            raise _MissingError(f"`test` of {operation.text('path')} does not hold")
        return tree
    if verb in ("copy", "move"):
        source = tokens(operation.text("from"))
        value = _at(tree, source)
        left = _remove(tree, source, operation.places) if verb == "move" else tree
        return _set(left, path, value, insert=True)
    raise _MissingError(f"unknown operation {verb!r}")


def _annotated(tree: Tree, path: Sequence[str]) -> Tree:
    """kustomize makes the annotations that a patch writes to, and no other parent."""
    metadata = tree.entries.get("metadata") if isinstance(tree, Branch) else None
    if tuple(path[:2]) != ("metadata", "annotations") or len(path) < 3:  # noqa: PLR2004 -- one below them
        return tree
    if (
        not isinstance(tree, Branch)
        or not isinstance(metadata, Branch)
        or "annotations" in metadata.entries
    ):
        return tree
    return tree.with_entry("metadata", metadata.with_entry("annotations", EMPTY))


def _at(tree: Tree, path: Sequence[str]) -> Tree:
    for token in path:
        tree = _child(tree, token)
    return tree


def _child(tree: Tree, token: str) -> Tree:
    if isinstance(tree, Branch) and token in tree.entries:
        return tree.entries[token]
    if isinstance(tree, Items):
        return tree.items[_index(tree, token)]
    raise _MissingError(f"there is no {token!r}")


def _index(tree: Items, token: str) -> int:
    if not token.lstrip("-").isdecimal():
        raise _MissingError(f"{token!r} is no position in a list")
    index = int(token)
    if not -len(tree.items) <= index < len(tree.items):
        raise _MissingError(f"position {index} is past the end of a list of {len(tree.items)}")
    return index


def _set(tree: Tree, path: Sequence[str], value: Tree, *, insert: bool) -> Tree:
    if not path:
        return value
    token, rest = path[0], path[1:]
    if rest:
        return _with_child(tree, token, _set(_child(tree, token), rest, value, insert=insert))
    if isinstance(tree, Branch):
        return tree.with_entry(token, _over(value, tree.entries.get(token)))
    if isinstance(tree, Items) and insert:
        at = len(tree.items) if token in ("-", str(len(tree.items))) else _index(tree, token)
        return replace(tree, items=(*tree.items[:at], value, *tree.items[at:]))
    if isinstance(tree, Items):
        return _with_child(tree, token, _over(value, _child(tree, token)))
    raise _MissingError(f"{token!r} lies inside a scalar")


def _over(value: Tree, before: Tree | None) -> Tree:
    """The value; a scalar keeps the places that it overrules, a mapping or a list is written anew."""
    return placed(value, before.places) if isinstance(value, Leaf) and before is not None else value


def _with_child(tree: Tree, token: str, child: Tree) -> Tree:
    if isinstance(tree, Branch):
        return tree.with_entry(token, child)
    assert isinstance(tree, Items)
    index = _index(tree, token) % len(tree.items)
    return replace(tree, items=(*tree.items[:index], child, *tree.items[index + 1 :]))


def _remove(tree: Tree, path: Sequence[str], places: tuple[Place, ...]) -> Tree:
    if not path:
        raise _MissingError("the whole document cannot be removed")
    token, rest = path[0], path[1:]
    child = _child(tree, token)
    if rest:
        return _with_child(tree, token, _remove(child, rest, places))
    if isinstance(tree, Branch):
        return tree.without(token, places)
    assert isinstance(tree, Items)
    index = _index(tree, token) % len(tree.items)
    return replace(tree, items=(*tree.items[:index], *tree.items[index + 1 :]))
