"""The values between a deployable and its render."""

from dataclasses import dataclass

from promoter.deployables.builds.after import PostBuild
from promoter.kustomize import Build
from promoter.model import Location


class RefusedError(Exception):
    """Why the controller itself would refuse to build; becomes the reason of an Unproven."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the renderer is asked for, what happens to the objects after it, and notes for people.

    `later` are the later sources of the same Application, in their order: their objects win.
    """

    build: Build
    after: PostBuild | None = None
    notes: tuple[str, ...] = ()
    later: tuple["Later", ...] = ()


@dataclass(frozen=True, slots=True)
class Later:
    """A later source: its 0-based place in `sources`, its build, and the destination's namespace."""

    index: int
    prepared: Prepared
    namespace: str


@dataclass(frozen=True, slots=True)
class Unproven:
    """Why a deployable cannot be rendered here, and where its object is written."""

    reason: str
    location: Location
