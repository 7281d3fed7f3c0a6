"""Images as written, and the places where their versions stand."""

from promoter.frozen import frozen
from promoter.model.places import Location


@frozen(order=True)
class Image:
    """A container image as written: `name` is everything before the tag, nothing is normalised."""

    name: str
    tag: str | None = None
    digest: str | None = None

    @property
    def version(self) -> str:
        """What people call the version: the tag, else the digest, else an empty string."""
        return self.tag or self.digest or ""

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.name}{tag}" + (f"@{self.digest}" if self.digest else "")


@frozen
class Pin:
    """A place where an image's version is written.

    `setter` names the setter that knows how to rewrite it; `document` (0-based) and `field` (a JSON
    pointer inside it) find it again; `location` is for people. `image.name` is the repository that
    runs (kustomize's newName where there is one) and `alias` the placeholder that stands for it in the
    manifests, if any. `refusal` says why the pin cannot be edited safely, None when it can.
    """

    setter: str
    location: Location
    document: int
    field: str
    image: Image
    alias: str | None = None
    refusal: str | None = None
    warning: str | None = None

    @property
    def path(self) -> str:
        """The file that holds the pin."""
        return self.location.path
