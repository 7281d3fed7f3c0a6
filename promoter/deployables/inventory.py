"""The inventory file: what only a cluster knows, written down beside the manifests.

Its clusters carry the fields of Argo CD's cluster Secrets; the Secrets themselves are accepted too. A
mistake in the file is a ConfigError with its line, because discovery would silently miss apps.
"""

from collections.abc import Iterator, Mapping

from promoter.deployables.objects import mapping, sequence, string
from promoter.deployables.settings import Cluster, Inventory
from promoter.errors import ConfigError
from promoter.model import Json
from promoter.yamldoc import YamlFile, value

_SECRET_TYPE = "argocd.argoproj.io/secret-type"  # noqa: S105 - a label's name
_FIELDS = ("clusters", "parameters")


def read(file: YamlFile) -> Inventory:
    """The inventory that a file spells. Raises ConfigError, with line and column, for anything else."""
    if file.error is not None:
        raise ConfigError(f"not valid YAML: {file.error.message}", where=str(file.error.location))
    clusters: list[Cluster] = []
    parameters: dict[str, tuple[Mapping[str, Json], ...]] = {}
    for document in file.documents:
        body = mapping(value(document))
        if body.get("kind") == "Secret":
            clusters += _secret(body)
            continue
        unknown = sorted(body.keys() - set(_FIELDS))
        if unknown or (document is not None and not body):
            found = f"the key {unknown[0]!r}" if unknown else "no mapping"
            where = str(file.location(document)) if document is not None else file.path
            raise ConfigError(
                f"expected clusters or parameters in the inventory, found {found}", where=where
            )
        clusters += (_cluster(file, mapping(each)) for each in sequence(body.get("clusters")))
        for name, sets in mapping(body.get("parameters")).items():
            parameters[name] = tuple(mapping(each) for each in sequence(sets))
    return Inventory(tuple(clusters), parameters)


def _cluster(file: YamlFile, body: Mapping[str, Json]) -> Cluster:
    name = string(body.get("name"))
    if not name:
        raise ConfigError("a cluster of the inventory has no name", where=file.path)
    return Cluster(
        name,
        string(body.get("server")),
        string(body.get("project")),
        _texts(body.get("labels")),
        _texts(body.get("annotations")),
    )


def _secret(body: Mapping[str, Json]) -> Iterator[Cluster]:
    """The cluster of an Argo CD cluster Secret, nothing for any other Secret."""
    metadata, data = mapping(body.get("metadata")), mapping(body.get("stringData"))
    labels = _texts(metadata.get("labels"))
    if labels.get(_SECRET_TYPE) == "cluster":
        name = string(data.get("name")) or string(metadata.get("name"))
        annotations = _texts(metadata.get("annotations"))
        yield Cluster(name, string(data.get("server")), string(data.get("project")), labels, annotations)


def _texts(node: Json) -> Mapping[str, str]:
    found = mapping(node)
    return {
        key: "true" if item is True else "false" if item is False else str(item)
        for key, item in found.items()
        if item is not None
    }
