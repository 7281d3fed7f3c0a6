"""One app's workloads in several environments: what differs that promotions rely on being equal (ENV)."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.environments import Divergence, EnvironmentsContext, Stage, common
from promoter.lint.objects import Container, Workload, at, child, items, mappings, text
from promoter.lint.rule import FieldPath, Option, Profile, Report, Scope, rule
from promoter.model import Json, KubeObject, Severity

_HASH: Final = re.compile(r"-[a-z0-9]{10}")
_DEBUG: Final = {
    "DEBUG": ("1", "true", "yes", "on"),
    "LOG_LEVEL": ("debug", "trace"),
    "LOGLEVEL": ("debug", "trace"),
    "NODE_ENV": ("development", "dev"),
    "RAILS_ENV": ("development",),
    "FLASK_ENV": ("development",),
    "FLASK_DEBUG": ("1", "true"),
    "DJANGO_DEBUG": ("1", "true"),
    "GIN_MODE": ("debug",),
    "ASPNETCORE_ENVIRONMENT": ("development",),
    "SPRING_PROFILES_ACTIVE": ("dev", "development", "local"),
}
SELECTOR: Final = "selector "
_SELECTED: Final = {
    "Deployment": ("spec", "selector"),
    "StatefulSet": ("spec", "selector"),
    "DaemonSet": ("spec", "selector"),
}
_LOCAL: Final[Option[tuple[str, ...]]] = Option(
    "local", (), "names of variables and keys that only some environments need"
)


def _same(render: RenderedContext) -> dict[tuple[str, str], Workload]:
    return {(item.kind, common(item.key.name, render.environment)): item for item in render.workloads}


def _pairs(app: EnvironmentsContext) -> Iterator[tuple[Stage, Workload, Stage, Workload]]:
    """Each workload of a stage with itself in the stage that it is promoted from."""
    for upstream, stage in app.promotions():
        theirs = _same(app.renders[upstream.name])
        for one, item in _same(app.renders[stage.name]).items():
            if one in theirs:
                yield upstream, theirs[one], stage, item


def _long(item: Workload) -> dict[str, Container]:
    return {c.name: c for c in item.containers if c.role != "ephemeral"}


@rule("ENV003", "container-set-differs", Severity.WARNING, scope=Scope.ENVIRONMENTS)
def container_set_differs(app: EnvironmentsContext) -> Iterator[Divergence]:
    """A workload has other containers than in the environment it is promoted from.

    ## What it does
    Compares the names of containers and init containers of the same workload in neighbouring stages.

    ## Why
    What was tested is not what runs: a sidecar that only one environment has changes ports, start order
    and resources.

    ## Example
    ```yaml
    # overlays/prod adds what staging never ran
    containers:
      - name: web
      - name: cache
    ```

    ## Instead
    ```yaml
    # base, for all
    containers:
      - name: web
      - name: cache
    ```
    """
    for upstream, theirs, stage, item in _pairs(app):
        own, other = _long(item), _long(theirs)
        for name in [name for name in own if name not in other]:
            message = f"{stage.name} runs the container {name!r}, and {upstream.name} does not"
            yield Divergence(stage.name, Report(item.key, own[name].path, message))
        gone = [name for name in other if name not in own]
        if gone:
            names = ", ".join(map(repr, gone))
            message = f"{upstream.name} runs the container {names}, and {stage.name} does not"
            yield Divergence(stage.name, Report(item.key, (*item.pod_path, "containers"), message))


@rule("ENV004", "env-var-missing", Severity.ERROR, scope=Scope.ENVIRONMENTS, options=(_LOCAL,))
def setting_missing(app: EnvironmentsContext) -> Iterator[Divergence]:
    """A setting of one environment is absent in the next one.

    ## What it does
    Compares the environment variables of the same container, and the keys of the same ConfigMap, in
    neighbouring stages, and reports those that the later stage lacks. Containers that take all keys of a
    ConfigMap or Secret by `envFrom` are not compared.

    ## Why
    A new setting was added where it was developed and not promoted: the new version starts in production
    without it.

    ## Example
    ```yaml
    # overlays/prod/patch.yaml; staging sets PAYMENT_URL too
    env:
      - {name: LOG_LEVEL, value: info}
    ```

    ## Instead
    ```yaml
    env:
      - {name: LOG_LEVEL, value: info}
      - {name: PAYMENT_URL, value: https://pay.example.com}
    ```

    ## Options
    `local` lists names of variables and keys that only some environments need.
    """
    local = _LOCAL.of(app.settings, "ENV004")
    for upstream, theirs, stage, item in _pairs(app):
        other = _long(theirs)
        for name, container in _long(item).items():
            before = other.get(name)
            if before is None or items(before.body, "envFrom") or items(container.body, "envFrom"):
                continue
            missing = [key for key in _variables(before) if key not in _variables(container)]
            missing = [key for key in missing if key not in local and key not in _DEBUG]
            if missing:
                path = (*container.path, "env")
                where = f"set for container {name!r} in {upstream.name}, not in {stage.name}"
                message = f"{', '.join(missing)}: {where}"
                yield Divergence(stage.name, Report(item.key, path, message))
    yield from _keys_missing(app, local)


def _variables(container: Container) -> list[str]:
    return [text(entry, "name") for _, entry in mappings(container.body, "env")]


def _keys_missing(app: EnvironmentsContext, local: tuple[str, ...]) -> Iterator[Divergence]:
    for upstream, stage in app.promotions():
        theirs = _config_maps(app.renders[upstream.name])
        for name, item in _config_maps(app.renders[stage.name]).items():
            before = theirs.get(name)
            if before is None:
                continue
            missing = [k for k in child(before.body, "data") if k not in child(item.body, "data")]
            missing = [key for key in missing if key not in local]
            if missing:
                message = (
                    f"{', '.join(missing)}: in ConfigMap {name} of {upstream.name}, not of {stage.name}"
                )
                yield Divergence(stage.name, Report(item.key, ("data",), message))


def _config_maps(render: RenderedContext) -> dict[str, KubeObject]:
    return {common(_bare(item), render.environment): item for item in render.of_kind("ConfigMap")}


def _bare(item: KubeObject) -> str:
    """The name without a generator's content hash."""
    name = item.key.name
    hashed = _HASH.fullmatch(name[-11:]) is not None and any(c.isdigit() for c in name[-10:])
    return name[:-11] if hashed and len(name) > 11 else name  # noqa: PLR2004 -- the hash and its dash


@rule("ENV006", "selector-differs", Severity.ERROR, scope=Scope.ENVIRONMENTS)
def selector_differs(app: EnvironmentsContext) -> Iterator[Divergence]:
    """A workload's selector has other labels than in the environment it is promoted from.

    ## What it does
    Compares the selector keys of the same Deployment, StatefulSet or DaemonSet in neighbouring stages, and
    a StatefulSet's `serviceName` and the names of its volume claims. Values may differ.

    ## Why
    These fields cannot be changed once applied: making the environments equal later means deleting the
    workload.

    ## Example
    ```yaml
    # overlays/prod
    commonLabels:
      tier: web
    ```

    ## Instead
    ```yaml
    # overlays/prod
    labels:
      - pairs: {tier: web}
    ```
    """
    for upstream, theirs, stage, item in _pairs(app):
        path = _SELECTED.get(item.kind)
        if path is None:
            continue
        own, other = _fixed(item), _fixed(theirs)
        differing = sorted(own ^ other)
        if differing:
            message = f"what cannot be changed later differs from {upstream.name}: {', '.join(differing)}"
            added = _labels(own - other) if path == ("spec", "selector") else []
            place = (*path, "matchLabels", added[0]) if added else path
            yield Divergence(stage.name, Report(item.key, place, message))


def _labels(differing: set[str]) -> list[str]:
    """The labels among what differs, in order."""
    return sorted(said.removeprefix(SELECTOR) for said in differing if said.startswith(SELECTOR))


def _fixed(item: Workload) -> set[str]:
    labels = {f"{SELECTOR}{key}" for key in child(child(item.spec, "selector"), "matchLabels")}
    if item.kind != "StatefulSet":
        return labels
    claims = (child(claim, "metadata") for _, claim in mappings(item.spec, "volumeClaimTemplates"))
    return labels | {f"volume claim {text(claim, 'name')}" for claim in claims}


@rule("ENV007", "prod-less-resilient", Severity.WARNING, scope=Scope.ENVIRONMENTS)
def less_resilient(app: EnvironmentsContext) -> Iterator[Divergence]:
    """Production is less resilient than the environment it is promoted from.

    ## What it does
    Reports a workload of a production stage with fewer replicas, or with an autoscaler whose maximum is
    lower, than in the stage before it.

    ## Why
    A load that staging survives takes production down.

    ## Example
    ```yaml
    # overlays/prod; staging has 3
    replicas:
      - {name: web, count: 1}
    ```

    ## Instead
    ```yaml
    replicas:
      - {name: web, count: 3}
    ```
    """
    for upstream, theirs, stage, item in _pairs(app):
        if stage.tier != "prod" or upstream.tier == "prod":
            continue
        here, there = app.renders[stage.name], app.renders[upstream.name]
        own, other = here.replicas(item), there.replicas(theirs)
        if own is not None and other is not None and own < other and own > 0:
            message = f"{stage.name} runs {own} of {item.key.name}, and {upstream.name} {other}"
            yield Divergence(stage.name, Report(item.key, ("spec", "replicas"), message))
        most = [scaler.maximum for scaler in here.scalers_of(item) if scaler.maximum is not None]
        limit = [scaler.maximum for scaler in there.scalers_of(theirs) if scaler.maximum is not None]
        if most and limit and max(most) < max(limit):
            scaler = here.scalers_of(item)[0]
            limits = (max(most), max(limit))
            message = f"{item.key.name} scales up to {limits[0]}, and in {upstream.name} to {limits[1]}"
            yield Divergence(stage.name, Report(scaler.key, ("spec", "maxReplicas"), message))


@rule("ENV008", "debug-in-prod", Severity.WARNING, scope=Scope.ENVIRONMENTS)
def debug_in_production(app: EnvironmentsContext) -> Iterator[Divergence]:
    """A production workload runs with development settings.

    ## What it does
    Reports environment variables and ConfigMap keys of production stages that switch debugging on: `DEBUG`,
    `LOG_LEVEL=debug`, `NODE_ENV=development` and their like.

    ## Why
    It is slow, it writes secrets into logs, and some frameworks let strangers run code through it.

    ## Example
    ```yaml
    env:
      - {name: NODE_ENV, value: development}
    ```

    ## Instead
    ```yaml
    env:
      - {name: NODE_ENV, value: production}
    ```
    """
    for stage in app.production():
        for item in app.renders[stage.name].workloads:
            for container in item.containers:
                for position, entry in mappings(container.body, "env"):
                    if _is_debug(text(entry, "name"), text(entry, "value")):
                        path = (*container.path, "env", position, "value")
                        message = f"{text(entry, 'name')} is {text(entry, 'value')!r} in {stage.name}"
                        yield Divergence(stage.name, Report(item.key, path, message))
        for config in app.renders[stage.name].of_kind("ConfigMap"):
            for key, value in child(config.body, "data").items():
                if isinstance(value, str) and _is_debug(key, value):
                    message = f"{key} is {value!r} in {stage.name}"
                    yield Divergence(stage.name, Report(config.key, ("data", key), message))


def _is_debug(name: str, value: str) -> bool:
    return value.strip().lower() in _DEBUG.get(name.upper(), ())


@rule("ENV016", "security-weaker-in-prod", Severity.ERROR, Profile.BASELINE, scope=Scope.ENVIRONMENTS)
def weaker_security(app: EnvironmentsContext) -> Iterator[Divergence]:
    """Production is less protected than the environment it is promoted from.

    ## What it does
    Reports fields of security contexts that are strict in the stage before production and not strict in
    production: privileges, escalation, running as root, a writable root file system, added capabilities,
    the host's namespaces.

    ## Why
    The protection was tested, and is missing where it matters.

    ## Example
    ```yaml
    # overlays/prod
    securityContext:
      allowPrivilegeEscalation: true
    ```

    ## Instead
    ```yaml
    # base
    securityContext:
      allowPrivilegeEscalation: false
    ```
    """
    for upstream, theirs, stage, item in _pairs(app):
        if stage.tier != "prod" or upstream.tier == "prod":
            continue
        for path, message in _weaker(theirs, item):
            said = f"{message} in {stage.name}, and not in {upstream.name}"
            yield Divergence(stage.name, Report(item.key, path, said))


_STRICT: Final[Mapping[str, Json]] = {
    "privileged": False,
    "allowPrivilegeEscalation": False,
    "runAsNonRoot": True,
    "readOnlyRootFilesystem": True,
}


def _weaker(theirs: Workload, own: Workload) -> Iterator[tuple[FieldPath, str]]:
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if own.pod.get(field) is True and theirs.pod.get(field) is not True:
            yield (*own.pod_path, field), f"{field} is set"
    other = _long(theirs)
    for name, container in _long(own).items():
        before = other.get(name)
        if before is None:
            continue
        for field, strict in _STRICT.items():
            here, there = _effective(own, container, field), _effective(theirs, before, field)
            wrong = here is True if field == "privileged" else here != strict
            tight = there is not True if field == "privileged" else there == strict
            if wrong and tight:
                path = (*container.path, "securityContext", field)
                yield path, f"{field} of container {name!r} is {_shown(here)}"
        more = set(_added(container)) - set(_added(before))
        if more:
            path = (*container.path, "securityContext", "capabilities", "add")
            yield path, f"container {name!r} has the capabilities {', '.join(sorted(more))}"


def _effective(item: Workload, container: Container, field: str) -> Json:
    own = container.security.get(field)
    return item.security.get(field) if own is None and field == "runAsNonRoot" else own


def _added(container: Container) -> list[str]:
    added = at(container.security, ("capabilities", "add"))
    return [str(name) for name in added] if isinstance(added, list) else []


def _shown(value: Json) -> str:
    return "not set" if value is None else str(value).lower()
