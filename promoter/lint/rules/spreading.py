"""How pods are spread over nodes and zones (RES204 to RES206).

It must not judge where pods may run. A rule of spreading counts only when its selector matches the pods
that it is written for.
"""

from collections.abc import Iterator
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.objects import Workload, child, mappings, selects, text, texts, whole
from promoter.lint.rule import Mend, Option, Profile, Report, rule
from promoter.model import Json, Severity

SCALED: Final = (
    "Deployment",
    "StatefulSet",
    "ReplicaSet",
    "ReplicationController",
    "Rollout",
    "DeploymentConfig",
)
MINIMUM: Final = Option("minimum", 2, "the number of replicas from which spreading is wanted")
ZONES: Final = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")
REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED: Final = "preferredDuringSchedulingIgnoredDuringExecution"


def _several(render: RenderedContext, least: int = 2) -> Iterator[Workload]:
    """The workloads that run at least so many pods."""
    for item in render.workloads:
        count = render.replicas(item) if item.kind in SCALED else None
        if count is not None and count >= least:
            yield item


def _topologies(item: Workload) -> Iterator[str]:
    """The topology keys over which the pods are kept apart from each other."""
    for _, constraint in mappings(item.pod, "topologySpreadConstraints"):
        if selects(constraint.get("labelSelector"), item.labels):
            yield text(constraint, "topologyKey")
    for term in _anti_affinity(item):
        if selects(term.get("labelSelector"), item.labels) and _same_namespace(term, item):
            yield text(term, "topologyKey")


def _same_namespace(term: dict[str, Json], item: Workload) -> bool:
    listed = texts(term, "namespaces")
    return not listed or item.namespace in listed or term.get("namespaceSelector") is not None


def _anti_affinity(item: Workload) -> Iterator[dict[str, Json]]:
    terms = child(child(item.pod, "affinity"), "podAntiAffinity")
    for _, term in mappings(terms, REQUIRED):
        yield term
    for _, weighted in mappings(terms, PREFERRED):
        yield child(weighted, "podAffinityTerm")


@rule("RES204", "no-anti-affinity", Severity.WARNING, fix="unsafe")
def no_anti_affinity(render: RenderedContext) -> Iterator[Report]:
    """All pods of a workload may run on one node.

    ## What it does
    Reports workloads with more than one replica that have neither a `podAntiAffinity` term nor a
    `topologySpreadConstraints` entry whose selector matches their own pods.

    ## Why
    Several pods on one node go down together, and the replicas are of no use.

    ## Example
    ```yaml
    spec:
      replicas: 3
    ```

    ## Instead
    ```yaml
    topologySpreadConstraints:
      - topologyKey: kubernetes.io/hostname
        maxSkew: 1
        whenUnsatisfiable: ScheduleAnyway
        labelSelector: {matchLabels: {app: web}}
    ```

    ## Fix safety
    Unsafe: pods may be placed on other nodes than before, though none is held back.
    """
    for item in _several(render):
        if not any(_topologies(item)):
            path = (*item.pod_path, "topologySpreadConstraints")
            labels = child(child(item.spec, "selector"), "matchLabels") or dict(item.labels)
            spread: dict[str, Json] = {
                "topologyKey": "kubernetes.io/hostname",
                "maxSkew": 1,
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": labels},
            }
            mend = Mend("spread the pods over nodes", safe=False, sets=((path, [spread]),))
            yield Report(item.key, path, f"all pods of {item.key.name} may run on one node", mend)


@rule("RES205", "no-zone-spread", Severity.WARNING, Profile.PRODUCTION, options=(MINIMUM,), tier=3)
def no_zone_spread(render: RenderedContext) -> Iterator[Report]:
    """All pods of a workload may run in one zone.

    ## What it does
    Reports workloads with `minimum` or more replicas that neither `podAntiAffinity` nor
    `topologySpreadConstraints` spreads over zones.

    ## Why
    The failure of a zone takes down everything that runs only there.

    ## Example
    ```yaml
    topologySpreadConstraints:
      - topologyKey: kubernetes.io/hostname
    ```

    ## Instead
    ```yaml
    topologySpreadConstraints:
      - topologyKey: topology.kubernetes.io/zone
        maxSkew: 1
        whenUnsatisfiable: ScheduleAnyway
        labelSelector: {matchLabels: {app: web}}
    ```

    ## Options
    `minimum` (2): the number of replicas from which spreading is wanted.
    """
    for item in _several(render, MINIMUM.of(render.settings, "RES205")):
        if not any(key in ZONES for key in _topologies(item)):
            path = (*item.pod_path, "topologySpreadConstraints")
            yield Report(item.key, path, f"all pods of {item.key.name} may run in one zone")


@rule("RES206", "topology-spread-invalid", Severity.ERROR)
def topology_spread_invalid(render: RenderedContext) -> Iterator[Report]:
    """A topology spread constraint does nothing, or keeps the API server from taking the pod.

    ## What it does
    Reports constraints with a `maxSkew` or `minDomains` below 1, without `topologyKey` or
    `labelSelector`, with `minDomains` but not `DoNotSchedule`, and with a selector that does not match the
    pods they are written for.

    ## Why
    The pods are not spread, though the manifest seems to say so.

    ## Example
    ```yaml
    topologySpreadConstraints:
      - topologyKey: kubernetes.io/hostname
        maxSkew: 0
        whenUnsatisfiable: ScheduleAnyway
    ```

    ## Instead
    ```yaml
    topologySpreadConstraints:
      - topologyKey: kubernetes.io/hostname
        maxSkew: 1
        whenUnsatisfiable: ScheduleAnyway
        labelSelector: {matchLabels: {app: web}}
    ```
    """
    for item in render.workloads:
        for position, constraint in mappings(item.pod, "topologySpreadConstraints"):
            for field, fault in _faults(constraint, item):
                path = (*item.pod_path, "topologySpreadConstraints", position, field)
                yield Report(item.key, path, fault)


def _faults(constraint: dict[str, Json], item: Workload) -> Iterator[tuple[str, str]]:
    skew, domains = whole(constraint.get("maxSkew")), whole(constraint.get("minDomains"))
    if skew is None or skew < 1:
        yield "maxSkew", "maxSkew has to be 1 or more"
    if domains is not None and domains < 1:
        yield "minDomains", "minDomains has to be 1 or more"
    elif domains is not None and constraint.get("whenUnsatisfiable") != "DoNotSchedule":
        yield "minDomains", "minDomains is allowed only with whenUnsatisfiable: DoNotSchedule"
    if not text(constraint, "topologyKey"):
        yield "topologyKey", "topologyKey is missing"
    selector = constraint.get("labelSelector")
    if not selector:
        yield "labelSelector", "without a labelSelector no pod is counted"
    elif not selects(selector, item.labels):
        yield "labelSelector", f"the selector does not match the pods of {item.key.name} themselves"
