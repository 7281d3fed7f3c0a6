"""What containers ask of their node: requests and limits (RES001 to RES003, RES005, RES009).

It must not prefer one policy of CPU limits over another. Defaults of a LimitRange in the same namespace
and resources of the whole pod count as written.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.objects import Container, Workload, child, mappings
from promoter.lint.quantities import asked, quantity
from promoter.lint.rule import FieldPath, Mend, Profile, Report, rule
from promoter.model import Json, Severity

SIDES: Final = ("requests", "limits")
MEBI, CORES = Decimal(1024**2), Decimal(100)


def _unset(render: RenderedContext, side: str, resource: str) -> Iterator[tuple[Workload, Container]]:
    """The containers for which nothing says how much of the resource they get."""
    defaults = _defaulted(render, side, resource)
    for item in render.workloads:
        pod = child(child(item.pod, "resources"), side)
        if item.namespace in defaults or resource in pod:
            continue
        for container in item.containers:
            if container.runs_long and asked(container, side, resource) is None:
                yield item, container


def _defaulted(render: RenderedContext, side: str, resource: str) -> set[str]:
    """The namespaces in which a LimitRange fills the resource in."""
    fields = ("defaultRequest", "default") if side == "requests" else ("default",)
    found = set()
    for limits in render.known("LimitRange"):
        for _, entry in mappings(child(limits.body, "spec"), "limits"):
            if entry.get("type") == "Container" and any(resource in child(entry, f) for f in fields):
                found.add(limits.key.namespace)
    return found


def _path(container: Container, side: str, resource: str) -> FieldPath:
    return (*container.path, "resources", side, resource)


@rule("RES001", "cpu-request-missing", Severity.WARNING)
def cpu_request_missing(render: RenderedContext) -> Iterator[Report]:
    """A container does not say how much CPU it needs.

    ## What it does
    Reports containers and sidecars without a CPU request, unless a limit, the pod's own resources or a
    LimitRange of the namespace gives one.

    ## Why
    The scheduler takes the container for free, and puts it on nodes that are full already.

    ## Example
    ```yaml
    containers:
      - name: web
    ```

    ## Instead
    ```yaml
    containers:
      - name: web
        resources:
          requests: {cpu: 100m}
    ```
    """
    for item, container in _unset(render, "requests", "cpu"):
        path = _path(container, "requests", "cpu")
        yield Report(item.key, path, f"container {container.name!r} requests no CPU")


@rule("RES002", "memory-request-missing", Severity.WARNING)
def memory_request_missing(render: RenderedContext) -> Iterator[Report]:
    """A container does not say how much memory it needs.

    ## What it does
    Reports containers and sidecars without a memory request, unless a limit, the pod's own resources or
    a LimitRange of the namespace gives one.

    ## Why
    The scheduler takes the container for free, and it is among the first to be evicted when its node
    runs out of memory.

    ## Example
    ```yaml
    containers:
      - name: web
    ```

    ## Instead
    ```yaml
    containers:
      - name: web
        resources:
          requests: {memory: 128Mi}
    ```
    """
    for item, container in _unset(render, "requests", "memory"):
        path = _path(container, "requests", "memory")
        yield Report(item.key, path, f"container {container.name!r} requests no memory")


@rule("RES003", "memory-limit-missing", Severity.WARNING)
def memory_limit_missing(render: RenderedContext) -> Iterator[Report]:
    """Nothing stops a container from taking all memory of its node.

    ## What it does
    Reports containers and sidecars without a memory limit, unless the pod's own resources or a
    LimitRange of the namespace gives one.

    ## Why
    A leak in one container makes the kernel end processes of others.

    ## Example
    ```yaml
    resources:
      requests: {memory: 128Mi}
    ```

    ## Instead
    ```yaml
    resources:
      requests: {memory: 128Mi}
      limits: {memory: 128Mi}
    ```
    """
    for item, container in _unset(render, "limits", "memory"):
        path = _path(container, "limits", "memory")
        yield Report(item.key, path, f"container {container.name!r} has no memory limit")


@rule("RES005", "request-exceeds-limit", Severity.ERROR, Profile.STRUCTURE)
def request_exceeds_limit(render: RenderedContext) -> Iterator[Report]:
    """A container requests more of a resource than it is allowed to use.

    ## What it does
    Compares each request with the limit of the same resource.

    ## Why
    The API server refuses the pods, so a rollout never starts.

    ## Example
    ```yaml
    resources:
      requests: {memory: 1Gi}
      limits: {memory: 512Mi}
    ```

    ## Instead
    ```yaml
    resources:
      requests: {memory: 512Mi}
      limits: {memory: 512Mi}
    ```
    """
    for item in render.workloads:
        for container in item.containers:
            resources = child(container.body, "resources")
            limits = child(resources, "limits")
            for name, value in child(resources, "requests").items() if limits else ():
                request, limit = quantity(value), quantity(limits.get(name))
                if request is not None and limit is not None and request > limit:
                    message = (
                        f"container {container.name!r} requests {value} of {name}, more than its limit"
                    )
                    yield Report(item.key, _path(container, "requests", name), f"{message} {limits[name]}")


@rule("RES009", "quantity-suspicious", Severity.ERROR, fix="unsafe")
def quantity_suspicious(render: RenderedContext) -> Iterator[Report]:
    """An amount of CPU or memory is hardly what was meant.

    ## What it does
    Reports what is no quantity (`1gb`), memory in thousandths of a byte (`512m`), memory below one
    mebibyte (`512`), a hundred cores and more (`cpu: 500`), and limits of zero.

    ## Why
    `512m` of memory is half a byte: the container never starts. `cpu: 500` fits no node.

    ## Example
    ```yaml
    limits: {memory: 512m, cpu: 500}
    ```

    ## Instead
    ```yaml
    limits: {memory: 512Mi, cpu: 500m}
    ```

    ## Fix safety
    Unsafe: the usual unit is put in, which is a guess.
    """
    for item in render.workloads:
        for container in item.containers:
            resources = child(container.body, "resources")
            for side in SIDES:
                for name in ("cpu", "memory"):
                    value = child(resources, side).get(name)
                    why, meant = _suspicion(side, name, value) if value is not None else ("", "")
                    if why:
                        path = _path(container, side, name)
                        yield Report(item.key, path, f"{name}: {value} {why}", _mend(path, meant))


def _suspicion(side: str, name: str, value: Json) -> tuple[str, str]:
    """What is odd about the amount, and what was probably meant; both empty when nothing is."""
    if isinstance(value, dict | list | bool):
        return "", ""
    amount, written = quantity(value), str(value)
    if amount is None:
        return "is no quantity", ""
    if side == "limits" and amount == 0:
        return "allows nothing", ""
    if name == "memory" and 0 < amount < MEBI:
        digits = written.removesuffix("m")
        return "is less than a mebibyte", f"{digits}Mi" if digits.isdecimal() else ""
    if name == "cpu" and amount >= CORES:
        return "is that many whole cores", f"{written}m" if written.isdecimal() else ""
    return "", ""


def _mend(path: FieldPath, meant: str) -> Mend | None:
    return Mend(f"write {meant}", safe=False, sets=((path, meant),)) if meant else None
