"""Entries of a kustomization that match nothing: kustomize says nothing about them (KUS012 to KUS024).

They judge a kustomization by what promoter's own model says it builds, and keep silent where the model
does not know everything that the build contains.
"""

from collections.abc import Iterator
from typing import TypeVar

from promoter.lint.provenance import Event
from promoter.lint.rule import Profile, Scope, rule
from promoter.lint.source import SourceContext, Spot
from promoter.model import Location, Severity
from promoter.yamldoc import Mapping, Node, text

T = TypeVar("T")


def _events(source: SourceContext, *fields: str) -> Iterator[tuple[Location, Node, list[Event]]]:
    """Each entry of these fields with all its applications; a component's may be many."""
    found: dict[tuple[str, int], list[Event]] = {}
    for directory, item in source.kustomizations.items():
        if item.kind != "Component":
            for event in source.model.build(directory).events:
                if event.field in fields:
                    found.setdefault((event.directory, event.node.start), []).append(event)
    for (directory, _), events in found.items():
        file = source.kustomizations[directory].file
        yield file.location(events[0].node), events[0].node, events


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
        readable = [event for event in events if event.patched is not None and not event.patched.unknown]
        if not readable or not _idle(readable):
            continue
        patched = readable[0].patched
        target = node.get("target") if isinstance(node, Mapping) else None
        if patched is not None and patched.targeted:
            spot = source.kustomizations[events[0].directory].file.location(target or node)
            yield Spot(spot, f"the patch's target selects nothing: {_selected(target)}")
        elif patched is not None and patched.unmatched:
            names = ", ".join(str(item.original) for item in patched.unmatched)
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
