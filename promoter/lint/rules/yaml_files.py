"""Files as YAML: whether they parse, and whether a reader would silently drop part of them (YML)."""

import re
from collections.abc import Iterator
from typing import Final

from promoter.lint.rule import Profile, Scope, rule
from promoter.lint.source import SourceContext, Spot
from promoter.model import Edit, Fix, Location, Severity
from promoter.yamldoc import Mapping, Node, Scalar, YamlFile, is_text_to_everyone, text, walk

_LABELS: Final = (("metadata", "labels"), ("metadata", "annotations"))
_SELECTORS: Final = (("matchLabels",), ("nodeSelector",))
_MARKER: Final = re.compile(r"^(?:<{7} .*|={7}|>{7} .*)\r?$", re.MULTILINE)


@rule("YML001", "yaml-syntax-error", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def yaml_syntax_error(source: SourceContext) -> Iterator[Spot]:
    """A file does not parse as YAML.

    ## What it does
    Reports the first place where a file that a build or a controller reads stops being YAML.

    ## Why
    kustomize refuses the build, and its message often names no line. Nothing after the mistake is read.

    ## Example
    ```
    metadata:
      name: web
     labels: {app: web}
    ```

    ## Instead
    ```yaml
    metadata:
      name: web
      labels: {app: web}
    ```
    """
    for path in source.files:
        error = source.graph.yaml(path).error
        if error is not None and not _MARKER.search(source.graph.yaml(path).text):
            yield Spot(error.location, f"the file is not YAML: {error.message}")


@rule("YML002", "duplicate-key", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def duplicate_key(source: SourceContext) -> Iterator[Spot]:
    """A mapping has the same key twice.

    ## What it does
    Reports each key that repeats an earlier key of the same mapping.

    ## Why
    Most readers keep the last value and drop the first without a word; strict ones refuse the file.

    ## Example
    ```yaml
    metadata:
      labels: {app: web}
      labels: {tier: front}
    ```

    ## Instead
    ```yaml
    metadata:
      labels: {app: web, tier: front}
    ```
    """
    for path in source.files:
        file = source.graph.yaml(path)
        for document in file.documents:
            seen: set[int] = set()
            for _, node in walk(document):
                if isinstance(node, Mapping) and id(node) not in seen:
                    seen.add(id(node))
                    yield from _repeated(file, node, top=node is document)


def _repeated(file: YamlFile, node: Mapping, *, top: bool) -> Iterator[Spot]:
    parts = _objects(node) if top else [[key for key, _ in node.items if isinstance(key, Scalar)]]
    for keys in parts:
        first: dict[str, Scalar] = {}
        for key in keys:
            if key.value == "<<":
                continue
            before = first.setdefault(key.value, key)
            if before is not key:
                place = file.location(before)
                message = f"the key `{key.value}` stands here and on line {place.line}; only one is read"
                yield Spot(file.location(key), message, related=(place,))


@rule(
    "YML003",
    "missing-document-separator",
    Severity.ERROR,
    Profile.STRUCTURE,
    scope=Scope.SOURCE,
    fix="safe",
)
def missing_document_separator(source: SourceContext) -> Iterator[Spot]:
    """Two objects stand in one YAML document, because `---` is missing between them.

    ## What it does
    Reports a document with a second `apiVersion` and a second `kind` at its top level.

    ## Why
    Readers that accept repeated keys keep the last object and drop the others without a word; kustomize
    refuses the file.

    ## Example
    ```
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: web}
    ```

    ## Instead
    ```yaml
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: web}
    ```

    ## Fix safety
    Safe: a line `---` goes before each further object, and nothing else changes.
    """
    for path in source.files:
        file = source.graph.yaml(path)
        for document in file.documents:
            if isinstance(document, Mapping) and not document.flow:
                starts = [keys[0] for keys in _objects(document)[1:]]
                if starts:
                    yield _unseparated(file, starts)


def _unseparated(file: YamlFile, starts: list[Scalar]) -> Spot:
    newline = "\r\n" if "\r\n" in file.text else "\n"
    edits = tuple(Edit(file.path, key.start, key.start, f"---{newline}") for key in starts)
    places = [file.location(key) for key in starts]
    count = len(starts) + 1
    message = f"{count} objects in one document: `---` is missing before this line"
    if len(places) > 1:
        message += " and before " + ", ".join(f"line {place.line}" for place in places[1:])
    fix = Fix("put `---` between the objects", edits, safe=True)
    return Spot(places[0], message, fix, tuple(places[1:]))


def _objects(document: Mapping) -> list[list[Scalar]]:
    """The keys of a document, divided where a second `apiVersion` or `kind` begins another object."""
    keys = [key for key, _ in document.items if isinstance(key, Scalar)]
    names = [key.value for key in keys]
    if names.count("apiVersion") < 2 or names.count("kind") < 2:  # noqa: PLR2004 -- a second object
        return [keys]
    parts: list[list[Scalar]] = [[]]
    for key in keys:
        if key.value in ("apiVersion", "kind") and key.value in [k.value for k in parts[-1]]:
            parts.append([])
        parts[-1].append(key)
    return parts


@rule("YML006", "merge-conflict-marker", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def merge_conflict_marker(source: SourceContext) -> Iterator[Spot]:
    """A merge conflict was committed unresolved.

    ## What it does
    Reports lines that git writes into a conflicting file: `<<<<<<<`, `=======` and `>>>>>>>`.

    ## Why
    The file does not parse, or worse: inside a block of text it parses and the markers are deployed.

    ## Example
    ```
    <<<<<<< HEAD
    replicas: 2
    =======
    replicas: 3
    >>>>>>> feature
    ```

    ## Instead
    ```yaml
    replicas: 3
    ```
    """
    for path in source.files:
        file = source.graph.yaml(path)
        found = list(_MARKER.finditer(file.text))
        kinds = {match.group()[:1] for match in found}
        if {"<", ">"} <= kinds:
            places = [file.location((match.start(), match.end())) for match in found]
            yield Spot(places[0], "a merge conflict was committed unresolved", related=tuple(places[1:]))


@rule("YML005", "empty-or-comment-only-file", Severity.WARNING, scope=Scope.SOURCE)
def empty_file(source: SourceContext) -> Iterator[Spot]:
    """A manifest holds no object.

    ## What it does
    Reports a file listed under `resources` in which every document is empty. The files that bootstrapping
    Flux fills (`gotk-*.yaml`) may be.

    ## Why
    It is what a bad merge or a half-finished removal leaves behind: the build passes, and the object that
    should be there is not.

    ## Example
    ```
    # apiVersion: v1
    # kind: Service
    ```

    ## Instead
    ```yaml
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    ```
    """
    seen: set[str] = set()
    for kustomization in source.kustomizations.values():
        for reference in kustomization.references:
            path = reference.resolved
            if reference.field != "resources" or reference.kind != "file" or path is None or path in seen:
                continue
            seen.add(path)
            file = source.graph.yaml(path)
            bootstrap = path.rpartition("/")[2].startswith("gotk-")
            if (
                file.error is None
                and not bootstrap
                and not any(document is not None for document in file.documents)
            ):
                related = (reference.location,)
                yield Spot(Location(path), "the file holds no object", related=related)


@rule("YML004", "ambiguous-scalar", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE, fix="safe")
def ambiguous_scalar(source: SourceContext) -> Iterator[Spot]:
    """A value that has to be text is a number, a boolean or a date to some readers.

    ## What it does
    Reports unquoted labels, annotations, environment variables, and values of ConfigMaps, Secrets' string
    data and node selectors that YAML readers do not agree to be text: `1.10`, `0755`, `yes`, `1e3`,
    `2024-01-01`.

    ## Why
    The cluster refuses the object, or takes `1.1` for `1.10`.

    ## Example
    ```yaml
    metadata:
      labels:
        version: 1.10
    ```

    ## Instead
    ```yaml
    metadata:
      labels:
        version: "1.10"
    ```

    ## Fix safety
    Safe: the value gets quotes around the characters that stand there.
    """
    for path in source.files:
        file = source.graph.yaml(path)
        for document in file.documents:
            kind = text(document.get("kind")) if isinstance(document, Mapping) else None
            if isinstance(document, Mapping) and kind and kind != "CustomResourceDefinition":
                for node in sorted(set(_must_be_text(document)), key=lambda node: node.start):
                    if not _is_text(node):
                        yield _unquoted(file, node)


def _unquoted(file: YamlFile, node: Scalar) -> Spot:
    fix = Fix("put it in quotes", (Edit(file.path, node.start, node.end, f'"{node.value}"'),), safe=True)
    message = f"`{node.value}` has to be text, and is not to every reader: it needs quotes"
    return Spot(file.location(node), message, fix)


def _is_text(node: Scalar) -> bool:
    plain = node.style == "plain" and node.tag is None
    empty = node.value in ("", "~", "null", "Null", "NULL")
    return not plain or empty or node.value.startswith(("$", "{")) or is_text_to_everyone(node.value)


def _must_be_text(document: Mapping) -> Iterator[Scalar]:
    kind, api = text(document.get("kind")), text(document.get("apiVersion")) or ""
    own = {"ConfigMap": ("data",), "Secret": ("data", "stringData")}.get(kind or "", ())
    for field in own if api == "v1" else ():
        yield from _values(document.get(field))
    if kind in ("Kustomization", "Component") and api.startswith("kustomize.config."):
        for field in ("commonLabels", "commonAnnotations"):
            yield from _values(document.get(field))
    for path, node in walk(document):
        if isinstance(node, Mapping):
            if path[-2:] in _LABELS or path[-1:] in _SELECTORS:
                yield from _values(node)
            elif path[-2:-1] == ("env",) and isinstance(path[-1], int):
                yield from _scalars(node.get("value"))


def _values(node: Node | None) -> Iterator[Scalar]:
    for _, child in node.items if isinstance(node, Mapping) else ():
        yield from _scalars(child)


def _scalars(node: Node | None) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
