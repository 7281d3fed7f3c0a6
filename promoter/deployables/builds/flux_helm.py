"""What Flux's helm-controller asks of Helm for a HelmRelease whose chart lies in this repository.

The chart's `valuesFiles` take the place of its `values.yaml`; `valuesFrom` in order and then `values` lie
over them; post-renderers run after the chart. Rules: https://fluxcd.io/flux/components/helm/helmreleases/
"""

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Final

from promoter.deployables.builds.after import PostBuild
from promoter.deployables.builds.charts import chart, merged, value_file
from promoter.deployables.builds.charts import sources as chart_sources
from promoter.deployables.builds.flux import patch, texts
from promoter.deployables.builds.prepared import Prepared, RefusedError
from promoter.deployables.builds.variables import config_map, holders
from promoter.deployables.objects import mapping, sequence, string
from promoter.kustomize import Graph
from promoter.model import ChartBuild, Deployable, Json
from promoter.yamldoc import parse, value

_LONGEST: Final = 53
_SHORT: Final = 12
_VARIABLE: Final = re.compile(r"(?<!\$)\$\{\w")
_PLAIN: Final = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_PATCH: Final = ("patch", "target")
_IMAGE: Final = ("name", "newName", "newTag", "digest")
_RENDERED: Final = ("patches", "images", "patchesStrategicMerge", "patchesJson6902")


def prepare(graph: Graph, deployable: Deployable) -> Prepared:
    """The build of a HelmRelease. Raises RefusedError for what only the cluster knows or Flux refuses."""
    assert deployable.path is not None
    spec = mapping(deployable.overrides.get("spec"))
    told = mapping(deployable.overrides.get("chart"))
    values = _values(graph, deployable, spec)
    if _VARIABLE.search(json.dumps(values)):
        raise RefusedError("variables in its values are filled in by the FluxKustomization that applies it")
    found = chart(graph, deployable.path, _own_values(graph, told))
    install = mapping(spec.get("install"))
    build = ChartBuild(
        found.snapshot,
        found.directory,
        release_name(deployable, spec),
        deployable.destination.namespace,
        found.files,
        inline=json.dumps(values) if values else "",
        crds=install.get("crds") != "Skip" and install.get("skipCRDs") is not True,
        tests=False,
        checked=install.get("disableSchemaValidation") is not True,
        after=tuple(_post_renderers(spec)),
        sources=tuple(sorted(sources(graph, deployable))),
    )
    common = mapping(spec.get("commonMetadata"))
    labels, annotations = texts(common.get("labels")), texts(common.get("annotations"))
    return Prepared(build, PostBuild(enabled=False, labels=labels, annotations=annotations))


def release_name(deployable: Deployable, spec: Mapping[str, Json]) -> str:
    """The release's name: the one given, else namespace and name, shortened as helm-controller does."""
    target = string(spec.get("targetNamespace"))
    name = string(spec.get("releaseName")) or (f"{target}-{deployable.name}" if target else deployable.name)
    if len(name) <= _LONGEST:
        return name
    short = sha256(name.encode()).hexdigest()[:_SHORT]
    return f"{name[: _LONGEST - _SHORT - 1]}-{short}"


def _own_values(graph: Graph, told: Mapping[str, Json]) -> Mapping[str, bytes]:
    """The `values.yaml` that the chart gets in place of its own; nothing where none is named."""
    written = [string(each) for each in sequence(told.get("valuesFiles"))]
    if not written:
        return {}
    found: dict[str, Json] = {}
    for each in written:
        path = value_file(graph, "", each)
        if path is not None:
            found = merged(found, _read(each, graph.snapshot[path]))
        elif told.get("ignoreMissingValuesFiles") is not True:
            raise RefusedError(f"its values file {each} does not exist")
    return {"values.yaml": json.dumps(found, indent=1).encode()}


def _read(name: str, content: bytes) -> Mapping[str, Json]:
    file = parse(name, content)
    if file.error is not None:
        raise RefusedError(f"the values of {name} are not valid YAML: {file.error.message}")
    return mapping(value(file.documents[0]) if file.documents else None)


def _values(graph: Graph, deployable: Deployable, spec: Mapping[str, Json]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for source in map(mapping, sequence(spec.get("valuesFrom"))):
        kind, name = string(source.get("kind")), string(source.get("name"))
        key = string(source.get("valuesKey")) or "values.yaml"
        data = config_map(graph, name, deployable.namespace) if kind == "ConfigMap" else None
        data = data or (_generated(graph, deployable, name) if kind == "ConfigMap" else None)
        if data is None or key not in data:
            raise RefusedError(f"the values in the {kind} {name} are known to the cluster only")
        target = string(source.get("targetPath"))
        content = _at(target, data[key]) if target else _read(f"{kind} {name}", data[key].encode())
        found = merged(found, content)
    return merged(found, mapping(spec.get("values")))


def known_values(graph: Graph, deployable: Deployable) -> Mapping[str, Json]:
    """The values that lie over the chart's files, as far as they are known here."""
    spec = mapping(deployable.overrides.get("spec"))
    try:
        return _values(graph, deployable, spec)
    except RefusedError:
        return mapping(spec.get("values"))


def _generated(graph: Graph, deployable: Deployable, name: str) -> Mapping[str, str] | None:
    """The data of a ConfigMap that the kustomizations with the HelmRelease generate; None without one.

    Generators that say different things, or one that changes another's, leave it unknown.
    """
    told = list(_generators(graph, deployable, name))
    found = [dict(_entries(graph, directory, each)) for directory, each in told]
    plain = all(not each.get("behavior") and not each.get("envs") for _, each in told)
    return found[0] if found and plain and all(each == found[0] for each in found) else None


def _generators(
    graph: Graph, deployable: Deployable, name: str
) -> Iterator[tuple[str, Mapping[str, Json]]]:
    for directory in graph.readers(deployable.location.path):
        kustomization = graph.kustomization(directory)
        for entry in kustomization.entries("configMapGenerator") if kustomization else ():
            told = mapping(value(entry))
            written = string(told.get("name"))
            if written and re.fullmatch(re.escape(written) + r"(?:-[bcdf-hkmt2456789]{10})?", name):
                yield directory, told


def _inputs(graph: Graph, directory: str, told: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """The keys of a generator's files, and where each lies."""
    for each in sequence(told.get("files")):
        key, equals, written = string(each).rpartition("=")
        kind, path = graph.resolve(directory, written)
        if kind == "file" and path is not None:
            yield key if equals else written.rpartition("/")[2], path


def _entries(graph: Graph, directory: str, told: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for key, path in _inputs(graph, directory, told):
        yield key, graph.snapshot[path].decode(errors="replace")
    for each in sequence(told.get("literals")):
        key, _, text = string(each).partition("=")
        yield key, text.strip("'\"")


def _at(target: str, text: str) -> dict[str, Json]:
    """One value at a dotted path. Raises RefusedError for Helm's richer notation."""
    if not _PLAIN.fullmatch(target):
        raise RefusedError(f"the targetPath {target} is more than names with dots, which is not read here")
    found: Json = _scalar(text)
    for part in reversed(target.split(".")):
        found = {part: found}
    return dict(mapping(found))


def _scalar(text: str) -> Json:
    """The text as Helm's `--set` types it: true, false, null, a whole number, else text."""
    plain = text.strip()
    if re.fullmatch(r"0|-?[1-9]\d*", plain):
        return int(plain)
    known: Mapping[str, Json] = {"true": True, "false": False, "null": None}
    return known.get(plain, text)


def _post_renderers(spec: Mapping[str, Json]) -> Iterator[str]:
    """The kustomizations of the post-renderers, with the fields that Flux has and no others."""
    for each in map(mapping, sequence(spec.get("postRenderers"))):
        told = mapping(each.get("kustomize"))
        fields: dict[str, Json] = {"resources": ["objects.yaml"]}
        for name in _RENDERED:
            items = [mapping(item) for item in sequence(told.get(name))]
            if name == "images":
                fields[name] = [_only(item, _IMAGE) for item in items]
            elif name == "patchesStrategicMerge":
                fields[name] = [patch(name, dict(item)) for item in items if item]
            else:
                fields[name] = [patch(name, _only(item, _PATCH)) for item in items]
        yield json.dumps({name: item for name, item in fields.items() if item})


def _only(item: Mapping[str, Json], names: tuple[str, ...]) -> dict[str, Json]:
    return {name: item[name] for name in names if name in item}


def sources(graph: Graph, deployable: Deployable) -> frozenset[str]:
    """The files of the repository that decide what a HelmRelease renders, its object aside."""
    found: set[str] = set()
    if deployable.path is not None:
        found.update(chart_sources(graph, deployable.path))
        found.update(values_files(graph, mapping(deployable.overrides.get("chart"))))
    for source in map(mapping, sequence(mapping(deployable.overrides.get("spec")).get("valuesFrom"))):
        name = string(source.get("name"))
        if source.get("kind") == "ConfigMap" and name:
            found.update(holders(graph, name))
            for directory, told in _generators(graph, deployable, name):
                found.update(path for _, path in _inputs(graph, directory, told))
    return frozenset(found)


def values_files(graph: Graph, told: Mapping[str, Json]) -> Iterator[str]:
    """The files of `valuesFiles` that are here, in order."""
    for each in sequence(told.get("valuesFiles")):
        try:
            path = value_file(graph, "", string(each))
        except RefusedError:
            continue
        if path is not None:
            yield path
