"""Selectors that must meet pods: of workloads and of Services (REF001, REF003, REF004).

It must not call missing what a chart or an operator may make: in such namespaces the answer is that it
cannot be told.
"""

import re
from collections.abc import Iterator
from typing import Final

from promoter.lint.context import RenderedContext, Service
from promoter.lint.objects import Workload, child, mappings, selects, text, whole
from promoter.lint.rule import FieldPath, Option, Profile, Report, rule
from promoter.model import Json, Severity

PORT_NAME: Final = re.compile(r"(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?")
PLAIN_SELECTORS: Final = ("ReplicationController", "DeploymentConfig")
STRICT: Final = Option("strict", default=False, summary="a number has to be declared too")
NO_NAME: Final = "is no name for a port (a-z, 0-9 and -, with a letter, at most 15 characters)"
PORT_NAME_LIMIT, HIGHEST_PORT = 15, 65535


@rule("REF001", "selector-mismatch", Severity.ERROR, Profile.STRUCTURE)
def selector_mismatch(render: RenderedContext) -> Iterator[Report]:
    """A workload's selector does not match the pods it makes.

    ## What it does
    Compares `spec.selector` with the labels of the pod template.

    ## Why
    The API server refuses the object; a patch or a label transformer that touches only one of the two is
    the usual cause.

    ## Example
    ```yaml
    selector: {matchLabels: {app: web}}
    template:
      metadata: {labels: {app: website}}
    ```

    ## Instead
    ```yaml
    selector: {matchLabels: {app: web}}
    template:
      metadata: {labels: {app: web}}
    ```
    """
    for item in render.workloads:
        selector = item.spec.get("selector")
        if item.kind in ("Pod", "CronJob", "Job") or not isinstance(selector, dict):
            continue
        wanted: Json = {"matchLabels": selector} if item.kind in PLAIN_SELECTORS else selector
        if not selects(wanted, item.labels):
            message = f"the selector of {item.kind} {item.key.name} does not match its own pods"
            place = (*item.template_path, "metadata", "labels")
            yield Report(item.key, ("spec", "selector"), message, related=((item.key, place),))


@rule("REF003", "service-selects-nothing", Severity.ERROR)
def service_selects_nothing(render: RenderedContext) -> Iterator[Report]:
    """A Service sends traffic to no pod.

    ## What it does
    Reports Services whose selector matches no workload of their namespace. Services without a selector
    and of type ExternalName are left out, and labels that Kubernetes itself gives pods are not compared.
    Where charts or operators make pods that no manifest shows, the answer is that it cannot be told.

    ## Why
    Every request fails, though the Service is there.

    ## Example
    ```yaml
    selector: {app: wbe}
    ```

    ## Instead
    ```yaml
    selector: {app: web}
    ```
    """
    for service in render.services:
        name, namespace = service.key.name, service.namespace
        external = child(service.body, "spec").get("type") == "ExternalName"
        hidden = any("${" in value for value in service.selector.values())
        if not service.selector or service.pods or external or hidden:
            continue
        if not render.outside("Service", namespace, name):
            known = not render.is_opaque(namespace)
            message = f"Service {name} selects no workload in namespace {namespace or '(none)'}"
            yield Report(service.key, ("spec", "selector"), message, verifiable=known)


@rule("REF004", "service-port-unknown", Severity.ERROR, options=(STRICT,))
def service_port_unknown(render: RenderedContext) -> Iterator[Report]:
    """A Service's port leads to a port that its pods do not have, or that is none.

    ## What it does
    Looks for each `targetPort` that is a name among the ports that the selected pods' containers declare
    for the same protocol. Names and numbers that no port can have are reported too, in Services and in
    containers, a number in quotes among them: it is read as a name.

    Whether a number leads to something cannot be told from manifests: Kubernetes does not ask anyone to
    declare ports, and which ports a program listens on stands in its own settings. So a number is compared
    only with the option `strict`.

    ## Why
    Connections to the Service are refused, or the API server refuses the Service.

    ## Example
    ```yaml
    ports: [{port: 80, targetPort: web}]  # and the container names its port http
    ```

    ## Instead
    ```yaml
    ports: [{port: 80, targetPort: http}]
    ```

    ## Options
    `strict` (false): a number has to be declared too, where the pods declare ports.
    """
    strict = STRICT.of(render.settings, "REF004")
    for service in render.services:
        for position, port in mappings(child(service.body, "spec"), "ports"):
            target = port.get("targetPort")
            path: FieldPath = ("spec", "ports", position, "port" if target is None else "targetPort")
            wanted = port.get("port") if target is None else target
            fault = _invalid(wanted) or _unmet(service, wanted, text(port, "protocol"), strict=strict)
            if fault:
                yield Report(service.key, path, fault)
    for item in render.workloads:
        for container in item.containers:
            for position, port in mappings(container.body, "ports"):
                name = text(port, "name")
                if name and not _is_name(name):
                    path = (*container.path, "ports", position, "name")
                    yield Report(item.key, path, f"{name!r} {NO_NAME}")


def _invalid(port: Json) -> str:
    number = whole(port)
    if number is not None:
        return "" if 0 < number <= HIGHEST_PORT else f"{number} is no port"
    if not isinstance(port, str) or _is_name(port):
        return ""
    return f"{port!r} in quotes {NO_NAME}; write {port}" if port.isdecimal() else f"{port!r} {NO_NAME}"


def _is_name(port: str) -> bool:
    """Whether a port may have the name; one that Flux fills in may become anything."""
    return "${" in port or (len(port) <= PORT_NAME_LIMIT and PORT_NAME.fullmatch(port) is not None)


def _unmet(service: Service, port: Json, protocol: str, *, strict: bool) -> str:
    if not service.pods or not isinstance(port, int | str) or (isinstance(port, str) and "${" in port):
        return ""
    first, wanted = service.pods[0], protocol or "TCP"
    if isinstance(port, str):
        used = {said for item in service.pods for name, said in _names(item) if name == port}
        if wanted in used:
            return ""
        other = f" for {wanted}, only for {', '.join(sorted(used))}" if used else ""
        return f"no container of {first.kind} {first.key.name} has a port named {port}{other}"
    declared = [set(_numbers(item)) for item in service.pods]
    if not strict or not all(declared) or any(port in numbers for numbers in declared):
        return ""
    return f"no container of {first.kind} {first.key.name} has port {port}"


def _ports(item: Workload) -> Iterator[dict[str, Json]]:
    for container in item.containers:
        for _, port in mappings(container.body, "ports") if container.runs_long else ():
            yield port


def _names(item: Workload) -> Iterator[tuple[str, str]]:
    """The names of the pods' ports, each with its protocol."""
    return ((text(port, "name"), text(port, "protocol") or "TCP") for port in _ports(item))


def _numbers(item: Workload) -> Iterator[int]:
    numbers = (whole(port.get("containerPort")) for port in _ports(item))
    return (number for number in numbers if number is not None)
