"""ConfigMaps and Secrets that pods need (REF005 to REF007).

It must not call missing what is optional, declared as external, or made by a controller; one report stands
for all references of a workload to the same object.
"""

from collections.abc import Iterator
from typing import Final, Literal

from promoter.frozen import frozen
from promoter.lint.context import RenderedContext
from promoter.lint.objects import Workload, child, mappings, text
from promoter.lint.producers import Produced, config_maps, secrets
from promoter.lint.rule import FieldPath, Report, rule
from promoter.model import Json, Severity

Kind = Literal["ConfigMap", "Secret"]
ENV: Final[dict[Kind, tuple[str, str]]] = {
    "ConfigMap": ("configMapKeyRef", "configMapRef"),
    "Secret": ("secretKeyRef", "secretRef"),
}
VOLUME: Final[dict[Kind, tuple[str, str]]] = {
    "ConfigMap": ("configMap", "name"),
    "Secret": ("secret", "secretName"),
}


@frozen
class _Reference:
    """One place of a pod that needs an object, and the key in it (empty for all)."""

    path: FieldPath
    name: str
    key: str


def _references(item: Workload, kind: Kind) -> Iterator[_Reference]:
    one, all_of = ENV[kind]
    for container in item.containers:
        for position, entry in mappings(container.body, "env"):
            source = child(child(entry, "valueFrom"), one)
            place = (*container.path, "env", position, "valueFrom", one)
            yield from _needed(source, "name", place, [text(source, "key")])
        for position, entry in mappings(container.body, "envFrom"):
            yield from _needed(child(entry, all_of), "name", (*container.path, "envFrom", position, all_of))
    field, name = VOLUME[kind]
    for position, volume in mappings(item.pod, "volumes"):
        place = (*item.pod_path, "volumes", position)
        source = child(volume, field)
        yield from _needed(source, name, (*place, field), _keys(source))
        for index, part in mappings(child(volume, "projected"), "sources"):
            source = child(part, field)
            yield from _needed(
                source, "name", (*place, "projected", "sources", index, field), _keys(source)
            )


def _keys(source: dict[str, Json]) -> list[str]:
    return [text(entry, "key") for _, entry in mappings(source, "items")]


def _needed(
    source: dict[str, Json], field: str, path: FieldPath, keys: list[str] | None = None
) -> Iterator[_Reference]:
    name = text(source, field)
    if name and source.get("optional") is not True and "${" not in name:
        for key in keys or [""]:
            yield _Reference((*path, field), name, key)


def _missing(render: RenderedContext, kind: Kind, produced: Produced) -> Iterator[Report]:
    for item in render.workloads:
        seen: dict[str, list[_Reference]] = {}
        for reference in _references(item, kind):
            seen.setdefault(reference.name, []).append(reference)
        for name, found in seen.items():
            if produced.has(item.namespace, name) or render.outside(kind, item.namespace, name):
                continue
            message = f"{kind} {name} is not made by anything in namespace {item.namespace or '(none)'}"
            others = f"; {len(found)} places need it" if len(found) > 1 else ""
            known = not render.is_opaque(item.namespace)
            yield Report(item.key, found[0].path, message + others, verifiable=known)


@rule("REF005", "configmap-missing", Severity.ERROR)
def configmap_missing(render: RenderedContext) -> Iterator[Report]:
    """A pod needs a ConfigMap that does not exist.

    ## What it does
    Looks for the ConfigMaps named in `env`, `envFrom`, volumes and projected volumes, in the same
    namespace. References marked `optional` and names listed as external are left out.

    ## Why
    The pod stays in CreateContainerConfigError or ContainerCreating for ever.

    ## Example
    ```yaml
    envFrom: [{configMapRef: {name: web-setings}}]
    ```

    ## Instead
    ```yaml
    envFrom: [{configMapRef: {name: web-settings}}]
    ```
    """
    yield from _missing(render, "ConfigMap", config_maps(render.around))


@rule("REF006", "configmap-key-missing", Severity.ERROR)
def configmap_key_missing(render: RenderedContext) -> Iterator[Report]:
    """A pod needs a key that its ConfigMap or Secret does not have.

    ## What it does
    Compares the keys named in `env`, in `items` of volumes and of projected volumes with those of the
    ConfigMap, or of the Secret when its keys are written in the manifest.

    ## Why
    The pod stays in CreateContainerConfigError for ever: a new setting was not promoted to this
    environment, or its name was misspelt.

    ## Example
    ```yaml
    configMapKeyRef: {name: web, key: LOG_LEVL}
    ```

    ## Instead
    ```yaml
    configMapKeyRef: {name: web, key: LOG_LEVEL}
    ```
    """
    kinds: tuple[tuple[Kind, Produced], ...] = (
        ("ConfigMap", config_maps(render.around)),
        ("Secret", secrets(render.around)),
    )
    for item in render.workloads:
        for kind, produced in kinds:
            for reference in _references(item, kind):
                key = reference.key
                if key and produced.lacks(item.namespace, reference.name, key):
                    yield Report(item.key, reference.path, f"{kind} {reference.name} has no key {key!r}")


@rule("REF007", "secret-missing", Severity.ERROR)
def secret_missing(render: RenderedContext) -> Iterator[Report]:
    """A pod needs a Secret that nothing produces.

    ## What it does
    Looks for the Secrets named in `env`, `envFrom`, volumes and projected volumes, in the same namespace.
    A Secret, SealedSecret, ExternalSecret, SOPS file, Certificate and the like count as producers.
    References marked `optional` and names listed as external are left out.

    ## Why
    The pod stays in CreateContainerConfigError or ContainerCreating for ever.

    ## Example
    ```yaml
    envFrom: [{secretRef: {name: web-credentials}}]
    ```

    ## Instead
    ```yaml
    kind: ExternalSecret
    spec:
      target: {name: web-credentials}
    ```
    """
    yield from _missing(render, "Secret", secrets(render.around))
