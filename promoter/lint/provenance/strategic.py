"""Strategic merge patches over trees with places, as kustomize's kyaml merges them.

Lists with a merge key merge item by item, new items first; all other lists are replaced; null and
`$patch: delete` remove. It must not fail: what kustomize would refuse is merged as far as it goes.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from promoter.lint.provenance.tree import EMPTY, Branch, Items, Leaf, Tree, placed, plain
from promoter.lint.rule import FieldPath

# The merge keys of Kubernetes' built-in types, by field name (`x-kubernetes-patch-merge-key`).
_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "containers": ("name",),
    "initContainers": ("name",),
    "ephemeralContainers": ("name",),
    "env": ("name",),
    "volumes": ("name",),
    "volumeMounts": ("mountPath",),
    "volumeDevices": ("devicePath",),
    "imagePullSecrets": ("name",),
    "hostAliases": ("ip",),
    "topologySpreadConstraints": ("topologyKey",),
    "ports": ("containerPort", "port", "name"),
    "secrets": ("name",),
    "webhooks": ("name",),
    "conditions": ("type",),
}
_ATOMIC_PORTS: Final = frozenset(("NetworkPolicy", "Endpoints"))
_UNION: Final = frozenset(("finalizers",))
BUILT_IN: Final = frozenset(
    (
        "", "apps", "batch", "autoscaling", "policy", "extensions", "networking.k8s.io", "storage.k8s.io",
        "rbac.authorization.k8s.io", "admissionregistration.k8s.io", "apiextensions.k8s.io",
        "scheduling.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "node.k8s.io",
    )
)  # fmt: skip


def merge(base: Branch, patch: Branch, *, built_in: bool) -> Branch | None:
    """`base` with the patch merged in; None when the patch deletes it.

    `built_in` says that the kind's schema is known, so that lists have merge keys.
    """
    kind = base.text("kind")
    merged = _branch(base, patch, built_in=built_in and kind not in _ATOMIC_PORTS)
    return merged if isinstance(merged, Branch) else None


def _branch(base: Branch, patch: Branch, *, built_in: bool) -> Branch | None:
    directive = patch.text("$patch")
    if directive == "delete":
        return None
    if directive == "replace":
        return _cleaned(patch)
    entries, gone = dict(base.entries), dict(base.gone)
    for key, theirs in patch.entries.items():
        if key.startswith("$"):
            continue
        merged = _value(key, entries.get(key), theirs, built_in=built_in)
        if merged is not None:
            entries[key] = merged
            gone.pop(key, None)
        elif entries.pop(key, None) is not None:
            gone[key] = theirs.places
    return Branch(entries, (*base.places, *patch.places), gone)


def _value(key: str, ours: Tree | None, theirs: Tree, *, built_in: bool) -> Tree | None:
    if isinstance(theirs, Leaf):
        if theirs.value is None:
            return None
        return placed(theirs, ours.places if isinstance(ours, Leaf) else ())
    if isinstance(theirs, Branch):
        return _branch(ours if isinstance(ours, Branch) else EMPTY, theirs, built_in=built_in)
    if isinstance(ours, Items) and built_in and key in _UNION:
        known = [plain(item) for item in ours.items]
        return replace(ours, items=(*ours.items, *(i for i in theirs.items if plain(i) not in known)))
    name = merge_key(key, theirs) if built_in else None
    if name is None:
        return _clean(theirs)
    return _merged_items(name, ours if isinstance(ours, Items) else Items(()), theirs)


def merge_key(field: str, patch: Items) -> str | None:
    """The key by which a patch's list merges, None when it replaces the list."""
    for name in _KEYS.get(field, ()):
        if patch.items and all(isinstance(i, Branch) and (name in i.entries) for i in patch.items):
            return name
    directives = [i for i in patch.items if isinstance(i, Branch) and i.text("$patch")]
    keys = _KEYS.get(field)
    return keys[0] if keys and directives else None


def _merged_items(name: str, ours: Items, theirs: Items) -> Items:
    if any(
        isinstance(i, Branch) and i.text("$patch") == "replace" and name not in i.entries
        for i in theirs.items
    ):
        return _clean_items(theirs)
    patches = {_identity(i, name): i for i in theirs.items if isinstance(i, Branch)}
    merged: list[Tree] = []
    for item in ours.items:
        patch = patches.pop(_identity(item, name), None)
        if patch is None or not isinstance(item, Branch):
            merged.append(item)
        elif (result := _branch(item, patch, built_in=True)) is not None:
            merged.append(result)
    new = (_clean(patch) for patch in patches.values() if patch.text("$patch") != "delete")
    return Items((*new, *merged), (*ours.places, *theirs.places))


def _identity(item: Tree, name: str) -> str:
    return repr(plain(item.get(name))) if isinstance(item, Branch) else ""


def _clean(tree: Tree) -> Tree:
    """A patch's tree as it stands in the result: without directives and nulls."""
    if isinstance(tree, Branch):
        return _cleaned(tree)
    return _clean_items(tree) if isinstance(tree, Items) else tree


def _cleaned(tree: Branch) -> Branch:
    kept = {k: v for k, v in tree.entries.items() if not k.startswith("$") and not _null(v)}
    return Branch({key: _clean(value) for key, value in kept.items()}, tree.places)


def _clean_items(tree: Items) -> Items:
    kept = (
        i for i in tree.items if not (isinstance(i, Branch) and i.text("$patch") and len(i.entries) == 1)
    )
    return Items(tuple(_clean(item) for item in kept), tree.places)


def _null(tree: Tree) -> bool:
    return isinstance(tree, Leaf) and tree.value is None


def added(base: Branch, patch: Branch) -> Iterator[tuple[FieldPath, Branch, Items]]:
    """The list items that a patch adds to keyed lists which the base already has.

    Each comes with the list's path, the item and the base's list.
    """
    yield from _added(base, patch, ())


def _added(base: Branch, patch: Branch, path: FieldPath) -> Iterator[tuple[FieldPath, Branch, Items]]:
    for key, theirs in patch.entries.items():
        ours = base.entries.get(key)
        if isinstance(ours, Branch) and isinstance(theirs, Branch):
            yield from _added(ours, theirs, (*path, key))
        elif isinstance(ours, Items) and isinstance(theirs, Items):
            yield from _added_items(ours, theirs, (*path, key))


def _added_items(ours: Items, theirs: Items, path: FieldPath) -> Iterator[tuple[FieldPath, Branch, Items]]:
    name = merge_key(str(path[-1]), theirs)
    if name is None:
        return
    known = {_identity(i, name): i for i in ours.items if isinstance(i, Branch)}
    for item in theirs.items:
        if isinstance(item, Branch) and not item.text("$patch"):
            before = known.get(_identity(item, name))
            if before is None:
                yield path, item, ours
            else:
                yield from _added(before, item, path)
