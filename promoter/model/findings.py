"""What the linter found, and how to mend it."""

from dataclasses import replace
from enum import StrEnum

from promoter.frozen import frozen
from promoter.model.places import Edit, Location
from promoter.model.rendering import ObjectKey


class Severity(StrEnum):
    """How bad a finding is, the worst first; SARIF's levels."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """Its place in that order, 0 for the worst."""
        return list(Severity).index(self)


@frozen
class Fix:
    """Edits that mend a finding; `safe` when they cannot change what was meant."""

    description: str
    edits: tuple[Edit, ...]
    safe: bool


@frozen
class Finding:
    """What a rule found, at the line that causes it. Never raised; suppressed ones are kept.

    `field` is the path inside the object (as in FieldChange), empty when the finding is about the
    whole. `rendered_only` says that no source line could be proven, and the location is the overlay's.
    """

    code: str
    name: str
    severity: Severity
    message: str
    location: Location
    environments: tuple[str, ...] = ()
    object: ObjectKey | None = None
    field: str = ""
    related: tuple[Location, ...] = ()
    fix: Fix | None = None
    rendered_only: bool = False
    suppressed: str | None = None

    def within(self, environments: tuple[str, ...]) -> "Finding":
        """The same finding, said of these environments."""
        return replace(self, environments=environments)
