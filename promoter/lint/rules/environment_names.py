"""Names of one environment that occur in another: hosts, services, namespaces (ENV009, ENV011)."""

import re
from collections.abc import Iterator
from typing import Final

from promoter.deployables.environment import tier_in
from promoter.lint.context import RenderedContext
from promoter.lint.environments import Divergence, EnvironmentsContext
from promoter.lint.objects import child, mappings, text
from promoter.lint.rule import FieldPath, Report, Scope, rule
from promoter.model import ObjectKey, Severity

_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE)
_SHORT: Final = 3
_LONG: Final = 2_000
Values = Iterator[tuple[ObjectKey, FieldPath, str]]


@rule("ENV009", "env-name-leak", Severity.ERROR, scope=Scope.ENVIRONMENTS)
def environment_name_leak(app: EnvironmentsContext) -> Iterator[Divergence]:
    """A host of one environment is used in another one.

    ## What it does
    Reports host names in environment variables, ConfigMaps, Ingresses and routes which carry the name of
    another stage as a word (`api.dev.example.com` in prod) and which that stage uses too, and services in
    another stage's namespace.

    ## Why
    Production talks to the development database, or takes its visitors.

    ## Example
    ```yaml
    # overlays/prod
    configMapGenerator:
      - name: settings
        literals: [API=https://api.dev.example.com]
    ```

    ## Instead
    ```yaml
    configMapGenerator:
      - name: settings
        literals: [API=https://api.example.com]
    ```
    """
    hosts = {stage.name: _all_hosts(app.renders[stage.name]) for stage in app.present()}
    for stage in app.present():
        others = [o for o in app.present() if tier_in(o.name) != tier_in(stage.name)]
        for key, path, value in _values(app.renders[stage.name]):
            for host in _HOST.findall(value):
                other = next(
                    (o.name for o in others if _names(host, o.name) and host in hosts[o.name]), None
                )
                if other is not None and not _names(host, stage.name):
                    message = f"{host} belongs to {other}, and {stage.name} uses it"
                    yield Divergence(stage.name, Report(key, path, message))
                    break


def _all_hosts(render: RenderedContext) -> set[str]:
    return {host for _, _, value in _values(render) for host in _HOST.findall(value)}


def _names(host: str, environment: str) -> bool:
    """Whether a word of the host, the top-level domain aside, is the environment's name."""
    words = re.split(r"[.-]", host.lower().rpartition(".")[0])
    return len(environment) >= _SHORT and environment.lower() in words


def _values(render: RenderedContext) -> Values:
    for item in render.workloads:
        for container in item.containers:
            for position, entry in mappings(container.body, "env"):
                yield item.key, (*container.path, "env", position, "value"), text(entry, "value")
    for config in render.of_kind("ConfigMap"):
        for key, value in child(config.body, "data").items():
            if isinstance(value, str) and len(value) < _LONG:
                yield config.key, ("data", key), value
    for ingress in render.of_kind("Ingress.networking.k8s.io", "Ingress.extensions"):
        for position, entry in mappings(child(ingress.body, "spec"), "rules"):
            yield ingress.key, ("spec", "rules", position, "host"), text(entry, "host")


@rule("ENV011", "namespace-mismatch", Severity.ERROR, scope=Scope.ENVIRONMENTS)
def namespace_mismatch(app: EnvironmentsContext) -> Iterator[Divergence]:
    """An environment's objects go to the namespace of another one.

    ## What it does
    Reports a namespace whose name carries the tier of another stage of the app (`shop-dev` in prod).

    ## Why
    Two environments overwrite each other's objects.

    ## Example
    ```yaml
    # overlays/prod/kustomization.yaml
    namespace: shop-dev
    ```

    ## Instead
    ```yaml
    # overlays/prod/kustomization.yaml
    namespace: shop-prod
    ```
    """
    tiers = {tier_in(stage.name): stage.name for stage in app.present()}
    for stage in app.present():
        own = tier_in(stage.name)
        told: set[str] = set()
        for item in app.renders[stage.name].objects:
            namespace = item.key.namespace
            other = tier_in(namespace) if namespace else None
            if own is None or other in (None, own) or other not in tiers or namespace in told:
                continue
            told.add(namespace)
            message = f"{stage.name} puts objects into {namespace}, which is named after {tiers[other]}"
            yield Divergence(stage.name, Report(item.key, ("metadata", "namespace"), message))
