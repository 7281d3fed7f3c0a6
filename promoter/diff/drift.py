"""Drift between two environments, told by app: other images, other configuration, objects one side lacks.

The sorting is by the field's place alone and complete: every change of the diff is in exactly one of the
lists of its app.
"""

from promoter.diff.comparison import Comparison
from promoter.frozen import frozen
from promoter.model import Change, ChangeKind, FieldChange


@frozen
class Differing:
    """A field that differs, of the object `holder`; without a field only the order of a list differs."""

    holder: str
    field: FieldChange | None


@frozen
class Drift:
    """How one app differs: fields by what they are, and the names of objects that one side lacks."""

    app: str
    images: tuple[Differing, ...] = ()
    config: tuple[Differing, ...] = ()
    only_before: tuple[str, ...] = ()
    only_after: tuple[str, ...] = ()
    other: tuple[Differing, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.images or self.config or self.only_before or self.only_after or self.other)


def drift(comparison: Comparison) -> Drift:
    """The drift of one app, from the comparison of its two roles."""
    images: list[Differing] = []
    config: list[Differing] = []
    other: list[Differing] = []
    for change in comparison.diff.changes:
        if change.kind in (ChangeKind.ADDED, ChangeKind.REMOVED):
            continue
        holder = f"{change.key.kind}/{change.key.name}"
        for field in change.fields:
            kind = images if is_image(field) else config if is_config(change, field) else other
            kind.append(Differing(holder, field))
        if not change.fields:
            other.append(Differing(holder, None))
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
