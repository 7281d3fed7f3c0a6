"""What containers may write to and which parts of their node they see (SEC301, SEC305 to SEC307).

It must not repeat the Pod Security Standards: these rules go beyond them, or say more of the same volume.
A volume counts once however many containers mount it, except where the mount itself is the fault.
"""

from collections.abc import Iterator
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.objects import Workload, child, mappings, text
from promoter.lint.rule import Mend, Report, rule
from promoter.model import Severity

SOCKETS: Final = ("docker.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock", "dockershim.sock")
SENSITIVE: Final = (
    "/", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/root", "/run", "/sys", "/usr", "/var",
    "/var/lib", "/var/run",
)  # fmt: skip
TREES: Final = (
    "/etc/kubernetes", "/root", "/var/lib/kubelet", "/var/lib/etcd", "/var/lib/docker",
    "/var/lib/containerd", "/var/lib/rancher", "/proc", "/sys/kernel",
)  # fmt: skip
SENSITIVE_TREES: Final = tuple(f"{tree}/" for tree in TREES)


def _host_paths(item: Workload) -> Iterator[tuple[int, str, str]]:
    for position, volume in mappings(item.pod, "volumes"):
        host = text(child(volume, "hostPath"), "path")
        if host:
            yield position, text(volume, "name"), host


@rule("SEC301", "writable-root-filesystem", Severity.WARNING, fix="unsafe")
def writable_root_filesystem(render: RenderedContext) -> Iterator[Report]:
    """A container may change the files of its own image.

    ## What it does
    Reports containers without `readOnlyRootFilesystem: true`.

    ## Why
    Whoever gets into the container can replace programs and leave tools behind. A container that
    writes only to volumes also behaves the same after every restart.

    ## Example
    ```yaml
    securityContext: {}
    ```

    ## Instead
    ```yaml
    securityContext:
      readOnlyRootFilesystem: true
    ```

    ## Fix safety
    Unsafe: a program that writes to its image's directories fails until a volume is mounted there.
    """
    for item in render.workloads:
        for container in item.containers:
            if (
                container.role != "ephemeral"
                and container.security.get("readOnlyRootFilesystem") is not True
            ):
                path = (*container.path, "securityContext", "readOnlyRootFilesystem")
                mend = Mend("make the image's files read-only", safe=False, sets=((path, True),))
                yield Report(item.key, path, f"container {container.name!r} may change its own files", mend)


@rule("SEC305", "runtime-socket-mounted", Severity.ERROR)
def runtime_socket_mounted(render: RenderedContext) -> Iterator[Report]:
    """A pod mounts the socket of the container runtime.

    ## What it does
    Reports `hostPath` volumes of docker.sock, containerd.sock, crio.sock and cri-dockerd.sock.

    ## Why
    Whoever can write to the socket can start a privileged container, and so owns the node.

    ## Example
    ```yaml
    volumes:
      - name: docker
        hostPath: {path: /var/run/docker.sock}
    ```

    ## Instead
    ```yaml
    volumes:
      - name: docker
        emptyDir: {}  # with a rootless builder in the pod
    ```
    """
    for item in render.workloads:
        for position, name, host in _host_paths(item):
            if host.rpartition("/")[2] in SOCKETS:
                path = (*item.pod_path, "volumes", position, "hostPath", "path")
                yield Report(item.key, path, f"volume {name!r} is the container runtime's socket")


@rule("SEC306", "sensitive-host-mount", Severity.ERROR)
def sensitive_host_mount(render: RenderedContext) -> Iterator[Report]:
    """A pod mounts a directory that rules its node.

    ## What it does
    Reports `hostPath` volumes of system directories (`/`, `/etc`, `/proc`, `/sys`, `/root`, `/var/run`
    and the like) and of anything below those of the kubelet, etcd and the container runtimes.

    ## Why
    These directories hold the node's credentials, its programs, and the secrets of all its pods.

    ## Example
    ```yaml
    hostPath:
      path: /etc
    ```

    ## Instead
    ```yaml
    hostPath:
      path: /etc/localtime
      type: File
    ```
    """
    for item in render.workloads:
        for position, name, host in _host_paths(item):
            plain = host.rstrip("/") or "/"
            if plain in SENSITIVE or f"{plain}/".startswith(SENSITIVE_TREES):
                path = (*item.pod_path, "volumes", position, "hostPath", "path")
                yield Report(item.key, path, f"volume {name!r} is {host}, which rules the node")


@rule("SEC307", "writable-host-mount", Severity.ERROR, fix="safe")
def writable_host_mount(render: RenderedContext) -> Iterator[Report]:
    """A container may write to a directory of its node.

    ## What it does
    Reports `volumeMounts` of `hostPath` volumes without `readOnly: true`.

    ## Why
    What a container writes there outlives it, and other pods or the node itself may run or trust it.

    ## Example
    ```yaml
    volumeMounts:
      - name: logs
        mountPath: /var/log
    ```

    ## Instead
    ```yaml
    volumeMounts:
      - name: logs
        mountPath: /var/log
        readOnly: true
    ```

    ## Fix safety
    Safe for readers; a container that has to write there needs an exception with a reason.
    """
    for item in render.workloads:
        hosts = {name: host for _, name, host in _host_paths(item)}
        for container in item.containers if hosts else ():
            for position, mount in mappings(container.body, "volumeMounts"):
                name = text(mount, "name")
                if name in hosts and mount.get("readOnly") is not True:
                    place = (*container.path, "volumeMounts", position)
                    mend = Mend("mount it read-only", safe=True, sets=(((*place, "readOnly"), True),))
                    message = f"container {container.name!r} may write to {hosts[name]} of its node"
                    yield Report(item.key, place, message, mend)
