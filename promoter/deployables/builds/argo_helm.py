"""What Argo CD asks of Helm for an Application's source whose directory is a chart.

Value files in order, then `valuesObject` or `values`, then parameters; texts are filled in from the build
environment. Rules: https://argo-cd.readthedocs.io/en/stable/user-guide/helm/
"""

import json
from collections.abc import Iterator, Mapping
from typing import Final

from promoter.deployables.builds import charts
from promoter.deployables.builds.argo_edits import substituted, variables
from promoter.deployables.builds.charts import is_pattern, value_file, value_files
from promoter.deployables.builds.prepared import RefusedError
from promoter.deployables.objects import mapping, sequence, string
from promoter.kustomize import Graph
from promoter.model import ChartBuild, Deployable, Json
from promoter.yamldoc import parse, value

_VERSIONS: Final = ("", "v3")


def build(graph: Graph, deployable: Deployable, source: Mapping[str, Json]) -> ChartBuild:
    """The chart that Argo CD renders. Raises RefusedError for what it refuses or would download."""
    assert deployable.path is not None
    block = mapping(source.get("helm"))
    if string(block.get("version")) not in _VERSIONS:
        raise RefusedError(f"helm.version {block['version']} is not one that Argo CD has, it has v3")
    environment = variables(deployable)
    found = charts.chart(graph, deployable.path)
    return ChartBuild(
        found.snapshot,
        found.directory,
        string(block.get("releaseName")) or deployable.name,
        string(block.get("namespace")) or deployable.destination.namespace,
        found.files,
        tuple(named_files(graph, deployable, source)),
        inline(block),
        tuple(_settings(block, environment)),
        tuple(_inputs(graph, deployable, block, environment)),
        string(block.get("kubeVersion")),
        tuple(string(each) for each in sequence(block.get("apiVersions"))),
        crds=block.get("skipCrds") is not True,
        tests=block.get("skipTests") is not True,
        checked=block.get("skipSchemaValidation") is not True,
        sources=tuple(sorted(sources(graph, deployable, source))),
    )


def inline(block: Mapping[str, Json]) -> str:
    """The values that stand in the Application itself: `valuesObject`, else `values`."""
    written = block.get("valuesObject")
    return json.dumps(written) if isinstance(written, dict) else string(block.get("values"))


def known_values(source: Mapping[str, Json]) -> tuple[Mapping[str, Json], tuple[str, ...]]:
    """The values that stand in the Application itself, and the names of its parameters."""
    block = mapping(source.get("helm"))
    file = parse("values", inline(block).encode())
    written = mapping(value(file.documents[0]) if file.documents and file.error is None else None)
    entries = (*sequence(block.get("parameters")), *sequence(block.get("fileParameters")))
    return written, tuple(string(mapping(each).get("name")) for each in entries)


def named_files(
    graph: Graph, deployable: Deployable, source: Mapping[str, Json], *, known: bool = False
) -> Iterator[str]:
    """The value files in order; a name that a pattern also covers keeps the place where it stands itself.

    Raises RefusedError for a file that is missing, unless missing ones are to be ignored; with `known`
    those that are here are given whatever is wrong with the others.
    """
    block = mapping(source.get("helm"))
    environment = variables(deployable)
    written = [string(each) for each in sequence(block.get("valueFiles"))]
    found = [(each, _resolved(graph, deployable, each, environment, known=known)) for each in written]
    explicit = {paths[0] for each, paths in found if len(paths) == 1 and not is_pattern(each)}
    seen: set[str] = set()
    for each, paths in found:
        if not paths and not known and block.get("ignoreMissingValueFiles") is not True:
            raise RefusedError(f"its value file {each} does not exist")
        for path in paths:
            if path not in seen and (path not in explicit or not is_pattern(each)):
                seen.add(path)
                yield path


def sources(graph: Graph, deployable: Deployable, source: Mapping[str, Json]) -> frozenset[str]:
    """The files of the repository that decide what Argo CD renders, as far as they are here."""
    chart_files = () if deployable.path is None else charts.sources(graph, deployable.path)
    block, environment = mapping(source.get("helm")), variables(deployable)
    texts = [string(mapping(each).get("path")) for each in sequence(block.get("fileParameters"))]
    inputs = [_resolved(graph, deployable, each, environment, known=True) for each in texts]
    named = named_files(graph, deployable, source, known=True)
    return frozenset((*chart_files, *named, *(path for paths in inputs for path in paths)))


def _resolved(
    graph: Graph,
    deployable: Deployable,
    written: str,
    environment: Mapping[str, str],
    *,
    known: bool = False,
) -> tuple[str, ...]:
    """The files that one entry of `valueFiles` stands for; `$ref/…` counts from that source's root."""
    try:
        return _files(graph, deployable, written, environment)
    except RefusedError:
        if known:
            return ()
        raise


def _files(
    graph: Graph, deployable: Deployable, written: str, environment: Mapping[str, str]
) -> tuple[str, ...]:
    named, slash, rest = written.partition("/")
    own = {string(each) for each in sequence(deployable.overrides.get("refs"))}
    if named.startswith("$") and slash:
        if named[1:] in own:
            return value_files(graph, "", f"/{substituted(rest, environment)}")
        if any(mapping(each).get("ref") == named[1:] for each in _siblings(deployable)):
            raise RefusedError(
                f"its value file {written} lies outside this repository or at another revision"
            )
    if deployable.path is None:
        return ()
    return value_files(graph, deployable.path, substituted(written, environment))


def _siblings(deployable: Deployable) -> tuple[Json, ...]:
    return sequence(mapping(deployable.overrides.get("spec")).get("sources"))


def _settings(block: Mapping[str, Json], environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The parameters as options; of two with the same name the last counts."""
    found: dict[tuple[str, str], str] = {}
    for each in map(mapping, sequence(block.get("parameters"))):
        option = "set-string" if each.get("forceString") is True else "set"
        found[option, string(each.get("name"))] = substituted(string(each.get("value")), environment)
    for (option, name), text in sorted(found.items()):
        yield option, f"{name}={_escaped(text)}"


def _escaped(text: str) -> str:
    """The text with its commas escaped, which would separate settings; `{a,b}` is a list and stays."""
    if text.startswith("{") and text.endswith("}"):
        return text
    return "".join(
        "\\," if here == "," and before != "\\" else here
        for before, here in zip(f" {text}", text, strict=False)
    )


def _inputs(
    graph: Graph, deployable: Deployable, block: Mapping[str, Json], environment: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    found: dict[str, str] = {}
    for each in map(mapping, sequence(block.get("fileParameters"))):
        written = substituted(string(each.get("path")), environment)
        path = value_file(graph, deployable.path or "", written)
        if path is None:
            raise RefusedError(f"the file {written} of helm.fileParameters does not exist")
        found[string(each.get("name"))] = path
    yield from sorted(found.items())
