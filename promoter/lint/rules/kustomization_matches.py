"""Entries of a kustomization that match nothing: kustomize says nothing about them (KUS012 to KUS024).

They judge a kustomization by what promoter's own model says it builds, and keep silent where the model
does not know everything that the build contains.
"""

from collections.abc import Iterator

from promoter.errors import did_you_mean
from promoter.lint.provenance import Branch, Event, Leaf, Place
from promoter.lint.rule import Profile, Scope, rule
from promoter.lint.source import SourceContext, Spot
from promoter.model import Location, Severity
from promoter.yamldoc import Mapping, Node, text


def _events(source: SourceContext, *fields: str) -> Iterator[tuple[Location, Node, list[Event]]]:
    """Each entry of these fields with all its applications; a component's may be many."""
    found: dict[tuple[str, str, int], list[Event]] = {}
    for directory, item in source.kustomizations.items():
        if item.kind != "Component":
            for event in source.model.build(directory).events:
                if event.field in fields:
                    found.setdefault((event.file.path, event.field, event.node.start), []).append(event)
    for events in found.values():
        yield events[0].file.location(events[0].node), events[0].node, events


def _idle(events: list[Event]) -> bool:
    """Whether no application of the entry matched anything, and none could have."""
    return all(event.matched == 0 and event.certain for event in events)


@rule("KUS012", "patch-no-match", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def patch_no_match(source: SourceContext) -> Iterator[Spot]:
    """A patch selects no object.

    ## What it does
    Reports entries of `patches` whose `target` selects nothing in the kustomization's own build, and
    patches without a target for which there is no object of that kind, name and namespace.

    ## Why
    kustomize builds and says nothing when a target selects nothing: the change that somebody relies on is
    not there.

    ## Example
    ```yaml
    patches:
      - path: replicas.yaml
        target: {kind: Deployment, name: wbe}
    ```

    ## Instead
    ```yaml
    patches:
      - path: replicas.yaml
        target: {kind: Deployment, name: web}
    ```
    """
    for place, node, events in _events(source, "patches", "patchesStrategicMerge", "patchesJson6902"):
        patches = [event.patched for event in events if event.patched is not None]
        if any(patch.unknown for patch in patches) or not all(event.certain for event in events):
            continue
        target = node.get("target") if isinstance(node, Mapping) else None
        if patches[0].targeted and _idle(events):
            spot = events[0].file.location(target or node)
            yield Spot(spot, f"the patch's target selects nothing: {_selected(target)}")
        elif all(patch.unmatched for patch in patches):
            names = ", ".join(str(item.original) for item in patches[0].unmatched)
            yield Spot(place, f"the patch is for {names}, which this build does not contain")


def _selected(target: Node | None) -> str:
    parts = target.items if isinstance(target, Mapping) else ()
    return ", ".join(f"{text(key)}: {text(value)}" for key, value in parts if text(value))


@rule("KUS018", "images-no-match", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def images_no_match(source: SourceContext) -> Iterator[Spot]:
    """An `images` entry matches no image.

    ## What it does
    Reports entries whose `name` is the name of no image in the kustomization's own build. Names are
    compared as written: `nginx` and `docker.io/library/nginx` differ.

    ## Why
    kustomize builds and says nothing: the environment runs the base's version, and a promotion that edits
    the entry changes nothing.

    ## Example
    ```yaml
    images:
      - name: ghcr.io/acme/wbe
        newTag: "1.4"
    ```

    ## Instead
    ```yaml
    images:
      - name: ghcr.io/acme/web
        newTag: "1.4"
    ```
    """
    for place, node, events in _events(source, "images"):
        name = text(node.get("name")) if isinstance(node, Mapping) else None
        if name and _idle(events):
            yield Spot(place, f"no image of this build is called `{name}`: the entry has no effect")


@rule("KUS023", "replicas-no-match", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def replicas_no_match(source: SourceContext) -> Iterator[Spot]:
    """A `replicas` entry names no workload.

    ## What it does
    Reports entries whose `name` is that of no Deployment, StatefulSet, ReplicaSet or
    ReplicationController in the kustomization's own build.

    ## Why
    kustomize refuses the build, and its message names no line.

    ## Example
    ```yaml
    replicas:
      - {name: wbe, count: 3}
    ```

    ## Instead
    ```yaml
    replicas:
      - {name: web, count: 3}
    ```
    """
    for place, node, events in _events(source, "replicas"):
        name = text(node.get("name")) if isinstance(node, Mapping) else None
        if name and _idle(events):
            yield Spot(place, f"no workload of this build that has replicas is called `{name}`")


@rule("KUS014", "patch-adds-container", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def patch_adds_container(source: SourceContext) -> Iterator[Spot]:
    """A patch means to change a container, and adds one without an image.

    ## What it does
    Reports a strategic merge patch with a container whose name the object does not have and which brings
    no image.

    ## Why
    Containers merge by name: a misspelt one is added, has no image, and the change that was meant is not
    made. The build passes, and the cluster refuses the object.

    ## Example
    ```yaml
    spec:
      template:
        spec:
          containers:
            - name: wbe
              resources: {limits: {memory: 1Gi}}
    ```

    ## Instead
    ```yaml
    spec:
      template:
        spec:
          containers:
            - name: web
              resources: {limits: {memory: 1Gi}}
    ```
    """
    for _, _, events in _events(source, "patches", "patchesStrategicMerge"):
        for addition in events[0].patched.additions if events[0].patched else ():
            name = addition.item.get("name")
            if (
                addition.path[-1] not in ("containers", "initContainers")
                or "image" in addition.item.entries
            ):
                continue
            if isinstance(name, Leaf) and name.places and isinstance(name.value, str):
                hint = did_you_mean(name.value, addition.names)
                message = f"{addition.object} has no container {name.value!r}: the patch adds one"
                yield Spot(_place(source, name.places[-1]), message + (f"; {hint}" if hint else ""))


def _place(source: SourceContext, place: Place) -> Location:
    return source.graph.yaml(place.path).location((place.start, place.end))


@rule("KUS016", "json6902-path-missing", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def json_path_missing(source: SourceContext) -> Iterator[Spot]:
    """A JSON patch changes a field that the object does not have.

    ## What it does
    Reports operations whose `path` or `from` leads nowhere in the object that the patch selects, or beyond
    the end of a list.

    ## Why
    kustomize refuses the build, and its message names neither file nor line.

    ## Example
    ```yaml
    patches:
      - target: {kind: Deployment, name: web}
        patch: |
          - {op: remove, path: /spec/paused}
    ```

    ## Instead
    ```yaml
    patches:
      - target: {kind: Deployment, name: web}
        patch: |
          - {op: replace, path: /spec/replicas, value: 2}
    ```
    """
    for place, _, events in _events(source, "patches", "patchesJson6902"):
        for event in events:
            for failure in event.patched.failures if event.patched and event.certain else ():
                operation = failure.operation
                path = operation.get("path") if isinstance(operation, Branch) else None
                spots = path.places if path is not None else operation.places
                where = _place(source, spots[-1]) if spots else place
                yield Spot(
                    where, f"the patch cannot be applied to {failure.object}: {failure.problem.reason}"
                )


@rule("KUS024", "replacement-no-target", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def replacement_no_target(source: SourceContext) -> Iterator[Spot]:
    """A replacement copies from or to an object that is not there.

    ## What it does
    Reports `replacements` whose source selects nothing, and each target that selects nothing.

    ## Why
    Without a source the build fails. Without a target kustomize builds and says nothing: the value is not
    copied.

    ## Example
    ```yaml
    replacements:
      - source: {kind: ConfigMap, name: settings, fieldPath: data.host}
        targets:
          - select: {kind: Ingress, name: wbe}
            fieldPaths: [spec.rules.0.host]
    ```

    ## Instead
    ```yaml
    replacements:
      - source: {kind: ConfigMap, name: settings, fieldPath: data.host}
        targets:
          - select: {kind: Ingress, name: web}
            fieldPaths: [spec.rules.0.host]
    ```
    """
    for place, node, events in _events(source, "replacements.source", "replacements.targets"):
        if _idle(events):
            target = events[0].field == "replacements.targets"
            select = node.get("select") if target and isinstance(node, Mapping) else node
            what = "target" if target else "source"
            yield Spot(place, f"the replacement's {what} selects nothing: {_selected(select)}")


@rule("KUS032", "namespace-in-base", Severity.WARNING, scope=Scope.SOURCE)
def namespace_in_base(source: SourceContext) -> Iterator[Spot]:
    """A manifest names a namespace that its overlays overrule.

    ## What it does
    Reports `metadata.namespace` of an object where some kustomization above sets another namespace.

    ## Why
    Who reads the manifest, or applies it by hand, believes in a namespace that nothing uses.

    ## Example
    ```yaml
    metadata:
      name: web
      namespace: default
    ```

    ## Instead
    ```yaml
    metadata:
      name: web
    ```
    """
    seen: dict[Location, tuple[str, str, list[Location]]] = {}
    for place, node, events in _events(source, "namespace"):
        for item in events[0].overruled:
            metadata = item.body.get("metadata")
            namespace = metadata.get("namespace") if isinstance(metadata, Branch) else None
            if isinstance(namespace, Leaf) and [place.path for place in namespace.places] == [item.path]:
                spot = _place(source, namespace.places[0])
                default: tuple[str, str, list[Location]] = (str(namespace.value), text(node) or "", [])
                seen.setdefault(spot, default)[2].append(place)
    for spot, (own, other, places) in sorted(seen.items()):
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        message = f"the namespace {own} is overruled: {places[0].path}{more} sets {other}"
        yield Spot(spot, message, related=tuple(places))
