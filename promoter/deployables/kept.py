"""What was discovered as plain values, and back: so that an equal tree is read once in several runs.

The key names all that discovery depends on: every path with its mode and blob id, and the settings. What
needed a render is not kept, for what renders is not part of the key.
"""

from itertools import chain
from typing import cast

from promoter.deployables.discovered import Discovered
from promoter.deployables.settings import Settings
from promoter.kustomize import Graph, Readers
from promoter.model import Deployable, Destination, Json, Location, Snapshot, hash_of


def key(snapshot: Snapshot, settings: Settings) -> str:
    """The name of what the settings discover in the snapshot: 64 hex digits."""
    entries = snapshot.entries
    return hash_of(repr(settings), *entries, *chain.from_iterable(entries.values()))


def plain(found: Discovered) -> Json | None:
    """The discovery as JSON; None for one that needed a render."""
    if found.rendered:
        return None
    graph = found.graph
    rows: list[Json] = [_row(each) for each in found.deployables]
    kept: dict[str, Json] = {
        "deployables": rows,
        "read": list[Json](sorted(found.read)),
        "readers": {path: list[Json](each) for path, each in graph.readership.named_by.items()},
        "configuring": list[Json](sorted(graph.configuring)),
    }
    return kept


def recalled(graph: Graph, kept: Json) -> Discovered | None:
    """The discovery that `plain` gave, for the graph of an equal snapshot; None for what is none."""
    if not isinstance(kept, dict):
        return None
    try:
        readers = Readers(cast("dict[str, list[str]]", kept["readers"]))
        configuring = frozenset(cast("list[str]", kept["configuring"]))
        found = tuple(_deployable(row) for row in cast("list[_Row]", kept["deployables"]))
        read = frozenset(cast("list[str]", kept["read"]))
    except (KeyError, TypeError, ValueError):
        return None
    graph.know(readers, configuring)
    return Discovered(graph, found, read)


_Place = tuple[str, int, int, int, int]
_Row = tuple[
    str, str, str, str, str, str | None, _Place, str, tuple[str, str],
    dict[str, Json], bool, str | None, list[str], str,
]  # fmt: skip


def _row(each: Deployable) -> Json:
    place, target = each.location, each.destination
    row: list[Json] = [each.controller, each.kind, each.name, each.app, each.environment, each.path]
    row += [[place.path, place.line, place.column, place.end_line, place.end_column]]
    row += [each.namespace, [target.cluster, target.namespace]]
    row += [dict(each.overrides), each.suspended, each.reason, list[Json](each.evidence), each.revision]
    return row


def _deployable(row: _Row) -> Deployable:
    controller, kind, name, app, environment, path, place, namespace, destination = row[:9]
    overrides, suspended, reason, evidence, revision = row[9:]
    return Deployable(
        controller, kind, name, app, environment, path, Location(*place), namespace,
        Destination(*destination), overrides, suspended, reason, tuple(evidence), revision,
    )  # fmt: skip
