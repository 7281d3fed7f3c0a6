"""Flux's objects: sources, dependencies and substitutions that are not there (FLX)."""

from collections.abc import Iterator
from typing import Final

from promoter.kustomize import inside
from promoter.lint.controllers import Declared
from promoter.lint.objects import text
from promoter.lint.rule import Profile, Scope, rule
from promoter.lint.source import SourceContext, Spot, is_yaml
from promoter.model import Location, Rendered, Severity
from promoter.yamldoc import at
from promoter.yamldoc import text as scalar_text

_SOURCES: Final = ("GitRepository", "OCIRepository", "HelmRepository", "Bucket", "HelmChart")
Id = tuple[str, str, str]


def _of_kind(source: SourceContext, *kinds: str) -> Iterator[Declared]:
    for item in source.controllers:
        if item.group.endswith(".fluxcd.io") and item.kind in kinds:
            yield item


def _known(source: SourceContext) -> set[tuple[str, str]]:
    """Kind and name of every object of Flux, as written and as rendered."""
    written = ((item.group, item.kind, item.name) for item in source.controllers)
    rendered = ((o.key.group, o.key.kind, o.key.name) for root in source.roots for o in root.objects)
    return {(kind, name) for group, kind, name in (*written, *rendered) if group.endswith(".fluxcd.io")}


@rule("FLX001", "flux-path-not-found", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def path_not_found(source: SourceContext) -> Iterator[Spot]:
    """A FluxKustomization points at a directory that does not exist.

    ## What it does
    Reports Flux's Kustomizations and HelmReleases whose source is this repository and whose path is not
    there. Where the source reads another branch or a tag, nobody can tell from here, and LNT004 says so.

    ## Why
    Flux cannot apply it, and whatever depends on it waits.

    ## Example
    ```yaml
    spec:
      path: ./apps/shop/overlay/prod
    ```

    ## Instead
    ```yaml
    spec:
      path: ./apps/shop/overlays/prod
    ```
    """
    for each in source.deployables:
        if each.controller != "flux" or not each.path:
            continue
        if not source.graph.exists(each.path):
            path = ("spec", "path") if each.kind == "Kustomization" else ("spec", "chart", "spec", "chart")
            place = source.place(each, *path)
            if each.revision:
                message = f"whether the {each.revision} has the directory {each.path}, which is not here"
                yield Spot(place, message, environments=each.environments, verifiable=False)
            else:
                message = f"{each.name} applies {each.path}, which does not exist"
                yield Spot(place, message, environments=each.environments)


@rule("FLX002", "source-missing", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def source_missing(source: SourceContext) -> Iterator[Spot]:
    """A FluxKustomization or HelmRelease names a source that is not there.

    ## What it does
    Reports `sourceRef` and `chartRef` that name no GitRepository, OCIRepository, HelmRepository or Bucket
    of this repository, where it declares sources of that kind. `flux-system`, which bootstrapping makes,
    is taken to exist.

    ## Why
    Flux waits for the source for ever.

    ## Example
    ```yaml
    sourceRef: {kind: HelmRepository, name: bitnmai}
    ```

    ## Instead
    ```yaml
    sourceRef: {kind: HelmRepository, name: bitnami}
    ```
    """
    known = _known(source)
    kinds = {kind for kind, _ in known}
    for item in _of_kind(source, "Kustomization", "HelmRelease"):
        for path in (("spec", "sourceRef"), ("spec", "chart", "spec", "sourceRef"), ("spec", "chartRef")):
            kind, name = item.text(*path, "kind"), item.text(*path, "name")
            if kind not in _SOURCES or name == "flux-system" or "$" in name or not name:
                continue
            if kind in kinds and (kind, name) not in known:
                yield Spot(item.place(*path, "name"), f"{item} takes from {kind} {name}, which is not here")


def _dependencies(item: Declared) -> Iterator[tuple[int, str, str]]:
    listed = item.value("spec", "dependsOn")
    for index, entry in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(entry, dict) and text(entry, "name"):
            yield index, text(entry, "namespace") or item.namespace, text(entry, "name")


@rule("FLX003", "depends-on-missing", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def depends_on_missing(source: SourceContext) -> Iterator[Spot]:
    """An object of Flux depends on one that is not there.

    ## What it does
    Reports `dependsOn` of Flux's Kustomizations and HelmReleases that name no object of the same kind.

    ## Why
    It is never applied.

    ## Example
    ```yaml
    dependsOn:
      - name: databse
    ```

    ## Instead
    ```yaml
    dependsOn:
      - name: database
    ```
    """
    known = _known(source)
    for item in _of_kind(source, "Kustomization", "HelmRelease"):
        for index, _, name in _dependencies(item):
            if (item.kind, name) in known or "$" in name:
                continue
            other = "HelmRelease" if item.kind == "Kustomization" else "Kustomization"
            hint = f"; there is a {other} of that name" if (other, name) in known else ""
            place = item.place("spec", "dependsOn", index, "name")
            yield Spot(place, f"{item} depends on {item.kind} {name}, which is not here{hint}")


@rule("FLX004", "depends-on-cycle", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def depends_on_cycle(source: SourceContext) -> Iterator[Spot]:
    """Objects of Flux depend on each other in a loop.

    ## What it does
    Reports one `dependsOn` entry of each loop.

    ## Why
    None of them is ever ready, and Flux stops to react to changes of their source.

    ## Example
    ```yaml
    # metadata.name: apps, and infrastructure depends on apps
    dependsOn:
      - name: infrastructure
    ```

    ## Instead
    ```yaml
    # metadata.name: apps
    dependsOn:
      - name: infrastructure
    ```
    """
    graph: dict[Id, list[Id]] = {}
    where: dict[tuple[Id, Id], Location] = {}
    for item in _of_kind(source, "Kustomization", "HelmRelease"):
        own = (item.kind, item.namespace, item.name)
        for index, namespace, name in _dependencies(item):
            other = (item.kind, namespace, name)
            graph.setdefault(own, []).append(other)
            where.setdefault((own, other), item.place("spec", "dependsOn", index, "name"))
    told: set[frozenset[Id]] = set()
    for start in sorted(graph):
        loop = _loop(graph, start)
        if loop and frozenset(loop) not in told:
            told.add(frozenset(loop))
            names = " → ".join(name for _, _, name in (*loop, loop[0]))
            yield Spot(where[loop[0], loop[1 % len(loop)]], f"these wait for each other: {names}")


def _loop(graph: dict[Id, list[Id]], start: Id) -> list[Id]:
    """The shortest way from an object back to itself, empty when there is none."""
    ways = [[start]]
    seen: set[Id] = set()
    while ways:
        way = ways.pop(0)
        for other in graph.get(way[-1], ()):
            if other == start:
                return way
            if other not in seen:
                seen.add(other)
                ways.append([*way, other])
    return []


@rule("FLX006", "prune-disabled", Severity.WARNING, scope=Scope.SOURCE)
def prune_disabled(source: SourceContext) -> Iterator[Spot]:
    """A FluxKustomization does not remove what was removed from git.

    ## What it does
    Reports `prune: false`, and a FluxKustomization without `prune`.

    ## Why
    Objects that nobody owns any more stay in the cluster.

    ## Example
    ```yaml
    spec:
      prune: false
    ```

    ## Instead
    ```yaml
    spec:
      prune: true
    ```
    """
    for item in _of_kind(source, "Kustomization"):
        if item.value("spec", "prune") is not True and "$" not in item.text("spec", "prune"):
            said = (
                "switches pruning off" if item.value("spec", "prune") is False else "does not say `prune`"
            )
            yield Spot(item.place("spec", "prune"), f"{item} {said}: what leaves git stays in the cluster")


@rule("FLX009", "substitution-undefined", Severity.ERROR, scope=Scope.SOURCE)
def substitution_undefined(source: SourceContext) -> Iterator[Spot]:
    """A variable of the manifests is given no value.

    ## What it does
    Reports `${NAME}` without a default in what a FluxKustomization with `postBuild` renders, where neither
    `substitute` nor a ConfigMap or Secret of `substituteFrom` has the name. It keeps silent where one of
    these is not in this repository or is encrypted.

    ## Why
    Flux puts an empty text in its place.

    ## Example
    ```yaml
    # a manifest says host: shop.${DOMAIN}
    postBuild:
      substitute: {DOMIAN: example.com}
    ```

    ## Instead
    ```yaml
    postBuild:
      substitute: {DOMAIN: example.com}
    ```
    """
    for root in source.roots:
        missing = root.rendered.unset if isinstance(root.rendered, Rendered) else ()
        if root.deployable is not None and missing:
            place = source.place(root.deployable, "spec", "postBuild")
            names = ", ".join(f"${{{name}}}" for name in missing)
            yield Spot(place, f"{root.deployable.name} gives no value to {names}")


@rule("FLX013", "target-namespace-mismatch", Severity.ERROR, scope=Scope.SOURCE)
def target_namespace(source: SourceContext) -> Iterator[Spot]:
    """A FluxKustomization moves objects out of the namespace that their manifests name.

    ## What it does
    Reports a `targetNamespace`, where the kustomization names another namespace, or all manifests that name
    one name the same other one.

    ## Why
    The manifests say one place, and the objects are in another; references by namespace break.

    ## Example
    ```yaml
    # the overlay says `namespace: shop`
    spec:
      targetNamespace: web
    ```

    ## Instead
    ```yaml
    spec:
      targetNamespace: shop
    ```
    """
    for root in source.roots:
        each = root.deployable
        item = source.declared(each) if each is not None and each.controller == "flux" else None
        wanted = item.text("spec", "targetNamespace") if item is not None else ""
        if item is None or not wanted or item.kind != "Kustomization" or "$" in wanted:
            continue
        names = _namespaces(source, root.directory)
        if len(names) == 1 and names != {wanted}:
            message = f"{item} moves to {wanted} what its manifests put into {names.pop()}"
            yield Spot(item.place("spec", "targetNamespace"), message)


def _namespaces(source: SourceContext, directory: str) -> set[str]:
    """The namespaces that the files of a build name: its own kustomization's, else the manifests'."""
    graph = source.graph
    own = graph.kustomization(directory)
    said = scalar_text(own.root.get("namespace")) if own is not None else None
    if said:
        return {said}
    below = inside(directory)
    entries = graph.snapshot.entries
    files = graph.closure(directory).files or [path for path in entries if path.startswith(below)]
    documents = [document for path in files if is_yaml(path) for document in graph.yaml(path).documents]
    places = (("metadata", "namespace"), ("namespace",))
    found = {scalar_text(at(document, *place)) for document in documents for place in places}
    return {name for name in found if name}
