"""What exists in one environment of one cluster: the objects of all roots that go there, indexed once.

It must not judge anything. Callers may rely on this: every key carries the namespace that the object is
deployed to (none for kinds of the whole cluster), and indexes are built eagerly and never change. Two
roots are in each other's surroundings unless they deploy the same app to the same environment.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from promoter.frozen import frozen
from promoter.lint.kinds import CLUSTER_SCOPED, scopes
from promoter.lint.objects import (
    POD_TEMPLATES,
    Place,
    Workload,
    child,
    kind_of,
    strings,
    text,
    whole,
    workload,
)
from promoter.lint.opaque import opaque
from promoter.lint.rule import FieldPath
from promoter.lint.schemas import Gvk, controller_groups, groups
from promoter.lint.schemas.crds import by_kind
from promoter.model import Json, KubeObject, ObjectKey

SCALERS: Final = ("HorizontalPodAutoscaler.autoscaling", "ScaledObject.keda.sh")
GENERATED_LABELS: Final = (
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "pod-template-hash",
    "rollouts-pod-template-hash",
    "controller-revision-hash",
    "batch.kubernetes.io/job-name",
    "job-name",
)
Label = tuple[str, str, str]
K = TypeVar("K")
V = TypeVar("V")


@frozen(eq=False)
class Scaler:
    """A HorizontalPodAutoscaler or a KEDA ScaledObject. `minimum` and `maximum` are None when unset.

    `target` is the kind and the name of what it scales.
    """

    key: ObjectKey
    body: dict[str, Json]
    namespace: str
    target: tuple[str, str]
    minimum: int | None
    maximum: int | None


@frozen(eq=False)
class Service:
    """A Service; `selector` is empty when it has none, and `pods` are the workloads it selects."""

    key: ObjectKey
    body: dict[str, Json]
    namespace: str
    selector: dict[str, str]
    pods: tuple[Workload, ...]


@frozen(eq=False)
class Surroundings:
    """The objects by kind (as `objects.kind_of` spells them), by place, and the workloads by labels.

    A `Place` is kind, namespace and name; a `Label` is namespace, key and value. `scalers` are by
    namespace, kind and name of their target, `services` by the place of a workload that they select.
    `opaque` are the namespaces where charts or operators make pods that no manifest shows. `scoped` tells
    for each kind of the repository's CustomResourceDefinitions whether it belongs to a namespace, and
    `crds` has the definition for each kind and version.
    """

    known: Mapping[str, tuple[KubeObject, ...]]
    names: Mapping[Place, KubeObject]
    pods: tuple[Workload, ...]
    pods_by_label: Mapping[Label, tuple[Workload, ...]]
    pods_by_namespace: Mapping[str, tuple[Workload, ...]]
    scalers: Mapping[tuple[str, str, str], tuple[Scaler, ...]]
    services: Mapping[Place, tuple[Service, ...]]
    opaque: frozenset[str]
    scoped: Mapping[str, bool]
    crds: Mapping[Gvk, KubeObject]
    templates: Mapping[str, FieldPath]


def is_namespaced(key: ObjectKey, scoped: Mapping[str, bool]) -> bool | None:
    """Whether objects of the kind belong to a namespace; None when nothing says it."""
    kind = kind_of(key)
    if kind in CLUSTER_SCOPED:
        return False
    return True if key.group in (groups() | controller_groups()) else scoped.get(kind)


def surroundings(
    roots: Iterable[tuple[Iterable[KubeObject], str]],
    crds: Iterable[KubeObject] = (),
    templates: Mapping[str, FieldPath] | None = None,
) -> Surroundings:
    """The objects of some roots, each with the namespace for its objects that name none.

    `templates` adds kinds that make pods, with the path to their pod template.
    """
    listed = tuple(crds)
    scoped, paths = scopes(listed), {**POD_TEMPLATES, **(templates or {})}
    placed = [_placed(item, namespace, scoped) for objects, namespace in roots for item in objects]
    known = grouped((kind_of(item.key), item) for item in placed)
    pods = tuple(made for item in placed if (made := workload(item, "", paths)) is not None)
    labelled = grouped(((p.namespace, key, value), p) for p in pods for key, value in p.labels.items())
    scalers = [scaler(item, "") for kind in SCALERS for item in known.get(kind, ())]
    services = [service(item, "", labelled) for item in known.get("Service", ())]
    names: dict[Place, KubeObject] = {}
    for item in placed:
        names.setdefault((kind_of(item.key), item.key.namespace, item.key.name), item)
    return Surroundings(
        known,
        names,
        pods,
        labelled,
        grouped((item.namespace, item) for item in pods),
        grouped(((item.namespace, *item.target), item) for item in scalers),
        grouped((pod.place, item) for item in services for pod in item.pods),
        opaque(placed, ""),
        scoped,
        by_kind(listed),
        paths,
    )


def _placed(item: KubeObject, namespace: str, scoped: Mapping[str, bool]) -> KubeObject:
    """The object under the key that it has in the cluster."""
    key = item.key
    where = "" if is_namespaced(key, scoped) is False else key.namespace or namespace
    if where == key.namespace:
        return item
    return KubeObject(ObjectKey(key.group, key.kind, where, key.name), item.body)


def grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    """The values of each key, in order."""
    found: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}


def scaler(item: KubeObject, namespace: str) -> Scaler:
    """The object, which is of one of the SCALERS, read as one."""
    spec = child(item.body, "spec")
    target = child(spec, "scaleTargetRef")
    keda = item.key.kind == "ScaledObject"
    least, most = ("minReplicaCount", "maxReplicaCount") if keda else ("minReplicas", "maxReplicas")
    kind = text(target, "kind") or ("Deployment" if keda else "")
    return Scaler(
        item.key,
        item.body,
        item.key.namespace or namespace,
        (kind, text(target, "name")),
        whole(spec.get(least)),
        whole(spec.get(most)),
    )


def service(item: KubeObject, namespace: str, pods: Mapping[Label, tuple[Workload, ...]]) -> Service:
    """The object, which is a Service, read as one. Labels that Kubernetes gives pods are not compared."""
    where = item.key.namespace or namespace
    selector = strings(child(item.body, "spec").get("selector"))
    wanted = {key: value for key, value in selector.items() if key not in GENERATED_LABELS}
    chosen: tuple[Workload, ...] = ()
    for key, value in wanted.items():
        nearby = pods.get((where, key, value), ())
        chosen = tuple(pod for pod in nearby if wanted.items() <= pod.labels.items())
        break
    return Service(item.key, item.body, where, selector, chosen)
