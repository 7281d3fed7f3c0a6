"""Where an Ingress sends its traffic (NET201).

It must not judge exposure.
"""

from collections.abc import Iterator
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.objects import child, mappings, text
from promoter.lint.rule import FieldPath, Report, rule
from promoter.model import Json, KubeObject, Severity

INGRESSES: Final = ("Ingress.networking.k8s.io", "Ingress.extensions")
Backend = tuple[FieldPath, dict[str, Json]]


@rule("NET201", "ingress-backend-missing", Severity.ERROR)
def ingress_backend_missing(render: RenderedContext) -> Iterator[Report]:
    """An Ingress sends traffic to a Service or port that does not exist.

    ## What it does
    Looks for the Service of each backend in the Ingress's namespace, and for the port, by name or number,
    among those of the Service.

    ## Why
    Clients get errors 502 or 503 for that path, and nothing else fails.

    ## Example
    ```yaml
    backend: {service: {name: wbe, port: {number: 80}}}
    ```

    ## Instead
    ```yaml
    backend: {service: {name: web, port: {number: 80}}}
    ```
    """
    for item in render.of_kind(*INGRESSES):
        namespace = render.namespace_of(item.key)
        for path, backend in _backends(item):
            name, place, port = _target(backend)
            if not name or "${" in name:
                continue
            service = render.find("Service", namespace, name)
            if service is None:
                if not render.outside("Service", namespace, name):
                    message = f"there is no Service {name} in namespace {namespace or '(none)'}"
                    known = not render.is_opaque(namespace)
                    yield Report(item.key, (*path, *place), message, verifiable=known)
            elif port is not None and not _has_port(service, port):
                message = f"Service {name} has no port {port}"
                related = ((service.key, ("spec", "ports")),)
                yield Report(
                    item.key, (*path, *place[:-1], *_port_field(backend)), message, related=related
                )


def _backends(item: KubeObject) -> Iterator[Backend]:
    spec = child(item.body, "spec")
    for field in ("defaultBackend", "backend"):
        if child(spec, field):
            yield ("spec", field), child(spec, field)
    for position, entry in mappings(spec, "rules"):
        for index, path in mappings(child(entry, "http"), "paths"):
            place: FieldPath = ("spec", "rules", position, "http", "paths", index, "backend")
            yield place, child(path, "backend")


def _target(backend: dict[str, Json]) -> tuple[str, FieldPath, Json]:
    """The Service's name, where it is written, and the port (None when it is not said)."""
    if "serviceName" in backend:
        return text(backend, "serviceName"), ("serviceName",), backend.get("servicePort")
    service = child(backend, "service")
    port = child(service, "port")
    number = port.get("number")
    return text(service, "name"), ("service", "name"), port.get("name") if number is None else number


def _port_field(backend: dict[str, Json]) -> FieldPath:
    if "serviceName" in backend:
        return ("servicePort",)
    named = child(child(backend, "service"), "port").get("number") is None
    return ("port", "name" if named else "number")


def _has_port(service: KubeObject, port: Json) -> bool:
    spec = child(service.body, "spec")
    if spec.get("type") == "ExternalName":
        return True
    ports = [entry for _, entry in mappings(spec, "ports")]
    number = int(port) if isinstance(port, str) and port.isdecimal() else port
    return any(entry.get("name") == port or entry.get("port") == number for entry in ports)
