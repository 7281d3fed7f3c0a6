"""The ways in which versions are written, one setter for each, and what tells their pins apart."""

from typing import Final, Protocol

from promoter.images import (
    applicationset,
    argocd,
    env_file,
    flux,
    helm_values,
    imagestream,
    k3s,
    kustomization,
    manifest,
    override,
    patch,
    policy,
    remote_ref,
    source,
    where,
)
from promoter.kustomize import Graph
from promoter.model import Edit, Image, Pin


class Setter(Protocol):
    """One way in which versions are written. A module with these three names is a setter."""

    @property
    def name(self) -> str:
        """The setter's name, as pins and reports carry it."""

    def find(self, graph: Graph, path: str) -> tuple[Pin, ...]:
        """The pins of this kind in one file, in the file's order; nothing in a file of another kind."""

    def edit(self, graph: Graph, pin: Pin, image: Image) -> tuple[Edit, ...]:
        """The edits that give the pin this tag and digest (never another name).

        Nothing when it has them. Raises RefusedError for a shape that cannot take the version.
        """


SETTERS: Final[tuple[Setter, ...]] = (
    kustomization,
    remote_ref,
    manifest,
    patch,
    helm_values,
    argocd,
    applicationset,
    flux,
    source,
    k3s,
    imagestream,
    env_file,
    where,
    override,
    policy,
)
_ADDRESSES: Final = frozenset({remote_ref.name, source.name})
_BY_NAME: Final = {each.name: each for each in SETTERS}


def setter(name: str) -> Setter:
    """The setter of this name. Raises KeyError for an unknown one."""
    return _BY_NAME[name]


def fitted(pin: Pin, image: Image) -> Image:
    """The image as the pin can say it: the pin's own name, and no digest where there is room for none."""
    digest = image.digest if is_image(pin) or not image.tag else None
    return Image(pin.image.name, image.tag, digest)


def is_image(pin: Pin) -> bool:
    """Whether the version is a container image's, and not that of a repository or chart."""
    return pin.setter not in _ADDRESSES


def identity(pin: Pin) -> tuple[str, int, str]:
    """What tells a pin from every other of its snapshot: file, document and field."""
    return pin.path, pin.document, pin.field
