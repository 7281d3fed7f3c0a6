"""Argo CD Applications: what they point at, and who else deploys it (ARG)."""

from collections.abc import Iterator

from promoter.lint.controllers import Declared, source_path
from promoter.lint.objects import child, items, mappings, text
from promoter.lint.provenance import Branch, Leaf
from promoter.lint.rule import Profile, Scope, rule
from promoter.lint.source import Root, SourceContext, Spot
from promoter.model import Deployable, Json, Location, Severity

_ANYWHERE = frozenset(("", "default", "argocd", "openshift-gitops"))
_MOVING = frozenset(("", "head", "main", "master", "develop", "dev", "latest", "*"))


def _applications(source: SourceContext) -> Iterator[Declared]:
    for item in source.controllers:
        if item.group == "argoproj.io" and item.kind == "Application":
            yield item


def _set_by(source: SourceContext, deployable: Deployable, *path: str) -> Location:
    """Where the field got its value: in the object as written, or in a patch of a build that takes it."""
    place = source.place(deployable, *path)
    wanted = child(deployable.overrides, path[-2]).get(path[-1])
    for directory in source.graph.readers(deployable.location.path):
        for item in source.model.build(directory).items:
            if (item.kind, item.key.name) == (deployable.kind, deployable.name):
                found = item.body.get(path[0])
                for step in path[1:]:
                    found = found.get(step) if isinstance(found, Branch) else None
                if isinstance(found, Leaf) and found.value == wanted and found.places:
                    last = found.places[-1]
                    return source.graph.yaml(last.path).location((last.start, last.end))
    return place


@rule("ARG001", "application-path-not-found", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def path_not_found(source: SourceContext) -> Iterator[Spot]:
    """An Application points at a directory that does not exist.

    ## What it does
    Reports Applications, and ApplicationSets' templates, whose source is this repository and whose `path`
    is not there. Where the source names another branch or a tag, nobody can tell from here, and LNT004
    says so.

    ## Why
    Argo CD cannot sync: the application keeps its last state and shows an error.

    ## Example
    ```yaml
    spec:
      source:
        path: apps/shop/overlay/prod
    ```

    ## Instead
    ```yaml
    spec:
      source:
        path: apps/shop/overlays/prod
    ```
    """
    for each in source.deployables:
        if each.controller == "argocd" and each.path and not source.graph.exists(each.path):
            steps = source_path(each)
            place = (
                _set_by(source, each, "spec", "source", "path")
                if steps == ("spec", "source")
                else source.place(each, *steps, "path")
            )
            if each.revision:
                message = f"whether the revision {each.revision} has {each.path}, which is not here"
                yield Spot(place, message, environments=each.environments, verifiable=False)
            else:
                message = f"{each.name} deploys {each.path}, which does not exist"
                yield Spot(place, message, environments=each.environments)


@rule("ARG002", "overlay-not-deployed", Severity.WARNING, scope=Scope.SOURCE)
def overlay_not_deployed(source: SourceContext) -> Iterator[Spot]:
    """An overlay of an environment is deployed by nothing.

    ## What it does
    Reports directories that look like an environment's overlay and that no Application, ApplicationSet or
    FluxKustomization reaches, where other overlays are reached. It keeps silent while a controller's
    object here cannot be resolved, and about `flux-system`, which bootstrapping makes.

    ## Why
    Changes to it have no effect, and somebody believes that they have.

    ## Example
    ```
    overlays/staging is deployed, overlays/prod is not
    ```

    ## Instead
    ```yaml
    kind: Application
    spec:
      source: {path: overlays/prod}
    ```
    """
    controlled = [each for each in source.deployables if each.controller != "layout"]
    if not any(each.path for each in controlled) or any(each.reason for each in controlled):
        return
    synced = tuple(f"{each.path}/" for each in controlled if each.path)
    for each in source.deployables:
        path = each.path or ""
        if each.controller != "layout" or not each.environment or path.startswith(synced):
            continue
        if path and not path.endswith("/flux-system"):
            yield Spot(each.location, f"nothing deploys {path}")


@rule("ARG003", "double-coverage", Severity.ERROR, scope=Scope.SOURCE)
def double_coverage(source: SourceContext) -> Iterator[Spot]:
    """Two Applications deploy the same directory to the same place.

    ## What it does
    Reports an Application with the same source and the same destination as another one.

    ## Why
    Both own the objects: each shows the other's changes as drift, and deleting one deletes them all.

    ## Example
    ```yaml
    # shop and shop-prod both
    spec:
      source: {path: overlays/prod}
      destination: {name: prod, namespace: shop}
    ```

    ## Instead
    ```yaml
    # shop alone
    spec:
      source: {path: overlays/prod}
      destination: {name: prod, namespace: shop}
    ```
    """
    first: dict[str, Deployable] = {}
    for each in source.deployables:
        if each.controller != "argocd" or each.kind != "Application" or each.path is None:
            continue
        same = repr((each.path, each.destination, each.overrides.get("source")))
        before = first.setdefault(same, each)
        if before is not each and before.name != each.name:
            place = source.place(each, *source_path(each), "path")
            message = f"{each.name} deploys {each.path or 'the root'} to the same place as {before.name}"
            yield Spot(place, message, related=(before.location,))


@rule("ARG004", "duplicate-application", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def duplicate_application(source: SourceContext) -> Iterator[Spot]:
    """Two Applications in one file have the same name.

    ## What it does
    Reports Applications with the same namespace and name in one file that no kustomization reads; a
    kustomization would refuse them itself.

    ## Why
    Whichever is applied last wins; the other one does not exist.

    ## Example
    ```yaml
    kind: Application
    metadata: {name: shop}
    ---
    kind: Application
    metadata: {name: shop}
    ```

    ## Instead
    ```yaml
    kind: Application
    metadata: {name: shop-dev}
    ---
    kind: Application
    metadata: {name: shop-prod}
    ```
    """
    first: dict[tuple[str, str, str], Declared] = {}
    for item in _applications(source):
        if source.graph.readers(item.file.path):
            continue
        before = first.setdefault((item.file.path, item.namespace, item.name), item)
        if before is not item:
            there = before.place("metadata", "name")
            message = f"the Application {item.name} is declared at {there} too"
            yield Spot(item.place("metadata", "name"), message, related=(there,))


@rule("ARG005", "target-revision-floating", Severity.WARNING, scope=Scope.SOURCE)
def target_revision_floating(source: SourceContext) -> Iterator[Spot]:
    """An Application follows a moving version of somebody else's chart or repository.

    ## What it does
    Reports a `targetRevision` that is missing, a branch or a range, where the source is a chart or another
    repository. This repository's own branch is how GitOps works, and is not reported.

    ## Why
    What runs changes when somebody else publishes, and nothing in this repository shows it.

    ## Example
    ```yaml
    source:
      chart: redis
      targetRevision: 18.*
    ```

    ## Instead
    ```yaml
    source:
      chart: redis
      targetRevision: 18.6.1
    ```
    """
    for each in source.deployables:
        spec = each.overrides.get("source")
        if each.controller != "argocd" or each.path is not None or not isinstance(spec, dict) or not spec:
            continue
        revision, chart = text(spec, "targetRevision"), text(spec, "chart")
        ranged = bool(chart) and any(sign in revision for sign in ("*", "^", "~", ">", "<", ".x", "||"))
        if (ranged or revision.lower() in _MOVING) and "{{" not in repr(spec):
            place = source.place(each, *source_path(each), "targetRevision")
            what = f"the chart {chart}" if chart else text(spec, "repoURL")
            said = f"follows {revision}" if revision else "names no targetRevision"
            yield Spot(place, f"{each.name} {said} of {what}")


@rule("ARG010", "destination-namespace-mismatch", Severity.ERROR, scope=Scope.SOURCE)
def destination_namespace(source: SourceContext) -> Iterator[Spot]:
    """An Application's destination is another namespace than its manifests name.

    ## What it does
    Reports an Application whose destination names a namespace, where every namespaced object of its render
    names one and the same other namespace.

    ## Why
    Argo CD follows the manifests: who reads the Application looks in the wrong place, and a namespace that
    it creates stays empty.

    ## Example
    ```yaml
    # the overlay says `namespace: shop`
    destination: {name: prod, namespace: web}
    ```

    ## Instead
    ```yaml
    destination: {name: prod, namespace: shop}
    ```
    """
    for root in source.roots:
        each = root.deployable
        if each is None or each.controller != "argocd" or each.destination.namespace in _ANYWHERE:
            continue
        found = _only_namespace(root)
        if found and found != each.destination.namespace and "{{" not in each.destination.namespace:
            place = source.place(each, "spec", "destination", "namespace")
            message = f"{each.name} deploys to {each.destination.namespace}, but its manifests name {found}"
            yield Spot(place, message, environments=each.environments)


def _only_namespace(root: Root) -> str | None:
    names = {item.key.namespace for item in root.objects if item.key.namespace}
    return names.pop() if len(names) == 1 else None


@rule("ARG014", "hpa-selfheal-conflict", Severity.ERROR, scope=Scope.SOURCE)
def selfheal_conflict(source: SourceContext) -> Iterator[Spot]:
    """Argo CD sets back the replicas that an autoscaler chose.

    ## What it does
    Reports an Application with `selfHeal`, where a workload of its render has both `replicas` and an
    autoscaler, and `ignoreDifferences` does not name `/spec/replicas`.

    ## Why
    The autoscaler scales up, Argo CD scales down, again and again.

    ## Example
    ```yaml
    syncPolicy:
      automated: {selfHeal: true}
    ```

    ## Instead
    ```yaml
    syncPolicy:
      automated: {selfHeal: true}
      syncOptions: [RespectIgnoreDifferences=true]
    ignoreDifferences:
      - {group: apps, kind: Deployment, jsonPointers: [/spec/replicas]}
    ```
    """
    for root in source.roots:
        each = root.deployable
        spec = each.overrides.get("spec") if each is not None else None
        if each is None or each.controller != "argocd" or not isinstance(spec, dict):
            continue
        automated = child(child(spec, "syncPolicy"), "automated")
        scaled = list(_scaled(root))
        if automated.get("selfHeal") is True and scaled and not _ignored(spec):
            place = source.place(each, "spec", "syncPolicy", "automated", "selfHeal")
            message = (
                f"{each.name} sets back the replicas of {', '.join(scaled)}, which an autoscaler changes"
            )
            yield Spot(place, message, environments=each.environments)


def _scaled(root: Root) -> Iterator[str]:
    targets = {
        (text(target, "kind"), text(target, "name"))
        for item in root.objects
        if item.key.kind == "HorizontalPodAutoscaler"
        for target in [child(child(item.body, "spec"), "scaleTargetRef")]
    }
    for item in root.objects:
        if (item.key.kind, item.key.name) in targets and "replicas" in child(item.body, "spec"):
            yield item.key.name


def _ignored(spec: dict[str, Json]) -> bool:
    for _, entry in mappings(spec, "ignoreDifferences"):
        paths = [*items(entry, "jsonPointers"), *items(entry, "jqPathExpressions")]
        if any("replicas" in str(path) for path in paths) or items(entry, "managedFieldsManagers"):
            return True
    return False
