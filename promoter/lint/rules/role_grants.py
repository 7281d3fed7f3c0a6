"""What roles allow (RBAC001 to RBAC006).

It must not judge roles that Kubernetes or a provider brings along unless the repository grants them. A rule
limited by `resourceNames` is narrow enough for reading.
"""

from collections.abc import Iterator
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.roles import (
    ANY,
    BINDINGS,
    GROUP,
    ROLES,
    Grant,
    find,
    grants,
    is_foreign,
    own_roles,
    reference,
)
from promoter.lint.rule import Profile, Report, rule
from promoter.model import KubeObject, Severity

READING: Final = ("get", "list", "watch")
MAKERS: Final = (
    "pods", "deployments", "daemonsets", "statefulsets", "replicasets", "replicationcontrollers", "jobs",
    "cronjobs",
)  # fmt: skip
MAKER_GROUPS: Final = ("", "apps", "batch", "extensions")
INSIDE: Final = ("pods/exec", "pods/attach", "pods/portforward")
SUBJECTS: Final = ("users", "groups", "serviceaccounts", "uids", "userextras")


def _own(render: RenderedContext) -> Iterator[tuple[KubeObject, Grant]]:
    for role in own_roles(render.around, render.of_kind(*ROLES)):
        for grant in grants(role):
            yield role, grant


@rule("RBAC001", "cluster-admin-binding", Severity.ERROR, Profile.BASELINE)
def cluster_admin_binding(render: RenderedContext) -> Iterator[Report]:
    """A binding gives somebody all rights.

    ## What it does
    Reports bindings to `cluster-admin`, and to roles that allow every verb on every resource of every
    group.

    ## Why
    Whoever gets hold of such an account, a pod that runs with it included, owns the cluster.

    ## Example
    ```yaml
    kind: ClusterRoleBinding
    roleRef: {kind: ClusterRole, name: cluster-admin}
    ```

    ## Instead
    ```yaml
    kind: RoleBinding
    roleRef: {kind: ClusterRole, name: edit}
    ```
    """
    for binding in render.of_kind(*BINDINGS):
        kind, name = reference(binding)
        if binding.key.name == "cluster-admin" or is_foreign(binding.key.name):
            continue
        role = find(render.around, kind, render.namespace_of(binding.key), name)
        if name == "cluster-admin" or (role is not None and any(_is_all(grant) for grant in grants(role))):
            message = f"{kind} {name} allows everything"
            related = () if role is None else ((role.key, ("rules",)),)
            yield Report(binding.key, ("roleRef", "name"), message, related=related)


def _is_all(grant: Grant) -> bool:
    verbs = {"get", "list", "watch", "create", "update", "patch", "delete"} <= set(grant.verbs)
    return ANY in grant.groups and ANY in grant.resources and (ANY in grant.verbs or verbs)


@rule("RBAC002", "wildcard-rule", Severity.ERROR, Profile.BASELINE)
def wildcard_rule(render: RenderedContext) -> Iterator[Report]:
    """A role allows more than it names.

    ## What it does
    Reports rules with `*` in `verbs`, `resources` or `apiGroups`, once for each rule.

    ## Why
    The role grows by itself with every new resource and every new verb.

    ## Example
    ```yaml
    rules: [{apiGroups: [""], resources: ["*"], verbs: [get]}]
    ```

    ## Instead
    ```yaml
    rules: [{apiGroups: [""], resources: [pods, services], verbs: [get]}]
    ```
    """
    for role, grant in _own(render):
        listed = (("verbs", grant.verbs), ("resources", grant.resources), ("apiGroups", grant.groups))
        wild = [field for field, names in listed if ANY in names]
        if wild:
            message = f"{role.key.kind} {role.key.name} allows every one of {', '.join(wild)}"
            yield Report(role.key, ("rules", grant.position, wild[0]), message)


@rule("RBAC003", "secrets-access", Severity.WARNING)
def secrets_access(render: RenderedContext) -> Iterator[Report]:
    """A role lets its holders read all Secrets of a namespace or of the cluster.

    ## What it does
    Reports rules that allow get, list or watch on secrets without naming them.

    ## Why
    Secrets of the namespace include tokens of accounts with more rights. `list` shows their contents
    just as `get` does.

    ## Example
    ```yaml
    rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
    ```

    ## Instead
    ```yaml
    rules: [{apiGroups: [""], resources: [secrets], resourceNames: [web], verbs: [get]}]
    ```
    """
    for role, grant in _own(render):
        if not grant.named and grant.allows(("",), ("secrets",), READING):
            scope = "of the cluster" if role.key.kind == "ClusterRole" else "of its namespace"
            message = f"{role.key.kind} {role.key.name} can read all Secrets {scope}"
            yield Report(role.key, ("rules", grant.position, "resources"), message)


@rule("RBAC004", "create-pods", Severity.WARNING)
def create_pods(render: RenderedContext) -> Iterator[Report]:
    """A role lets its holders run pods, and so use every account and Secret of the namespace.

    ## What it does
    Reports rules that allow `create` on pods or on workloads that make them.

    ## Why
    A pod may mount any Secret and run as any ServiceAccount of its namespace.

    ## Example
    ```yaml
    rules: [{apiGroups: [apps], resources: [deployments], verbs: [create]}]
    ```

    ## Instead
    ```yaml
    rules: [{apiGroups: [apps], resources: [deployments], verbs: [get, patch]}]
    ```
    """
    for role, grant in _own(render):
        if grant.allows(MAKER_GROUPS, MAKERS, ("create",)):
            message = f"{role.key.kind} {role.key.name} can create pods"
            yield Report(role.key, ("rules", grant.position, "verbs"), message)


@rule("RBAC005", "pod-exec-attach", Severity.WARNING)
def pod_exec_attach(render: RenderedContext) -> Iterator[Report]:
    """A role lets its holders get into running pods.

    ## What it does
    Reports rules that allow get or create on pods/exec, pods/attach and pods/portforward.

    ## Why
    A shell in a pod reads its Secrets and acts with its account, and leaves no trace in Git.

    ## Example
    ```yaml
    rules: [{apiGroups: [""], resources: [pods/exec], verbs: [create]}]
    ```

    ## Instead
    ```yaml
    rules: [{apiGroups: [""], resources: [pods, pods/log], verbs: [get]}]
    ```
    """
    for role, grant in _own(render):
        if grant.allows(("",), INSIDE, ("get", "create")):
            message = f"{role.key.kind} {role.key.name} can get into running pods"
            yield Report(role.key, ("rules", grant.position, "resources"), message)


@rule("RBAC006", "escalation-verbs", Severity.ERROR, Profile.BASELINE)
def escalation_verbs(render: RenderedContext) -> Iterator[Report]:
    """A role lets its holders give themselves more rights.

    ## What it does
    Reports rules with the verbs bind or escalate on roles, and impersonate on users, groups and accounts.

    ## Why
    Each of them makes its holder as mighty as the mightiest role or user there is.

    ## Example
    ```yaml
    rules: [{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [escalate]}]
    ```

    ## Instead
    ```yaml
    rules: [{apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: [get, list]}]
    ```
    """
    for role, grant in _own(render):
        said = sorted({"bind", "escalate"} & set(grant.verbs))
        rights = said if grant.allows((GROUP,), ("roles", "clusterroles"), ("bind", "escalate")) else []
        if "impersonate" in grant.verbs and not grant.named:
            rights = [*rights, "impersonate"] if _meets_subjects(grant) else rights
        if rights:
            message = f"{role.key.kind} {role.key.name} allows {', '.join(rights)}"
            yield Report(role.key, ("rules", grant.position, "verbs"), message)


def _meets_subjects(grant: Grant) -> bool:
    names = {resource.partition("/")[0] for resource in grant.resources}
    return bool(names & {*SUBJECTS, ANY})
