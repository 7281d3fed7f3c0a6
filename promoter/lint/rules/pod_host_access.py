"""The Pod Security Standards' baseline level: how pods reach their node (SEC102 to 104, 111, 112).

These rules give exactly the verdicts of Kubernetes' own admission plugin for the target version
(`kubernetes/pod-security-admission`, policy/check_*.go). They must not judge anything beyond it.
"""

from collections.abc import Iterator
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.objects import child, mappings
from promoter.lint.rule import FieldPath, Mend, Profile, Report, rule
from promoter.model import Json, Severity

WINDOWS: Final = ("securityContext", "windowsOptions", "hostProcess")
PROBE_HOSTS: Final = 34
HANDLERS: Final = (
    ("livenessProbe",),
    ("readinessProbe",),
    ("startupProbe",),
    ("lifecycle", "postStart"),
    ("lifecycle", "preStop"),
)


@rule(
    "SEC102",
    "host-namespaces",
    Severity.ERROR,
    Profile.BASELINE,
    fix="safe",
)
def host_namespaces(render: RenderedContext) -> Iterator[Report]:
    """A pod shares its node's network, processes or memory.

    ## What it does
    Reports `hostNetwork`, `hostPID` and `hostIPC` when true, each on its own line.

    ## Why
    In the node's namespaces a pod sees and reaches what other pods and the node itself do: their
    traffic on loopback, their processes and environment, their shared memory. Network policies do not
    hold for a pod on the node's network.

    ## Example
    ```yaml
    spec:
      hostNetwork: true
    ```

    ## Instead
    ```yaml
    spec:
      hostNetwork: false
    ```

    ## Fix safety
    Safe: the field is removed. A pod that needs the node's network has to be excepted with a reason.
    """
    for item in render.workloads:
        for field in ("hostNetwork", "hostPID", "hostIPC"):
            if item.pod.get(field) is True:
                path = (*item.pod_path, field)
                mend = Mend(f"remove {field}", safe=True, removes=(path,))
                yield Report(item.key, path, f"the pod uses its node's namespace ({field})", mend)


@rule(
    "SEC103",
    "host-path-volume",
    Severity.ERROR,
    Profile.BASELINE,
)
def host_path_volume(render: RenderedContext) -> Iterator[Report]:
    """A volume is a directory of the node.

    ## What it does
    Reports every volume of type `hostPath`.

    ## Why
    A pod that reads or writes the node's files can read other pods' secrets, change the node, and
    finds other data after it moves to another node.

    ## Example
    ```yaml
    volumes:
      - name: data
        hostPath:
          path: /var/lib/data
    ```

    ## Instead
    ```yaml
    volumes:
      - name: data
        persistentVolumeClaim:
          claimName: data
    ```
    """
    for item in render.workloads:
        for position, volume in mappings(item.pod, "volumes"):
            if volume.get("hostPath") is not None:
                path = (*item.pod_path, "volumes", position, "hostPath")
                yield Report(item.key, path, f"volume {volume.get('name')!r} is a directory of the node")


@rule(
    "SEC104",
    "host-port",
    Severity.ERROR,
    Profile.BASELINE,
    fix="unsafe",
)
def host_port(render: RenderedContext) -> Iterator[Report]:
    """A container takes a port of its node.

    ## What it does
    Reports `ports[].hostPort` other than 0.

    ## Why
    Only one such pod fits a node, network policies may not cover the port, and it is reachable on
    every address of the node.

    ## Example
    ```yaml
    ports:
      - containerPort: 8080
        hostPort: 8080
    ```

    ## Instead
    ```yaml
    ports:
      - containerPort: 8080
    ```

    ## Fix safety
    Unsafe: the field is removed, and clients that used the node's address lose the service.
    """
    for item in render.workloads:
        for container in item.containers:
            for position, port in mappings(container.body, "ports"):
                if port.get("hostPort"):
                    path = (*container.path, "ports", position, "hostPort")
                    mend = Mend("remove hostPort", safe=False, removes=(path,))
                    message = f"container {container.name!r} takes port {port['hostPort']} of its node"
                    yield Report(item.key, path, message, mend)


@rule("SEC111", "windows-host-process", Severity.ERROR, Profile.BASELINE, fix="safe")
def windows_host_process(render: RenderedContext) -> Iterator[Report]:
    """A Windows pod runs as a process of its node.

    ## What it does
    Reports `windowsOptions.hostProcess: true` on the pod and on containers.

    ## Why
    A HostProcess container is not contained: it acts with the node's own rights.

    ## Example
    ```yaml
    securityContext:
      windowsOptions:
        hostProcess: true
    ```

    ## Instead
    ```yaml
    securityContext:
      windowsOptions:
        hostProcess: false
    ```

    ## Fix safety
    Safe: the field is set to false, which is what Kubernetes assumes without it.
    """
    for item in render.workloads:
        places = ((item.pod_path, item.security), *((c.path, c.security) for c in item.containers))
        for place, security in places:
            if child(security, "windowsOptions").get("hostProcess") is True:
                path = (*place, *WINDOWS)
                mend = Mend("run in a container of its own", safe=True, sets=((path, False),))
                yield Report(item.key, path, "a Windows container runs as a process of its node", mend)


@rule("SEC112", "host-in-probe-or-hook", Severity.WARNING, Profile.BASELINE, fix="safe")
def host_in_probe_or_hook(render: RenderedContext) -> Iterator[Report]:
    """A probe or lifecycle hook connects to a host other than its pod.

    ## What it does
    Reports `host` in `httpGet` and `tcpSocket` of probes and lifecycle hooks, from Kubernetes 1.34 on.

    ## Why
    The kubelet makes the connection, so the manifest's author can make the node reach any address.

    ## Example
    ```yaml
    livenessProbe:
      httpGet:
        host: 10.0.0.1
        port: 8080
    ```

    ## Instead
    ```yaml
    livenessProbe:
      httpGet:
        port: 8080
    ```

    ## Fix safety
    Safe: the field is removed, and the probe asks the pod itself.
    """
    if render.minor < PROBE_HOSTS:
        return
    for item in render.workloads:
        for container in item.containers:
            for path, host in _hosts(container.body):
                full = (*container.path, *path)
                mend = Mend("ask the pod itself", safe=True, removes=(full,))
                yield Report(item.key, full, f"container {container.name!r} is probed at {host!r}", mend)


def _hosts(container: dict[str, Json]) -> Iterator[tuple[FieldPath, Json]]:
    for steps in HANDLERS:
        handler = container
        for step in steps:
            handler = child(handler, step)
        for action in ("httpGet", "tcpSocket") if handler else ():
            host = child(handler, action).get("host")
            if host:
                yield (*steps, action, "host"), host
