"""Whether a namespace's quota has room for what is deployed to it (RES011).

It must not guess amounts that nobody wrote: only what is written, or filled in by a LimitRange, is added
up, so that a report is certain. What depends on the number of nodes is a question.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from math import floor
from typing import Final

from promoter.frozen import frozen
from promoter.lint.context import RenderedContext
from promoter.lint.objects import Workload, at, child, items, mapping, mappings, text, texts, whole
from promoter.lint.quantities import of_pod, quantity
from promoter.lint.rule import Report, rule
from promoter.model import Json, KubeObject, Severity

PODS: Final = ("pods", "count/pods")
# Not of containers: what claims of storage ask for.
STORAGE: Final = "requests.storage"
SIDES: Final = ("requests", "limits")
COMPUTE: Final = ("cpu", "memory")


@frozen
class _Share:
    """One workload's part: how many pods at a time, what they ask for together, and each of them (`one`).

    `extra` is what the one pod more asks for that a rollout needs.
    """

    item: Workload
    count: int
    amount: Decimal
    one: Decimal
    extra: Decimal


@rule("RES011", "quota-exceeded", Severity.ERROR)
def quota_exceeded(render: RenderedContext) -> Iterator[Report]:
    """The workloads of a namespace can ask for more than its quota allows.

    ## What it does
    Adds up, for each ResourceQuota, the requests, limits or pods of the workloads in its namespace that
    its scopes take in, and compares the sum with `spec.hard`. Counted are the most replicas that an
    autoscaler may make, the pods that a Job or a run of a CronJob has at a time, and the one extra pod
    that a rollout of a Deployment cannot do without where no pod may be missing; rollouts are taken to
    come one after another. How many pods a DaemonSet makes depends on the nodes, so a quota that is not
    exceeded without it is a question. Argo Rollouts are counted without their extra pods.

    ## Why
    The last pods are refused just when the load is highest, or a rollout never gets on.

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
        namespace = render.namespace_of(quota.key)
        pods = [item for item in render.pods_in(namespace) if _in_scope(render, quota, item)]
        open_ones: list[Report] = []
        for name, value in child(child(quota.body, "spec"), "hard").items():
            allowed = quantity(value)
            shares = [_share(render, item, name) for item in pods]
            if allowed is None:
                continue
            if _total(shares) > allowed:
                yield _exceeded(quota, name, value, shares)
            else:
                open_ones += _asked(quota, name, shares)
        yield from open_ones[:1]


def _total(shares: Iterable[_Share]) -> Decimal:
    """All parts, and the largest extra pod, since one rollout may wait for another."""
    found = list(shares)
    return sum((s.amount for s in found), Decimal(0)) + max((s.extra for s in found), default=Decimal(0))


def _exceeded(quota: KubeObject, name: str, value: Json, shares: list[_Share]) -> Report:
    most = max(shares, key=lambda share: share.amount)
    extra = max(shares, key=lambda share: share.extra)
    said = f"{most.amount:f} of it {most.item.kind} {most.item.key.name} with {most.count} pods"
    if extra.extra:
        said += f", {extra.extra:f} the extra pod of a rollout of {extra.item.kind} {extra.item.key.name}"
    message = f"{name} is limited to {value}, the workloads may ask for {_total(shares):f} ({said})"
    related = tuple((share.item.key, share.item.pod_path) for share in shares if share.amount)
    return Report(quota.key, ("spec", "hard", name), message, related=related)


def _asked(quota: KubeObject, name: str, shares: list[_Share]) -> Iterator[Report]:
    """The question that a DaemonSet leaves open."""
    for share in shares:
        if share.item.kind == "DaemonSet" and share.one:
            message = (
                f"{name}: DaemonSet {share.item.key.name} makes a pod on each node,"
                " and how many nodes there are is not written here"
            )
            yield Report(quota.key, ("spec", "hard", name), message, verifiable=False)


# --- how much -------------------------------------------------------------------------------------


def _share(render: RenderedContext, item: Workload, name: str) -> _Share:
    count, one = _most(render, item), _amount(render, item, name)
    return _Share(item, count, one * count, one, one if _needs_extra(item, count) else Decimal(0))


def _most(render: RenderedContext, item: Workload) -> int:
    """The most pods that the workload has at a time, 0 when it cannot be told."""
    limits = [scaler.maximum for scaler in render.scalers_of(item) if scaler.maximum is not None]
    if limits:
        return max(limits)
    if item.kind == "Pod":
        return 1
    if item.kind in ("Job", "CronJob"):
        return _at_a_time(item)
    value = item.spec.get("replicas", 1)
    return (whole(value) or 0) if render.replicas(item) is not None else 0


def _at_a_time(item: Workload) -> int:
    """The pods that a Job has at a time; none while it is suspended."""
    job = item.spec if item.kind == "Job" else mapping(at(item.spec, ("jobTemplate", "spec")))
    if item.spec.get("suspend") is True or job.get("suspend") is True:
        return 0
    parallel, completions = whole(job.get("parallelism", 1)) or 0, whole(job.get("completions"))
    return parallel if completions is None else min(parallel, completions)


def _needs_extra(item: Workload, count: int) -> bool:
    """Whether a rollout only begins once there is a pod more, because none may be missing."""
    strategy = child(item.spec, "strategy")
    if item.kind != "Deployment" or not count or strategy.get("type", "RollingUpdate") != "RollingUpdate":
        return False
    update = child(strategy, "rollingUpdate")
    missing, more = update.get("maxUnavailable", "25%"), update.get("maxSurge", "25%")
    return _part(missing, count) == 0 and _part(more, 100) > 0


def _part(value: Json, count: int) -> int:
    """A number of pods, or a part of all of them, rounded down; 1 for what is neither."""
    if isinstance(value, str) and value.removesuffix("%").isdecimal() and value.endswith("%"):
        return floor(int(value.removesuffix("%")) * count / 100)
    number = whole(value)
    return 1 if number is None else number


def _amount(render: RenderedContext, item: Workload, name: str) -> Decimal:
    """What one pod takes of the quota."""
    if name in PODS:
        return Decimal(1)
    side, dot, resource = name.partition(".")
    if name in (*COMPUTE, "ephemeral-storage"):
        side, resource = "requests", name
    elif not dot or side not in SIDES or name == STORAGE:
        return Decimal(0)
    return of_pod(item, side, resource, _default(render, item, side, resource))


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


# --- scopes ---------------------------------------------------------------------------------------


def _in_scope(render: RenderedContext, quota: KubeObject, item: Workload) -> bool:
    """Whether the quota counts the workload's pods; not where that cannot be told."""
    spec = child(quota.body, "spec")
    plain: list[dict[str, Json]] = [{"scopeName": n, "operator": "Exists"} for n in texts(spec, "scopes")]
    selected = [wanted for _, wanted in mappings(child(spec, "scopeSelector"), "matchExpressions")]
    return all(_meets(render, wanted, item) for wanted in (*plain, *selected))


def _meets(render: RenderedContext, wanted: dict[str, Json], item: Workload) -> bool:
    name, ends = text(wanted, "scopeName"), item.pod.get("activeDeadlineSeconds") is not None
    match name:
        case "Terminating":
            return ends
        case "NotTerminating":
            return not ends
        case "BestEffort" | "NotBestEffort":
            asks = any(_amount(render, item, f"{s}.{r}") for s in SIDES for r in COMPUTE)
            return asks == (name == "NotBestEffort")
        case "PriorityClass":
            return _has_priority(wanted, text(item.pod, "priorityClassName"))
        case _:
            return False


def _has_priority(wanted: dict[str, Json], priority: str) -> bool:
    """Whether the pod's class is meant; a pod that names none may get the cluster's default."""
    match wanted.get("operator"):
        case "Exists":
            return bool(priority)
        case "In":
            return bool(priority) and priority in items(wanted, "values")
        case "NotIn":
            return bool(priority) and priority not in items(wanted, "values")
        case _:
            return False
