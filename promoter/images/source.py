"""Versions of what controllers fetch: charts, OCI artifacts and revisions, pinned in their objects.

The name of such a pin is the address without scheme, with the chart's name; its tag is the revision. A
branch is no version: only what looks like a release or a commit is a pin.
"""

import re
from collections.abc import Iterator
from typing import Final

from promoter.errors import RefusedError
from promoter.images.objects import Path, objects, scalar_at, scalar_pin, typed
from promoter.images.remote_ref import remote_name
from promoter.kustomize import Graph
from promoter.model import Edit, Image, Pin
from promoter.yamldoc import Node, YamlFile, at, items, set_scalar, text, tokens

name: Final = "source-revision"
_RELEASE: Final = re.compile(r"v?\d+(\.\d+)*([-+_].*)?|[0-9a-f]{7,64}|.*[-/]v?\d+\.\d+(\.\d+)?([-+].*)?")


def find(graph: Graph, path: str) -> tuple[Pin, ...]:
    """The pins of the controllers' objects in a file; nothing in a file without any."""
    return tuple(
        pin
        for file, index, document, kind in objects(graph, path)
        for place, label in _places(document, kind)
        for pin in _pin(file, index, place, label)
    )


def _places(document: Node, kind: str) -> Iterator[tuple[Path, str]]:
    """The path of each revision in an object, and the name of what it is a revision of."""
    if kind in ("Application", "ApplicationSet"):
        spec: Path = ("spec",) if kind == "Application" else ("spec", "template", "spec")
        yield from _argocd(document, spec)
    elif kind == "HelmRelease":
        chart = ("spec", "chart", "spec")
        source = text(at(document, *chart, "sourceRef", "name")) or ""
        label = f"{source}/{text(at(document, *chart, 'chart')) or ''}".strip("/")
        yield (*chart, "version"), label
    elif kind in ("OCIRepository", "GitRepository"):
        label = remote_name(text(at(document, "spec", "url")) or "")
        for key in ("tag", "commit", "digest"):
            yield ("spec", "ref", key), label
    elif kind == "HelmChart":
        chart_label = text(at(document, "spec", "chart")) or ""
        repository = remote_name(text(at(document, "spec", "repo")) or "")
        yield ("spec", "version"), f"{repository}/{remote_name(chart_label)}".strip("/")


def _argocd(document: Node, spec: Path) -> Iterator[tuple[Path, str]]:
    places: list[Path] = [(*spec, "source")]
    places += [(*spec, "sources", index) for index, _ in enumerate(items(at(document, *spec, "sources")))]
    for place in places:
        address = remote_name(text(at(document, *place, "repoURL")) or "")
        chart = text(at(document, *place, "chart")) or text(at(document, *place, "path")) or ""
        yield (*place, "targetRevision"), f"{address}/{chart}".strip("/")


def _pin(file: YamlFile, index: int, place: Path, label: str) -> Iterator[Pin]:
    written = text(at(file.documents[index], *place))
    if not written or not label:
        return
    digest = written if place[-1] == "digest" else None
    if digest is None and not _is_version(file, index, place, written):
        return
    image = Image(label, None if digest else written, digest)
    yield scalar_pin(file, index, place, image, name)


def _is_version(file: YamlFile, index: int, place: Path, written: str) -> bool:
    """Whether a revision pins something: a chart's or artifact's does, git's unless it is a branch."""
    document = file.documents[index]
    of_git = text(at(document, "kind")) == "GitRepository" or (
        place[-1] == "targetRevision" and at(document, *place[:-1], "chart") is None
    )
    return not of_git or _RELEASE.fullmatch(written) is not None


def edit(graph: Graph, pin: Pin, image: Image) -> tuple[Edit, ...]:
    """The edit that changes the revision; nothing when it is that.

    Raises RefusedError for what looks like a branch of a git repository.
    """
    file = graph.yaml(pin.path)
    node, path = scalar_at(file, pin), typed(file.documents[pin.document], tokens(pin.field))
    wanted = image.digest if path[-1] == "digest" else image.tag
    if wanted and not _is_version(file, pin.document, path, wanted):
        raise RefusedError(f"{wanted!r} looks like a branch, not a version", where=str(pin.location))
    return () if not wanted or wanted == node.value else (set_scalar(file, node, wanted),)
