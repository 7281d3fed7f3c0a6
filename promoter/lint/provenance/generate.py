"""ConfigMaps and Secrets that generators make, each value with the place it was written in.

It must not compute the hash of a name: a generated object is known by the name before the hash. Values
are those of literals, `.env` files and whole files; what cannot be read makes the build incomplete.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from promoter.frozen import frozen
from promoter.kustomize import Graph, Kustomization
from promoter.lint.provenance.items import Item, item
from promoter.lint.provenance.tree import Branch, Leaf, Place
from promoter.yamldoc import Mapping, Scalar, at, text, texts

if TYPE_CHECKING:
    from promoter.lint.provenance.accumulate import Built

_KINDS: Final = (("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret"))
Pairs = Iterator[tuple[str, Leaf]]


@frozen
class Generated:
    """The objects after a kustomization's generators, and what could not be read."""

    items: tuple[Item, ...]
    unknown: tuple[str, ...] = ()

    def onto(self, built: "Built") -> "Built":
        """The build with them."""
        return replace(built, items=self.items, unknown=built.unknown + self.unknown)


def generated(graph: Graph, kustomization: Kustomization, items: tuple[Item, ...]) -> Generated:
    """The objects with those that the kustomization's generators make or merge into."""
    done = Generated(items)
    for field, kind in _KINDS:
        for node in kustomization.entries(field):
            if isinstance(node, Mapping):
                done = _generate(graph, kustomization, kind, node, done)
    return done


def _generate(
    graph: Graph, kustomization: Kustomization, kind: str, node: Mapping, done: Generated
) -> Generated:
    name = text(node.get("name")) or ""
    pairs, unknown = _pairs(graph, kustomization, node)
    behavior = text(node.get("behavior")) or "create"
    namespace = text(node.get("namespace")) or ""
    known = next((i for i in done.items if _same(i, kind, name)), None)
    if behavior in ("merge", "replace") and known is not None:
        data = known.body.get("data") if behavior == "merge" else None
        entries = dict(data.entries) if isinstance(data, Branch) else {}
        body = known.body.with_entry("data", Branch({**entries, **pairs}, _whole(kustomization, node)))
        made = known.with_body(body)
        return Generated(tuple(made if i is known else i for i in done.items), done.unknown + unknown)
    made = _made(kustomization, kind, node, name, namespace, pairs)
    return Generated((*done.items, made), done.unknown + unknown)


def _same(candidate: Item, kind: str, name: str) -> bool:
    return candidate.kind == kind and name in (candidate.original.name, candidate.key.name)


def _whole(kustomization: Kustomization, node: Mapping) -> tuple[Place, ...]:
    return (Place(kustomization.file.path, node.start, node.end),)


def _made(
    kustomization: Kustomization,
    kind: str,
    node: Mapping,
    name: str,
    namespace: str,
    pairs: dict[str, Leaf],
) -> Item:
    whole = _whole(kustomization, node)
    named = node.get("name")
    place = (Place(kustomization.file.path, named.start, named.end),) if named is not None else whole
    metadata = {"name": Leaf(name, place)}
    if namespace:
        metadata["namespace"] = Leaf(namespace, whole)
    body = Branch(
        {
            "apiVersion": Leaf("v1", whole),
            "kind": Leaf(kind, whole),
            "metadata": Branch(metadata, whole),
            "data": Branch(pairs, whole),
        },
        whole,
    )
    return item(body, kustomization.file.path, hashed=not _unhashed(kustomization, node))


def _unhashed(kustomization: Kustomization, node: Mapping) -> bool:
    own = text(at(node, "options", "disableNameSuffixHash"))
    shared = text(at(kustomization.root, "generatorOptions", "disableNameSuffixHash"))
    return (own or shared) == "true"


def _pairs(
    graph: Graph, kustomization: Kustomization, node: Mapping
) -> tuple[dict[str, Leaf], tuple[str, ...]]:
    found: dict[str, Leaf] = {}
    unknown: list[str] = []
    for literal in texts(node.get("literals")):
        key, _, value = literal.value.partition("=")
        found[key] = Leaf(_unquoted(value), (Place(kustomization.file.path, literal.start, literal.end),))
    env = node.get("env")
    for written in (*texts(node.get("envs")), *((env,) if isinstance(env, Scalar) else ())):
        content = _read(graph, kustomization, written.value)
        found.update(_lines(*content) if content else ())
        unknown += [] if content else [written.value]
    for written in texts(node.get("files")):
        key, separator, path = written.value.rpartition("=")
        content = _read(graph, kustomization, path)
        if content:
            name = key if separator else path.rpartition("/")[2]
            found[name] = Leaf(content[1], (Place(content[0], 0, len(content[1])),))
        unknown += [] if content else [path]
    return found, tuple(unknown)


def _read(graph: Graph, kustomization: Kustomization, written: str) -> tuple[str, str] | None:
    kind, real = graph.resolve(kustomization.directory, written)
    if kind != "file" or real is None:
        return None
    try:
        return real, graph.snapshot[real].decode("utf-8-sig")
    except UnicodeDecodeError:
        return real, ""


def _lines(path: str, content: str) -> Pairs:
    offset = 0
    for line in content.splitlines(keepends=True):
        bare = line.strip()
        if bare and not bare.startswith("#"):
            key, separator, value = bare.partition("=")
            if separator:
                yield key, Leaf(value, (Place(path, offset, offset + len(line.rstrip())),))
        offset += len(line)


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value
