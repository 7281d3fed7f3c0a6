"""The choice of workload kinds and what a StatefulSet needs around it (RES601, RES603).

It must not judge what runs in the pods.
"""

from collections.abc import Iterator
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.objects import child, items, kind_of, strings, text
from promoter.lint.rule import Report, rule
from promoter.model import Severity

BARE: Final = {
    "Pod": "its node's end is its own",
    "ReplicaSet.apps": "it has no rollouts",
    "ReplicaSet.extensions": "it has no rollouts",
    "ReplicationController": "it has no rollouts",
}
HOOKS: Final = ("argocd.argoproj.io/hook", "helm.sh/hook")


@rule("RES601", "naked-pod", Severity.WARNING)
def naked_pod(render: RenderedContext) -> Iterator[Report]:
    """A pod, ReplicaSet or ReplicationController stands alone.

    ## What it does
    Reports Pod, ReplicaSet and ReplicationController objects without an owner. Pods that are hooks of a
    sync or static pods of a node are left out.

    ## Why
    Nobody replaces a bare pod when its node fails, and nothing rolls a ReplicaSet out or back.

    ## Example
    ```yaml
    kind: Pod
    ```

    ## Instead
    ```yaml
    kind: Deployment
    ```
    """
    for item in render.objects:
        why = BARE.get(kind_of(item.key))
        metadata = child(item.body, "metadata")
        annotations = strings(metadata.get("annotations"))
        if why and not items(metadata, "ownerReferences") and not any(h in annotations for h in HOOKS):
            yield Report(item.key, ("kind",), f"{item.key.kind} {item.key.name} stands alone: {why}")


@rule("RES603", "statefulset-service", Severity.ERROR)
def statefulset_service(render: RenderedContext) -> Iterator[Report]:
    """A StatefulSet's pods have no names, because the Service that gives them is missing or another.

    ## What it does
    Reports StatefulSets without `serviceName`, or whose Service is missing, is not headless, or does not
    select their pods.

    ## Why
    Without the headless Service the pods have no stable names, and members of a cluster do not find
    each other.

    ## Example
    ```yaml
    kind: StatefulSet
    spec:
      serviceName: databse
    ```

    ## Instead
    ```yaml
    kind: Service
    metadata: {name: database}
    spec:
      clusterIP: None
      selector: {app: database}
    ```
    """
    for item in render.workloads:
        if item.kind != "StatefulSet":
            continue
        name, path = text(item.spec, "serviceName"), ("spec", "serviceName")
        service = render.find("Service", item.namespace, name)
        if not name:
            yield Report(item.key, path, "serviceName is missing")
        elif service is None:
            if not render.outside("Service", item.namespace, name):
                known = not render.is_opaque(item.namespace)
                yield Report(item.key, path, f"there is no Service {name}", verifiable=known)
        else:
            spec, related = child(service.body, "spec"), ((service.key, ("spec",)),)
            selector = strings(spec.get("selector"))
            if spec.get("clusterIP") != "None":
                yield Report(item.key, path, f"Service {name} is not headless", related=related)
            elif selector and not selector.items() <= item.labels.items():
                message = f"Service {name} does not select the pods of {item.key.name}"
                yield Report(item.key, path, message, related=related)
