"""How many pods run and how a rollout replaces them (RES108, RES201 to RES203).

It must not look at the written number alone: where an autoscaler owns the replicas, its minimum counts.
"""

from collections.abc import Iterator
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.objects import Workload, child, mappings, text, whole
from promoter.lint.rule import Option, Profile, Report, rule
from promoter.model import Json, Severity

HPA: Final = "HorizontalPodAutoscaler"
SCALED: Final = ("Deployment", "StatefulSet", "Rollout", "DeploymentConfig")
DEPLOYMENTS: Final = ("Deployment", "DeploymentConfig")
ROLLING: Final = ("", "RollingUpdate", "Rolling")
EVERYWHERE: Final = Option("everywhere", default=False, summary="also report workloads without a Service")
MINIMUM: Final = Option("minimum", 2, "the least number of replicas")


@rule("RES108", "no-graceful-shutdown", Severity.WARNING, Profile.PRODUCTION, tier=2)
def no_graceful_shutdown(render: RenderedContext) -> Iterator[Report]:
    """A pod may stop answering while clients are still sent to it.

    ## What it does
    Reports containers with a port of workloads behind a Service that have no `preStop` hook, and hooks
    that sleep for as long as the pod has to end.

    ## Why
    Kubernetes takes the pod out of the Service and tells it to stop at the same time. A pod that stops
    at once drops requests that were on their way.

    ## Example
    ```yaml
    containers:
      - name: web
    ```

    ## Instead
    ```yaml
    containers:
      - name: web
        lifecycle:
          preStop:
            sleep: {seconds: 5}
    ```
    """
    for item in render.workloads:
        services = render.services_of(item) if item.runs_long else ()
        grace = whole(item.pod.get("terminationGracePeriodSeconds", 30))
        for container in item.containers if services else ():
            hook = child(child(container.body, "lifecycle"), "preStop")
            pause = whole(child(hook, "sleep").get("seconds"))
            path = (*container.path, "lifecycle", "preStop")
            if container.role == "container" and container.body.get("ports") and not hook:
                message = f"container {container.name!r} is behind Service {services[0].key.name}"
                yield Report(item.key, path, f"{message} and has no preStop hook")
            elif pause is not None and grace is not None and pause >= grace:
                message = f"container {container.name!r} sleeps {pause} s of the {grace} s it has to end"
                yield Report(item.key, (*path, "sleep", "seconds"), message)


@rule("RES201", "single-replica", Severity.WARNING, options=(MINIMUM,))
def single_replica(render: RenderedContext) -> Iterator[Report]:
    """A workload is down whenever its one pod is.

    ## What it does
    Reports Deployments, StatefulSets and Rollouts with fewer replicas than `minimum`. An autoscaler's
    minimum takes the place of the written number, and is where it is reported unless RES403 does so;
    workloads scaled to zero are left out.

    ## Why
    Each drain of a node, each crash and each slow start is an outage.

    ## Example
    ```yaml
    spec:
      replicas: 1
    ```

    ## Instead
    ```yaml
    spec:
      replicas: 2
    ```

    ## Options
    `minimum` (2): the least number of replicas.
    """
    least = MINIMUM.of(render.settings, "RES201")
    for item in render.workloads:
        count = render.replicas(item) if item.kind in SCALED else None
        if count is not None and 0 < count < least:
            yield from _few(render, item, count)


def _few(render: RenderedContext, item: Workload, count: int) -> Iterator[Report]:
    """The report, at the autoscaler where one decides and is the root's own."""
    scalers = render.scalers_of(item)
    owner = f" ({scalers[0].key.kind} {scalers[0].key.name} decides)" if scalers else ""
    message = f"{item.kind} {item.key.name} may run {count} pod{'s' * (count > 1)}{owner}"
    own = [scaler for scaler in render.scalers if scaler.body is scalers[0].body] if scalers else []
    if own:
        field = "minReplicas" if own[0].key.kind == HPA else "minReplicaCount"
        yield Report(own[0].key, ("spec", field), message, related=((item.key, ("spec",)),))
    else:
        related = tuple((scaler.key, ("spec",)) for scaler in scalers)
        yield Report(item.key, ("spec", "replicas"), message, related=related)


@rule("RES202", "no-rolling-update", Severity.WARNING, options=(EVERYWHERE,))
def no_rolling_update(render: RenderedContext) -> Iterator[Report]:
    """An update takes all pods down before new ones are up, or waits for someone to delete them.

    ## What it does
    Reports Deployments with a strategy other than a rolling one (`Recreate`) that a Service selects and
    that mount no claim, and DaemonSets and StatefulSets that update `OnDelete`.

    ## Why
    With `Recreate` each release is an outage; with `OnDelete` a release does not happen by itself, and
    Git no longer says what runs.

    ## Example
    ```yaml
    strategy:
      type: Recreate
    ```

    ## Instead
    ```yaml
    strategy:
      type: RollingUpdate
    ```

    ## Options
    `everywhere` (false): also report workloads without a Service.
    """
    everywhere = EVERYWHERE.of(render.settings, "RES202")
    for item in render.workloads:
        kind = text(child(item.spec, "strategy"), "type")
        if item.kind in DEPLOYMENTS and kind not in ROLLING and not _claims(item):
            services = render.services_of(item)
            if services or everywhere:
                of = f" of Service {services[0].key.name}" if services else ""
                message = f"each update takes all pods{of} down"
                yield Report(item.key, ("spec", "strategy", "type"), message)
        update = text(child(item.spec, "updateStrategy"), "type")
        if update == "OnDelete" and item.kind in ("DaemonSet", "StatefulSet"):
            message = "an update waits until someone deletes the pods"
            yield Report(item.key, ("spec", "updateStrategy", "type"), message)


def _claims(item: Workload) -> bool:
    return any(volume.get("persistentVolumeClaim") for _, volume in mappings(item.pod, "volumes"))


@rule("RES203", "rollout-blocks-or-drops", Severity.ERROR)
def rollout_blocks_or_drops(render: RenderedContext) -> Iterator[Report]:
    """A rollout cannot begin, or may take all pods down at once.

    ## What it does
    Reports `maxUnavailable: 0` together with `maxSurge: 0`, and a `maxUnavailable` of 100 % or of as many
    pods as a workload with several has.

    ## Why
    With both at zero no pod may be replaced; with all of them unavailable the service is.

    ## Example
    ```yaml
    rollingUpdate: {maxUnavailable: 100%}
    ```

    ## Instead
    ```yaml
    rollingUpdate: {maxUnavailable: 0, maxSurge: 1}
    ```
    """
    for item in render.workloads:
        if item.kind not in ("Deployment", "DaemonSet"):
            continue
        place = "strategy" if item.kind == "Deployment" else "updateStrategy"
        rolling = child(child(item.spec, place), "rollingUpdate")
        down, extra = rolling.get("maxUnavailable"), rolling.get("maxSurge")
        count = render.replicas(item)
        path = ("spec", place, "rollingUpdate", "maxUnavailable")
        if _is_zero(down) and _is_zero(extra):
            yield Report(item.key, path, "no pod may be replaced: maxUnavailable and maxSurge are both 0")
        elif count != 1 and _is_all(down, count):
            yield Report(item.key, path, f"all pods may be down at once: maxUnavailable is {down}")


def _is_zero(value: Json) -> bool:
    return value in ("0%", "0") or (value == 0 and not isinstance(value, bool))


def _is_all(value: Json, count: int | None) -> bool:
    number = whole(value)
    return value == "100%" or (number is not None and count is not None and 0 < count <= number)
