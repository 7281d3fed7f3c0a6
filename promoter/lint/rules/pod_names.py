"""Names inside a pod template that must be there, or be there once (REF010, REF011).

It must not look beyond one workload.
"""

from collections.abc import Iterable, Iterator

from promoter.lint.context import RenderedContext
from promoter.lint.objects import Workload, child, mappings, text
from promoter.lint.rule import FieldPath, Mend, Profile, Report, rule
from promoter.model import Json, Severity

Named = tuple[FieldPath, str]


@rule("REF010", "volume-mount-unknown", Severity.ERROR)
def volume_mount_unknown(render: RenderedContext) -> Iterator[Report]:
    """A container mounts a volume that the pod does not have, or the pod has one that nobody mounts.

    ## What it does
    Compares `volumeMounts` and `volumeDevices` of all containers with `volumes` and, in a StatefulSet,
    `volumeClaimTemplates`.

    ## Why
    The API server refuses a pod with an unknown mount. A volume that nobody mounts was usually meant
    for a container that now runs without it.

    ## Example
    ```yaml
    volumeMounts: [{name: cahce, mountPath: /cache}]
    volumes: [{name: cache, emptyDir: {}}]
    ```

    ## Instead
    ```yaml
    volumeMounts: [{name: cache, mountPath: /cache}]
    volumes: [{name: cache, emptyDir: {}}]
    ```
    """
    for item in render.workloads:
        claims = {text(child(claim, "metadata"), "name") for claim in _claims(item)}
        volumes = [(position, text(volume, "name")) for position, volume in mappings(item.pod, "volumes")]
        known, used = claims | {name for _, name in volumes}, set()
        for container in item.containers:
            for field in ("volumeMounts", "volumeDevices"):
                for position, mount in mappings(container.body, field):
                    name = text(mount, "name")
                    used.add(name)
                    if name and name not in known:
                        path = (*container.path, field, position, "name")
                        yield Report(item.key, path, f"the pod has no volume {name!r}")
        for position, name in volumes:
            if name and name not in used:
                path = (*item.pod_path, "volumes", position, "name")
                yield Report(item.key, path, f"no container mounts volume {name!r}")


def _claims(item: Workload) -> list[dict[str, Json]]:
    return [claim for _, claim in mappings(item.spec, "volumeClaimTemplates")]


@rule("REF011", "duplicate-names", Severity.ERROR, Profile.STRUCTURE, fix="safe")
def duplicate_names(render: RenderedContext) -> Iterator[Report]:
    """Two entries of a pod template have the same name.

    ## What it does
    Reports containers, volumes, environment variables, ports and mount paths that occur twice.

    ## Why
    The API server refuses most of them. Of two variables the last one wins, until a patch that merges by
    name touches the wrong one.

    ## Example
    ```yaml
    env:
      - {name: LEVEL, value: info}
      - {name: LEVEL, value: debug}
    ```

    ## Instead
    ```yaml
    env:
      - {name: LEVEL, value: debug}
    ```

    ## Fix safety
    Safe for variables, of which the first one has no effect and is removed; others are not mended.
    """
    for item in render.workloads:
        containers = [((*c.path, "name"), c.name) for c in item.containers]
        yield from _twice(item, "container", containers)
        yield from _twice(item, "volume", _named(item.pod, "volumes", "name", item.pod_path))
        ports = [named for c in item.containers for named in _named(c.body, "ports", "name", c.path)]
        yield from _twice(item, "port", ports)
        for container in item.containers:
            variables = list(_named(container.body, "env", "name", container.path))
            yield from _twice(item, "variable", variables, mend=True)
            mounts = _named(container.body, "volumeMounts", "mountPath", container.path)
            yield from _twice(item, "mount path", mounts)
            yield from _twice(item, "port", _numbers(container.body, container.path))


def _named(body: dict[str, Json], field: str, name: str, place: FieldPath) -> Iterator[Named]:
    for position, entry in mappings(body, field):
        yield (*place, field, position, name), text(entry, name)


def _numbers(body: dict[str, Json], place: FieldPath) -> Iterator[Named]:
    for position, port in mappings(body, "ports"):
        number = port.get("containerPort")
        address = f"{text(port, 'hostIP')}:{port.get('hostPort')}" if port.get("hostPort") else ""
        known = isinstance(number, int)
        label = f"{number}/{text(port, 'protocol') or 'TCP'}{address}" if known else ""
        yield (*place, "ports", position, "containerPort"), label


def _twice(item: Workload, what: str, found: Iterable[Named], *, mend: bool = False) -> Iterator[Report]:
    first: dict[str, FieldPath] = {}
    for path, name in found:
        if name and name in first:
            before = first[name]
            removal = Mend("remove the first one", safe=True, removes=(before[:-1],)) if mend else None
            yield Report(item.key, path, f"{what} {name!r} occurs twice", removal, ((item.key, before),))
        first[name] = path
