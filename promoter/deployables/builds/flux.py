"""What Flux's kustomize-controller builds for a FluxKustomization, and what it does after the build.

A directory without a kustomization gets a generated one; then the spec is merged into it in Flux's order.
Rules: https://fluxcd.io/flux/components/kustomize/kustomizations/
"""

import json
from collections.abc import Iterator, Mapping
from typing import Final

from promoter.deployables.builds.after import PostBuild
from promoter.deployables.builds.flux_source import packed
from promoter.deployables.builds.kustomizations import Fields, appended, fields, is_object, laid_over
from promoter.deployables.builds.prepared import Prepared, RefusedError
from promoter.deployables.builds.variables import variables
from promoter.deployables.objects import mapping, sequence, string
from promoter.kustomize import Build, Graph, inside, join, kustomization_path
from promoter.model import Deployable, Json

_EXTENSIONS: Final = (".yaml", ".yml")


def prepare(graph: Graph, deployable: Deployable) -> Prepared:
    """The build of a FluxKustomization. Raises RefusedError for what Flux refuses."""
    assert deployable.path is not None
    spec = mapping(deployable.overrides.get("spec"))
    components = tuple(filter(None, map(string, sequence(spec.get("components")))))
    source = packed(graph, deployable.path, string(deployable.overrides.get("ignore")), components)
    before = fields(source, deployable.path)
    generated = before if before is not None else generate(source, deployable.path)
    replacing = deployable.overrides.get("images") == "replace"
    after = merged(source, deployable.path, generated, spec, replacing=replacing)
    snapshot = source.snapshot if after == before else laid_over(source.snapshot, deployable.path, after)
    found = variables(graph, deployable, spec)
    common = mapping(spec.get("commonMetadata"))
    post = PostBuild(
        variables=found.known,
        complete=not found.missing,
        always=mapping(spec.get("postBuild")).get("substituteStrategy") == "Always",
        enabled=bool(mapping(spec.get("postBuild"))),
        labels=texts(common.get("labels")),
        annotations=texts(common.get("annotations")),
    )
    return Prepared(Build(snapshot, deployable.path, "none"), post, found.missing)


def generate(graph: Graph, directory: str) -> Fields:
    """The kustomization that Flux makes where there is none: every manifest below, and nested ones.

    Raises RefusedError for a YAML file that holds no Kubernetes object.
    """
    resources: list[Json] = []
    resources += sorted(_found(graph, directory))
    return {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": resources,
    }


def _found(graph: Graph, directory: str) -> Iterator[str]:
    prefix = inside(directory)
    nested: set[str] = set()
    for path in graph.snapshot.entries:
        name = path.removeprefix(prefix)
        if not path.startswith(prefix) or not graph.snapshot.is_file(path):
            continue
        above = _first_kustomization(graph, directory, name)
        if above is not None:
            if above not in nested:
                nested.add(above)
                yield above
            continue
        if name.endswith(_EXTENSIONS):
            _check(graph, path)
            yield name


def _first_kustomization(graph: Graph, directory: str, name: str) -> str | None:
    """The outermost directory above `name`, relative to `directory`, that has a kustomization."""
    parts = name.split("/")[:-1]
    for count in range(1, len(parts) + 1):
        below = "/".join(parts[:count])
        if kustomization_path(graph.snapshot, join(directory, below)) is not None:
            return below
    return None


def _check(graph: Graph, path: str) -> None:
    file = graph.yaml(path)
    if file.error is not None:
        raise RefusedError(f"{path} is not valid YAML: {file.error.message}")
    for document in file.documents:
        if document is not None and not is_object(document):
            raise RefusedError(f"{path} holds no Kubernetes object, and Flux reads every YAML file here")


def merged(
    graph: Graph, directory: str, found: Fields, spec: Mapping[str, Json], *, replacing: bool = False
) -> Fields:
    """The kustomization with the spec merged in, field by field in Flux's order.

    `replacing` takes the place of an image of the same name whole, as Flux did before mid-2026.
    """
    after = dict(found)
    for field, target in (("targetNamespace", "namespace"), ("namePrefix",) * 2, ("nameSuffix",) * 2):
        if string(spec.get(field)):
            after[target] = string(spec[field])
    after = appended(after, "patches", sequence(spec.get("patches")))
    after = appended(after, "components", _components(graph, directory, spec))
    for field in ("patchesStrategicMerge", "patchesJson6902"):
        after = appended(after, field, tuple(patch(field, item) for item in sequence(spec.get(field))))
    if spec.get("buildMetadata"):
        after["buildMetadata"] = spec["buildMetadata"]
    return _images(after, spec, replacing=replacing)


def patch(field: str, item: Json) -> Json:
    """An inline patch as kustomize takes it: text for a strategic merge, a text field for JSON 6902."""
    if field == "patchesStrategicMerge":
        return json.dumps(item)
    found = dict(mapping(item))
    if not isinstance(found.get("patch"), str):
        found["patch"] = json.dumps(found.get("patch"))
    return found


def _components(graph: Graph, directory: str, spec: Mapping[str, Json]) -> tuple[Json, ...]:
    components = sequence(spec.get("components"))
    kinds = {string(each): graph.resolve(directory, string(each))[0] for each in components}
    remote = sorted(name for name, kind in kinds.items() if kind == "remote")
    if remote:
        raise RefusedError(f"the component {remote[0]} is not in the same source, which Flux refuses")
    if spec.get("ignoreMissingComponents") is True:
        return tuple(each for each in components if kinds[string(each)] == "directory")
    return components


def _images(found: Fields, spec: Mapping[str, Json], *, replacing: bool) -> Fields:
    """The images merged by name, field by field; a tag or digest replaces the pair of both.

    Field by field since fluxcd/pkg#1266; before that, `replacing`, the whole entry gave way.
    """
    wanted = [mapping(item) for item in sequence(spec.get("images"))]
    if not wanted:
        return found
    entries = [dict(mapping(item)) for item in sequence(found.get("images"))]
    for image in wanted:
        known = next((entry for entry in entries if entry.get("name") == image.get("name")), None)
        if known is None or replacing:
            place = len(entries) if known is None else entries.index(known)
            entries[place : place + 1] = [dict(image)]
            continue
        if image.get("newName"):
            known["newName"] = image["newName"]
        if image.get("newTag") or image.get("digest"):
            known.pop("newTag", None)
            known.pop("digest", None)
            known.update({key: image[key] for key in ("newTag", "digest") if image.get(key)})
    return {**found, "images": [dict(entry) for entry in entries]}


def texts(node: Json) -> tuple[tuple[str, str], ...]:
    """The pairs of a mapping of texts, in its order."""
    return tuple((key, string(item)) for key, item in mapping(node).items())
