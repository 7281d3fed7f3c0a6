"""Risks of changing what an object is: fields the API server never lets change, names, namespaces.

The immutable fields are those that the validation of Kubernetes rejects on update; a change needs the
object to be deleted and made again.
"""

from collections.abc import Iterator
from typing import Final

from promoter.diff.compared import Compared
from promoter.diff.fields import Difference, written
from promoter.diff.pairing import Reason
from promoter.diff.risks.context import Context, shown
from promoter.model import Risk

_STATEFUL_SET_MAY_CHANGE: Final = frozenset(
    {"minReadySeconds", "ordinals", "persistentVolumeClaimRetentionPolicy", "replicas"}
    | {"revisionHistoryLimit", "template", "updateStrategy"}
)
_CLAIM_MAY_CHANGE: Final = frozenset({"resources", "volumeAttributesClassName"})
_FIXED: Final = {
    "Deployment": (("spec", "selector"),),
    "DaemonSet": (("spec", "selector"),),
    "ReplicaSet": (("spec", "selector"),),
    "Job": (("spec", "selector"), ("spec", "template"), ("spec", "completionMode")),
    "RoleBinding": (("roleRef",),),
    "ClusterRoleBinding": (("roleRef",),),
    "StorageClass": (("provisioner",), ("parameters",), ("reclaimPolicy",), ("volumeBindingMode",)),
    "Secret": (("type",),),
    "PriorityClass": (("value",), ("preemptionPolicy",)),
    "IngressClass": (("spec", "controller"),),
    "CustomResourceDefinition": (("spec", "group"), ("spec", "scope"), ("spec", "names", "kind")),
}


def immutable_field(compared: Compared, _context: Context) -> Iterator[Risk]:
    """A field that cannot be changed in place: the sync fails until the object is deleted."""
    if compared.added or compared.removed or compared.pair.reason is not Reason.KEY:
        return
    for difference in compared.differences:
        if _is_fixed(compared, difference):
            values = f"{shown(difference.before)} → {shown(difference.after)}"
            what = f"{written(difference.path)}: {values}; the field cannot change in place"
            yield Risk("immutable-field", what, "high")


def _is_fixed(compared: Compared, difference: Difference) -> bool:
    kind, path = compared.key.kind, difference.path
    if kind == "StatefulSet":
        return path[0] == "spec" and len(path) > 1 and path[1] not in _STATEFUL_SET_MAY_CHANGE
    if kind == "PersistentVolumeClaim":
        return path[0] == "spec" and len(path) > 1 and path[1] not in _CLAIM_MAY_CHANGE
    if kind == "Service":
        both = difference.before_present and difference.after_present
        return both and path == ("spec", "clusterIP") and bool(difference.before and difference.after)
    if kind in ("ConfigMap", "Secret") and compared.before.get("immutable") is True:
        return path[0] in ("data", "binaryData", "stringData", "immutable")
    return any(path[: len(fixed)] == fixed for fixed in _FIXED.get(kind, ()))


def moved_to_another_namespace(compared: Compared, context: Context) -> Iterator[Risk]:
    """An object in another namespace is a new object; the old one is pruned or left behind."""
    if compared.pair.reason is Reason.MOVED and compared.pair.before:
        was, now = compared.pair.before.key.namespace or "(none)", compared.key.namespace or "(none)"
        what = f"namespace {was} → {now}: a new object is made; for the old one, {_fate(compared, context)}"
        yield Risk("moved-across-namespaces", what, "high")


def renamed(compared: Compared, context: Context) -> Iterator[Risk]:
    """An object with another name is a new object, made before or after the old one is deleted."""
    if compared.pair.reason is Reason.RENAMED and compared.pair.before:
        names = f"{compared.pair.before.key.name} → {compared.key.name}"
        what = f"name {names}: a new object is made; for the old one, {_fate(compared, context)}"
        keeps_data = compared.key.kind in ("StatefulSet", "PersistentVolumeClaim", "Namespace")
        yield Risk("renamed", what, "high" if keeps_data else "medium")


def _fate(compared: Compared, context: Context) -> str:
    return context.fate(compared.before)
