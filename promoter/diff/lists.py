"""How the items of two lists belong together, so that an item that moved is not a change.

Kubernetes merges most of its lists by a key (strategic-merge patches even reorder them); comparing by
position would report every item behind an insertion. Nothing here looks at more than the two lists and
the field's name, and every item of both lists appears in exactly one pair.
"""

import json
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

from promoter.frozen import frozen
from promoter.model import Json

# The merge keys of strategic-merge patches and server-side apply, and, where the API declares none, the
# fields by which people name an item. A key is used only when it names every item on both sides once.
_BY_FIELD: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "volumeMounts": (("mountPath",),),
    "volumeDevices": (("devicePath",),),
    "ports": (("name",), ("containerPort", "protocol"), ("port", "protocol")),
    "hostAliases": (("ip",),),
    "topologySpreadConstraints": (("topologyKey", "whenUnsatisfiable"), ("topologyKey",)),
    "tolerations": (("key", "effect"),),
    "subjects": (("kind", "namespace", "name"),),
    "ownerReferences": (("uid",), ("kind", "name")),
    "conditions": (("type",),),
    "rules": (("host",), ("alert",), ("record",), ("name",)),
    "tls": (("secretName",),),
    "paths": (("path", "pathType"), ("path",)),
    "matchExpressions": (("key", "operator"),),
    "items": (("key",), ("name",)),
    "versions": (("name",),),
}
_ANYWHERE: Final = (("name",), ("key",), ("id",), ("type",))
_DEFAULTS: Final = {"protocol": "TCP"}
# Lists whose order has no meaning to the API.
_SETS: Final = frozenset(
    {"accessModes", "add", "apiGroups", "categories", "drop", "finalizers", "hosts", "nonResourceURLs"}
    | {"policyTypes", "resourceNames", "resources", "shortNames", "supplementalGroups", "verbs"}
)
_ALIGN_AT_MOST: Final = 400


@frozen
class Aligned:
    """Two items that belong together (positions, None where there is no partner) and their label.

    `label` is what stands in brackets in a path: `name=web`, or the position in the list.
    """

    label: str
    before: int | None
    after: int | None


@frozen
class Alignment:
    """The pairs of two lists, and whether nothing but the order of equal items differs."""

    pairs: tuple[Aligned, ...]
    reordered: bool


def align(field: str, before: list[Json], after: list[Json]) -> Alignment:
    """The items of the list in `field` on both sides, paired by key, by value or by position."""
    keys = _keys(field, before, after)
    if keys is not None:
        return _by_key(keys[0], keys[1], keys[2])
    left, right = [_canonical(item) for item in before], [_canonical(item) for item in after]
    scalars = not any(isinstance(item, dict | list) for item in (*before, *after))
    if (not scalars or field in _SETS) and Counter(left) == Counter(right):
        return Alignment((), reordered=left != right)
    return Alignment(tuple(_by_value(left, right)), reordered=False)


Labels = list[str]
Opcode = tuple[str, int, int, int, int]


def _keys(
    field: str, before: list[Json], after: list[Json]
) -> tuple[tuple[str, ...], Labels, Labels] | None:
    """The first key that names every item on both sides once, with the labels it gives."""
    for key in (*_BY_FIELD.get(field, ()), *_ANYWHERE):
        left, right = _labels(key, before), _labels(key, after)
        if left is not None and right is not None:
            return key, left, right
    return None


def _labels(key: tuple[str, ...], items: list[Json]) -> Labels | None:
    labels = []
    for item in items:
        if not isinstance(item, dict) or item.get(key[0]) is None:
            return None
        named = [(part, item.get(part, _DEFAULTS.get(part))) for part in key]
        if any(isinstance(value, dict | list) for _, value in named):
            return None
        shown = [(part, value) for part, value in named if value is not None]
        labels.append(",".join(f"{part}={value}" for part, value in shown))
    return labels if len(set(labels)) == len(labels) else None


def _by_key(key: tuple[str, ...], left: Labels, right: Labels) -> Alignment:
    positions = {label: index for index, label in enumerate(left)}
    partners = {label: index for index, label in enumerate(right)}
    names = [*left, *(label for label in right if label not in positions)]
    pairs = tuple(Aligned(_short(key, n), positions.get(n), partners.get(n)) for n in names)
    common_left = [label for label in left if label in partners]
    common_right = [label for label in right if label in positions]
    return Alignment(pairs, reordered=common_left != common_right)


def _short(key: tuple[str, ...], label: str) -> str:
    """The label without a protocol that everybody assumes."""
    return label.removesuffix(",protocol=TCP") if "protocol" in key else label


def _by_value(left: Labels, right: Labels) -> Iterator[Aligned]:
    """Equal items paired in order; what lies between them by position."""
    head = 0
    while head < min(len(left), len(right)) and left[head] == right[head]:
        head += 1
    tail = 0
    while tail < min(len(left), len(right)) - head and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    middle_left, middle_right = left[head : len(left) - tail], right[head : len(right) - tail]
    for tag, i, j, k, m in _opcodes(middle_left, middle_right):
        if tag != "equal":
            for offset in range(max(j - i, m - k)):
                old = head + i + offset if i + offset < j else None
                new = head + k + offset if k + offset < m else None
                yield Aligned(str(old if new is None else new), old, new)


def _opcodes(left: Labels, right: Labels) -> list[Opcode]:
    if len(left) > _ALIGN_AT_MOST or len(right) > _ALIGN_AT_MOST:
        return [("replace", 0, len(left), 0, len(right))]
    return list(SequenceMatcher(None, left, right, autojunk=False).get_opcodes())


def _canonical(value: Json) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
