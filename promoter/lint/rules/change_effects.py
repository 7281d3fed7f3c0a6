"""What a change does to objects that cannot be changed or may not be lost (API016, GIT008).

It must not judge anything that the change leaves as it was.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from promoter.lint.environments import Alteration, GitContext, Revision
from promoter.lint.objects import at, child, kind_of, strings
from promoter.lint.rule import FieldPath, Scope, rule
from promoter.model import Json, KubeObject, Severity

ROLE_REF: Final[tuple[FieldPath, ...]] = (("roleRef",),)
SELECTOR: Final[tuple[FieldPath, ...]] = (("spec", "selector"),)
CLAIM: Final = (
    "accessModes", "storageClassName", "volumeName", "volumeMode", "selector", "dataSource",
)  # fmt: skip
STATEFUL: Final = ("selector", "serviceName", "podManagementPolicy", "volumeClaimTemplates")
STORAGE_CLASS: Final = ("provisioner", "parameters", "reclaimPolicy", "volumeBindingMode")
IMMUTABLE: Final[Mapping[str, tuple[FieldPath, ...]]] = {
    "Deployment.apps": SELECTOR,
    "DaemonSet.apps": SELECTOR,
    "ReplicaSet.apps": SELECTOR,
    "StatefulSet.apps": tuple(("spec", field) for field in STATEFUL),
    "Job.batch": (("spec", "selector"), ("spec", "template"), ("spec", "completionMode")),
    "Service": (("spec", "clusterIP"),),
    "PersistentVolumeClaim": tuple(("spec", field) for field in CLAIM),
    "StorageClass.storage.k8s.io": tuple((field,) for field in STORAGE_CLASS),
    "PriorityClass.scheduling.k8s.io": (("value",),),
    "IngressClass.networking.k8s.io": (("spec", "controller"),),
    "RoleBinding.rbac.authorization.k8s.io": ROLE_REF,
    "ClusterRoleBinding.rbac.authorization.k8s.io": ROLE_REF,
    "CustomResourceDefinition.apiextensions.k8s.io": (("spec", "group"), ("spec", "scope")),
    "Secret": (("type",),),
}
# Only a value that was said before and is said otherwise now is refused; unset means the cluster's own.
DEFAULTED: Final = ("clusterIP", "storageClassName", "volumeName", "volumeMode", "type", "completionMode")
CONTENT: Final[tuple[FieldPath, ...]] = (("data",), ("binaryData",), ("stringData",))
LOSABLE: Final = (
    "PersistentVolumeClaim", "PersistentVolume", "Namespace", "Secret", "StatefulSet.apps",
    "CustomResourceDefinition.apiextensions.k8s.io",
)  # fmt: skip
KEEPERS: Final = (
    ("argocd.argoproj.io/sync-options", "Prune=false"),
    ("kustomize.toolkit.fluxcd.io/prune", "disabled"),
    ("helm.sh/resource-policy", "keep"),
)
HOOK: Final = "argocd.argoproj.io/hook"
HASHED: Final = re.compile(r"(.+)-[a-z0-9]{10}")


def _placed(revision: Revision, *, before: bool) -> dict[tuple[str, str, str], KubeObject]:
    render = revision.before if before else revision.after
    return {
        (kind_of(item.key), render.namespace_of(item.key), item.key.name): item for item in render.objects
    }


@rule("API016", "immutable-field-change", Severity.ERROR, scope=Scope.GIT)
def immutable_field_change(change: GitContext) -> Iterator[Alteration]:
    """A change touches a field that Kubernetes does not let anyone change.

    ## What it does
    Compares each environment's render before and after the change: selectors of workloads, claim templates
    of StatefulSets, templates of Jobs, most of a claim, the role of a binding, the contents of what is
    marked immutable, and a few more.

    ## Why
    The API server refuses the object, and the sync fails until somebody deletes it by hand.

    ## Example
    ```yaml
    kind: Deployment
    spec:
      selector: {matchLabels: {app: web, version: v2}}  # it was {app: web}
    ```

    ## Instead
    ```yaml
    kind: Deployment
    metadata: {name: web-v2}
    ```
    """
    for revision in change.revisions:
        old = _placed(revision, before=True)
        for place, item in _placed(revision, before=False).items():
            annotations = strings(child(item.body, "metadata").get("annotations"))
            if place not in old or HOOK in annotations:
                continue
            for path in _frozen(place[0], old[place]):
                before, after = at(old[place].body, path), at(item.body, path)
                if before != after and not _filled_in(path, before, after):
                    message = (
                        f"{'.'.join(map(str, path))} of {item.key.kind} {item.key.name} cannot be changed"
                    )
                    yield Alteration(revision.app, revision.stage.name, item.key, path, message)


def _frozen(kind: str, before: KubeObject) -> tuple[FieldPath, ...]:
    sealed = CONTENT if before.body.get("immutable") is True else ()
    return (*IMMUTABLE.get(kind, ()), *sealed)


def _filled_in(path: FieldPath, before: Json, after: Json) -> bool:
    return path[-1] in DEFAULTED and (before is None or after is None)


@rule("GIT008", "deletion-with-prune", Severity.ERROR, scope=Scope.GIT)
def deletion_with_prune(change: GitContext) -> Iterator[Alteration]:
    """A change removes an object whose deletion loses data.

    ## What it does
    Reports claims, volumes, StatefulSets, Secrets, Namespaces and CustomResourceDefinitions that an
    environment rendered before the change and no application of it renders after. Objects that are kept
    by an annotation (`Prune=false`, `prune: disabled`, `keep`) are left out, and so are generated names.

    ## Why
    Prune deletes the object in the cluster, and with it the data: a namespace with all that is in it, a
    definition with all its resources.

    ## Example
    ```yaml
    resources: []  # volume.yaml was listed here
    ```

    ## Instead
    ```yaml
    metadata:
      annotations:
        argocd.argoproj.io/sync-options: Prune=false
    ```
    """
    for revision in change.revisions:
        environment = revision.stage.name
        left = {
            place
            for (_, name), render in change.renders.items()
            if name == environment
            for place in render.around.names
        }
        after = _placed(revision, before=False)
        for place, item in _placed(revision, before=True).items():
            if place in after or place in left or place[0] not in LOSABLE:
                continue
            if not _is_kept(item) and not _renamed(place, after):
                message = f"{item.key.kind} {item.key.name} is gone from {environment}: prune deletes it"
                yield Alteration(revision.app, environment, item.key, (), message)


def _is_kept(item: KubeObject) -> bool:
    annotations = strings(child(item.body, "metadata").get("annotations"))
    return any(value in annotations.get(name, "") for name, value in KEEPERS)


def _renamed(place: tuple[str, str, str], after: Mapping[tuple[str, str, str], KubeObject]) -> bool:
    """Whether only the hash of a generated name differs."""
    kind, namespace, name = place
    match = HASHED.fullmatch(name)
    if match is None:
        return False
    others = (other for other in after if other[:2] == (kind, namespace))
    return any((found := HASHED.fullmatch(other[2])) and found[1] == match[1] for other in others)
