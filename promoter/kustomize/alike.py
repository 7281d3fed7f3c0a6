"""Whether two snapshots say the same to whoever asks what their kustomizations name.

A promotion changes a version and nothing that a kustomization names; what was found out about one snapshot
then holds for the other. Every doubt (a symlink, another mode, a file that configures a generator) is a no.
"""

from typing import TYPE_CHECKING

from promoter.kustomize.paths import KUSTOMIZATION_NAMES
from promoter.model import SYMLINK

if TYPE_CHECKING:
    from promoter.kustomize.graph import Graph
    from promoter.model import Snapshot


def differing(one: "Snapshot", other: "Snapshot") -> tuple[str, ...]:
    """The paths whose content or mode differs, or that only one of them has, sorted."""
    return tuple(sorted({path for path, _ in one.entries.items() ^ other.entries.items()}))


def names_alike(one: "Graph", other: "Graph") -> bool:
    """Whether the kustomizations of both name the same, so that each path has the same readers."""
    changed = differing(one.snapshot, other.snapshot)
    return all(_same_kind(one, other, path) and _says_the_same(one, other, path) for path in changed)


def _same_kind(one: "Graph", other: "Graph", path: str) -> bool:
    here, there = one.snapshot.entries.get(path), other.snapshot.entries.get(path)
    return here is not None and there is not None and here.mode == there.mode != SYMLINK


def _says_the_same(one: "Graph", other: "Graph", path: str) -> bool:
    if path in other.configuring:
        return False
    if path.rpartition("/")[2] not in KUSTOMIZATION_NAMES:
        return True
    here, there = one.sketch(path), other.sketch(path)
    if here is None or there is None:
        return here is there
    names = [(each.field, each.written) for each in here.names]
    return (here.kind, here.keys, names) == (
        there.kind,
        there.keys,
        [(each.field, each.written) for each in there.names],
    )
