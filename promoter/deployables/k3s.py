"""What K3s deploys from files: HelmCharts, HelmChartConfigs, and folders that it applies by itself.

A folder counts as auto-deployed when its path ends in `server/manifests`, as on a K3s server. Rules:
https://docs.k3s.io/installation/packaged-components and https://docs.k3s.io/helm
"""

import re
from collections.abc import Iterator
from typing import Final

from promoter.deployables.context import Context
from promoter.deployables.naming import Clues
from promoter.deployables.objects import ControllerObject, string
from promoter.kustomize import Graph
from promoter.model import Deployable, Destination, Json, Location

GROUP: Final = "helm.cattle.io"
MANIFESTS: Final = re.compile(r"(?:.*/)?server/manifests")
_EXTENSIONS: Final = (".yaml", ".yml", ".json")


def discover(context: Context) -> Iterator[Deployable]:
    """The deployables of every HelmChart, of configurations without a chart here, and of each folder."""
    charts = context.of(GROUP, "HelmChart")
    configs = {found.name: found for found in context.of(GROUP, "HelmChartConfig")}
    for found in charts:
        yield _chart(context, found, configs.get(found.name))
    names = {found.name for found in charts}
    for name, found in configs.items():
        if name not in names:
            yield _chart(context, found, None)
    yield from _folders(context)


def _chart(context: Context, found: ControllerObject, config: ControllerObject | None) -> Deployable:
    spec = found.spec
    namespace = string(spec.get("targetNamespace"))
    named = context.naming.decide(
        Clues(
            name=found.name,
            namespace=namespace,
            holder=found.holder,
            labels=found.marks,
        )
    )
    notes = [f"the chart {string(spec['chart'])} comes from elsewhere"] if spec.get("chart") else []
    if config is not None:
        notes.append(f"the HelmChartConfig of {config.location} overrides its values")
    elif found.kind == "HelmChartConfig":
        notes.append("it configures a chart that K3s brings itself")
    overrides: dict[str, Json] = {"spec": dict(spec)}
    if config is not None:
        overrides["config"] = dict(config.spec)
    return Deployable(
        "k3s",
        found.kind,
        found.name,
        named.app,
        named.environment,
        None,
        found.location,
        found.namespace,
        Destination(namespace=namespace),
        overrides,
        evidence=(*named.evidence, *notes, *context.about(found, {}, own=True)),
    )


def folders(graph: Graph) -> tuple[str, ...]:
    """The directories whose manifests K3s applies by itself, sorted."""
    return tuple(sorted(path for path in graph.snapshot.directories if MANIFESTS.fullmatch(path)))


def _folders(context: Context) -> Iterator[Deployable]:
    snapshot = context.graph.snapshot
    for directory in folders(context.graph):
        above = directory.removesuffix("server/manifests").rstrip("/")
        named = context.naming.decide(Clues(path=above, name=above.rpartition("/")[2]))
        yield Deployable(
            "k3s",
            "Manifests",
            directory,
            named.app,
            named.environment,
            directory,
            Location(next(path for path in snapshot.entries if path.startswith(f"{directory}/"))),
            evidence=(*named.evidence, f"K3s applies every manifest in {directory} by itself"),
        )
