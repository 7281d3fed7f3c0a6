"""What differs between two renders."""

from dataclasses import field
from enum import StrEnum

from promoter.frozen import frozen
from promoter.model.rendering import Json, ObjectKey


class ChangeKind(StrEnum):
    """How an object differs between two renders."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@frozen
class FieldChange:
    """One field that differs. `path` reads `spec.containers[name=web].image`; absent sides are None.

    `before_present` and `after_present` tell an absent field from an explicit null.
    """

    path: str
    before: Json = field(hash=False)
    after: Json = field(hash=False)
    before_present: bool = True
    after_present: bool = True


@frozen
class Risk:
    """Something in a change that could hurt: a stable kebab-case name and one sentence.

    `level` is `high` (data, access or service may be lost), `medium` or `low`.
    """

    name: str
    message: str
    level: str = "medium"


@frozen
class Change:
    """One object that differs; `was` is its former key when it moved or was renamed."""

    kind: ChangeKind
    key: ObjectKey
    fields: tuple[FieldChange, ...] = ()
    was: ObjectKey | None = None
    risks: tuple[Risk, ...] = ()
    notes: tuple[str, ...] = ()


@frozen
class Diff:
    """What differs between two renders, ordered by object key; `filtered` counts hidden changes."""

    changes: tuple[Change, ...] = ()
    filtered: int = 0

    def __bool__(self) -> bool:
        return bool(self.changes)
