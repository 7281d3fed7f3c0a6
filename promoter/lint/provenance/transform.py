"""kustomize's built-in transformers over objects with places: namespace, names, labels, replicas, images.

It must not resolve references between objects: a renamed reference reads otherwise in the render, and
the comparison there says so. Field lists follow kustomize 5.8's builtin configuration
(https://github.com/kubernetes-sigs/kustomize/tree/kustomize/v5.8.1/api/internal/konfig/builtinpluginconsts).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from promoter.lint.provenance.items import CLUSTER_KINDS, Item
from promoter.lint.provenance.tree import EMPTY, Branch, Items, Leaf, Place, Tree
from promoter.lint.rule import FieldPath
from promoter.model import Image

Items_ = tuple[Item, ...]
Change = Callable[[Tree | None], Tree | None]

SCALED: Final = ("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet")
_UNPREFIXED: Final = ("CustomResourceDefinition", "APIService", "Namespace")
TEMPLATES: Final[tuple[FieldPath, ...]] = (
    ("spec", "template", "metadata"),
    ("spec", "jobTemplate", "metadata"),
    ("spec", "jobTemplate", "spec", "template", "metadata"),
)
_SELECTORS: Final[dict[str, FieldPath]] = {
    "Service": ("spec", "selector"),
    "ReplicationController": ("spec", "selector"),
    "Deployment": ("spec", "selector", "matchLabels"),
    "ReplicaSet": ("spec", "selector", "matchLabels"),
    "DaemonSet": ("spec", "selector", "matchLabels"),
    "StatefulSet": ("spec", "selector", "matchLabels"),
    "PodDisruptionBudget": ("spec", "selector", "matchLabels"),
    "NetworkPolicy": ("spec", "podSelector", "matchLabels"),
}
_MADE: Final = frozenset(
    ("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Service", "ReplicationController")
)


def change(tree: Tree | None, path: FieldPath, how: Change) -> Tree | None:
    """The tree with the value at the path changed; `how` gets None for what is absent."""
    if not path:
        return how(tree)
    if tree is not None and not isinstance(tree, Branch):
        return tree
    step = str(path[0])
    before = tree.get(step) if tree is not None else None
    after = change(before, path[1:], how)
    if after is before or after is None:
        return tree
    return (tree or EMPTY).with_entry(step, after)


def changed(item: Item, path: FieldPath, how: Change) -> Item:
    """The object with the value at the path changed."""
    body = change(item.body, path, how)
    return item.with_body(body) if isinstance(body, Branch) and body is not item.body else item


def has(item: Item, path: FieldPath) -> bool:
    """Whether the object has a mapping at the path."""
    tree: Tree | None = item.body
    for step in path:
        tree = tree.get(str(step)) if isinstance(tree, Branch) else None
    return isinstance(tree, Branch)


def _set(value: Leaf) -> Change:
    return lambda before: Leaf(value.value, (*(before.places if before else ()), *value.places))


def namespace(items: Items_, value: Leaf) -> Items_:
    """Every namespaced object moved to one namespace."""
    moved = (
        item if item.kind in CLUSTER_KINDS else changed(item, ("metadata", "namespace"), _set(value))
        for item in items
    )
    return tuple(
        changed(item, ("metadata", "name"), _set(value)) if item.kind == "Namespace" else item
        for item in moved
    )


def renamed(items: Items_, prefix: str, suffix: str) -> Items_:
    """Every object with a prefix and a suffix on its name; the name's place stays where it was written."""

    def rename(before: Tree | None) -> Tree | None:
        if isinstance(before, Leaf) and isinstance(before.value, str):
            return replace(before, value=prefix + before.value + suffix)
        return before

    return tuple(
        item if item.kind in _UNPREFIXED else changed(item, ("metadata", "name"), rename) for item in items
    )


def labels(items: Items_, pairs: Branch, *, selectors: bool, templates: bool) -> Items_:
    """Labels set on every object, and where asked on pod templates and in selectors."""
    return tuple(_labelled(item, pairs, selectors=selectors, templates=templates) for item in items)


def _labelled(item: Item, pairs: Branch, *, selectors: bool, templates: bool) -> Item:
    paths: list[FieldPath] = [("metadata", "labels")]
    if selectors or templates:
        paths += [(*path, "labels") for path in TEMPLATES if has(item, path[:-1])]
    chosen = _SELECTORS.get(item.kind)
    if selectors and chosen and (item.kind in _MADE or has(item, chosen)):
        paths.append(chosen)
    for path in paths:
        for key, value in pairs.entries.items():
            if isinstance(value, Leaf):
                item = changed(item, (*path, key), _set(value))
    return item


def annotations(items: Items_, pairs: Branch) -> Items_:
    """Annotations set on every object and on its pod template."""

    def annotate(item: Item) -> Item:
        for path in (("metadata",), *(path for path in TEMPLATES if has(item, path[:-1]))):
            for key, value in pairs.entries.items():
                if isinstance(value, Leaf):
                    item = changed(item, (*path, "annotations", key), _set(value))
        return item

    return tuple(annotate(item) for item in items)


def replicas(items: Items_, name: str, count: Leaf) -> tuple[Items_, int]:
    """`spec.replicas` set on the workloads of that name, and how many there were."""
    matched = [item.kind in SCALED and name in (item.original.name, item.key.name) for item in items]
    done = tuple(
        changed(item, ("spec", "replicas"), _set(count)) if hit else item
        for item, hit in zip(items, matched, strict=True)
    )
    return done, sum(matched)


def split(text: str) -> Image:
    """The parts of an image as kustomize splits them."""
    rest, _, digest = text.partition("@")
    head, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        return Image(rest, None, digest or None)
    return Image(head, tag, digest or None)


def images(items: Items_, entry: Branch, place: tuple[Place, ...]) -> tuple[Items_, int]:
    """One `images` entry applied, and how many image fields it matched."""
    name = entry.text("name")
    try:
        pattern = re.compile(f"{name}(:[a-zA-Z0-9_.{{}}-]*)?(@sha256:[a-zA-Z0-9_.{{}}-]*)?")
    except re.error:
        return items, 0
    count = 0

    def replaced(leaf: Tree | None) -> Tree | None:
        nonlocal count
        if (
            not isinstance(leaf, Leaf)
            or not isinstance(leaf.value, str)
            or not pattern.fullmatch(leaf.value)
        ):
            return leaf
        count += 1
        value = str(_moved(split(leaf.value), entry))
        return leaf if value == leaf.value else Leaf(value, (*leaf.places, *place))

    return tuple(_with_images(item, replaced) for item in items), count


def _moved(old: Image, entry: Branch) -> Image:
    name = entry.text("newName") or old.name
    tag, digest, suffix = entry.text("newTag"), entry.text("digest"), entry.text("tagSuffix")
    if tag or digest:
        return Image(name, tag or None, digest or None)
    if suffix:
        return Image(name, (old.tag or "") + suffix, None)
    return Image(name, old.tag, old.digest)


def _with_images(item: Item, replaced: Change) -> Item:
    if item.kind == "CustomResourceDefinition":
        return item
    body = _walk_images(item.body, replaced)
    return item.with_body(body) if isinstance(body, Branch) and body is not item.body else item


def _walk_images(tree: Tree, replaced: Change) -> Tree:
    if isinstance(tree, Leaf):
        return tree
    if isinstance(tree, Items):
        walked = tuple(_walk_images(item, replaced) for item in tree.items)
        return tree if _unchanged(walked, tree.items) else Items(walked, tree.places)
    entries = {
        key: _containers(value, replaced)
        if key in ("containers", "initContainers") and isinstance(value, Items)
        else _walk_images(value, replaced)
        for key, value in tree.entries.items()
    }
    return tree if _unchanged(entries.values(), tree.entries.values()) else replace(tree, entries=entries)


def _containers(tree: Items, replaced: Change) -> Tree:
    found = tuple(
        (change(i, ("image",), replaced) or i) if isinstance(i, Branch) else i for i in tree.items
    )
    return tree if _unchanged(found, tree.items) else Items(found, tree.places)


def _unchanged(new: Iterable[Tree], old: Iterable[Tree]) -> bool:
    return all(a is b for a, b in zip(new, old, strict=True))
