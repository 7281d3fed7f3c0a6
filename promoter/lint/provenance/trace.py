"""From a rendered field back to the places that set it.

It must not guess: the model's value has to equal the rendered one at every step, and a field that is
absent from the render has to be absent from the model. Anything else gives no trace.
"""

import re
from collections.abc import Iterable
from typing import Final

from promoter.frozen import frozen
from promoter.lint.provenance.items import CLUSTER_KINDS, Item
from promoter.lint.provenance.tree import Branch, Items, Leaf, Place, Tree, plain
from promoter.lint.rule import FieldPath
from promoter.model import Json, KubeObject

_HASH: Final = re.compile(r"-[a-z0-9]{10}")
_NAMES: Final = ("name", "mountPath", "containerPort", "port", "key", "host", "path", "ip")


@frozen
class Trace:
    """The places of a field, and those of the object `around` it; `path` is the part of it that exists.

    `place` is the deciding one: the last that set a value, the first that wrote a mapping or a list, and of
    a field that is absent what took it away, or else where what should hold it was first written. A patch
    that merges something else into a mapping has no part in what the mapping lacks.
    """

    places: tuple[Place, ...]
    path: FieldPath
    around: tuple[Place, ...]
    place: Place


def find(items: Iterable[Item], wanted: KubeObject) -> Item | None:
    """The object of the model that the rendered one is, or None when that is not certain."""
    candidates = [item for item in items if _same(item, wanted)]
    if len(candidates) > 1:
        exact = [item for item in candidates if item.key.namespace == wanted.key.namespace]
        candidates = exact or candidates
    return candidates[0] if len(candidates) == 1 else None


def _same(item: Item, wanted: KubeObject) -> bool:
    if (item.original.group, item.kind) != (wanted.key.group, wanted.key.kind):
        return False
    if item.kind not in CLUSTER_KINDS and item.key.namespace not in (wanted.key.namespace, ""):
        return False
    name, real = item.key.name, wanted.key.name
    if item.hashed and real.startswith(name):
        return real == name or _HASH.fullmatch(real[len(name) :]) is not None
    return name == real


def trace(items: Iterable[Item], wanted: KubeObject, path: FieldPath) -> Trace | None:
    """The places that set the field; None when the model and the render do not agree about it."""
    item = find(items, wanted)
    if item is None:
        return None
    tree: Tree = item.body
    real: Json = wanted.body
    places = tree.places
    for index, step in enumerate(path):
        below = _step(tree, real, step)
        if below is None:
            return _absent(tree, real, path[: index + 1], places, item)
        tree, real = below
        places = tree.places or places
    if isinstance(tree, Leaf) and not _agrees(tree.value, real):
        return None
    if isinstance(tree, Branch) != isinstance(real, dict) or isinstance(tree, Items) != isinstance(
        real, list
    ):
        return None
    decides = -1 if isinstance(tree, Leaf) else 0
    return Trace(places, path, item.body.places, places[decides]) if places else None


def _absent(tree: Tree, real: Json, path: FieldPath, places: tuple[Place, ...], item: Item) -> Trace | None:
    """The trace of a field whose last step is missing, if it is from both the model and the render."""
    step = path[-1]
    if _exists(tree, step) or _present(real, step) or not places:
        return None
    gone = tree.gone.get(step, ()) if isinstance(tree, Branch) and isinstance(step, str) else ()
    decides = gone[-1] if gone else places[0]
    return Trace((*places, *gone), path[:-1], item.body.places, decides)


def _agrees(ours: Json, real: Json) -> bool:
    """Equal, or a reference to a generated name that has got its hash."""
    if ours == real and isinstance(ours, bool) == isinstance(real, bool):
        return True
    if isinstance(ours, str) and isinstance(real, str) and real.startswith(ours):
        return _HASH.fullmatch(real[len(ours) :]) is not None
    return False


def _step(tree: Tree, real: Json, step: str | int) -> tuple[Tree, Json] | None:
    if isinstance(tree, Branch) and isinstance(real, dict) and isinstance(step, str):
        if step in tree.entries and step in real:
            return tree.entries[step], real[step]
        return None
    if (
        isinstance(tree, Items)
        and isinstance(real, list)
        and isinstance(step, int)
        and 0 <= step < len(real)
    ):
        found = _counterpart(tree, real, step)
        return (found, real[step]) if found is not None else None
    return None


def _counterpart(tree: Items, real: list[Json], step: int) -> Tree | None:
    """The model's item for a rendered item: the one of its name, else the equal one, else its position."""
    wanted = real[step]
    if isinstance(wanted, dict):
        for name in _NAMES:
            if name in wanted:
                alike = [
                    i for i in tree.items if isinstance(i, Branch) and plain(i.get(name)) == wanted[name]
                ]
                if len(alike) == 1:
                    return alike[0]
    equal = [item for item in tree.items if plain(item) == wanted]
    if len(equal) == 1:
        return equal[0]
    return tree.items[step] if len(tree.items) == len(real) else None


def _exists(tree: Tree, step: str | int) -> bool:
    if isinstance(tree, Branch):
        return step in tree.entries
    return isinstance(tree, Items) and isinstance(step, int) and 0 <= step < len(tree.items)


def _present(real: Json, step: str | int) -> bool:
    if isinstance(real, dict):
        return step in real
    return isinstance(real, list) and isinstance(step, int) and 0 <= step < len(real)
