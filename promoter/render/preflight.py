"""The static check of everything that a build reads, before any engine sees it.

kustomize itself fetches remote entries with no switch to turn that off, follows directories out of the
repository, and does not bound a document. Nothing is started or fetched here; the verdict names the
field, the value and the line. The graph has walked the references already.
"""

import re
from collections.abc import Iterator
from typing import Final

from promoter.kustomize import (
    KUSTOMIZATION_NAMES,
    PLUGIN_FIELDS,
    Build,
    Closure,
    Graph,
    Kustomization,
    Reference,
    is_inline,
    join,
    why_outside,
)
from promoter.model import Location, RenderFailure
from promoter.render.inputs import Inputs
from promoter.render.limits import Limits, Policy
from promoter.yamldoc import Mapping, Scalar, Sequence, YamlFile, at, parse, text

_FUNCTIONS: Final = ("config.kubernetes.io/function", "config.k8s.io/function")
_HELM_FIELDS: Final = ("helmCharts", "helmChartInflationGenerator")
_ALIAS: Final = re.compile(rb"\*(?<![^\s\[,{:]\*)\w")  # the look behind comes after what is rare
_HOST: Final = re.compile(r"(?:[a-z+.-]+::)?(?:[a-z][a-z0-9+.-]*://)?(?:[^@/]*@)?([\w.-]+)", re.IGNORECASE)
_HELM_HINT: Final = "Helm charts are not inflated here"


def host(written: str) -> str:
    """The host that a remote entry names, in lower case; empty when there is none."""
    found = _HOST.match(written)
    return found.group(1).lower() if found else ""


def refusal(build: Build, graph: Graph, closure: Closure, policy: Policy) -> RenderFailure | None:
    """Why the build is not started, judged from its references alone; None when it may go on."""
    problems = _problems(graph, closure, policy)
    first = min(problems, key=lambda problem: (problem[0] != "refused", problem[2]), default=None)
    if first is None:
        return None
    kind, message, location = first
    return RenderFailure(build.entry, kind, message, location)


Problem = tuple[str, str, Location]
"""A failure's kind, its message and its place."""


def _problems(graph: Graph, closure: Closure, policy: Policy) -> list[Problem]:
    if not closure.kustomizations or not closure.files:
        return [_nothing_there(closure)]
    found = [
        problem
        for reference in closure.problems
        if (problem := _reference(graph, reference, policy)) is not None
    ]
    if closure.cycle:
        found.append(_cycle(graph, closure))
    for directory in closure.kustomizations:
        kustomization = graph.kustomization(directory)
        if kustomization is None:
            found += _unreadable(graph, closure, directory)
        else:
            found += _plugins(graph, kustomization)
            found += _helm(kustomization)
    return found


def _nothing_there(closure: Closure) -> Problem:
    message = "no kustomization.yaml, kustomization.yml or Kustomization in this directory"
    return "failed", message, Location(closure.entry)


def _reference(graph: Graph, reference: Reference, policy: Policy) -> Problem | None:
    written, field = reference.written, reference.field
    if reference.kind == "remote":
        if host(written) in policy.remote_hosts:
            return None
        message = f"{field}: {written!r} is remote, and remote entries are not fetched"
        return "refused", f"{message} (render.remote allows a host)", reference.location
    if reference.kind == "outside":
        why = why_outside(reference.location.path, written)
        return "refused", f"{field}: {written!r} {why}", reference.location
    folder = reference.location.path.rpartition("/")[0]
    real = graph.real(join(folder, written))
    lacks = "does not exist"
    if real is not None and graph.snapshot.is_directory(real):
        lacks = "is a directory without a kustomization.yaml"
    return "failed", f"{field}: {written!r} {lacks}", reference.location


def _cycle(graph: Graph, closure: Closure) -> Problem:
    first = graph.kustomization(closure.cycle[0])
    where = first.path if first is not None else closure.cycle[0]
    route = " → ".join(directory or "." for directory in closure.cycle)
    return "refused", f"the kustomizations form a cycle: {route}", Location(where)


def _unreadable(graph: Graph, closure: Closure, directory: str) -> Iterator[Problem]:
    """A kustomization file that is no YAML mapping; kustomize names neither file nor line."""
    for path in closure.files:
        folder, _, name = path.rpartition("/")
        if folder == directory and name in KUSTOMIZATION_NAMES:
            file = graph.yaml(path)
            if file.error is not None:
                yield "failed", f"not readable as YAML: {file.error.message}", file.error.location
            else:
                yield "failed", "the kustomization is empty or no mapping", Location(path)


def _helm(kustomization: Kustomization) -> Iterator[Problem]:
    for field in _HELM_FIELDS:
        node = kustomization.root.get(field) if field in kustomization.keys else None
        if isinstance(node, Sequence) and node.items:
            key = kustomization.root.key(field)
            place = kustomization.file.location(key if key is not None else node)
            yield "refused", f"{field}: {_HELM_HINT}", place


def _plugins(graph: Graph, kustomization: Kustomization) -> Iterator[Problem]:
    for field in PLUGIN_FIELDS:
        for node in kustomization.entries(field) if field in kustomization.keys else ():
            if isinstance(node, Scalar) and is_inline(node.value):
                inline = parse(kustomization.path, node.value.encode())
                place = kustomization.file.location(node)
                yield from ((kind, said, place) for kind, said, _ in _plugin_file(field, inline))
    for reference in kustomization.references:
        if reference.field in PLUGIN_FIELDS and reference.kind == "file" and reference.resolved:
            yield from _plugin_file(reference.field, graph.yaml(reference.resolved))


def _plugin_file(field: str, file: YamlFile) -> Iterator[Problem]:
    for document in file.documents:
        if not isinstance(document, Mapping):
            continue
        kind = text(document.get("kind")) or "?"
        if text(document.get("apiVersion")) != "builtin" or _is_function(document):
            message = f"{field}: {kind} is an external plugin, and plugins are not run"
            yield "refused", message, file.location(document)
        elif kind == "HelmChartInflationGenerator":
            yield "refused", f"{field}: {_HELM_HINT}", file.location(document)


def _is_function(document: Mapping) -> bool:
    annotations = at(document, "metadata", "annotations")
    return isinstance(annotations, Mapping) and any(annotations.get(name) for name in _FUNCTIONS)


def excess(inputs: Inputs, limits: Limits) -> RenderFailure | None:
    """Why the contents are more than a build may read; None when they are within the limits."""
    size = sum(len(content) for content in inputs.files.values())
    if len(inputs.files) > limits.files:
        return _limit(inputs, f"the build reads {len(inputs.files)} files, at most {limits.files} are read")
    if size > limits.bytes:
        largest = max(inputs.files, key=lambda path: len(inputs.files[path]))
        message = f"the build reads {size} bytes, at most {limits.bytes} are read"
        return _limit(inputs, message, largest)
    objects = sum(content.count(b"apiVersion") for content in inputs.files.values())
    if objects > limits.objects:
        largest = max(inputs.files, key=lambda path: inputs.files[path].count(b"apiVersion"))
        message = f"the build reads about {objects} objects, at most {limits.objects} are built"
        return _limit(inputs, message, largest)
    for path, content in inputs.files.items():
        if b"*" in content and len(_ALIAS.findall(content)) > limits.aliases:
            file = parse(path, content)
            if file.error is not None and "alias" in file.error.message:
                return RenderFailure(inputs.entry, "refused", file.error.message, file.error.location)
    return None


def _limit(inputs: Inputs, message: str, path: str | None = None) -> RenderFailure:
    return RenderFailure(inputs.entry, "limit", message, Location(path or inputs.entry))
