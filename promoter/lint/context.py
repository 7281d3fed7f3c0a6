"""What the rules for rendered objects see: one deployed root, indexed once for all of them.

It must not judge anything. Callers may rely on this: the indexes are built eagerly and never change,
lists keep the order of the render, and lookups also see `neighbours`, the objects of other roots of the
same environment, while the lists to judge hold the root's own objects only.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final, TypeVar

from promoter.lint.kinds import CLUSTER_SCOPED, scopes
from promoter.lint.objects import (
    POD_TEMPLATES,
    Workload,
    at,
    child,
    kind_of,
    selects,
    strings,
    text,
    whole,
    workload,
)
from promoter.lint.opaque import opaque
from promoter.lint.rule import FieldPath, Profile, Settings
from promoter.lint.schemas import groups
from promoter.model import Json, KubeObject, ObjectKey

LATEST: Final = 37
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
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True, eq=False)
class Scaler:
    """A HorizontalPodAutoscaler or a KEDA ScaledObject. `minimum` and `maximum` are None when unset."""

    key: ObjectKey
    body: dict[str, Json]
    namespace: str
    target: tuple[str, str]
    minimum: int | None
    maximum: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """A Service; `selector` is empty when it has none, and `pods` are the workloads it selects."""

    key: ObjectKey
    body: dict[str, Json]
    namespace: str
    selector: dict[str, str]
    pods: tuple[Workload, ...]


@dataclass(frozen=True, slots=True)
class RenderedContext:
    """One deployed root for one Kubernetes minor version (`minor` 37 is 1.37); see `context`.

    `namespace` is where objects go that name none (the Application's or FluxKustomization's target),
    empty when nothing says it. `controller` is `argocd`, `flux`, `k3s` or empty. `profile` is the one
    being checked; few rules read it. `by_kind`, `workloads`, `services` and `scalers` hold what is
    judged; `known` and `pods` hold it together with the neighbours, for lookups. Kinds are written as
    `objects.kind_of` spells them. `external` lists globs by kind of what exists outside the repository;
    `opaque` are the namespaces where charts or operators make pods that no manifest shows.
    """

    objects: tuple[KubeObject, ...]
    namespace: str
    environment: str
    controller: str
    minor: int
    profile: Profile
    settings: Settings
    external: Mapping[str, tuple[str, ...]]
    crds: tuple[KubeObject, ...]
    crd_scopes: Mapping[str, bool]
    by_kind: Mapping[str, tuple[KubeObject, ...]]
    workloads: tuple[Workload, ...]
    services: tuple[Service, ...]
    scalers: tuple[Scaler, ...]
    known: Mapping[str, tuple[KubeObject, ...]]
    names: Mapping[tuple[str, str, str], KubeObject]
    pods: tuple[Workload, ...]
    pods_by_label: Mapping[tuple[str, str, str], tuple[Workload, ...]]
    pods_by_namespace: Mapping[str, tuple[Workload, ...]]
    scalers_by_target: Mapping[tuple[str, str, str], tuple[Scaler, ...]]
    services_by_pod: Mapping[ObjectKey, tuple[Service, ...]]
    opaque: frozenset[str]

    def of_kind(self, *kinds: str) -> Iterator[KubeObject]:
        """The root's own objects of these kinds."""
        for kind in kinds:
            yield from self.by_kind.get(kind, ())

    def namespace_of(self, key: ObjectKey) -> str:
        """The namespace that the object is deployed to."""
        return key.namespace or self.namespace

    def is_namespaced(self, key: ObjectKey) -> bool | None:
        """Whether objects of the kind belong to a namespace; None when nothing says it."""
        kind = kind_of(key)
        if kind in CLUSTER_SCOPED:
            return False
        return True if key.group in groups() else self.crd_scopes.get(kind)

    def find(self, kind: str, namespace: str, name: str) -> KubeObject | None:
        """The object of that kind and name in the root or its neighbours, or None.

        An empty namespace in either place counts as the root's own.
        """
        return self.names.get((kind, namespace or self.namespace, name))

    def outside(self, kind: str, namespace: str, name: str) -> bool:
        """Whether the configuration says that the object exists outside the repository."""
        full = f"{namespace}/{name}"
        return any(fnmatchcase(full if "/" in glob else name, glob) for glob in self.external.get(kind, ()))

    def scalers_of(self, item: Workload) -> tuple[Scaler, ...]:
        """The autoscalers that own the workload's number of replicas."""
        return self.scalers_by_target.get((item.namespace, item.kind, item.key.name), ())

    def replicas(self, item: Workload) -> int | None:
        """The least number of pods: an autoscaler's minimum, else `replicas`, else 1.

        None for kinds that have no number of replicas, and when what is written is no number.
        """
        if item.kind in ("Pod", "DaemonSet", "Job", "CronJob"):
            return None
        scalers = self.scalers_of(item)
        if scalers:
            return max(1 if scaler.minimum is None else scaler.minimum for scaler in scalers)
        value = item.spec.get("replicas")
        return 1 if value is None else whole(value)

    def services_of(self, item: Workload) -> tuple[Service, ...]:
        """The Services (of the neighbours too) that select the workload's pods."""
        return self.services_by_pod.get(item.key, ())

    def selected(self, namespace: str, selector: Json) -> tuple[Workload, ...]:
        """The workloads of the namespace whose pods a label selector matches; the neighbours' too."""
        return tuple(
            item for item in self._candidates(namespace, selector) if selects(selector, item.labels)
        )

    def _candidates(self, namespace: str, selector: Json) -> tuple[Workload, ...]:
        wanted = strings(at(selector, ("matchLabels",)))
        for key, value in wanted.items():
            return self.pods_by_label.get((namespace, key, value), ())
        return self.pods_by_namespace.get(namespace, ())


def context(  # noqa: PLR0913 -- all but the objects are keywords with a default
    objects: Iterable[KubeObject],
    *,
    neighbours: Iterable[KubeObject] = (),
    namespace: str = "",
    environment: str = "",
    controller: str = "",
    minor: int = LATEST,
    profile: Profile = Profile.RECOMMENDED,
    settings: Settings | None = None,
    external: Mapping[str, tuple[str, ...]] | None = None,
    crds: Iterable[KubeObject] = (),
    templates: Mapping[str, FieldPath] | None = None,
) -> RenderedContext:
    """The indexed view of one root.

    `neighbours` are the objects of other roots of the same environment. `templates` adds kinds that
    make pods, with the path to their pod template. `crds` are the CustomResourceDefinitions found
    anywhere in the repository.
    """
    own, found = tuple(objects), tuple(crds)
    everything = (*own, *neighbours)
    paths = {**POD_TEMPLATES, **(templates or {})}
    pods = {id(item): made for item in everything if (made := workload(item, namespace, paths)) is not None}
    by_label, by_namespace = _pods_index(pods.values())
    by_kind, known = _by_kind(own), _by_kind(everything)
    scalers = {id(item): _scaler(item, namespace) for kind in SCALERS for item in known.get(kind, ())}
    services = {id(item): _service(item, namespace, by_label) for item in known.get("Service", ())}
    mine = {id(item) for item in own}
    return RenderedContext(
        objects=own,
        namespace=namespace,
        environment=environment,
        controller=controller,
        minor=minor,
        profile=profile,
        settings=settings or {},
        external=external or {},
        crds=found,
        crd_scopes=scopes(found),
        by_kind=by_kind,
        workloads=tuple(item for number, item in pods.items() if number in mine),
        services=tuple(item for number, item in services.items() if number in mine),
        scalers=tuple(item for number, item in scalers.items() if number in mine),
        known=known,
        names=_names(everything, namespace),
        pods=tuple(pods.values()),
        pods_by_label=by_label,
        pods_by_namespace=by_namespace,
        scalers_by_target=_grouped(((s.namespace, *s.target), s) for s in scalers.values()),
        services_by_pod=_grouped((pod.key, s) for s in services.values() for pod in s.pods),
        opaque=opaque(everything, namespace),
    )


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    found: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}


def _by_kind(objects: Iterable[KubeObject]) -> Mapping[str, tuple[KubeObject, ...]]:
    return _grouped((kind_of(item.key), item) for item in objects)


def _names(objects: Iterable[KubeObject], namespace: str) -> Mapping[tuple[str, str, str], KubeObject]:
    found: dict[tuple[str, str, str], KubeObject] = {}
    for item in objects:
        found.setdefault((kind_of(item.key), item.key.namespace or namespace, item.key.name), item)
    return found


def _pods_index(
    pods: Iterable[Workload],
) -> tuple[dict[tuple[str, str, str], tuple[Workload, ...]], dict[str, tuple[Workload, ...]]]:
    listed = tuple(pods)
    labelled = (((p.namespace, key, value), p) for p in listed for key, value in p.labels.items())
    return _grouped(labelled), _grouped((p.namespace, p) for p in listed)


def _scaler(item: KubeObject, namespace: str) -> Scaler:
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


def _service(
    item: KubeObject, namespace: str, pods: Mapping[tuple[str, str, str], tuple[Workload, ...]]
) -> Service:
    where = item.key.namespace or namespace
    selector = strings(child(item.body, "spec").get("selector"))
    wanted = {key: value for key, value in selector.items() if key not in GENERATED_LABELS}
    chosen: tuple[Workload, ...] = ()
    for key, value in wanted.items():
        nearby = pods.get((where, key, value), ())
        chosen = tuple(pod for pod in nearby if wanted.items() <= pod.labels.items())
        break
    return Service(item.key, item.body, where, selector, chosen)
