"""What the rules for rendered objects see: one deployed root, and its surroundings.

It must not judge anything. Callers may rely on this: the lists hold the root's own objects in the order
of the render, with the keys they are rendered with; lookups also see the objects of other roots of the
same environment; nothing ever changes.
"""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final

from promoter.frozen import frozen
from promoter.lint.kinds import CLUSTER_SCOPED
from promoter.lint.objects import Workload, at, kind_of, selects, strings, whole, workload
from promoter.lint.rule import FieldPath, Profile, Settings
from promoter.lint.surroundings import (
    SCALERS,
    Scaler,
    Service,
    Surroundings,
    grouped,
    is_namespaced,
    scaler,
    service,
    surroundings,
)
from promoter.model import Json, KubeObject, ObjectKey

LATEST: Final = 37
# Kubernetes and OpenShift keep these names for what they run themselves.
SYSTEM: Final = ("kube-", "openshift-")
NO_REPLICAS: Final = ("Pod", "DaemonSet", "Job", "CronJob")


@frozen(eq=False)
class RenderedContext:
    """One deployed root for one Kubernetes minor version (`minor` 37 is 1.37); see `context`.

    `namespace` is where objects go that name none (the Application's or FluxKustomization's target),
    empty when nothing says it. `controller` is `argocd`, `flux`, `k3s` or empty. `profile` is the one
    being checked; few rules read it. `unclaimed` is True where only folders suggest the root while some
    controller's object, which may deploy it, could not be resolved. `by_kind`, `workloads`, `services`
    and `scalers` hold what is judged; `around` holds it too, together with the other roots, for lookups.
    Kinds are written as `objects.kind_of` spells them. `external` lists globs by kind of what exists
    outside the repository.
    """

    objects: tuple[KubeObject, ...]
    namespace: str
    environment: str
    controller: str
    minor: int
    profile: Profile
    unclaimed: bool
    settings: Settings
    external: Mapping[str, tuple[str, ...]]
    crds: tuple[KubeObject, ...]
    by_kind: Mapping[str, tuple[KubeObject, ...]]
    workloads: tuple[Workload, ...]
    services: tuple[Service, ...]
    scalers: tuple[Scaler, ...]
    around: Surroundings

    def of_kind(self, *kinds: str) -> Iterator[KubeObject]:
        """The root's own objects of these kinds."""
        for kind in kinds:
            yield from self.by_kind.get(kind, ())

    def known(self, *kinds: str) -> Iterator[KubeObject]:
        """All objects of these kinds, with the namespace they are deployed to in their key."""
        for kind in kinds:
            yield from self.around.known.get(kind, ())

    def namespace_of(self, key: ObjectKey) -> str:
        """The namespace that one of the root's own objects is deployed to."""
        return key.namespace or self.namespace

    def is_namespaced(self, key: ObjectKey) -> bool | None:
        """Whether objects of the kind belong to a namespace; None when nothing says it."""
        return is_namespaced(key, self.around.scoped)

    def is_opaque(self, namespace: str) -> bool:
        """Whether charts, operators or the cluster itself may make objects there that no manifest shows."""
        return namespace in self.around.opaque or namespace.startswith(SYSTEM)

    def find(self, kind: str, namespace: str, name: str) -> KubeObject | None:
        """The object of that kind and name, of this root or another, or None.

        An empty namespace means the root's own.
        """
        where = "" if kind in CLUSTER_SCOPED else namespace or self.namespace
        return self.around.names.get((kind, where, name))

    def outside(self, kind: str, namespace: str, name: str) -> bool:
        """Whether the configuration says that the object exists outside the repository."""
        full = f"{namespace}/{name}"
        return any(fnmatchcase(full if "/" in glob else name, glob) for glob in self.external.get(kind, ()))

    def scalers_of(self, item: Workload) -> tuple[Scaler, ...]:
        """The autoscalers, of any root, that own the workload's number of replicas."""
        return self.around.scalers.get((item.namespace, item.kind, item.key.name), ())

    def replicas(self, item: Workload) -> int | None:
        """The least number of pods: an autoscaler's minimum, else `replicas`, else 1.

        None for kinds that have no number of replicas, and when what is written is no number.
        """
        if item.kind in NO_REPLICAS:
            return None
        scalers = self.scalers_of(item)
        if scalers:
            return max(1 if each.minimum is None else each.minimum for each in scalers)
        value = item.spec.get("replicas")
        return 1 if value is None else whole(value)

    def services_of(self, item: Workload) -> tuple[Service, ...]:
        """The Services, of any root, that select the workload's pods."""
        return self.around.services.get(item.place, ())

    def pods_in(self, namespace: str) -> tuple[Workload, ...]:
        """The workloads, of any root, of a namespace."""
        return self.around.pods_by_namespace.get(namespace, ())

    def selected(self, namespace: str, selector: Json) -> tuple[Workload, ...]:
        """The workloads, of any root, of the namespace whose pods a label selector matches."""
        return selected(self.around, namespace, selector)


def selected(around: Surroundings, namespace: str, selector: Json) -> tuple[Workload, ...]:
    """The workloads of the namespace whose pods a label selector matches."""
    candidates = around.pods_by_namespace.get(namespace, ())
    for key, value in strings(at(selector, ("matchLabels",))).items():
        candidates = around.pods_by_label.get((namespace, key, value), ())
        break
    return tuple(item for item in candidates if selects(selector, item.labels))


def context(  # noqa: PLR0913 -- all but the objects are keywords with a default
    objects: Iterable[KubeObject],
    *,
    around: Surroundings | None = None,
    neighbours: Iterable[KubeObject] = (),
    namespace: str = "",
    environment: str = "",
    controller: str = "",
    minor: int = LATEST,
    profile: Profile = Profile.RECOMMENDED,
    unclaimed: bool = False,
    settings: Settings | None = None,
    external: Mapping[str, tuple[str, ...]] | None = None,
    crds: Iterable[KubeObject] = (),
    templates: Mapping[str, FieldPath] | None = None,
) -> RenderedContext:
    """The indexed view of one root.

    `around` are the root's surroundings, which include its own objects; without them they are made of
    the root and `neighbours`, which go to the same namespace. `templates` adds kinds that make pods,
    with the path to their pod template. `crds` are the CustomResourceDefinitions found anywhere in the
    repository.
    """
    own, found = tuple(objects), tuple(crds)
    if around is None:
        around = surroundings([(own, namespace), (neighbours, namespace)], found, templates)
    by_kind = grouped((kind_of(item.key), item) for item in own)
    made = (workload(item, namespace, around.templates) for item in own)
    return RenderedContext(
        objects=own,
        namespace=namespace,
        environment=environment,
        controller=controller,
        minor=minor,
        profile=profile,
        unclaimed=unclaimed,
        settings=settings or {},
        external=external or {},
        crds=found,
        by_kind=by_kind,
        workloads=tuple(item for item in made if item is not None),
        services=tuple(
            service(item, namespace, around.pods_by_label) for item in by_kind.get("Service", ())
        ),
        scalers=tuple(scaler(item, namespace) for kind in SCALERS for item in by_kind.get(kind, ())),
        around=around,
    )


__all__ = ["LATEST", "RenderedContext", "Scaler", "Service", "Surroundings", "context", "selected"]
