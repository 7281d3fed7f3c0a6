"""Readers for manifests as plain JSON values: workloads, containers, labels, selectors, quantities.

It must not judge anything, and never raises: a value of the wrong type reads as absent, so that one
mistyped field hides neither the object nor its other faults. Nothing here changes a body.
"""

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from promoter.frozen import frozen
from promoter.lint.rule import FieldPath
from promoter.model import Json, KubeObject, ObjectKey

Body = Mapping[str, Json]
Place = tuple[str, str, str]
Role = Literal["container", "init", "sidecar", "ephemeral"]

EMPTY: Final[dict[str, Json]] = {}
POD_TEMPLATES: Final[Mapping[str, FieldPath]] = {
    "Pod": (),
    "ReplicationController": ("spec", "template"),
    "Deployment.apps": ("spec", "template"),
    "Deployment.extensions": ("spec", "template"),
    "StatefulSet.apps": ("spec", "template"),
    "DaemonSet.apps": ("spec", "template"),
    "DaemonSet.extensions": ("spec", "template"),
    "ReplicaSet.apps": ("spec", "template"),
    "ReplicaSet.extensions": ("spec", "template"),
    "Job.batch": ("spec", "template"),
    "CronJob.batch": ("spec", "jobTemplate", "spec", "template"),
    "Rollout.argoproj.io": ("spec", "template"),
    "DeploymentConfig.apps.openshift.io": ("spec", "template"),
}
# What was meant is clear though the group is wrong, and the schema says so: judge it all the same.
_GROUPLESS: Final = {
    kind: POD_TEMPLATES[f"{kind}.{group}"]
    for kind, group in (
        ("Deployment", "apps"),
        ("StatefulSet", "apps"),
        ("DaemonSet", "apps"),
        ("ReplicaSet", "apps"),
        ("Job", "batch"),
        ("CronJob", "batch"),
    )
}
CONTAINER_LISTS: Final[tuple[tuple[str, Role], ...]] = (
    ("initContainers", "init"),
    ("containers", "container"),
    ("ephemeralContainers", "ephemeral"),
)


# --- reading values -----------------------------------------------------------------------------


def mapping(value: Json) -> dict[str, Json]:
    """The value when it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else EMPTY


def child(body: Body, key: str) -> dict[str, Json]:
    """The mapping under `key`, or an empty one."""
    value = body.get(key)
    return value if isinstance(value, dict) else EMPTY


def items(body: Body, key: str) -> list[Json]:
    """The list under `key`, or an empty one."""
    value = body.get(key)
    return value if isinstance(value, list) else []


def mappings(body: Body, key: str) -> Iterator[tuple[int, dict[str, Json]]]:
    """The mappings in the list under `key`, each with its 0-based position."""
    value = body.get(key)
    if isinstance(value, list):
        for position, item in enumerate(value):
            if isinstance(item, dict):
                yield position, item


def text(body: Body, key: str) -> str:
    """The string under `key`, or an empty one."""
    value = body.get(key)
    return value if isinstance(value, str) else ""


def texts(body: Body, key: str) -> list[str]:
    """The strings in the list under `key`."""
    return [item for item in items(body, key) if isinstance(item, str)]


def whole(value: Json) -> int | None:
    """The value when it is a whole number and not a bool, else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def strings(value: Json) -> dict[str, str]:
    """The entries of a mapping whose values are strings: labels, annotations, selectors."""
    if not isinstance(value, dict):
        return {}
    return {key: item for key, item in value.items() if isinstance(item, str)}


def at(body: Json, path: FieldPath) -> Json:
    """The value at the path, or None."""
    for step in path:
        if isinstance(body, dict) and isinstance(step, str):
            body = body.get(step)
        elif isinstance(body, list) and isinstance(step, int) and 0 <= step < len(body):
            body = body[step]
        else:
            return None
    return body


def kind_of(key: ObjectKey) -> str:
    """Kind and group as rules name them: `Service`, `Deployment.apps`, `Ingress.networking.k8s.io`."""
    return f"{key.kind}.{key.group}" if key.group else key.kind


# --- workloads ----------------------------------------------------------------------------------


@frozen(eq=False)
class Container:
    """One container of a pod template. An init container that restarts Always is a `sidecar`."""

    path: FieldPath
    body: dict[str, Json]
    role: Role
    name: str
    security: dict[str, Json]

    @property
    def runs_long(self) -> bool:
        """Whether it lives as long as the pod."""
        return self.role in ("container", "sidecar")


@frozen(eq=False)
class Workload:
    """An object that makes pods. `template` is where the pod's metadata and spec are (a Pod's own).

    `pod_path` leads to the pod's spec. `namespace` is the one it is deployed to, also where the
    manifest names none. `containers` are all of them, init and ephemeral included.
    """

    key: ObjectKey
    body: dict[str, Json]
    namespace: str
    template_path: FieldPath
    template: dict[str, Json]
    pod_path: FieldPath
    pod: dict[str, Json]
    security: dict[str, Json]
    labels: dict[str, str]
    containers: tuple[Container, ...]

    @property
    def kind(self) -> str:
        """The object's kind without its group."""
        return self.key.kind

    @property
    def place(self) -> Place:
        """Kind and group, namespace and name: what the workload is called in its cluster."""
        return kind_of(self.key), self.namespace, self.key.name

    @property
    def spec(self) -> dict[str, Json]:
        """The object's own spec (a Pod's is the pod's)."""
        return child(self.body, "spec")

    @property
    def annotations(self) -> dict[str, str]:
        """The annotations of the pods."""
        return strings(child(self.template, "metadata").get("annotations"))

    @property
    def runs_long(self) -> bool:
        """Whether the pods are meant to run for ever."""
        return self.key.kind not in ("Job", "CronJob")


def workload(
    item: KubeObject, namespace: str, templates: Mapping[str, FieldPath] = POD_TEMPLATES
) -> Workload | None:
    """The object as a workload, or None when its kind makes no pods or another object has its template.

    A template that is missing reads as empty, and its labels as those that the selector wants.
    """
    kind = kind_of(item.key)
    path = templates.get(kind, _GROUPLESS.get(kind))
    spec = child(item.body, "spec")
    if path is None or spec.get("workloadRef"):
        return None
    template = mapping(at(item.body, path))
    pod, pod_path = child(template, "spec"), (*path, "spec")
    labels = child(template, "metadata").get("labels")
    assumed = child(child(spec, "selector"), "matchLabels") if not template else {}
    return Workload(
        item.key,
        item.body,
        item.key.namespace or namespace,
        path,
        template,
        pod_path,
        pod,
        child(pod, "securityContext"),
        strings(labels or assumed),
        tuple(_containers(pod, pod_path)),
    )


def _containers(pod: dict[str, Json], pod_path: FieldPath) -> Iterator[Container]:
    for field, role in CONTAINER_LISTS:
        for position, body in mappings(pod, field):
            sidecar = role == "init" and body.get("restartPolicy") == "Always"
            yield Container(
                (*pod_path, field, position),
                body,
                "sidecar" if sidecar else role,
                text(body, "name"),
                child(body, "securityContext"),
            )


# --- selectors ----------------------------------------------------------------------------------


def selects(selector: Json, labels: Mapping[str, str]) -> bool:
    """Whether a label selector (`matchLabels`, `matchExpressions`) matches; an empty one matches all.

    What is no mapping matches nothing.
    """
    if not isinstance(selector, dict):
        return False
    wanted = child(selector, "matchLabels")
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_meets(requirement, labels) for _, requirement in mappings(selector, "matchExpressions"))


def _meets(requirement: dict[str, Json], labels: Mapping[str, str]) -> bool:
    key, values = text(requirement, "key"), items(requirement, "values")
    match requirement.get("operator"):
        case "In":
            return key in labels and labels[key] in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
        case _:
            return False
