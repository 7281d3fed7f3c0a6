"""What a promotion or rollback would change."""

from dataclasses import dataclass

from promoter.model.images import Image, Pin
from promoter.model.places import Edit


@dataclass(frozen=True, slots=True)
class Bump:
    """One pin of one environment that moves from its image to `new`."""

    app: str
    environment: str
    pin: Pin
    new: Image

    @property
    def old(self) -> Image:
        """What the pin says now."""
        return self.pin.image


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that a plan leaves alone, and why."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a promotion or rollback would change. An empty `bumps` means nothing to do."""

    action: str
    source: str
    target: str
    bumps: tuple[Bump, ...]
    skipped: tuple[Skipped, ...] = ()
    edits: tuple[Edit, ...] = ()
