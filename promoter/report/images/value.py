"""Which images run where, and the line where each version is written, as a value."""

from dataclasses import dataclass

from promoter.model import Image, Location, ObjectKey


@dataclass(frozen=True, slots=True)
class ImageRow:
    """One image in one environment of one app.

    `objects` are the rendered objects that run it, empty when it was only read from files; `written` the
    places of its version that decide, `setter` how it is written there, empty when no file says it here.
    """

    app: str
    environment: str
    image: Image
    objects: tuple[ObjectKey, ...] = ()
    written: tuple[Location, ...] = ()
    setter: str = ""


@dataclass(frozen=True, slots=True)
class Unrendered:
    """A deployable whose images could only be read from files, and why."""

    app: str
    environment: str
    name: str
    reason: str
    location: Location


@dataclass(frozen=True, slots=True)
class ImagesReport:
    """Rows by environment in the order of promotion, then app and image; and what was not rendered."""

    rows: tuple[ImageRow, ...]
    unrendered: tuple[Unrendered, ...] = ()
