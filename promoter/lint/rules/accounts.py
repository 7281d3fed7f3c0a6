"""Who acts: subjects of bindings and the ServiceAccounts of pods (RBAC013, RBAC015 to RBAC017).

It must not judge what roles allow.
"""

from collections.abc import Iterator
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.objects import Workload, text
from promoter.lint.roles import BINDINGS, is_foreign, subjects
from promoter.lint.rule import Mend, Profile, Report, rule
from promoter.model import KubeObject, Severity

EVERYONE: Final = {
    ("User", "system:anonymous"): "anyone, without signing in",
    ("Group", "system:unauthenticated"): "anyone, without signing in",
    ("Group", "system:authenticated"): "everyone who can sign in",
}
AUTOMOUNT: Final = "automountServiceAccountToken"


@rule("RBAC013", "anonymous-or-authenticated-binding", Severity.ERROR, Profile.BASELINE)
def anonymous_or_authenticated_binding(render: RenderedContext) -> Iterator[Report]:
    """A binding grants a role to everyone.

    ## What it does
    Reports the subjects system:anonymous, system:unauthenticated and system:authenticated in bindings of
    the repository's own.

    ## Why
    The role is open to people and programs that nobody chose.

    ## Example
    ```yaml
    subjects: [{kind: Group, name: "system:unauthenticated"}]
    ```

    ## Instead
    ```yaml
    subjects: [{kind: Group, name: shop-developers}]
    ```
    """
    for binding in render.of_kind(*BINDINGS):
        for position, subject in subjects(binding) if not is_foreign(binding.key.name) else ():
            who = EVERYONE.get((text(subject, "kind"), text(subject, "name")))
            if who:
                yield Report(binding.key, ("subjects", position, "name"), f"the role is granted to {who}")


def _account(item: Workload) -> str:
    return text(item.pod, "serviceAccountName") or text(item.pod, "serviceAccount") or "default"


@rule("RBAC015", "default-service-account-bound", Severity.WARNING)
def default_service_account_bound(render: RenderedContext) -> Iterator[Report]:
    """A workload or a binding uses the ServiceAccount `default`.

    ## What it does
    Reports pods that run as `default`, said or unsaid, unless their token is not mounted, and bindings to a
    ServiceAccount `default`.

    ## Why
    All pods of the namespace that name no account share it: a right for one is a right for all.

    ## Example
    ```yaml
    serviceAccountName: default
    ```

    ## Instead
    ```yaml
    serviceAccountName: web
    ```
    """
    for item in render.workloads:
        if _account(item) == "default" and not _unmounted(render, item):
            path = (*item.pod_path, "serviceAccountName")
            yield Report(item.key, path, f"{item.kind} {item.key.name} runs as the account default")
    for binding in render.of_kind(*BINDINGS):
        for position, subject in subjects(binding):
            if subject.get("kind") == "ServiceAccount" and subject.get("name") == "default":
                message = "every pod of the namespace that names no account gets the role"
                yield Report(binding.key, ("subjects", position, "name"), message)


def _service_account(render: RenderedContext, item: Workload) -> KubeObject | None:
    return render.find("ServiceAccount", item.namespace, _account(item))


def _unmounted(render: RenderedContext, item: Workload) -> bool:
    """Whether no token of the account is mounted; the pod's word counts before the account's."""
    said = item.pod.get(AUTOMOUNT)
    if said is None:
        account = _service_account(render, item)
        said = None if account is None else account.body.get(AUTOMOUNT)
    return said is False


@rule("RBAC016", "token-automounted", Severity.WARNING, fix="unsafe")
def token_automounted(render: RenderedContext) -> Iterator[Report]:
    """A pod gets a token for the API server that it hardly needs.

    ## What it does
    Reports workloads for which neither the pod nor its ServiceAccount says
    `automountServiceAccountToken: false`, unless a binding grants the account something.

    ## Why
    Whoever breaks into the pod can talk to the API server in its name.

    ## Example
    ```yaml
    spec:
      containers: []
    ```

    ## Instead
    ```yaml
    spec:
      automountServiceAccountToken: false
      containers: []
    ```

    ## Fix safety
    Unsafe: a program that talks to the API server fails.
    """
    bound = {
        (text(subject, "namespace") or binding.key.namespace, text(subject, "name"))
        for binding in render.known(*BINDINGS)
        for _, subject in subjects(binding)
    }
    for item in render.workloads:
        if not _unmounted(render, item) and not _is_bound(item, bound):
            path = (*item.pod_path, AUTOMOUNT)
            mend = Mend("mount no token", safe=False, sets=((path, False),))
            yield Report(item.key, path, f"the pods of {item.key.name} get a token they hardly need", mend)


def _is_bound(item: Workload, bound: set[tuple[str, str]]) -> bool:
    """Whether a binding grants the account something; of any namespace where the pod's is not known."""
    account = _account(item)
    return any(name == account and item.namespace in ("", where) for where, name in bound)


@rule("RBAC017", "deprecated-service-account-field", Severity.WARNING, fix="safe")
def deprecated_service_account_field(render: RenderedContext) -> Iterator[Report]:
    """A pod names its account in the field that was given up.

    ## What it does
    Reports `serviceAccount` where `serviceAccountName` is missing or says something else.

    ## Why
    Tools and patches look at `serviceAccountName` only; where the two differ, the new field wins.

    ## Example
    ```yaml
    serviceAccount: web
    ```

    ## Instead
    ```yaml
    serviceAccountName: web
    ```

    ## Fix safety
    Safe: the account stays the same.
    """
    for item in render.workloads:
        old, new = text(item.pod, "serviceAccount"), text(item.pod, "serviceAccountName")
        if old and old != new:
            path, instead = (*item.pod_path, "serviceAccount"), (*item.pod_path, "serviceAccountName")
            sets = () if new else ((instead, old),)
            mend = Mend("use serviceAccountName", safe=True, sets=sets, removes=(path,))
            message = (
                f"serviceAccount is {old}, serviceAccountName {new}" if new else "the field is deprecated"
            )
            yield Report(item.key, path, message, mend)
