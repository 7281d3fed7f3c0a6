"""Drift between two environments, told by app: other images, other configuration, objects one side lacks.

The sorting is by the field's place alone and complete: every change of the diff is in exactly one of the
lists of its app.
"""

from dataclasses import dataclass

from promoter.diff.comparison import Comparison
from promoter.model import Change, ChangeKind, FieldChange


@dataclass(frozen=True, slots=True)
class Drift:
    """How one app differs. `images` are (field path, before, after); the rest names objects or fields."""

    app: str
    images: tuple[tuple[str, str, str], ...] = ()
    config: tuple[str, ...] = ()
    only_before: tuple[str, ...] = ()
    only_after: tuple[str, ...] = ()
    other: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.images or self.config or self.only_before or self.only_after or self.other)


def drift(comparison: Comparison) -> Drift:
    """The drift of one app, from the comparison of its two roles."""
    images: list[tuple[str, str, str]] = []
    config: list[str] = []
    other: list[str] = []
    for change in comparison.diff.changes:
        if change.kind in (ChangeKind.ADDED, ChangeKind.REMOVED):
            continue
        for field in change.fields:
            where = f"{change.key.kind}/{change.key.name} {field.path}"
            if is_image(field):
                images.append((where, str(field.before), str(field.after)))
            else:
                (config if is_config(change, field) else other).append(where)
        if not change.fields:
            other.append(f"{change.key.kind}/{change.key.name}")
    return Drift(
        comparison.app,
        tuple(images),
        tuple(config),
        _named(comparison, ChangeKind.REMOVED),
        _named(comparison, ChangeKind.ADDED),
        tuple(other),
    )


def _named(comparison: Comparison, kind: ChangeKind) -> tuple[str, ...]:
    return tuple(str(change.key) for change in comparison.diff.changes if change.kind is kind)


def is_image(field: FieldChange) -> bool:
    """Whether a field is a container's image."""
    parent, _, last = field.path.rpartition(".")
    return last == "image" and "ontainers[" in parent


def is_config(change: Change, field: FieldChange) -> bool:
    """Whether a field is configuration: content of a ConfigMap or Secret, a variable, an argument."""
    return change.key.kind in ("ConfigMap", "Secret") or any(
        part in field.path for part in (".env[", ".env.", ".envFrom", ".args", ".command")
    )
