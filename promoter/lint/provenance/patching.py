"""One patch of a kustomization applied to the objects of a build.

It must not judge. Callers may rely on this: a patch that kustomize would refuse leaves the objects as
they are, and `Patched` says what matched, what was added to lists and which operation failed.
"""

from collections.abc import Iterator
from dataclasses import replace

from promoter.frozen import frozen
from promoter.kustomize import Graph, Kustomization
from promoter.lint.provenance import strategic
from promoter.lint.provenance.items import Item, Selector, item, same, selector
from promoter.lint.provenance.json6902 import Problem, apply
from promoter.lint.provenance.tree import EMPTY, Branch, Items, Text, Tree, embedded, grow, plain
from promoter.lint.rule import FieldPath
from promoter.model import ObjectKey
from promoter.yamldoc import Mapping, Node, Scalar, text


@frozen
class Addition:
    """A list item that a strategic merge patch added because no item of that key was there."""

    object: ObjectKey
    path: FieldPath
    item: Branch
    names: tuple[str, ...]


@frozen
class Failure:
    """An operation of a JSON patch that cannot be applied, with its tree for the place."""

    object: ObjectKey
    operation: Tree
    problem: Problem


@frozen
class Patched:
    """The objects after one patch entry.

    `targeted` says that the entry names a target; `unmatched` are the patch documents without one that
    found no object. `unknown` says why the patch could not be followed.
    """

    items: tuple[Item, ...]
    matched: int = 0
    targeted: bool = False
    unmatched: tuple[Item, ...] = ()
    additions: tuple[Addition, ...] = ()
    failures: tuple[Failure, ...] = ()
    unknown: str = ""


def patched(
    graph: Graph, kustomization: Kustomization, field: str, node: Node, items: tuple[Item, ...]
) -> Patched:
    """The objects after one entry of `patches`, `patchesStrategicMerge` or `patchesJson6902`."""
    found = _content(graph, kustomization, field, node)
    if found is None:
        return Patched(items, unknown=f"a patch of {kustomization.path}")
    target = node.get("target") if isinstance(node, Mapping) else None
    wanted = None
    if isinstance(target, Mapping):
        tree = grow(Text(kustomization.file), target)
        wanted = selector(tree) if isinstance(tree, Branch) else None
    result = Patched(items, targeted=wanted is not None)
    for document in found.file.documents:
        if document is not None:
            result = _document(result, grow(found, document), wanted)
    return result


def _content(graph: Graph, kustomization: Kustomization, field: str, node: Node) -> Text | None:
    """The patch's text, wherever it is written; None when it cannot be read."""
    path = (
        node
        if field == "patchesStrategicMerge"
        else node.get("path")
        if isinstance(node, Mapping)
        else None
    )
    inline = node.get("patch") if isinstance(node, Mapping) else None
    if isinstance(inline, Scalar):
        return _parsed(embedded(kustomization.file, inline))
    written = text(path)
    if isinstance(path, Scalar) and written:
        if "\n" in written:
            return _parsed(embedded(kustomization.file, path))
        kind, real = graph.resolve(kustomization.directory, written)
        if kind == "file" and real is not None:
            return _parsed(Text(graph.yaml(real)))
    return None


def _parsed(found: Text) -> Text | None:
    return None if found.file.error is not None else found


def _document(result: Patched, tree: Tree, wanted: Selector | None) -> Patched:
    if isinstance(tree, Items):
        return _operations(result, tree, wanted)
    if not isinstance(tree, Branch):
        return result
    if wanted is not None:
        return _merged(result, tree, [wanted.selects(candidate) for candidate in result.items])
    patch = item(tree, "")
    hits = [same(patch, candidate) for candidate in result.items]
    if not any(hits):
        return replace(result, unmatched=(*result.unmatched, patch))
    return _merged(result, tree, hits)


def _operations(result: Patched, operations: Items, wanted: Selector | None) -> Patched:
    if wanted is None:
        return result
    done: list[Item] = []
    failures = list(result.failures)
    matched = result.matched
    for candidate in result.items:
        if wanted.selects(candidate):
            matched += 1
            body, problem = apply(candidate.body, operations)
            if problem is not None:
                failures.append(Failure(candidate.key, operations.items[problem.operation], problem))
            candidate = candidate.with_body(body)  # noqa: PLW2901 -- the list below holds what it became
        done.append(candidate)
    return replace(result, items=tuple(done), matched=matched, failures=tuple(failures))


def _merged(result: Patched, patch: Branch, hits: list[bool]) -> Patched:
    done: list[Item] = []
    additions = list(result.additions)
    for candidate, hit in zip(result.items, hits, strict=True):
        if not hit:
            done.append(candidate)
            continue
        built_in = candidate.original.group in strategic.BUILT_IN
        body = strategic.merge(candidate.body, _without_identity(patch), built_in=built_in)
        if built_in:
            additions += _additions(candidate, patch)
        if body is not None:
            done.append(candidate.with_body(body))
    return replace(
        result, items=tuple(done), matched=result.matched + sum(hits), additions=tuple(additions)
    )


def _additions(candidate: Item, patch: Branch) -> Iterator[Addition]:
    for path, added, ours in strategic.added(candidate.body, patch):
        key = strategic.merge_key(str(path[-1]), Items((added,))) or "name"
        names = tuple(str(plain(i.get(key))) for i in ours.items if isinstance(i, Branch))
        yield Addition(candidate.key, path, added, names)


def _without_identity(patch: Branch) -> Branch:
    """The patch without what only names its target: those fields do not set anything."""
    metadata = patch.get("metadata")
    kept = {key: value for key, value in patch.entries.items() if key not in ("apiVersion", "kind")}
    if isinstance(metadata, Branch):
        inner = {k: v for k, v in metadata.entries.items() if k not in ("name", "namespace")}
        kept["metadata"] = replace(metadata, entries=inner)
        if not inner:
            del kept["metadata"]
    return Branch(kept, patch.places or EMPTY.places)
