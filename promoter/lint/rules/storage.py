"""Claims of storage (STO002, STO003).

It must not judge sizes or classes.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from promoter.lint.context import RenderedContext, Surroundings
from promoter.lint.objects import Workload, child, mappings, text, texts
from promoter.lint.rule import Profile, Report, rule
from promoter.model import Json, Severity

ONCE: Final = {"ReadWriteOnce", "ReadWriteOncePod"}


@rule("STO002", "rwo-shared", Severity.ERROR)
def rwo_shared(render: RenderedContext) -> Iterator[Report]:
    """Several pods mount a claim that only one node can hold.

    ## What it does
    Reports claims that allow only ReadWriteOnce and are mounted by a workload with more than one replica
    (an autoscaler's maximum counts), or by two workloads.

    ## Why
    Pods on other nodes wait for ever in ContainerCreating.

    ## Example
    ```yaml
    kind: PersistentVolumeClaim
    spec:
      accessModes: [ReadWriteOnce]  # and a Deployment with replicas: 3
    ```

    ## Instead
    ```yaml
    kind: PersistentVolumeClaim
    spec:
      accessModes: [ReadWriteMany]
    ```
    """
    users = _users(render.around)
    for claim in render.of_kind("PersistentVolumeClaim"):
        modes = set(texts(child(claim.body, "spec"), "accessModes"))
        if not modes or modes - ONCE:
            continue
        mounting = users.get((render.namespace_of(claim.key), claim.key.name), [])
        why = _too_many(render, [item for item in mounting if item.runs_long])
        if why:
            related = tuple((item.key, item.pod_path) for item in mounting)
            message = f"only one node can hold claim {claim.key.name}, but {why}"
            yield Report(claim.key, ("spec", "accessModes"), message, related=related)


@lru_cache(maxsize=64)
def _users(around: Surroundings) -> dict[tuple[str, str], list[Workload]]:
    """The workloads, of any root, that mount each claim, by namespace and name."""
    users: dict[tuple[str, str], list[Workload]] = {}
    for item in around.pods:
        for name in {text(child(v, "persistentVolumeClaim"), "claimName") for v in _volumes(item)}:
            mounting = users.setdefault((item.namespace, name), [])
            if all(item.place != other.place for other in mounting):
                mounting.append(item)
    return users


def _volumes(item: Workload) -> list[dict[str, Json]]:
    return [volume for _, volume in mappings(item.pod, "volumes") if volume.get("persistentVolumeClaim")]


def _too_many(render: RenderedContext, mounting: list[Workload]) -> str:
    if len(mounting) > 1:
        return " and ".join(f"{item.kind} {item.key.name}" for item in mounting) + " mount it"
    for item in mounting:
        most = [scaler.maximum or 0 for scaler in render.scalers_of(item)]
        count = max([render.replicas(item) or 0, *most])
        if count > 1:
            return f"{item.kind} {item.key.name} runs {count} pods"
    return ""


@rule("STO003", "pvc-no-request", Severity.ERROR, Profile.STRUCTURE)
def pvc_no_request(render: RenderedContext) -> Iterator[Report]:
    """A claim does not say how much storage it wants.

    ## What it does
    Reports PersistentVolumeClaims, and claim templates of StatefulSets, without
    `resources.requests.storage`.

    ## Why
    The API server refuses the claim.

    ## Example
    ```yaml
    spec:
      accessModes: [ReadWriteOnce]
    ```

    ## Instead
    ```yaml
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 10Gi}}
    ```
    """
    path = ("spec", "resources", "requests", "storage")
    for claim in render.of_kind("PersistentVolumeClaim"):
        if not _asks(claim.body):
            yield Report(claim.key, path, f"claim {claim.key.name} asks for no amount of storage")
    for item in render.workloads:
        for position, template in mappings(item.spec, "volumeClaimTemplates"):
            if not _asks(template):
                place = ("spec", "volumeClaimTemplates", position, *path)
                yield Report(item.key, place, "the claim template asks for no amount of storage")


def _asks(claim: dict[str, Json]) -> bool:
    requests = child(child(child(claim, "spec"), "resources"), "requests")
    return requests.get("storage") is not None
