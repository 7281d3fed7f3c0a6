"""A kustomization in memory: read as kustomize reads it, changed by a controller, laid over the snapshot.

Only the changed kustomization differs from the repository; it is written as JSON, which is YAML.
"""

import json
from collections.abc import Mapping
from typing import Final

from promoter.deployables.builds.prepared import RefusedError
from promoter.deployables.objects import mapping, sequence
from promoter.kustomize import KUSTOMIZATION_NAMES, Graph, join, kustomization_path
from promoter.model import Json, Snapshot
from promoter.yamldoc import Dialect, Node, text, value
from promoter.yamldoc import Mapping as YamlMapping

Fields = dict[str, Json]
_FIRST_NAME: Final = KUSTOMIZATION_NAMES[0]
_MOVED: Final = (("bases", "resources"), ("imageTags", "images"))


def fields(graph: Graph, directory: str) -> Fields | None:
    """The fields of a directory's kustomization; None where there is none. RefusedError for a bad one."""
    if kustomization_path(graph.snapshot, directory) is None:
        return None
    kustomization = graph.kustomization(directory)
    if kustomization is None or kustomization.file.error is not None:
        raise RefusedError(f"the kustomization of {directory or 'the root'} cannot be read")
    return dict(mapping(value(kustomization.root, Dialect.KUSTOMIZATION)))


def fixed(found: Fields) -> Fields:
    """The fields as `kustomize edit` rewrites them before any change: old names become the new ones."""
    result = dict(found)
    for old, new in _MOVED:
        if result.get(old):
            result[new] = [*sequence(result.get(new)), *sequence(result[old])]
        result.pop(old, None)
    return result


def is_object(document: Node) -> bool:
    """Whether a document is an object of Kubernetes, by its kind and apiVersion."""
    return isinstance(document, YamlMapping) and all(text(document.get(k)) for k in ("kind", "apiVersion"))


def appended(found: Mapping[str, Json], field: str, items: tuple[Json, ...]) -> Fields:
    """The fields with items added at the end of a list field."""
    return {**found, field: [*sequence(found.get(field)), *items]} if items else dict(found)


def laid_over(snapshot: Snapshot, directory: str, changed: Fields) -> Snapshot:
    """The snapshot with this kustomization in the directory, in place of the one that is there.

    Raises RefusedError when it would name a file whose name is not UTF-8, which no kustomization can.
    """
    path = kustomization_path(snapshot, directory) or join(directory, _FIRST_NAME)
    text = json.dumps(changed, indent=2)
    if "\\udc" in text and not _is_utf8(json.dumps(changed, ensure_ascii=False)):
        raise RefusedError(f"the name of a file below {directory or 'the root'} is not UTF-8: rename it")
    return snapshot.with_files({path: (text + "\n").encode()})


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
