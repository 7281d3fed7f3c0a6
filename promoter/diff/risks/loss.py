"""Risks of losing something: data, what holds data, and what other objects still need."""

from collections.abc import Iterator
from typing import Final

from promoter.diff.compared import Compared
from promoter.diff.reach import mappings, quantity, reach, text
from promoter.diff.risks.context import Context
from promoter.model import Json, Risk

_DATA: Final = frozenset({"PersistentVolumeClaim", "PersistentVolume", "StatefulSet"})
_WORKLOADS: Final = frozenset({"Deployment", "DaemonSet", "CronJob", "Rollout", "DeploymentConfig"})
_CONTROLLED: Final = frozenset({"argoproj.io", "kustomize.toolkit.fluxcd.io", "helm.toolkit.fluxcd.io"})
_CONTROLLER_KINDS: Final = frozenset(
    {"Application", "ApplicationSet", "AppProject", "Kustomization", "HelmRelease"}
)
_NEEDED: Final = frozenset({"ConfigMap", "Secret", "ServiceAccount", "Service", "PersistentVolumeClaim"})


def namespace_deleted(compared: Compared, context: Context) -> Iterator[Risk]:
    """A Namespace that is gone takes everything inside it along."""
    if compared.removed and compared.key.kind == "Namespace":
        what = (
            f"Namespace {compared.key.name} is gone with everything in it; {context.fate(compared.before)}"
        )
        yield Risk("namespace-deleted", what, "high")


def definition_deleted(compared: Compared, context: Context) -> Iterator[Risk]:
    """A CustomResourceDefinition that is gone deletes every object of its kind in the cluster."""
    if compared.removed and compared.key.kind == "CustomResourceDefinition":
        what = f"every {compared.key.name} in the cluster goes with its definition"
        yield Risk("crd-deleted", f"{what}; {context.fate(compared.before)}", "high")


def data_deleted(compared: Compared, context: Context) -> Iterator[Risk]:
    """A volume claim or StatefulSet that is gone may mean that data is gone."""
    if compared.removed and compared.key.kind in _DATA:
        what = f"{compared.key.kind} {compared.key.name} is gone, and data may go with it"
        yield Risk("data-deleted", f"{what}; {context.fate(compared.before)}", "high")


def controller_object_deleted(compared: Compared, context: Context) -> Iterator[Risk]:
    """An Application or Flux Kustomization that is gone can take all its objects along."""
    key = compared.key
    if compared.removed and key.group in _CONTROLLED and key.kind in _CONTROLLER_KINDS:
        what = f"{key.kind} {key.name} is gone, and what it deploys may be deleted"
        yield Risk("controller-object-deleted", f"{what}; {context.fate(compared.before)}", "high")


def storage_shrunk(compared: Compared, _context: Context) -> Iterator[Risk]:
    """A volume claim cannot become smaller; the API server refuses it."""
    for path, before, after in _requests(compared):
        old, new = quantity(before), quantity(after)
        if old is not None and new is not None and new < old:
            yield Risk("storage-shrunk", f"{path}: {before} → {after}; a claim cannot shrink", "high")


def _requests(compared: Compared) -> Iterator[tuple[str, Json, Json]]:
    keys = ("spec", "resources", "requests", "storage")
    if compared.key.kind == "PersistentVolumeClaim":
        yield ".".join(keys), reach(compared.before, *keys), reach(compared.after, *keys)
    if compared.key.kind == "StatefulSet":
        after = {
            text(claim, "metadata", "name"): claim
            for claim in mappings(compared.after, "spec", "volumeClaimTemplates")
        }
        for claim in mappings(compared.before, "spec", "volumeClaimTemplates"):
            name = text(claim, "metadata", "name")
            path = f"spec.volumeClaimTemplates[{name}].{'.'.join(keys)}"
            yield path, reach(claim, *keys), reach(after.get(name), *keys)


def workload_deleted(compared: Compared, context: Context) -> Iterator[Risk]:
    """A workload that is gone no longer runs."""
    if compared.removed and compared.key.kind in _WORKLOADS:
        what = f"{compared.key.kind} {compared.key.name} is gone; {context.fate(compared.before)}"
        yield Risk("workload-deleted", what, "medium")


def still_referenced(compared: Compared, context: Context) -> Iterator[Risk]:
    """Something is gone that another object of the new render still names."""
    key = compared.pair.before.key if compared.pair.before else compared.key
    gone = compared.removed or (compared.pair.before is not None and key != compared.key)
    user = context.references.get((key.kind, key.namespace, key.name))
    if gone and user and key.kind in _NEEDED:
        what = f"{key.kind} {key.name} is no longer rendered, but {user} still refers to it"
        yield Risk("still-referenced", what, "high")
