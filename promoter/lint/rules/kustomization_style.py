"""Kustomizations that build today and should not stay so: old fields, wrong kinds, loops (KUS)."""

from collections.abc import Iterator
from typing import Final

from promoter.kustomize import Kustomization, Reference, inside
from promoter.lint.provenance import Item
from promoter.lint.rule import Profile, Scope, rule
from promoter.lint.source import SourceContext, Spot
from promoter.model import Edit, Fix, Location, Severity
from promoter.yamldoc import Mapping, Node, Scalar, Sequence, at, items, set_scalar, text, uneditable

_OLD: Final = {
    "bases": "`resources` takes directories too",
    "imageTags": "use `images`",
    "patchesJson6902": "use `patches`",
    "patchesStrategicMerge": "use `patches`",
    "vars": "use `replacements`",
    "commonLabels": "use `labels`, which leaves selectors alone unless told otherwise",
    "helmChartInflationGenerator": "use `helmCharts`",
}
_API: Final = {
    "Kustomization": "kustomize.config.k8s.io/v1beta1",
    "Component": "kustomize.config.k8s.io/v1alpha1",
}


@rule("KUS004", "deprecated-field", Severity.WARNING, scope=Scope.SOURCE, fix="safe")
def deprecated_field(source: SourceContext) -> Iterator[Spot]:
    """A kustomization has a field that kustomize has deprecated.

    ## What it does
    Reports `bases`, `imageTags`, `patchesJson6902`, `patchesStrategicMerge`, `vars`, `commonLabels`,
    `helmChartInflationGenerator` and a generator's `env`.

    ## Why
    The next version of the file format does not have them.

    ## Example
    ```yaml
    bases:
      - ../../base
    patchesStrategicMerge:
      - replicas.yaml
    ```

    ## Instead
    ```yaml
    resources:
      - ../../base
    patches:
      - path: replicas.yaml
    ```

    ## Fix safety
    Safe: `bases` becomes `resources`, and a list of patch files becomes `patches`, where the new field is
    not there yet. The others have no fix.
    """
    for item in source.kustomizations.values():
        for field, instead in _OLD.items():
            key = item.root.key(field)
            if key is not None:
                message = f"`{field}` is deprecated: {instead}"
                yield Spot(item.file.location(key), message, _modernised(item, field, key))
        for field in ("configMapGenerator", "secretGenerator"):
            for entry in item.entries(field):
                key = entry.key("env") if isinstance(entry, Mapping) else None
                if key is not None:
                    yield Spot(item.file.location(key), f"`env` of `{field}` is deprecated: use `envs`")


def _modernised(item: Kustomization, field: str, key: Scalar) -> Fix | None:
    node = item.root.get(field)
    new = {"bases": "resources", "patchesStrategicMerge": "patches"}.get(field)
    simple = isinstance(node, Sequence) and all(
        isinstance(i, Scalar) and "\n" not in i.value for i in node.items
    )
    if new is None or item.root.key(new) is not None or not simple or uneditable(item.file, key):
        return None
    edits = [set_scalar(item.file, key, new)]
    if new == "patches":
        flow = isinstance(node, Sequence) and node.flow
        for each in items(node):
            edits.append(Edit(item.file.path, each.start, each.start, "{path: " if flow else "path: "))
            edits += [Edit(item.file.path, each.end, each.end, "}")] if flow else []
    return Fix(f"use `{new}`", tuple(edits), safe=True)


@rule(
    "KUS005", "wrong-apiversion-or-kind", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE, fix="safe"
)
def wrong_kind(source: SourceContext) -> Iterator[Spot]:
    """A kustomization has another kind or version than its place asks for.

    ## What it does
    Reports a `kind` that is neither Kustomization nor Component, an `apiVersion` that does not belong to
    the kind, a Component listed under `resources`, and a Kustomization listed under `components`.

    ## Why
    kustomize refuses the build.

    ## Example
    ```yaml
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Component
    ```

    ## Instead
    ```yaml
    apiVersion: kustomize.config.k8s.io/v1alpha1
    kind: Component
    ```

    ## Fix safety
    Safe: the `apiVersion` becomes the one that the kind has; nothing else would build.
    """
    for item in source.kustomizations.values():
        kind, version = item.root.get("kind"), item.root.get("apiVersion")
        api = text(version) or ""
        if item.kind not in _API:
            if not api or api.startswith("kustomize.config."):
                message = f"the kind {item.kind} is neither Kustomization nor Component"
                yield Spot(item.file.location(kind or item.root), message)
        elif isinstance(version, Scalar) and api != _API[item.kind]:
            if "fluxcd" in api:
                continue
            message = f"a {item.kind} has the apiVersion {_API[item.kind]}, not {api}"
            fix = None
            if not uneditable(item.file, version):
                fix = Fix("use it", (set_scalar(item.file, version, _API[item.kind]),), safe=True)
            yield Spot(item.file.location(version), message, fix)
        yield from _misplaced(source, item)


def _misplaced(source: SourceContext, item: Kustomization) -> Iterator[Spot]:
    for reference in item.references:
        below = source.kustomizations.get(reference.resolved) if reference.resolved is not None else None
        if below is None or reference.kind != "directory":
            continue
        if reference.field in ("resources", "bases") and below.kind == "Component":
            message = f"{reference.written} is a Component: list it under `components`"
            yield Spot(reference.location, message)
        elif reference.field == "components" and below.kind == "Kustomization":
            yield Spot(
                reference.location, f"{reference.written} is no Component: list it under `resources`"
            )


@rule("KUS008", "resource-cycle", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def resource_cycle(source: SourceContext) -> Iterator[Spot]:
    """Kustomizations build on each other in a loop.

    ## What it does
    Reports the entry that closes a loop of kustomizations.

    ## Why
    kustomize refuses every build on the loop.

    ## Example
    ```yaml
    # base/kustomization.yaml
    resources:
      - ../overlays/prod
    ```

    ## Instead
    ```yaml
    # overlays/prod/kustomization.yaml
    resources:
      - ../../base
    ```
    """
    said: set[frozenset[str]] = set()
    for directory in source.kustomizations:
        cycle = source.graph.closure(directory).cycle
        if not cycle or frozenset(cycle) in said:
            continue
        said.add(frozenset(cycle))
        last = source.kustomizations.get(cycle[-2])
        for reference in last.references if last else ():
            if reference.resolved == cycle[-1]:
                yield Spot(reference.location, f"this closes a loop: {' → '.join(cycle)}")
                break


@rule("KUS009", "duplicate-resource", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def duplicate_resource(source: SourceContext) -> Iterator[Spot]:
    """One build contains the same object twice.

    ## What it does
    Reports a file that a kustomization lists twice, and objects of the same kind, namespace and name that
    meet in one build.

    ## Why
    kustomize refuses the build, and its message does not say where the second one comes from.

    ## Example
    ```yaml
    resources:
      - service.yaml
      - service.yaml
    ```

    ## Instead
    ```yaml
    resources:
      - service.yaml
    ```
    """
    told: set[Location] = set()
    for directory, item in source.kustomizations.items():
        for again in _listed_twice(item):
            told.add(again.location)
            yield Spot(again.location, f"{again.written} is listed twice")
        if item.kind != "Component" and not any(True for _ in _listed_twice(item)):
            built = source.model.build(directory)
            for spot in _met_twice(source, () if built.unknown else built.items):
                if spot.location not in told:
                    told.add(spot.location)
                    yield spot


def _listed_twice(item: Kustomization) -> Iterator[Reference]:
    seen: set[str] = set()
    for reference in item.references:
        if reference.field in ("resources", "bases") and reference.resolved is not None:
            if reference.resolved in seen:
                yield reference
            seen.add(reference.resolved)


def _met_twice(source: SourceContext, built: tuple[Item, ...]) -> Iterator[Spot]:
    first: dict[object, Item] = {}
    for item in built:
        if not item.key.name or item.body.get("metadata") is None:
            continue
        before = first.setdefault((item.key, item.version), item)
        if before is not item and item.body.places and before.body.places:
            places = [each.body.places[0] for each in (item, before)]
            here, there = (source.graph.yaml(p.path).location((p.start, p.start)) for p in places)
            if here != there:
                message = f"{item.kind} {item.key.name} is in this build twice: also at {there}"
                yield Spot(here, message, related=(there,))


@rule("KUS025", "selector-labels-in-overlay", Severity.ERROR, scope=Scope.SOURCE)
def selector_labels_in_overlay(source: SourceContext) -> Iterator[Spot]:
    """An overlay puts labels into selectors.

    ## What it does
    Reports `commonLabels`, and `labels` with `includeSelectors: true`, in a kustomization that takes
    Deployments, StatefulSets or DaemonSets from another one.

    ## Why
    The selector of a workload cannot be changed once it is applied: the label can be neither added,
    altered nor removed again without deleting the workload.

    ## Example
    ```yaml
    resources:
      - ../../base
    commonLabels:
      env: prod
    ```

    ## Instead
    ```yaml
    resources:
      - ../../base
    labels:
      - pairs: {env: prod}
        includeTemplates: true
    ```
    """
    for item in source.kustomizations.values():
        places = list(_selector_labels(item))
        if places and _has_foreign_workloads(source, item):
            for node in places:
                message = "labels of an overlay go into selectors, which cannot be changed once applied"
                yield Spot(item.file.location(node), message)


def _selector_labels(item: Kustomization) -> Iterator[Node]:
    common = item.root.get("commonLabels")
    key = item.root.key("commonLabels")
    if isinstance(common, Mapping) and common.items and key is not None:
        yield key
    for entry in item.entries("labels"):
        if text(at(entry, "includeSelectors")) == "true" and isinstance(entry, Mapping):
            yield entry.key("includeSelectors") or entry


def _has_foreign_workloads(source: SourceContext, item: Kustomization) -> bool:
    """Whether workloads come from another kustomization than the parts below its own directory."""
    for reference in item.references:
        own = (reference.resolved or "").startswith(inside(item.directory))
        if reference.field in ("resources", "bases") and reference.kind == "directory" and not own:
            built = source.model.build(reference.resolved or "")
            if any(each.kind in ("Deployment", "StatefulSet", "DaemonSet") for each in built.items):
                return True
    return False
