"""Which images run where, and the line where each version is written, as a value."""

from promoter.frozen import frozen
from promoter.model import Image, Location, ObjectKey


@frozen
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


@frozen
class Unrendered:
    """A deployable whose images could only be read from files, and why."""

    app: str
    environment: str
    name: str
    reason: str
    location: Location


@frozen
class ImagesReport:
    """Rows by environment in the order of promotion, then app and image; and what was not rendered."""

    rows: tuple[ImageRow, ...]
    unrendered: tuple[Unrendered, ...] = ()
