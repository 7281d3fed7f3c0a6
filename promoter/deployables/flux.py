"""Flux's FluxKustomizations and HelmReleases to deployables.

A FluxKustomization whose source is another repository, a bucket or an OCI artifact has no path here. A
source object that this repository does not hold is taken to be this repository when the path exists in
it: that is how a bootstrapped repository looks. Fields: https://fluxcd.io/flux/components/kustomize/kustomizations/
"""

import re
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Final

from promoter.deployables.artifacts import artifact_path
from promoter.deployables.context import Context
from promoter.deployables.naming import Clues
from promoter.deployables.objects import ControllerObject, mapping, plain_path, sequence, string
from promoter.deployables.settings import printable_url
from promoter.deployables.sourceignore import artifact
from promoter.frozen import frozen
from promoter.model import Deployable, Destination, Json

KUSTOMIZE: Final = "kustomize.toolkit.fluxcd.io"
HELM: Final = "helm.toolkit.fluxcd.io"
SOURCE: Final = "source.toolkit.fluxcd.io"
_REFERENCES: Final = ("commit", "name", "semver", "tag", "branch")
_CALLED: Final = {"name": "reference", "semver": "newest tag of"}
_VARIABLE: Final = re.compile(r"(?<!\$)\$\{")


@frozen
class Root:
    """Where a FluxKustomization's path leads: `path` inside this repository, None when elsewhere.

    `revision` is the one that the source reads when it is not the tree at hand, `ignore` the source's
    `spec.ignore`.
    """

    path: str | None
    reason: str | None = None
    note: str = ""
    revision: str = ""
    ignore: str = ""


def discover(context: Context) -> Iterator[Deployable]:
    """The deployables of every FluxKustomization and HelmRelease, in the files' order."""
    for found in context.of(KUSTOMIZE, "Kustomization"):
        yield _deployable(context, found, root_of(context, found))
    for found in context.of(HELM, "HelmRelease"):
        yield _deployable(context, found, _chart_root(context, found))


def paths(found: ControllerObject) -> Iterator[str]:
    """The directory that a FluxKustomization names, unless a variable stands in it."""
    path = plain_path(string(found.spec.get("path"))) if found.kind == "Kustomization" else ""
    if path and not _VARIABLE.search(path):
        yield path


def root_of(context: Context, found: ControllerObject) -> Root:
    """Where the FluxKustomization's `spec.path` leads."""
    written = plain_path(string(found.spec.get("path")))
    if _VARIABLE.search(written):
        return Root(None, f"its path {written} is filled in by the FluxKustomization that applies it")
    reference = mapping(found.spec.get("sourceRef"))
    kind, name = string(reference.get("kind")), string(reference.get("name"))
    if kind == "ExternalArtifact":
        return _artifact_root(context, name, written)
    if kind in ("OCIRepository", "Bucket"):
        return Root(None, note=f"the source is the {kind} {name}")
    if kind != "GitRepository":
        return Root(None, f"its sourceRef has the kind {kind or 'nothing'}, expected GitRepository")
    return _git_root(context, reference, written, found.holder)


def repositories(context: Context, name: str) -> list[ControllerObject]:
    """The GitRepositories of a name."""
    return [item for item in context.of(SOURCE, "GitRepository") if item.name == name]


def _ignore(candidates: list[ControllerObject], holder: str) -> str:
    """`spec.ignore` of the GitRepository; of several with one name that of the nearest to `holder`."""
    folders = holder.split("/")[:-1]

    def near(found: ControllerObject) -> int:
        pairs = zip(folders, found.holder.split("/")[:-1], strict=False)
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))

    nearest = max(candidates, key=near, default=None)
    return string(nearest.spec.get("ignore")) if nearest is not None else ""


def _included(repository: ControllerObject) -> Iterator[str]:
    """What the artifact of a GitRepository holds of others, and is not looked for here.

    Its place is `toPath`, else the other's name: https://fluxcd.io/flux/components/source/gitrepositories/#include
    """
    for each in map(mapping, sequence(repository.spec.get("include"))):
        name = string(mapping(each.get("repository")).get("name"))
        place = plain_path(string(each.get("toPath"))) or name
        yield f"its source includes the GitRepository {name} at {place}, which is not read here"


def _git_root(context: Context, reference: Mapping[str, Json], written: str, holder: str) -> Root:
    name = string(reference.get("name"))
    candidates = repositories(context, name)
    urls = {string(item.spec.get("url")) for item in candidates}
    foreign = sorted(url for url in urls if url not in context.own)
    if candidates and len(foreign) == len(urls):
        return Root(
            None, note=f"the source {', '.join(map(printable_url, foreign))} is not this repository"
        )
    said = f"the GitRepository {name} is not in this repository; its path is {written or 'the root'}"
    note = "; ".join(dict.fromkeys(each for item in candidates for each in _included(item)))
    read = ", ".join(sorted({each for item in candidates if (each := _other_revision(context, item))}))
    if context.graph.exists(written):
        ignore = _ignore(candidates, holder)
        gone = f"the path {written} is left out of the source by .sourceignore or spec.ignore"
        reason = None if artifact(context.graph, ignore).holds(written) else gone
        return Root(written, reason, note if candidates else said, revision=read, ignore=ignore)
    if candidates:
        where = f" here; the source reads the {read}" if read else ""
        return Root(written, f"the path {written} does not exist{where}", note, revision=read)
    return Root(None, f"neither the GitRepository {name} nor the path {written} is in this repository")


def _other_revision(context: Context, repository: ControllerObject) -> str:
    """What a GitRepository reads when it is not the default branch (`branch x`, `tag y`), else nothing.

    Of several fields the one that Flux prefers: https://fluxcd.io/flux/components/source/gitrepositories/#reference
    """
    reference = mapping(repository.spec.get("ref"))
    for field in _REFERENCES:
        said = string(reference.get(field))
        if said:
            return "" if context.is_this_revision(said) else f"{_CALLED.get(field, field)} {said}"
    return ""


def _artifact_root(context: Context, name: str, written: str) -> Root:
    path = artifact_path(context, name, written)
    if path is None:
        return Root(None, f"no ArtifactGenerator here composes the artifact {name} from this repository")
    return Root(path, None if context.graph.exists(path) else f"the path {path} does not exist")


def _release_chart(context: Context, found: ControllerObject) -> Mapping[str, Json]:
    """What a HelmRelease says of its chart: in itself, or in the HelmChart that its `chartRef` names."""
    reference = mapping(found.spec.get("chartRef"))
    if reference.get("kind") == "HelmChart":
        namespace = string(reference.get("namespace")) or found.namespace
        for each in context.of(SOURCE, "HelmChart"):
            if each.name == reference.get("name") and each.namespace in ("", namespace):
                return each.spec
    return mapping(mapping(found.spec.get("chart")).get("spec"))


def _chart_root(context: Context, found: ControllerObject) -> Root:
    chart = _release_chart(context, found)
    reference = mapping(chart.get("sourceRef"))
    name = string(chart.get("chart"))
    if reference.get("kind") != "GitRepository":
        return Root(None, note=f"the chart {name} comes from elsewhere" if name else "")
    return _git_root(context, reference, plain_path(name), found.holder)


def _deployable(context: Context, found: ControllerObject, root: Root) -> Deployable:
    spec = found.spec
    secret = mapping(mapping(spec.get("kubeConfig")).get("secretRef"))
    destination = Destination(
        string(secret.get("name")),
        string(spec.get("targetNamespace")) or (found.namespace if found.kind == "HelmRelease" else ""),
    )
    named = context.naming.decide(
        Clues(
            root.path or "",
            found.name,
            destination.namespace,
            destination.cluster,
            found.holder,
            found.marks,
        )
    )
    notes = (root.note,) if root.note else ()
    overrides: dict[str, Json] = {"spec": dict(spec)}
    if root.ignore:
        overrides["ignore"] = root.ignore
    if context.settings.flux_images != "merge":
        overrides["images"] = context.settings.flux_images
    if found.kind == "HelmRelease":
        overrides["chart"] = dict(_release_chart(context, found))
    return Deployable(
        "flux",
        found.kind,
        found.name,
        named.app,
        named.environment,
        root.path,
        found.location,
        found.namespace,
        destination,
        overrides,
        suspended=spec.get("suspend") is True,
        reason=root.reason,
        evidence=(*named.evidence, *notes, *context.about(found, {}, own=True)),
        revision=root.revision,
    )
