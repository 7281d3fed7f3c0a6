"""What a promotion or rollback would change."""

from promoter.frozen import frozen
from promoter.model.images import Image, Pin
from promoter.model.places import Edit, Location


@frozen
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


@frozen
class Skipped:
    """Something that a plan leaves alone, and why."""

    what: str
    reason: str


@frozen
class Carried:
    """Configuration that travels along: where it stands in the target, its pointer, and from which file."""

    location: Location
    field: str
    source: str
    edits: tuple[Edit, ...]


@frozen
class Plan:
    """What a promotion or rollback would change. An empty `edits` means nothing to do.

    `edits` are those of the bumps and of everything that is carried.
    """

    action: str
    source: str
    target: str
    bumps: tuple[Bump, ...]
    skipped: tuple[Skipped, ...] = ()
    edits: tuple[Edit, ...] = ()
    carried: tuple[Carried, ...] = ()
