"""Health checks of containers (RES101 to RES104, RES107).

It must not judge how long a probe waits. Jobs and plain init containers come to an end and need none;
init containers that restart (sidecars) are treated as containers.
"""

from collections.abc import Iterator
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.objects import Container, child, mappings, text, whole
from promoter.lint.rule import Option, Profile, Report, rule
from promoter.model import Json, Severity

HIGHEST_PORT: Final = 65535
PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")
STRICT: Final = Option("strict", default=False, summary="a number has to be declared too")
EVERYWHERE: Final = Option("everywhere", default=False, summary="also report workloads without a Service")
ACTIONS: Final = ("httpGet", "tcpSocket", "exec", "grpc")


@rule("RES101", "liveness-missing", Severity.WARNING)
def liveness_missing(render: RenderedContext) -> Iterator[Report]:
    """Nobody restarts a container that hangs.

    ## What it does
    Reports containers and sidecars of long-running workloads without a `livenessProbe`.

    ## Why
    A process that is stuck but alive looks healthy for ever.

    ## Example
    ```yaml
    containers:
      - name: web
    ```

    ## Instead
    ```yaml
    containers:
      - name: web
        livenessProbe:
          httpGet: {path: /live, port: http}
    ```
    """
    for item in render.workloads:
        for container in item.containers if item.runs_long else ():
            if container.runs_long and not child(container.body, "livenessProbe"):
                path = (*container.path, "livenessProbe")
                yield Report(item.key, path, f"container {container.name!r} has no liveness probe")


@rule("RES102", "readiness-missing", Severity.WARNING, options=(EVERYWHERE,))
def readiness_missing(render: RenderedContext) -> Iterator[Report]:
    """Traffic reaches a container before it can answer.

    ## What it does
    Reports workloads that a Service selects and of which no container has a `readinessProbe`; of those
    that have one, the containers without a probe whose port the Service names.

    ## Why
    During each rollout clients are sent to pods that have only just started.

    ## Example
    ```yaml
    containers:
      - name: web
        ports: [{name: http, containerPort: 8080}]
    ```

    ## Instead
    ```yaml
    containers:
      - name: web
        ports: [{name: http, containerPort: 8080}]
        readinessProbe:
          httpGet: {path: /ready, port: http}
    ```

    ## Options
    `everywhere` (false): also report every container of workloads without a Service.
    """
    everywhere = EVERYWHERE.of(render.settings, "RES102")
    for item in render.workloads:
        services = render.services_of(item) if item.runs_long else ()
        targets = [port for service in services for port in _targets(service.body)]
        main = [c for c in item.containers if c.role == "container"]
        unready = [c for c in main if not child(c.body, "readinessProbe")]
        for container in unready if services or (everywhere and item.runs_long) else ():
            if everywhere or len(unready) == len(main) or _takes(container, targets):
                behind = f"is behind Service {services[0].key.name} and " if services else ""
                message = f"container {container.name!r} {behind}has no readiness probe"
                yield Report(item.key, (*container.path, "readinessProbe"), message)


def _targets(service: dict[str, Json]) -> Iterator[Json]:
    for _, port in mappings(child(service, "spec"), "ports"):
        target = port.get("targetPort")
        yield port.get("port") if target is None else target


def _takes(container: Container, targets: list[Json]) -> bool:
    ports = [port for _, port in mappings(container.body, "ports")]
    return any(port.get("name") in targets or port.get("containerPort") in targets for port in ports)


@rule("RES103", "probes-identical", Severity.WARNING)
def probes_identical(render: RenderedContext) -> Iterator[Report]:
    """A container's liveness and readiness probes ask the same, equally patiently.

    ## What it does
    Reports containers whose two probes are equal in every field.

    ## Why
    A slow dependency should take a pod out of the Service for a while. With equal probes it is
    restarted at the same moment, which makes the outage longer.

    ## Example
    ```yaml
    livenessProbe: {httpGet: {path: /, port: 80}}
    readinessProbe: {httpGet: {path: /, port: 80}}
    ```

    ## Instead
    ```yaml
    livenessProbe: {httpGet: {path: /live, port: 80}}
    readinessProbe: {httpGet: {path: /ready, port: 80}}
    ```
    """
    for item in render.workloads:
        for container in item.containers:
            live = child(container.body, "livenessProbe")
            if live and live == container.body.get("readinessProbe"):
                message = (
                    f"container {container.name!r} is restarted by the probe that takes it out of service"
                )
                yield Report(item.key, (*container.path, "livenessProbe"), message)


@rule("RES104", "probe-port-unknown", Severity.ERROR, options=(STRICT,))
def probe_port_unknown(render: RenderedContext) -> Iterator[Report]:
    """A probe asks at a port that its container does not declare.

    ## What it does
    Compares the ports of `httpGet`, `tcpSocket` and `grpc` probes with the TCP ports that the container
    declares. A named port must be there. A number that no port can have is reported, and so is a number
    in quotes: it is read as a name.

    Whether a number leads to something cannot be told from manifests: Kubernetes does not ask anyone to
    declare ports, and which ports a program listens on stands in its own settings. So a number is compared
    only with the option `strict`.

    ## Why
    A probe at a port of an unknown name always fails: the container is restarted for ever or never gets
    traffic. What is no port at all the API server refuses.

    ## Example
    ```yaml
    ports: [{name: http, containerPort: 8080}]
    livenessProbe: {httpGet: {path: /, port: web}}
    ```

    ## Instead
    ```yaml
    ports: [{name: http, containerPort: 8080}]
    livenessProbe: {httpGet: {path: /, port: http}}
    ```

    ## Options
    `strict` (false): a number has to be declared too.
    """
    strict = STRICT.of(render.settings, "RES104")
    for item in render.workloads:
        for container in item.containers:
            declared = _declared(container)
            for probe in PROBES:
                for action in ACTIONS:
                    port = child(child(container.body, probe), action).get("port")
                    fault = _unmet(port, declared, strict=strict)
                    if fault:
                        path = (*container.path, probe, action, "port")
                        message = f"container {container.name!r} {fault} for its {probe}"
                        yield Report(item.key, path, message)


def _declared(container: Container) -> set[str | int]:
    found: set[str | int] = set()
    for _, port in mappings(container.body, "ports"):
        if port.get("protocol", "TCP") != "TCP":
            continue
        number = whole(port.get("containerPort"))
        found |= {text(port, "name")} if text(port, "name") else set()
        found |= {number} if number is not None else set()
    return found


def _unmet(port: Json, declared: set[str | int], *, strict: bool) -> str:
    """What is wrong with a probe's port, empty when nothing is or nobody can know."""
    if isinstance(port, str):
        if "${" in port or (port in declared and not port.isdecimal()):
            return ""
        return f"names port {port} in quotes" if port.isdecimal() else f"declares no port {port}"
    number = whole(port)
    if number is None:
        return ""
    if not 0 < number <= HIGHEST_PORT:
        return f"cannot have port {number}"
    return f"declares no port {number}" if strict and number not in declared else ""


@rule("RES107", "probe-on-init-container", Severity.ERROR, Profile.STRUCTURE)
def probe_on_init_container(render: RenderedContext) -> Iterator[Report]:
    """An init container that comes to an end has a probe.

    ## What it does
    Reports probes on init containers without `restartPolicy: Always`.

    ## Why
    The API server refuses the pods, so a rollout never starts.

    ## Example
    ```yaml
    initContainers:
      - name: proxy
        readinessProbe: {tcpSocket: {port: 15001}}
    ```

    ## Instead
    ```yaml
    initContainers:
      - name: proxy
        restartPolicy: Always
        readinessProbe: {tcpSocket: {port: 15001}}
    ```
    """
    for item in render.workloads:
        for container in item.containers:
            for probe in PROBES if container.role == "init" else ():
                if container.body.get(probe) is not None:
                    message = f"init container {container.name!r} may not have a {probe}"
                    yield Report(item.key, (*container.path, probe), message)
