"""The values between a deployable and its render."""

from dataclasses import replace

from promoter.deployables.builds.after import PostBuild
from promoter.frozen import frozen
from promoter.kustomize import Build
from promoter.model import ChartBuild, Location


class RefusedError(Exception):
    """Why the controller itself would refuse to build; becomes the reason of an Unproven."""


@frozen
class Prepared:
    """What the renderer is asked for, what happens to the objects after it, and notes for people.

    `later` are the later sources of the same Application, in their order: their objects win.
    """

    build: Build | ChartBuild
    after: PostBuild | None = None
    notes: tuple[str, ...] = ()
    later: tuple["Later", ...] = ()


@frozen
class Later:
    """A later source: its 0-based place in `sources`, its build, and the destination's namespace."""

    index: int
    prepared: Prepared
    namespace: str


def for_kubernetes(prepared: Prepared, version: str) -> Prepared:
    """What is prepared, its charts for a version of Kubernetes where their controller says none."""
    build = prepared.build
    if isinstance(build, ChartBuild) and not build.kube_version:
        build = replace(build, kube_version=version)
    later = tuple(replace(each, prepared=for_kubernetes(each.prepared, version)) for each in prepared.later)
    return replace(prepared, build=build, later=later)


@frozen
class Unproven:
    """Why a deployable cannot be rendered here, and where its object is written."""

    reason: str
    location: Location
