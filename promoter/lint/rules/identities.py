"""References to ServiceAccounts and Roles, and objects that exist twice (REF008, REF014, REF019).

It must not judge what a role allows. What charts, operators or other teams may make elsewhere is not
called missing.
"""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from promoter.lint.context import RenderedContext, Surroundings
from promoter.lint.generating import is_generated
from promoter.lint.objects import child, kind_of, mappings, text
from promoter.lint.rule import Profile, Report, rule
from promoter.model import KubeObject, ObjectKey, Severity

GROUP: Final = "rbac.authorization.k8s.io"
GUESSED: Final = ("", "layout")
BUILT_IN: Final = ("cluster-admin", "admin", "edit", "view")


@rule("REF008", "service-account-missing", Severity.ERROR)
def service_account_missing(render: RenderedContext) -> Iterator[Report]:
    """A pod runs as a ServiceAccount that does not exist.

    ## What it does
    Looks for `serviceAccountName` (and the old `serviceAccount`) in the same namespace. `default` always
    exists; names listed as external are left out.

    ## Why
    No pod is created until the account is there, and only the events of the ReplicaSet say so.

    ## Example
    ```yaml
    serviceAccountName: web
    ```

    ## Instead
    ```yaml
    kind: ServiceAccount
    metadata:
      name: web
    ```
    """
    for item in render.workloads:
        field = "serviceAccountName" if item.pod.get("serviceAccountName") else "serviceAccount"
        name = text(item.pod, field)
        if not name or name == "default" or "${" in name or _exists(render, item.namespace, name):
            continue
        if not render.outside("ServiceAccount", item.namespace, name):
            message = f"there is no ServiceAccount {name} in namespace {item.namespace or '(none)'}"
            known = not render.is_opaque(item.namespace)
            yield Report(item.key, (*item.pod_path, field), message, verifiable=known)


def _exists(render: RenderedContext, namespace: str, name: str) -> bool:
    """Whether a manifest or a policy makes the ServiceAccount."""
    made = render.find("ServiceAccount", namespace, name) is not None
    return made or is_generated(render.around, "ServiceAccount", name)


@rule("REF014", "rolebinding-role-missing", Severity.ERROR)
def rolebinding_role_missing(render: RenderedContext) -> Iterator[Report]:
    """A binding grants a role that does not exist, or to a ServiceAccount that does not.

    ## What it does
    Looks for the role and the ServiceAccounts of each RoleBinding and ClusterRoleBinding. Roles of
    Kubernetes itself exist. An account that lives in another namespace than the binding says is the
    usual result of a namespace that only half of the objects moved to.

    That an account is missing is certain only where manifests make the namespace's pods or other accounts
    of it. A namespace of which they show neither is filled by something else, a controller that makes an
    account for each tenant, say, so there the answer is that it cannot be told.

    ## Why
    The permissions are not granted, and whatever needs them fails at run time.

    ## Example
    ```yaml
    subjects: [{kind: ServiceAccount, name: web, namespace: default}]
    ```

    ## Instead
    ```yaml
    subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
    ```
    """
    accounts = _accounts(render.around)
    for item in render.of_kind(f"RoleBinding.{GROUP}", f"ClusterRoleBinding.{GROUP}"):
        yield from _role(render, item)
        for position, subject in mappings(item.body, "subjects"):
            if subject.get("kind") == "ServiceAccount" and subject.get("name") != "default":
                where = text(subject, "namespace") or render.namespace_of(item.key)
                yield from _account(render, item, position, (where, text(subject, "name")), accounts)


def _role(render: RenderedContext, item: KubeObject) -> Iterator[Report]:
    reference = child(item.body, "roleRef")
    kind, name = text(reference, "kind"), text(reference, "name")
    ours = name in BUILT_IN or name.startswith("system:") or "${" in name
    where = render.namespace_of(item.key) if kind == "Role" else ""
    if not name or (kind == "ClusterRole" and ours) or is_generated(render.around, kind, name):
        return
    if render.find(f"{kind}.{GROUP}", where, name) is None and not render.outside(kind, where, name):
        known = not (render.is_opaque(where) if where else render.around.opaque)
        message = f"there is no {kind} {name}" + (f" in namespace {where}" if where else "")
        yield Report(item.key, ("roleRef", "name"), message, verifiable=known)


@lru_cache(maxsize=64)
def _accounts(around: Surroundings) -> dict[str, set[str]]:
    """The namespaces in which there is a ServiceAccount of each name."""
    accounts: dict[str, set[str]] = {}
    for account in around.known.get("ServiceAccount", ()):
        accounts.setdefault(account.key.name, set()).add(account.key.namespace)
    return accounts


def _account(
    render: RenderedContext,
    item: KubeObject,
    position: int,
    named: tuple[str, str],
    accounts: dict[str, set[str]],
) -> Iterator[Report]:
    where, name = named
    elsewhere = accounts.get(name, set())
    if {where, ""} & elsewhere or render.outside("ServiceAccount", where, name) or "${" in where + name:
        return
    if is_generated(render.around, "ServiceAccount", name):
        return
    path = ("subjects", position, "name")
    if elsewhere and (where == "default" or render.pods_in(where)):
        message = f"ServiceAccount {name} is in namespace {', '.join(sorted(elsewhere))}, not in {where}"
        yield Report(item.key, (*path[:2], "namespace"), message)
    elif not elsewhere and (render.pods_in(where) or where == render.namespace_of(item.key)):
        message = f"there is no ServiceAccount {name} in namespace {where or '(none)'}"
        ours = bool(render.pods_in(where)) or any(where in places for places in accounts.values())
        yield Report(item.key, path, message, verifiable=ours and not render.is_opaque(where))


@rule("REF019", "duplicate-object-id", Severity.ERROR, Profile.STRUCTURE)
def duplicate_object_id(render: RenderedContext) -> Iterator[Report]:
    """Two sources deploy the same object to the same cluster.

    ## What it does
    Reports objects whose group, kind, namespace and name occur twice in a root, or also in another root
    of the same environment when a controller is known to deploy it. Namespaces are left out: several
    applications may share one.

    ## Why
    The controllers undo each other's changes, and when one source is deleted, prune deletes the object
    that the other still wants.

    ## Example
    ```yaml
    resources: [shared.yaml]  # in two applications of one cluster
    ```

    ## Instead
    ```yaml
    resources: []  # in all but one of them
    ```
    """
    everywhere = _counted(render.around)
    own = Counter(_placed(render, item) for item in render.objects)
    said: set[ObjectKey] = set()
    for item in render.objects:
        key = _placed(render, item)
        unplaced = not key.namespace and render.is_namespaced(key) is not False
        count = own[key] if unplaced or render.controller in GUESSED else everywhere[key]
        if key.name and count > 1 and key not in said and kind_of(key) != "Namespace":
            said.add(key)
            yield Report(item.key, ("metadata", "name"), f"{count} sources deploy {key}")


@lru_cache(maxsize=64)
def _counted(around: Surroundings) -> Counter[ObjectKey]:
    return Counter(item.key for listed in around.known.values() for item in listed)


def _placed(render: RenderedContext, item: KubeObject) -> ObjectKey:
    key = item.key
    where = "" if render.is_namespaced(key) is False else render.namespace_of(key)
    return ObjectKey(key.group, key.kind, where, key.name)
