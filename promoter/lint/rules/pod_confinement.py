"""The Pod Security Standards on SELinux, seccomp and AppArmor (SEC107 to SEC109, SEC205).

These rules give exactly the verdicts of Kubernetes' own admission plugin for the target version
(`kubernetes/pod-security-admission`, policy/check_*.go). They must not judge anything beyond it.
"""

from collections.abc import Iterator
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.objects import Container, Workload, child, text
from promoter.lint.rule import FieldPath, Mend, Profile, Report, rule
from promoter.model import Json, Severity

SELINUX_TYPES: Final = ("", "container_t", "container_init_t", "container_kvm_t")
ENGINE_TYPE: Final = (31, "container_engine_t")
SECCOMP_FIELDS: Final = 19
WINDOWS_EXEMPT: Final = 25
CONFINED: Final = ("RuntimeDefault", "Localhost")
SECCOMP_POD: Final = "seccomp.security.alpha.kubernetes.io/pod"
SECCOMP_CONTAINER: Final = "container.seccomp.security.alpha.kubernetes.io/"
APPARMOR: Final = "container.apparmor.security.beta.kubernetes.io/"
SECCOMP_TYPE: Final = ("securityContext", "seccompProfile", "type")
APPARMOR_TYPE: Final = ("securityContext", "appArmorProfile", "type")


def _places(item: Workload) -> Iterator[tuple[FieldPath, dict[str, Json]]]:
    yield item.pod_path, item.security
    for container in item.containers:
        yield container.path, container.security


@rule("SEC107", "selinux-options", Severity.ERROR, Profile.BASELINE)
def selinux_options(render: RenderedContext) -> Iterator[Report]:
    """A pod chooses its own SELinux user, role or an unusual type.

    ## What it does
    Reports `seLinuxOptions.user` and `role` when set, and a `type` other than `container_t`,
    `container_init_t`, `container_kvm_t` and, from Kubernetes 1.31, `container_engine_t`.

    ## Why
    Another type or user can take away the confinement that SELinux gives containers.

    ## Example
    ```yaml
    seLinuxOptions:
      type: spc_t
    ```

    ## Instead
    ```yaml
    seLinuxOptions:
      type: container_t
      level: "s0:c123,c456"
    ```
    """
    since, engine = ENGINE_TYPE
    types = (*SELINUX_TYPES, engine) if render.minor >= since else SELINUX_TYPES
    for item in render.workloads:
        for place, security in _places(item):
            options = child(security, "seLinuxOptions")
            for field in ("type", "user", "role") if options else ():
                value = options.get(field)
                if value and (field != "type" or value not in types):
                    path = (*place, "securityContext", "seLinuxOptions", field)
                    yield Report(item.key, path, f"SELinux {field} {value!r} is not allowed")


@rule("SEC108", "seccomp-unconfined", Severity.ERROR, Profile.BASELINE, fix="safe")
def seccomp_unconfined(render: RenderedContext) -> Iterator[Report]:
    """A pod or container turns the seccomp filter off.

    ## What it does
    Reports a `seccompProfile.type` other than `RuntimeDefault` and `Localhost` (before Kubernetes 1.19
    the annotations that stood for it). A missing profile is SEC205.

    ## Why
    The filter keeps rarely used system calls, in which most kernel faults are found, out of reach.

    ## Example
    ```yaml
    securityContext:
      seccompProfile:
        type: Unconfined
    ```

    ## Instead
    ```yaml
    securityContext:
      seccompProfile:
        type: RuntimeDefault
    ```

    ## Fix safety
    Safe: the container runtime's default filter is what most containers run with.
    """
    for item in render.workloads:
        if render.minor < SECCOMP_FIELDS:
            yield from _seccomp_annotations(item)
            continue
        for place, security in _places(item):
            value = child(security, "seccompProfile").get("type")
            if value is not None and value not in CONFINED:
                path = (*place, *SECCOMP_TYPE)
                mend = Mend("use the runtime's filter", safe=True, sets=((path, "RuntimeDefault"),))
                yield Report(item.key, path, f"seccomp profile {value!r} filters nothing", mend)


def _seccomp_annotations(item: Workload) -> Iterator[Report]:
    for key, value in item.annotations.items():
        named = key == SECCOMP_POD or key.startswith(SECCOMP_CONTAINER)
        allowed = value in ("runtime/default", "docker/default") or value.startswith("localhost/")
        if named and not allowed:
            path = (*item.template_path, "metadata", "annotations", key)
            yield Report(item.key, path, f"seccomp profile {value!r} filters nothing")


@rule("SEC109", "apparmor-unconfined", Severity.ERROR, Profile.BASELINE, fix="safe")
def apparmor_unconfined(render: RenderedContext) -> Iterator[Report]:
    """A pod or container turns AppArmor off.

    ## What it does
    Reports an `appArmorProfile.type` other than `RuntimeDefault` and `Localhost`, and the annotation
    `container.apparmor.security.beta.kubernetes.io/NAME` with a value that loads no profile.

    ## Why
    AppArmor keeps a container from mounting, tracing and writing where it must not.

    ## Example
    ```yaml
    securityContext:
      appArmorProfile:
        type: Unconfined
    ```

    ## Instead
    ```yaml
    securityContext:
      appArmorProfile:
        type: RuntimeDefault
    ```

    ## Fix safety
    Safe: the container runtime's default profile is what most containers run with.
    """
    for item in render.workloads:
        for key, value in item.annotations.items():
            confined = value in ("", "runtime/default") or value.startswith("localhost/")
            if key.startswith(APPARMOR) and not confined:
                path: FieldPath = (*item.template_path, "metadata", "annotations", key)
                mend = Mend("use the runtime's profile", safe=True, sets=((path, "runtime/default"),))
                yield Report(item.key, path, f"AppArmor profile {value!r} confines nothing", mend)
        for place, security in _places(item):
            kind = child(security, "appArmorProfile").get("type")
            if kind is not None and kind not in CONFINED:
                path = (*place, *APPARMOR_TYPE)
                mend = Mend("use the runtime's profile", safe=True, sets=((path, "RuntimeDefault"),))
                yield Report(item.key, path, f"AppArmor profile {kind!r} confines nothing", mend)


@rule("SEC205", "seccomp-missing", Severity.WARNING, Profile.RECOMMENDED, fix="safe", overrides="SEC108")
def seccomp_missing(render: RenderedContext) -> Iterator[Report]:
    """A container runs without a seccomp filter, because neither it nor its pod names one.

    ## What it does
    Reports pods and containers whose `seccompProfile.type` is neither `RuntimeDefault` nor
    `Localhost`, unset included (Kubernetes 1.19 and later; Windows pods are left out from 1.25 on).

    ## Why
    Without a profile Kubernetes leaves all system calls open, unless the node says otherwise.

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
        seccompProfile:
          type: RuntimeDefault
    ```

    ## Fix safety
    Safe: the container runtime's default filter blocks only calls that containers hardly need.
    """
    if render.minor < SECCOMP_FIELDS:
        return
    for item in render.workloads:
        windows = text(child(item.pod, "os"), "name") == "windows"
        if not (windows and render.minor >= WINDOWS_EXEMPT):
            yield from _unfiltered(item)


def _unfiltered(item: Workload) -> Iterator[Report]:
    place = (*item.pod_path, *SECCOMP_TYPE)
    mend = Mend("use the runtime's filter for the pod", safe=True, sets=((place, "RuntimeDefault"),))
    of_pod = child(item.security, "seccompProfile").get("type")
    if of_pod is not None and of_pod not in CONFINED:
        yield Report(item.key, place, f"seccomp profile {of_pod!r} filters nothing", mend)
    missing: list[Container] = []
    for container in item.containers:
        value = child(container.security, "seccompProfile").get("type")
        if value is None:
            missing.append(container)
        elif value not in CONFINED:
            path = (*container.path, *SECCOMP_TYPE)
            yield Report(item.key, path, f"seccomp profile {value!r} filters nothing")
    if missing and of_pod is None:
        names = ", ".join(container.name for container in missing)
        yield Report(item.key, place, f"no seccomp profile for {names}", mend)
