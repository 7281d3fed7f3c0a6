"""A build followed step by step in kustomize's order, with the place of every value and what matched.

It must not fail and must not pretend: what it cannot follow (remote bases, charts, plugins) makes the
build incomplete, with the reason, and rules keep silent about what such a build may contain.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import field, replace
from typing import Final

from promoter.frozen import frozen
from promoter.kustomize import Graph, Kustomization, inside
from promoter.lint.provenance import transform
from promoter.lint.provenance.generate import generated
from promoter.lint.provenance.items import CLUSTER_KINDS, Item, item, selector
from promoter.lint.provenance.patching import Patched, patched
from promoter.lint.provenance.tree import Branch, Items, Leaf, Place, Text, Tree, grow
from promoter.yamldoc import Dialect, Mapping, Node, Scalar, Sequence, YamlFile, items, text, texts

_LISTS: Final = ("List",)
_OPAQUE: Final = ("generators", "transformers", "helmCharts", "helmChartInflationGenerator", "vars")
_MAX_DEPTH: Final = 50


@frozen
class Event:
    """One entry of a kustomization applied in one build: how many things it matched, what it did.

    `directory` is the kustomization that holds the entry, `entry` the directory whose build applied it
    (another one for a component). `certain` is False when objects were missing that could have matched.
    """

    field: str
    directory: str
    entry: str
    node: Node
    matched: int
    certain: bool
    file: YamlFile
    patched: Patched | None = None
    overruled: tuple[Item, ...] = ()


@frozen
class Built:
    """What a build contains, in kustomize's order, and what was applied on the way.

    `unknown` says what could not be followed; the build is complete without it.
    """

    items: tuple[Item, ...] = ()
    events: tuple[Event, ...] = ()
    unknown: tuple[str, ...] = ()
    configured: bool = field(default=False)


class Model:
    """The builds of one input graph, each followed once."""

    def __init__(self, graph: Graph) -> None:
        self.graph: Final = graph
        self._built: dict[str, Built] = {}
        self._loaded: dict[str, tuple[Item, ...]] = {}
        self._depth = 0

    def build(self, directory: str) -> Built:
        """What a directory builds: a kustomization, or else every manifest below it."""
        known = self._built.get(directory)
        if known is None:
            self._built[directory] = Built(unknown=("a loop",))
            known = self._built[directory] = self._build(directory)
        return known

    def files(self, paths: Iterable[str]) -> Built:
        """The manifests of some files, as they are."""
        return Built(tuple(found for path in paths for found in self.load(path)))

    def load(self, path: str) -> tuple[Item, ...]:
        """The objects of a manifest file; nothing of a file that does not parse."""
        known = self._loaded.get(path)
        if known is None:
            known = self._loaded[path] = tuple(self._read(path))
        return known

    def _read(self, path: str) -> Iterator[Item]:
        file = self.graph.yaml(path)
        if file.error is not None:
            return
        whole = Text(file)
        for document in file.documents:
            if isinstance(document, Mapping):
                tree = grow(whole, document)
                assert isinstance(tree, Branch)
                listed = tree.get("items") if tree.text("kind") in _LISTS else None
                bodies = listed.items if isinstance(listed, Items) else (tree,)
                yield from (item(body, path) for body in bodies if isinstance(body, Branch))

    def _build(self, directory: str) -> Built:
        kustomization = self.graph.kustomization(directory)
        if kustomization is None:
            below = inside(directory)
            paths = [
                p
                for p in self.graph.snapshot.entries
                if p.startswith(below) and p.endswith((".yaml", ".yml"))
            ]
            return self.files(paths)
        return self._apply(kustomization, Built(), directory)

    def _apply(self, kustomization: Kustomization, built: Built, entry: str) -> Built:
        """`built` with a kustomization's own resources, generators, components and transformers."""
        self._depth += 1
        try:
            if self._depth > _MAX_DEPTH:
                return replace(built, unknown=(*built.unknown, "nested too deep"))
            for name in ("resources", "bases"):
                built = self._resources(kustomization, name, built)
            built = generated(self.graph, kustomization, built.items).onto(built)
            built = self._components(kustomization, built, entry)
            opaque = [name for name in _OPAQUE if kustomization.root.get(name) is not None]
            built = replace(
                built,
                unknown=(*built.unknown, *(f"`{name}` of {kustomization.path}" for name in opaque)),
                configured=built.configured or kustomization.root.get("configurations") is not None,
            )
            return _Transformers(self.graph, kustomization, entry).run(built)
        finally:
            self._depth -= 1

    def _resources(self, kustomization: Kustomization, name: str, built: Built) -> Built:
        wanted = {node.start: node for node in texts(kustomization.root.get(name))}
        for reference in kustomization.references:
            if reference.field != name:
                continue
            if reference.kind == "directory" and reference.resolved is not None:
                below = self.build(reference.resolved)
                built = Built(
                    built.items + below.items,
                    built.events,
                    built.unknown + below.unknown,
                    built.configured,
                )
            elif reference.kind == "file" and reference.resolved is not None:
                loaded = self.load(reference.resolved)
                unknown = built.unknown if loaded else (*built.unknown, reference.resolved)
                built = replace(built, items=built.items + loaded, unknown=unknown)
            else:
                built = replace(built, unknown=(*built.unknown, reference.written))
        inline = [node for node in wanted.values() if "\n" in node.value]
        return replace(built, unknown=(*built.unknown, "an inline resource")) if inline else built

    def _components(self, kustomization: Kustomization, built: Built, entry: str) -> Built:
        for reference in kustomization.references:
            if reference.field != "components":
                continue
            component = (
                self.graph.kustomization(reference.resolved) if reference.resolved is not None else None
            )
            if component is None or reference.resolved == kustomization.directory:
                built = replace(built, unknown=(*built.unknown, reference.written))
            else:
                built = self._apply(component, built, entry)
        return built


@frozen
class _Transformers:
    """The transformers of one kustomization, in kustomize's order, applied for one build."""

    graph: Graph
    kustomization: Kustomization
    entry: str

    def run(self, built: Built) -> Built:
        """The build after all of them."""
        steps: tuple[Callable[[Built], Built], ...] = (
            self._patches, self._namespace, self._names, self._labels, self._annotations,
            self._json_patches, self._replicas, self._images, self._replacements,
        )  # fmt: skip
        for step in steps:
            built = step(built)
        return built

    def _event(
        self, built: Built, field_name: str, node: Node, matched: int, done: Patched | None = None
    ) -> Event:
        certain = not built.unknown
        file, directory = self.kustomization.file, self.kustomization.directory
        return Event(field_name, directory, self.entry, node, matched, certain, file, done)

    def _patch_fields(self, built: Built, *names: str) -> Built:
        for name in names:
            for node in self.kustomization.entries(name):
                done = patched(self.graph, self.kustomization, name, node, built.items)
                event = self._event(built, name, node, done.matched, done)
                unknown = (*built.unknown, done.unknown) if done.unknown else built.unknown
                built = replace(built, items=done.items, events=(*built.events, event), unknown=unknown)
        return built

    def _patches(self, built: Built) -> Built:
        return self._patch_fields(built, "patchesStrategicMerge", "patches")

    def _json_patches(self, built: Built) -> Built:
        return self._patch_fields(built, "patchesJson6902")

    def _tree(self, name: str) -> Tree | None:
        node = self.kustomization.root.get(name)
        key = self.kustomization.root.key(name)
        if node is None or key is None:
            return None
        return grow(Text(self.kustomization.file), node, key.start, Dialect.KUSTOMIZATION)

    def _namespace(self, built: Built) -> Built:
        tree = self._tree("namespace")
        node = self.kustomization.root.get("namespace")
        if not isinstance(tree, Leaf) or not isinstance(tree.value, str) or not tree.value or node is None:
            return built
        other = tuple(
            item
            for item in built.items
            if item.key.namespace not in ("", tree.value) and item.kind not in CLUSTER_KINDS
        )
        event = replace(self._event(built, "namespace", node, len(built.items)), overruled=other)
        return replace(built, items=transform.namespace(built.items, tree), events=(*built.events, event))

    def _names(self, built: Built) -> Built:
        values = [
            tree.value if isinstance(tree, Leaf) else ""
            for tree in map(self._tree, ("namePrefix", "nameSuffix"))
        ]
        prefix, suffix = (value if isinstance(value, str) else "" for value in values)
        return (
            replace(built, items=transform.renamed(built.items, prefix, suffix))
            if prefix or suffix
            else built
        )

    def _labels(self, built: Built) -> Built:
        listed = self._tree("labels")
        for entry in listed.items if isinstance(listed, Items) else ():
            pairs = entry.get("pairs") if isinstance(entry, Branch) else None
            if isinstance(entry, Branch) and isinstance(pairs, Branch):
                selectors, templates = _true(entry, "includeSelectors"), _true(entry, "includeTemplates")
                done = transform.labels(built.items, pairs, selectors=selectors, templates=templates)
                built = replace(built, items=done)
        common = self._tree("commonLabels")
        if isinstance(common, Branch):
            done = transform.labels(built.items, common, selectors=True, templates=True)
            built = replace(built, items=done)
        return built

    def _annotations(self, built: Built) -> Built:
        common = self._tree("commonAnnotations")
        if not isinstance(common, Branch):
            return built
        return replace(built, items=transform.annotations(built.items, common))

    def _entries(self, name: str) -> Iterator[tuple[Mapping, Branch]]:
        whole = Text(self.kustomization.file)
        for node in self.kustomization.entries(name):
            if isinstance(node, Mapping):
                tree = grow(whole, node, dialect=Dialect.KUSTOMIZATION)
                assert isinstance(tree, Branch)
                yield node, tree

    def _replicas(self, built: Built) -> Built:
        for node, tree in self._entries("replicas"):
            count = tree.get("count")
            if isinstance(count, Leaf):
                done, matched = transform.replicas(built.items, tree.text("name"), count)
                event = self._event(built, "replicas", node, matched)
                built = replace(built, items=done, events=(*built.events, event))
        return built

    def _images(self, built: Built) -> Built:
        for node, tree in self._entries("images"):
            done, matched = transform.images(built.items, tree, _deciding(self.kustomization, node))
            event = self._event(built, "images", node, matched)
            event = replace(event, certain=event.certain and not built.configured)
            built = replace(built, items=done, events=(*built.events, event))
        return built

    def _replacements(self, built: Built) -> Built:
        """Who is chosen, but not what is copied: a copied value has no line of its own."""
        for file, node in self._replacement_nodes():
            source = node.get("source")
            if isinstance(source, Mapping):
                built = self._selected(built, "replacements.source", file, source, source)
            for target in items(node.get("targets")):
                select = target.get("select") if isinstance(target, Mapping) else None
                if isinstance(select, Mapping):
                    built = self._selected(built, "replacements.targets", file, target, select)
        return built

    def _replacement_nodes(self) -> Iterator[tuple[YamlFile, Mapping]]:
        for node in self.kustomization.entries("replacements"):
            path = text(node.get("path")) if isinstance(node, Mapping) else None
            if isinstance(node, Mapping) and path is None:
                yield self.kustomization.file, node
            kind, real = self.graph.resolve(self.kustomization.directory, path) if path else ("", None)
            if kind == "file" and real is not None:
                file = self.graph.yaml(real)
                for document in file.documents:
                    listed = document.items if isinstance(document, Sequence) else (document,)
                    yield from ((file, each) for each in listed if isinstance(each, Mapping))

    def _selected(
        self, built: Built, field_name: str, file: YamlFile, node: Node, select: Mapping
    ) -> Built:
        tree = grow(Text(file), select)
        assert isinstance(tree, Branch)
        wanted = selector(tree)
        matched = sum(wanted.selects(item) for item in built.items)
        event = replace(self._event(built, field_name, node, matched), file=file)
        return replace(built, events=(*built.events, event))


def _true(tree: Branch, key: str) -> bool:
    found = tree.get(key)
    return isinstance(found, Leaf) and found.value is True


def _deciding(kustomization: Kustomization, node: Mapping) -> tuple[Place, ...]:
    """The place of the part of an `images` entry that people would change."""
    for name in ("newTag", "digest", "newName", "tagSuffix", "name"):
        found = node.get(name)
        if isinstance(found, Scalar):
            return (Place(kustomization.file.path, found.start, found.end),)
    return ()
