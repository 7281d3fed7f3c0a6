"""Which object of one render is which object of the other.

Equal keys belong together. What is left over is paired by generator name (a hash suffix is not a new
object), then by a namespace or API group that changed, then by likeness of content. No object is in
two pairs, and an object without a partner has None on the other side.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from enum import StrEnum
from typing import Final

from promoter.diff.generated import base_name, is_proven
from promoter.frozen import frozen
from promoter.model import Json, KubeObject, Rendered

_ALIKE: Final = 0.6
_COMPARE_AT_MOST: Final = 2_500


class Reason(StrEnum):
    """Why two objects are taken for the same one."""

    KEY = "key"
    GENERATED = "generated"
    MOVED = "moved"
    REGROUPED = "regrouped"
    RENAMED = "renamed"


@frozen
class Pair:
    """An object before and after, and why they belong together."""

    before: KubeObject | None
    after: KubeObject | None
    reason: Reason = Reason.KEY


def pairs(before: Rendered, after: Rendered) -> tuple[Pair, ...]:
    """Every object of both renders in exactly one pair, ordered by the key that the reader looks for."""
    left, right = list(before.objects), list(after.objects)
    found: list[Pair] = []
    for reason, name in _STEPS:
        matched, left, right = _match(left, right, reason, name)
        found += matched
    exactly, left, right = _match(left, right, Reason.RENAMED, _content)
    renamed, left, right = _renamed(left, right)
    alone = [*(Pair(item, None) for item in left), *(Pair(None, item) for item in right)]
    return tuple(sorted((*found, *exactly, *renamed, *alone), key=_order))


def _order(pair: Pair) -> tuple[str, ...]:
    item = pair.after or pair.before
    assert item is not None
    return item.key.namespace, item.key.kind, item.key.name, item.key.group, "" if pair.after else "-"


def _generated(item: KubeObject) -> Hashable | None:
    key, base = item.key, base_name(item)
    return (key.kind, key.namespace, base) if base is not None and is_proven(item) else None


def _hash_like(item: KubeObject) -> Hashable | None:
    """As `_generated`, for what a controller changed after the hash was made (substitution)."""
    base = base_name(item)
    return None if base is None else (item.key.kind, item.key.namespace, base)


_STEPS: Final[tuple[tuple[Reason, Callable[[KubeObject], Hashable | None]], ...]] = (
    (Reason.KEY, lambda item: item.key),
    (Reason.GENERATED, _generated),
    (Reason.GENERATED, _hash_like),
    (Reason.MOVED, lambda item: (item.key.group, item.key.kind, item.key.name)),
    (Reason.MOVED, lambda item: (item.key.kind, base_name(item)) if is_proven(item) else None),
    (Reason.REGROUPED, lambda item: (item.key.kind, item.key.namespace, item.key.name)),
)

Leftover = tuple[list[Pair], list[KubeObject], list[KubeObject]]


def _match(
    left: list[KubeObject],
    right: list[KubeObject],
    reason: Reason,
    name: Callable[[KubeObject], Hashable | None],
) -> Leftover:
    """Pairs of objects with the same name. Beyond equal keys a name must be unique on both sides."""
    mine, theirs = _grouped(left, name), _grouped(right, name)
    found: list[Pair] = []
    for known, items in mine.items():
        others = theirs.get(known, [])
        if reason is Reason.KEY or len(items) == len(others) == 1:
            found += [Pair(*both, reason) for both in zip(items, others, strict=False)]
    return found, *_without(left, right, found)


def _grouped(
    items: Iterable[KubeObject], name: Callable[[KubeObject], Hashable | None]
) -> dict[Hashable, list[KubeObject]]:
    groups: dict[Hashable, list[KubeObject]] = defaultdict(list)
    for item in items:
        known = name(item)
        if known is not None:
            groups[known].append(item)
    return groups


def _without(
    left: list[KubeObject], right: list[KubeObject], found: list[Pair]
) -> tuple[list[KubeObject], list[KubeObject]]:
    taken = {id(item) for pair in found for item in (pair.before, pair.after)}
    return [o for o in left if id(o) not in taken], [o for o in right if id(o) not in taken]


def _renamed(left: list[KubeObject], right: list[KubeObject]) -> Leftover:
    """The most alike objects of the same kind and namespace, best first."""
    candidates: list[tuple[float, int, int]] = []
    groups = _grouped(right, _place)
    if len(left) * len(right) <= _COMPARE_AT_MOST * max(1, len(groups)):
        leaves = {id(item): _leaves(item) for item in (*left, *right)}
        positions = {id(item): index for index, item in enumerate(right)}
        for index, item in enumerate(left):
            for other in groups.get(_place(item), []):
                score = _likeness(leaves[id(item)], leaves[id(other)])
                if score >= _ALIKE:
                    candidates.append((-score, index, positions[id(other)]))
    found: list[Pair] = []
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    for _, index, position in sorted(candidates):
        if index not in taken_left and position not in taken_right:
            taken_left.add(index)
            taken_right.add(position)
            found.append(Pair(left[index], right[position], Reason.RENAMED))
    return found, *_without(left, right, found)


def _content(item: KubeObject) -> Hashable | None:
    """Everything but the name: objects renamed by the hundred need no comparing of each with each."""
    leaves = _leaves(item)
    return (_place(item), leaves) if leaves else None


def _place(item: KubeObject) -> tuple[str, str, str]:
    return item.key.group, item.key.kind, item.key.namespace


def _leaves(item: KubeObject) -> frozenset[str]:
    """The object's leaves as `path=value`, without what every object of its kind has."""
    found: set[str] = set()

    def collect(value: Json, path: str) -> None:
        if isinstance(value, dict):
            for key, child in value.items():
                collect(child, f"{path}/{key}")
        elif isinstance(value, list):
            for child in value:
                collect(child, f"{path}/-")
        else:
            found.add(f"{path}={json.dumps(value)}")

    collect({k: v for k, v in item.body.items() if k not in ("apiVersion", "kind")}, "")
    name = json.dumps(item.key.name)
    place = f"/metadata/namespace={json.dumps(item.key.namespace)}"
    return frozenset(leaf for leaf in found if not leaf.endswith(f"={name}") and leaf != place)


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard's measure: shared leaves among all leaves; nothing is like an empty object."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0
