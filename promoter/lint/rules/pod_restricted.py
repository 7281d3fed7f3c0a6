"""The Pod Security Standards' restricted level (SEC201 to SEC204, SEC206) and its weaker form SEC207.

All but SEC207 give exactly the verdicts of Kubernetes' own admission plugin for the target version
(`kubernetes/pod-security-admission`, policy/check_*.go). They must not judge anything beyond it.
"""

from collections.abc import Iterator
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.objects import Workload, child, items, mappings, text
from promoter.lint.rule import Mend, Profile, Report, rule
from promoter.model import Json, Severity

ESCALATION, CAPABILITIES, ROOT_UID, WINDOWS, USER_NAMESPACES = 8, 22, 23, 25, 35
VOLUMES: Final = (
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim",
    "projected", "secret",
)  # fmt: skip


def _exempt(render: RenderedContext, item: Workload) -> bool:
    return render.minor >= WINDOWS and text(child(item.pod, "os"), "name") == "windows"


def _own_users(render: RenderedContext, item: Workload) -> bool:
    return render.minor >= USER_NAMESPACES and item.pod.get("hostUsers") is False


@rule("SEC201", "privilege-escalation", Severity.WARNING, fix="safe")
def privilege_escalation(render: RenderedContext) -> Iterator[Report]:
    """A container may gain more privileges than it started with.

    ## What it does
    Reports containers without `allowPrivilegeEscalation: false` (Windows pods are left out from
    Kubernetes 1.25 on).

    ## Why
    Unless it is false, a program with the set-user-id bit makes an unprivileged process root.

    ## Example
    ```yaml
    securityContext:
      allowPrivilegeEscalation: true
    ```

    ## Instead
    ```yaml
    securityContext:
      allowPrivilegeEscalation: false
    ```

    ## Fix safety
    Safe: only programs that rely on `sudo` or set-user-id files notice it.
    """
    if render.minor < ESCALATION:
        return
    for item in render.workloads:
        for container in item.containers if not _exempt(render, item) else ():
            if container.security.get("allowPrivilegeEscalation") is not False:
                path = (*container.path, "securityContext", "allowPrivilegeEscalation")
                mend = Mend("forbid escalation", safe=True, sets=((path, False),))
                message = f"container {container.name!r} may gain privileges"
                yield Report(item.key, path, message, mend)


@rule("SEC202", "run-as-non-root", Severity.WARNING, fix="unsafe")
def run_as_non_root(render: RenderedContext) -> Iterator[Report]:
    """Nothing keeps a container from running as root.

    ## What it does
    Reports containers for which neither they nor their pod say `runAsNonRoot: true`. From Kubernetes
    1.35 a pod with `hostUsers: false` passes.

    ## Why
    Root in the container is root on the node for whoever breaks out. The field makes the kubelet
    refuse an image that would start as root.

    ## Example
    ```yaml
    spec:
      containers:
        - name: web
    ```

    ## Instead
    ```yaml
    spec:
      securityContext:
        runAsNonRoot: true
    ```

    ## Fix safety
    Unsafe: an image that starts as root no longer starts.
    """
    for item in render.workloads:
        if not _own_users(render, item):
            yield from _may_be_root(item)


def _may_be_root(item: Workload) -> Iterator[Report]:
    of_pod = item.security.get("runAsNonRoot")
    place = (*item.pod_path, "securityContext", "runAsNonRoot")
    mend = Mend("refuse images that start as root", safe=False, sets=((place, True),))
    if of_pod is False:
        yield Report(item.key, place, "the pod may run as root", mend)
    unsaid = []
    for container in item.containers:
        value = container.security.get("runAsNonRoot")
        path = (*container.path, "securityContext", "runAsNonRoot")
        if value is False:
            mend_here = Mend(mend.description, safe=False, sets=((path, True),))
            yield Report(item.key, path, f"container {container.name!r} may run as root", mend_here)
        elif value is not True:
            unsaid.append(container.name)
    if unsaid and of_pod is not True and of_pod is not False:
        yield Report(item.key, place, f"nothing keeps {', '.join(unsaid)} from running as root", mend)


@rule("SEC203", "run-as-root-uid", Severity.ERROR)
def run_as_root_uid(render: RenderedContext) -> Iterator[Report]:
    """A pod or container is told to run as root.

    ## What it does
    Reports `runAsUser: 0`. From Kubernetes 1.35 a pod with `hostUsers: false` passes.

    ## Why
    Root in the container is root on the node for whoever breaks out.

    ## Example
    ```yaml
    securityContext:
      runAsUser: 0
    ```

    ## Instead
    ```yaml
    securityContext:
      runAsUser: 10001
    ```
    """
    if render.minor < ROOT_UID:
        return
    for item in render.workloads:
        places = ((item.pod_path, item.security), *((c.path, c.security) for c in item.containers))
        for place, security in places if not _own_users(render, item) else ():
            value = security.get("runAsUser")
            if value == 0 and value is not False:
                yield Report(
                    item.key, (*place, "securityContext", "runAsUser"), "it is told to run as root"
                )


@rule("SEC204", "drop-all-capabilities", Severity.WARNING, fix="safe", overrides="SEC105 SEC207")
def drop_all_capabilities(render: RenderedContext) -> Iterator[Report]:
    """A container keeps capabilities that it was never asked to have.

    ## What it does
    Reports containers whose `capabilities.drop` lacks `ALL`, and added capabilities other than
    `NET_BIND_SERVICE` (Kubernetes 1.22 and later; Windows pods are left out from 1.25 on).

    ## Why
    Runtimes give every container a dozen capabilities; few programs use one of them.

    ## Example
    ```yaml
    securityContext: {}
    ```

    ## Instead
    ```yaml
    securityContext:
      capabilities:
        drop: [ALL]
    ```

    ## Fix safety
    Safe for programs that do not run as root; those need their capabilities added back one by one.
    """
    if render.minor < CAPABILITIES:
        return
    for item in render.workloads:
        for container in item.containers if not _exempt(render, item) else ():
            capabilities = child(container.security, "capabilities")
            place = (*container.path, "securityContext", "capabilities")
            if "ALL" not in items(capabilities, "drop"):
                drop = [*items(capabilities, "drop"), "ALL"]
                mend = Mend("drop all capabilities", safe=True, sets=(((*place, "drop"), drop),))
                message = f"container {container.name!r} does not drop all capabilities"
                yield Report(item.key, (*place, "drop"), message, mend)
            for position, name in enumerate(items(capabilities, "add")):
                if name != "NET_BIND_SERVICE":
                    message = f"container {container.name!r} adds capability {name}"
                    yield Report(item.key, (*place, "add", position), message)


@rule("SEC206", "restricted-volume-type", Severity.WARNING, Profile.RESTRICTED, overrides="SEC103")
def restricted_volume_type(render: RenderedContext) -> Iterator[Report]:
    """A volume is of a type that the restricted level does not allow.

    ## What it does
    Reports volumes other than configMap, csi, downwardAPI, emptyDir, ephemeral, image,
    persistentVolumeClaim, projected and secret.

    ## Why
    The other types reach the node or the storage system directly, past quotas and access control.

    ## Example
    ```yaml
    volumes:
      - name: share
        nfs: {server: files.example.com, path: /}
    ```

    ## Instead
    ```yaml
    volumes:
      - name: share
        persistentVolumeClaim: {claimName: share}
    ```
    """
    for item in render.workloads:
        for position, volume in mappings(item.pod, "volumes"):
            source = _source(volume)
            if source and source not in VOLUMES:
                path = (*item.pod_path, "volumes", position, source)
                yield Report(item.key, path, f"volume {volume.get('name')!r} is of type {source}")


def _source(volume: dict[str, Json]) -> str:
    kinds = [key for key, value in volume.items() if key != "name" and value is not None]
    return next((kind for kind in kinds if kind in VOLUMES), kinds[0] if kinds else "")


@rule("SEC207", "drop-net-raw", Severity.WARNING, fix="safe")
def drop_net_raw(render: RenderedContext) -> Iterator[Report]:
    """A container can forge network packets, because it keeps the capability NET_RAW.

    ## What it does
    Reports containers whose `capabilities.drop` holds neither `NET_RAW` nor `ALL`. Where SEC204
    reports the same container, only SEC204 is shown.

    ## Why
    With raw sockets a container can pretend to be another pod of its node.

    ## Example
    ```yaml
    securityContext: {}
    ```

    ## Instead
    ```yaml
    securityContext:
      capabilities:
        drop: [NET_RAW]
    ```

    ## Fix safety
    Safe: only tools such as `ping` use the capability.
    """
    for item in render.workloads:
        for container in item.containers:
            drop = items(child(container.security, "capabilities"), "drop")
            if not {"NET_RAW", "CAP_NET_RAW", "ALL", "all"} & {
                name for name in drop if isinstance(name, str)
            }:
                path = (*container.path, "securityContext", "capabilities", "drop")
                mend = Mend("drop NET_RAW", safe=True, sets=((path, [*drop, "NET_RAW"]),))
                yield Report(item.key, path, f"container {container.name!r} keeps NET_RAW", mend)
