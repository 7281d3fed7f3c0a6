"""Whether a namespace's quota has room for what is deployed to it (RES011).

It must not guess amounts that nobody wrote: only what is written, or filled in by a LimitRange, is added
up, so that a report is certain.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.objects import Workload, child, mappings, whole
from promoter.lint.quantities import of_pod, quantity
from promoter.lint.rule import Report, rule
from promoter.model import Severity

HARD: Final = {
    "cpu": ("requests", "cpu"),
    "memory": ("requests", "memory"),
    "requests.cpu": ("requests", "cpu"),
    "requests.memory": ("requests", "memory"),
    "limits.cpu": ("limits", "cpu"),
    "limits.memory": ("limits", "memory"),
}


@rule("RES011", "quota-exceeded", Severity.ERROR)
def quota_exceeded(render: RenderedContext) -> Iterator[Report]:
    """The workloads of a namespace can ask for more than its quota allows.

    ## What it does
    Adds up, for each ResourceQuota without scopes, the requests, limits or pods of the workloads in its
    namespace, at the most replicas that an autoscaler may make, and compares the sum with
    `spec.hard`. Extra pods of a rollout, DaemonSets and Jobs are not counted.

    ## Why
    The last pods are refused just when the load is highest.

    ## Example
    ```yaml
    kind: ResourceQuota
    spec:
      hard: {requests.cpu: "10"}  # and an autoscaler with maxReplicas: 50 of 500m each
    ```

    ## Instead
    ```yaml
    kind: ResourceQuota
    spec:
      hard: {requests.cpu: "25"}
    ```
    """
    for quota in render.of_kind("ResourceQuota"):
        spec = child(quota.body, "spec")
        if spec.get("scopes") or spec.get("scopeSelector"):
            continue
        namespace = render.namespace_of(quota.key)
        shares = [(item, _most(render, item)) for item in render.pods_in(namespace)]
        for name, value in child(spec, "hard").items():
            allowed = quantity(value)
            parts = [(item, count, _amount(render, item, count, name)) for item, count in shares]
            total = sum((part for _, _, part in parts), Decimal(0))
            if allowed is not None and total > allowed:
                item, count, part = max(parts, key=lambda entry: entry[2])
                message = (
                    f"{name} is limited to {value}, the workloads may ask for {total:f}"
                    f" ({part:f} of it {item.kind} {item.key.name} with {count} pods)"
                )
                related = tuple((item.key, item.pod_path) for item, _, part in parts if part)
                yield Report(quota.key, ("spec", "hard", name), message, related=related)


def _most(render: RenderedContext, item: Workload) -> int:
    """The most pods that the workload has at a time, 0 when it cannot be told."""
    limits = [scaler.maximum for scaler in render.scalers_of(item) if scaler.maximum is not None]
    if limits:
        return max(limits)
    if item.kind == "Pod":
        return 1
    value = item.spec.get("replicas", 1)
    return (whole(value) or 0) if render.replicas(item) is not None else 0


def _amount(render: RenderedContext, item: Workload, count: int, name: str) -> Decimal:
    if name in ("pods", "count/pods"):
        return Decimal(count)
    if name not in HARD:
        return Decimal(0)
    side, resource = HARD[name]
    return of_pod(item, side, resource, _default(render, item, side, resource)) * count


def _default(render: RenderedContext, item: Workload, side: str, resource: str) -> Decimal | None:
    fields = ("defaultRequest", "default") if side == "requests" else ("default",)
    for limits in render.known("LimitRange"):
        if limits.key.namespace == item.namespace:
            for _, entry in mappings(child(limits.body, "spec"), "limits"):
                amounts = (quantity(child(entry, field).get(resource)) for field in fields)
                found = next((amount for amount in amounts if amount is not None), None)
                if entry.get("type") == "Container" and found is not None:
                    return found
    return None
