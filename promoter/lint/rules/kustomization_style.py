"""Kustomizations that build today and should not stay so: old fields, wrong kinds, loops, secrets (KUS)."""

import re
from collections.abc import Iterator
from typing import Final

from promoter.kustomize import Kustomization, Reference
from promoter.lint.provenance import Item
from promoter.lint.rule import Profile, Scope, rule
from promoter.lint.source import SourceContext, Spot
from promoter.model import Edit, Fix, Location, Severity
from promoter.yamldoc import Mapping, Node, Scalar, Sequence, at, items, set_scalar, text, texts, uneditable

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
_BRANCHES: Final = frozenset(("main", "master", "head", "develop", "dev", "trunk", "latest", "stable"))
_REF: Final = re.compile(r"[?&](?:ref|version)=([^&]+)")
_RAW: Final = re.compile(r"/(?:raw/|blob/)?(?:refs/heads/)?(main|master|HEAD|develop)/|/releases/(latest)/")


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
            for spot in _met_twice(source, source.model.build(directory).items):
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


@rule("KUS010", "remote-base-unpinned", Severity.ERROR, scope=Scope.SOURCE)
def remote_base_unpinned(source: SourceContext) -> Iterator[Spot]:
    """A remote base follows a branch.

    ## What it does
    Reports remote resources and components without a `ref`, with a branch as `ref`, and files fetched from
    a branch.

    ## Why
    What is deployed changes when somebody else pushes, and nothing in this repository shows it.

    ## Example
    ```yaml
    resources:
      - https://github.com/acme/platform//monitoring?ref=main
    ```

    ## Instead
    ```yaml
    resources:
      - https://github.com/acme/platform//monitoring?ref=v1.4.2
    ```
    """
    for item in source.kustomizations.values():
        for reference in item.references:
            if reference.kind == "remote" and reference.field in ("resources", "bases", "components"):
                problem = _floating(reference.written)
                if problem:
                    yield Spot(reference.location, f"{reference.written} {problem}")


def _floating(url: str) -> str | None:
    ref = _REF.search(url)
    if ref is not None:
        branch = ref[1].removeprefix("refs/heads/")
        moving = branch.lower() in _BRANCHES or branch != ref[1]
        return f"follows the branch {branch}" if moving else None
    raw = _RAW.search(url)
    if raw is not None:
        return f"follows {raw[1] or 'the latest release'}"
    if url.endswith((".yaml", ".yml", ".json")) and "?" not in url:
        return None
    return "names no revision, so it follows the default branch"


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
    for reference in item.references:
        if reference.field in ("resources", "bases") and reference.kind == "directory":
            built = source.model.build(reference.resolved or "")
            if any(each.kind in ("Deployment", "StatefulSet", "DaemonSet") for each in built.items):
                return True
    return False


@rule("KUS030", "secret-generator-literal", Severity.ERROR, scope=Scope.SOURCE)
def secret_generator_literal(source: SourceContext) -> Iterator[Spot]:
    """A secret's values stand in the repository as plain text.

    ## What it does
    Reports `literals` with a value and committed `envs` files of a `secretGenerator`, unless the file is
    encrypted by SOPS.

    ## Why
    Everybody who may read the repository, now or in its history, may read the secret.

    ## Example
    ```yaml
    secretGenerator:
      - name: database
        literals:
          - password=hunter2
    ```

    ## Instead
    ```yaml
    resources:
      - database.sealed-secret.yaml
    ```
    """
    for item in source.kustomizations.values():
        for entry in item.entries("secretGenerator"):
            if not isinstance(entry, Mapping):
                continue
            for literal in texts(entry.get("literals")):
                key, _, plain = literal.value.partition("=")
                if plain.strip("\"'") and not plain.startswith(("${", "$(", "ENC[")):
                    message = f"the secret value of {key} stands here as plain text"
                    yield Spot(item.file.location(literal), message)
            env = entry.get("env")
            for written in (*texts(entry.get("envs")), *((env,) if isinstance(env, Scalar) else ())):
                kind, path = source.graph.resolve(item.directory, written.value)
                if kind == "file" and path is not None and _plain(source.snapshot[path]):
                    message = f"the secret values of {written.value} are committed as plain text"
                    yield Spot(item.file.location(written), message)


def _plain(content: bytes) -> bool:
    lines = [line.strip() for line in content.splitlines() if line.strip() and not line.startswith(b"#")]
    values = [line.partition(b"=")[2].strip(b"\"' ") for line in lines]
    return any(values) and b"ENC[" not in content and b"sops_" not in content


@rule("KUS036", "prod-inherits-nonprod", Severity.ERROR, scope=Scope.SOURCE)
def prod_inherits_nonprod(source: SourceContext) -> Iterator[Spot]:
    """An environment is built on another environment's overlay.

    ## What it does
    Reports an entry of `resources` that names the directory which another environment of the same app
    deploys.

    ## Why
    What is tried in one environment reaches the other at once, without a promotion.

    ## Example
    ```yaml
    # overlays/prod/kustomization.yaml
    resources:
      - ../dev
    ```

    ## Instead
    ```yaml
    # overlays/prod/kustomization.yaml
    resources:
      - ../../base
    ```
    """
    deployed: dict[str, set[str]] = {}
    for deployable in source.deployables:
        if deployable.path is not None and deployable.environment:
            deployed.setdefault(deployable.path, set()).add(deployable.environment)
    for directory, own in sorted(deployed.items()):
        item = source.kustomizations.get(directory)
        for reference in item.references if item else ():
            theirs = deployed.get(reference.resolved or "\0", set())
            if reference.field in ("resources", "bases") and theirs and not theirs & own:
                names = (", ".join(sorted(own)), ", ".join(sorted(theirs)))
                yield Spot(reference.location, f"{names[0]} is built on what {names[1]} deploys")
