"""Argo CD Applications to deployables: which source is rendered, where from and where to.

A multi-source Application gives one deployable a source that renders something. What lies in another
repository keeps its place in the list with `path` None. Source rules:
https://argo-cd.readthedocs.io/en/stable/user-guide/multiple_sources/ and
https://argo-cd.readthedocs.io/en/stable/user-guide/source-hydrator/
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from promoter.deployables.builds.argo import jsonnet
from promoter.deployables.context import Context
from promoter.deployables.naming import Clues
from promoter.deployables.objects import ControllerObject, mapping, plain_path, sequence, string
from promoter.frozen import frozen
from promoter.model import Deployable, Destination, Json

GROUP: Final = "argoproj.io"


@frozen
class Source:
    """One source of an Application that renders something.

    `index` is its place in `sources`, None for a single source; `branch` the one that the hydrator writes
    to, empty without a hydrator.
    """

    spec: Mapping[str, Json]
    index: int | None = None
    branch: str = ""


def sources(spec: Mapping[str, Json]) -> tuple[Source, ...]:
    """The sources of an Application's spec that render, in the order Argo CD takes them.

    A non-empty `sources` wins over `source`; of a `sourceHydrator` the dry source is rendered; a source
    with `ref` and neither `path` nor `chart` renders nothing.
    """
    hydrator = mapping(spec.get("sourceHydrator"))
    if hydrator:
        sync = mapping(hydrator.get("syncSource"))
        dry = mapping(hydrator.get("drySource"))
        return (Source(dry, branch=string(sync.get("targetBranch"))),)
    several = sequence(spec.get("sources"))
    if several:
        found = (Source(mapping(item), index) for index, item in enumerate(several))
        return tuple(source for source in found if _renders(source.spec))
    single = mapping(spec.get("source"))
    return (Source(single),) if single else ()


def _renders(source: Mapping[str, Json]) -> bool:
    return not (source.get("ref") and not source.get("path") and not source.get("chart"))


def paths(found: ControllerObject) -> Iterator[str]:
    """The directories that an Application's sources name; templates are left out."""
    if found.kind == "Application":
        yield from (path for source in sources(found.spec) if (path := _path(source.spec)))


def _path(source: Mapping[str, Json]) -> str:
    return plain_path(string(source.get("path")))


def applications(
    found: ControllerObject, context: Context, parameters: Mapping[str, Json] | None = None
) -> Iterator[Deployable]:
    """The deployables of one Application; a single unresolved one when it names no source."""
    rendering = sources(found.spec)
    if not rendering:
        yield _deployable(found, context, Source({}), parameters or {}, "it names no source")
    for source in rendering:
        made = _deployable(found, context, source, parameters or {}, None)
        if made.path is not None and made.reason is None and context.holds_jsonnet(made.path):
            made = replace(made, reason=jsonnet(context.graph, made))
        yield made


def _deployable(
    found: ControllerObject,
    context: Context,
    source: Source,
    parameters: Mapping[str, Json],
    reason: str | None,
) -> Deployable:
    target = mapping(found.spec.get("destination"))
    cluster = string(target.get("name")) or string(target.get("server"))
    destination = Destination(cluster, string(target.get("namespace")))
    own = string(source.spec.get("repoURL")) in context.own and not source.spec.get("chart")
    path = _path(source.spec) if own else None
    named = context.naming.decide(
        Clues(
            path or "",
            found.name,
            destination.namespace,
            string(target.get("name")) or context.cluster_name(cluster),
            found.holder,
            found.marks,
            parameters,
        )
    )
    missing = f"the path {path} does not exist" if path and not context.graph.exists(path) else None
    revision = string(source.spec.get("targetRevision"))
    overrides: dict[str, Json] = {"spec": dict(found.spec), "source": dict(source.spec)}
    if source.index is not None:
        overrides["index"] = source.index
        overrides["later"] = list[Json](_later(found, context, source.index))
        overrides["refs"] = list[Json](_own_refs(found, context))
    return Deployable(
        "argocd",
        found.kind,
        found.name,
        named.app,
        named.environment,
        path,
        found.location,
        found.namespace,
        destination,
        overrides,
        reason=reason or missing,
        evidence=(
            *named.evidence,
            *_refused(context, found, source, destination),
            *context.about(found, source.spec, own),
        ),
        revision="" if not own or context.is_this_revision(revision) else revision,
    )


def _later(found: ControllerObject, context: Context, index: int) -> Iterator[Json]:
    """Place and directory of each source after `index` that lies in this repository: its objects win."""
    for each in sources(found.spec):
        path = _path(each.spec)
        here = string(each.spec.get("repoURL")) in context.own and not each.spec.get("chart")
        if each.index is not None and each.index > index and here and context.graph.exists(path):
            yield {"index": each.index, "path": path}


def _own_refs(found: ControllerObject, context: Context) -> Iterator[str]:
    """The names by which an Application's value files may speak of this repository."""
    for each in map(mapping, sequence(found.spec.get("sources"))):
        own = string(each.get("repoURL")) in context.own
        if each.get("ref") and own and context.is_this_revision(string(each.get("targetRevision"))):
            yield string(each["ref"])


def _refused(
    context: Context, found: ControllerObject, source: Source, destination: Destination
) -> tuple[str, ...]:
    """What the Application's project says against it; nothing when it permits it or is not here."""
    project = context.projects.get(string(found.spec.get("project")) or "default")
    refusal = project.refusal(string(source.spec.get("repoURL")), destination) if project else None
    return (refusal,) if refusal else ()


def discover(context: Context) -> Iterator[Deployable]:
    """The deployables of every Application, in the files' order."""
    for found in context.of(GROUP, "Application"):
        yield from applications(found, context)
