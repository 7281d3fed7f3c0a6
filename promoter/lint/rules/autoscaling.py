"""Autoscalers and the workloads that they scale (RES401 to RES405).

It must not judge thresholds. A HorizontalPodAutoscaler and a KEDA ScaledObject count alike where both can
have the fault.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from promoter.lint.context import RenderedContext, Scaler, Surroundings
from promoter.lint.objects import Container, Workload, child, mappings, text
from promoter.lint.quantities import asked
from promoter.lint.rule import FieldPath, Mend, Option, Report, rule
from promoter.model import Json, ObjectKey, Severity

MINIMUM: Final = Option("minimum", 2, "the least number of replicas that an autoscaler may go down to")
OTHERS: Final = "VerticalPodAutoscaler.autoscaling.k8s.io"
SCALABLE: Final = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")
HPA: Final = "HorizontalPodAutoscaler"


@rule("RES401", "hpa-target-missing", Severity.ERROR)
def hpa_target_missing(render: RenderedContext) -> Iterator[Report]:
    """An autoscaler scales something that does not exist.

    ## What it does
    Looks for the target of each HorizontalPodAutoscaler, VerticalPodAutoscaler and ScaledObject in its
    namespace, and compares the target's API group. Kinds that are not Kubernetes' own, and namespaces
    where charts or operators make objects, cannot be told.

    ## Why
    Nothing is scaled, and nobody is told.

    ## Example
    ```yaml
    scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: wbe}
    ```

    ## Instead
    ```yaml
    scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
    ```
    """
    for scaler in render.scalers:
        yield from _missing(render, scaler.key, scaler.body, "scaleTargetRef", scaler.target)
    for item in render.of_kind(OTHERS):
        target = child(child(item.body, "spec"), "targetRef")
        named = (text(target, "kind"), text(target, "name"))
        yield from _missing(render, item.key, item.body, "targetRef", named)


def _missing(
    render: RenderedContext, key: ObjectKey, body: dict[str, Json], field: str, target: tuple[str, str]
) -> Iterator[Report]:
    kind, name = target
    namespace = render.namespace_of(key)
    found = _versions(render.around).get((namespace, *target), [])
    written = text(child(child(body, "spec"), field), "apiVersion")
    if found:
        if written and written not in found:
            message = f"{kind} {name} is of {found[0]}, not of {written}"
            yield Report(key, ("spec", field, "apiVersion"), message)
    elif name and kind in SCALABLE and not render.outside(kind, namespace, name):
        message = f"there is no {kind} {name} in namespace {namespace or '(none)'}"
        yield Report(key, ("spec", field, "name"), message, verifiable=not render.is_opaque(namespace))


@lru_cache(maxsize=64)
def _versions(around: Surroundings) -> dict[tuple[str, str, str], list[str]]:
    """The apiVersions of the workloads by namespace, kind and name."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for item in around.pods:
        place = (item.namespace, item.kind, item.key.name)
        found.setdefault(place, []).append(text(item.body, "apiVersion"))
    return found


@rule("RES402", "hpa-replicas-conflict", Severity.ERROR, fix="unsafe")
def hpa_replicas_conflict(render: RenderedContext) -> Iterator[Report]:
    """A workload's replicas are written in Git although an autoscaler owns them.

    ## What it does
    Reports `spec.replicas` of workloads that a HorizontalPodAutoscaler or ScaledObject targets.

    ## Why
    Each sync sets the written number, the autoscaler sets its own again: pods come and go, and under
    load a sync takes capacity away.

    ## Example
    ```yaml
    kind: Deployment
    spec:
      replicas: 5  # and an autoscaler for it
    ```

    ## Instead
    ```yaml
    kind: Deployment
    spec:
      selector: {matchLabels: {app: web}}
    ```

    ## Fix safety
    Unsafe: when the field goes, a server-side apply sets one replica until the autoscaler acts.
    """
    for item in render.workloads:
        scalers = render.scalers_of(item)
        if scalers and item.spec.get("replicas") is not None:
            path = ("spec", "replicas")
            owner = f"{scalers[0].key.kind} {scalers[0].key.name}"
            mend = Mend("leave the number to the autoscaler", safe=False, removes=(path,))
            message = f"replicas: {item.spec['replicas']} is undone by {owner}, and undoes it at each sync"
            related = tuple((scaler.key, ("spec", "scaleTargetRef")) for scaler in scalers)
            yield Report(item.key, path, message, mend, related)


@rule("RES403", "hpa-min-replicas", Severity.WARNING, options=(MINIMUM,), overrides="RES201")
def hpa_min_replicas(render: RenderedContext) -> Iterator[Report]:
    """An autoscaler may go down to a single pod.

    ## What it does
    Reports HorizontalPodAutoscalers whose `minReplicas` is unset (which means 1) or below `minimum`; those
    that may scale to zero mean it.

    ## Why
    In quiet hours one node's failure is an outage.

    ## Example
    ```yaml
    minReplicas: 1
    ```

    ## Instead
    ```yaml
    minReplicas: 2
    ```

    ## Options
    `minimum` (2): the least number of replicas that an autoscaler may go down to.
    """
    least = MINIMUM.of(render.settings, "RES403")
    for scaler in render.scalers:
        count = 1 if scaler.minimum is None else scaler.minimum
        if scaler.key.kind == HPA and 0 < count < least:
            message = f"it may go down to {count} pod{'s' * (count != 1)}, at least {least} are wanted"
            yield Report(scaler.key, ("spec", "minReplicas"), message)


@rule("RES404", "hpa-range", Severity.ERROR)
def hpa_range(render: RenderedContext) -> Iterator[Report]:
    """An autoscaler has no room to scale.

    ## What it does
    Reports HorizontalPodAutoscalers without `maxReplicas`, and autoscalers whose most replicas are no
    more than the least.

    ## Why
    The number of pods stays the same, or the API server refuses the object.

    ## Example
    ```yaml
    minReplicas: 3
    maxReplicas: 3
    ```

    ## Instead
    ```yaml
    minReplicas: 3
    maxReplicas: 9
    ```
    """
    for scaler in render.scalers:
        hpa = scaler.key.kind == HPA
        path: FieldPath = ("spec", "maxReplicas" if hpa else "maxReplicaCount")
        least = (1 if hpa else 0) if scaler.minimum is None else scaler.minimum
        if scaler.maximum is not None and scaler.maximum <= least:
            message = f"at most {scaler.maximum} and at least {least} replicas leave nothing to scale"
            yield Report(scaler.key, path, message)
        elif hpa and child(scaler.body, "spec").get("maxReplicas") is None:
            yield Report(scaler.key, path, "maxReplicas is missing")


@rule("RES405", "hpa-without-request", Severity.ERROR)
def hpa_without_request(render: RenderedContext) -> Iterator[Report]:
    """An autoscaler measures use against a request that nobody made.

    ## What it does
    For metrics of utilization, looks for containers of the target that request nothing of the resource.
    A LimitRange of the namespace and resources of the whole pod count as requests.

    ## Why
    Utilization is a share of the request; without one the autoscaler does nothing at all.

    ## Example
    ```yaml
    metrics:
      - type: Resource
        resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}
    ```

    ## Instead
    ```yaml
    containers:
      - name: web
        resources:
          requests: {cpu: 100m}
    ```
    """
    for item in render.workloads:
        for scaler in render.scalers_of(item):
            for resource, only in _measured(scaler):
                if _defaulted(render, item.namespace, resource) or _of_pod(item, resource):
                    continue
                for container in item.containers:
                    wanted = container.runs_long and only in ("", container.name)
                    if wanted and asked(container, "requests", resource) is None:
                        yield _unmeasured(scaler, item, container, resource)


def _unmeasured(scaler: Scaler, item: Workload, container: Container, resource: str) -> Report:
    path = (*container.path, "resources", "requests", resource)
    message = f"{scaler.key.kind} {scaler.key.name} scales by use of {resource}"
    related = ((scaler.key, ("spec", "metrics")),)
    return Report(
        item.key, path, f"{message}, which container {container.name!r} does not request", related=related
    )


def _of_pod(item: Workload, resource: str) -> bool:
    return resource in child(child(item.pod, "resources"), "requests")


def _measured(scaler: Scaler) -> Iterator[tuple[str, str]]:
    """The resources whose utilization is measured, each with the one container meant, if any."""
    spec = child(scaler.body, "spec")
    if spec.get("targetCPUUtilizationPercentage") is not None:
        yield "cpu", ""
    for _, metric in mappings(spec, "metrics"):
        for field in ("resource", "containerResource"):
            source = child(metric, field)
            share = child(source, "target").get("type") == "Utilization"
            if text(source, "name") and (share or source.get("targetAverageUtilization") is not None):
                yield text(source, "name"), text(source, "container")


def _defaulted(render: RenderedContext, namespace: str, resource: str) -> bool:
    for limits in render.known("LimitRange"):
        for _, entry in mappings(child(limits.body, "spec"), "limits"):
            filled = any(resource in child(entry, field) for field in ("defaultRequest", "default"))
            if filled and entry.get("type") == "Container" and limits.key.namespace == namespace:
                return True
    return False
