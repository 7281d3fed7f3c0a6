"""The Pod Security Standards' baseline level: what privileges containers have (SEC101, 105, 106, 110).

These rules give exactly the verdicts of Kubernetes' own admission plugin for the target version
(`kubernetes/pod-security-admission`, policy/check_*.go). They must not judge anything beyond it.
"""

from collections.abc import Iterator
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.objects import child, items, mappings, text
from promoter.lint.rule import Mend, Profile, Report, rule
from promoter.model import Severity

USER_NAMESPACES: Final = 35
CAPABILITIES: Final = (
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE",
    "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
)  # fmt: skip
SYSCTLS: Final = (
    (0, "kernel.shm_rmid_forced"),
    (0, "net.ipv4.ip_local_port_range"),
    (0, "net.ipv4.tcp_syncookies"),
    (0, "net.ipv4.ping_group_range"),
    (0, "net.ipv4.ip_unprivileged_port_start"),
    (27, "net.ipv4.ip_local_reserved_ports"),
    (29, "net.ipv4.tcp_keepalive_time"),
    (29, "net.ipv4.tcp_fin_timeout"),
    (29, "net.ipv4.tcp_keepalive_intvl"),
    (29, "net.ipv4.tcp_keepalive_probes"),
    (32, "net.ipv4.tcp_rmem"),
    (32, "net.ipv4.tcp_wmem"),
    (37, "net.ipv4.tcp_slow_start_after_idle"),
    (37, "net.ipv4.tcp_notsent_lowat"),
)


@rule(
    "SEC101",
    "privileged-container",
    Severity.ERROR,
    Profile.BASELINE,
    fix="safe",
)
def privileged_container(render: RenderedContext) -> Iterator[Report]:
    """A container runs privileged.

    ## What it does
    Reports `securityContext.privileged: true` on any container, init and ephemeral ones included.

    ## Why
    A privileged container has every capability and every device of its node: whoever breaks into it owns
    the node, and with it all other pods there.

    ## Example
    ```yaml
    securityContext:
      privileged: true
    ```

    ## Instead
    ```yaml
    securityContext:
      privileged: false
      capabilities:
        drop: [ALL]
    ```

    ## Fix safety
    Safe: the field is set to false, which is what Kubernetes assumes without it.
    """
    for item in render.workloads:
        for container in item.containers:
            if container.security.get("privileged") is True:
                path = (*container.path, "securityContext", "privileged")
                mend = Mend("run the container without privileges", safe=True, sets=((path, False),))
                yield Report(item.key, path, f"container {container.name!r} runs privileged", mend)


@rule(
    "SEC105",
    "capabilities-baseline",
    Severity.ERROR,
    Profile.BASELINE,
    fix="unsafe",
)
def capabilities_baseline(render: RenderedContext) -> Iterator[Report]:
    """A container adds a capability that container runtimes do not give by default.

    ## What it does
    Reports entries of `capabilities.add` outside the baseline set, `NET_RAW` and `ALL` among them.

    ## Why
    Capabilities such as `SYS_ADMIN` or `NET_RAW` undo the isolation between a container and its node.

    ## Example
    ```yaml
    securityContext:
      capabilities:
        add: [SYS_ADMIN]
    ```

    ## Instead
    ```yaml
    securityContext:
      capabilities:
        drop: [ALL]
        add: [NET_BIND_SERVICE]
    ```

    ## Fix safety
    Unsafe: the entry is removed, and a program that uses the capability fails.
    """
    for item in render.workloads:
        for container in item.containers:
            added = items(child(container.security, "capabilities"), "add")
            for position, name in enumerate(added):
                if name not in CAPABILITIES:
                    path = (*container.path, "securityContext", "capabilities", "add", position)
                    mend = Mend(f"do not add {name}", safe=False, removes=(path,))
                    yield Report(
                        item.key, path, f"container {container.name!r} adds capability {name}", mend
                    )


@rule(
    "SEC106",
    "proc-mount",
    Severity.ERROR,
    Profile.BASELINE,
    fix="safe",
)
def proc_mount(render: RenderedContext) -> Iterator[Report]:
    """A container sees /proc without the usual masks.

    ## What it does
    Reports `securityContext.procMount` other than `Default`. From Kubernetes 1.35 a pod with
    `hostUsers: false` may set it, except under the profile `restricted`.

    ## Why
    The masks hide parts of /proc that tell about, or change, the node's kernel.

    ## Example
    ```yaml
    securityContext:
      procMount: Unmasked
    ```

    ## Instead
    ```yaml
    securityContext:
      procMount: Default
    ```

    ## Fix safety
    Safe: the field is set to `Default`, which is what Kubernetes assumes without it.
    """
    relaxed = render.minor >= USER_NAMESPACES and render.profile < Profile.RESTRICTED
    for item in render.workloads:
        if relaxed and item.pod.get("hostUsers") is False:
            continue
        for container in item.containers:
            if container.security.get("procMount") not in (None, "Default"):
                path = (*container.path, "securityContext", "procMount")
                mend = Mend("use the default masks", safe=True, sets=((path, "Default"),))
                yield Report(item.key, path, f"container {container.name!r} unmasks /proc", mend)


@rule("SEC110", "unsafe-sysctl", Severity.ERROR, Profile.BASELINE)
def unsafe_sysctl(render: RenderedContext) -> Iterator[Report]:
    """A pod sets a kernel parameter that is not safe to set per pod.

    ## What it does
    Reports `securityContext.sysctls[]` outside the list that is safe in the target version.

    ## Why
    Other parameters act on the whole node, or let a pod harm its neighbours.

    ## Example
    ```yaml
    sysctls:
      - name: kernel.msgmax
        value: "65536"
    ```

    ## Instead
    ```yaml
    sysctls:
      - name: net.ipv4.tcp_syncookies
        value: "1"
    ```
    """
    safe = {name for since, name in SYSCTLS if render.minor >= since}
    for item in render.workloads:
        for position, sysctl in mappings(item.security, "sysctls"):
            name = text(sysctl, "name")
            if name not in safe:
                path = (*item.pod_path, "securityContext", "sysctls", position, "name")
                yield Report(item.key, path, f"sysctl {name} is not safe in Kubernetes 1.{render.minor}")
