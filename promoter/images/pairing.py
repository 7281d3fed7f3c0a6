"""Which pin of one environment stands for which pin of another.

Repositories are compared normalised, placeholders (kustomize's `name`) as written, and the
configuration may say that several names are one. A prefix never matches.
"""

import re
from collections.abc import Iterable
from typing import Final, Protocol

from promoter.config import AppImage
from promoter.frozen import frozen
from promoter.images import is_image
from promoter.images.reference import answers_to, normalised
from promoter.model import Bump, Pin

_COMMIT: Final = re.compile(r"[0-9a-f]{12,64}")
_LIST: Final = "kustomize-images"  # an index in such a list means nothing; the names do


class PinnedSite(Protocol):
    """What pairing needs of a site: its pins and the directory they are relative to."""

    @property
    def pins(self) -> tuple[Pin, ...]:
        """The pins that decide what runs."""

    @property
    def directory(self) -> str:
        """The directory that is built."""


@frozen
class Names:
    """What the configuration says about names: canonical spelling and rule of each."""

    rules: tuple[AppImage, ...]

    def canonical(self, name: str) -> str:
        """The one name for all spellings of a repository."""
        for rule in self.rules:
            if name in rule.names or normalised(name) == normalised(rule.repo):
                return normalised(rule.repo)
        return normalised(name)

    def repository(self, name: str) -> str:
        """The repository that a written name stands for: its own, or the one that the rules give it."""
        return next((rule.repo for rule in self.rules if name in rule.names), name)

    def of(self, pin: Pin) -> frozenset[str]:
        """Every canonical name that the pin answers to."""
        written = (pin.image.name, pin.alias) if pin.alias else (pin.image.name,)
        return frozenset(self.canonical(name) for name in written)

    def rule(self, pin: Pin) -> AppImage | None:
        """The configuration's rule for the pin's image, or None."""
        names = self.of(pin)
        return next((rule for rule in self.rules if normalised(rule.repo) in names), None)


def names_of(rules: Iterable[AppImage]) -> Names:
    """The names as the rules of an app define them."""
    return Names(tuple(rules))


def selected(pins: Iterable[Pin], asked: str, names: Names) -> tuple[Pin, ...]:
    """The pins that `asked` means: exact names first, else names that end in it."""
    everything = tuple(pins)
    exact = tuple(
        pin for pin in everything if names.canonical(asked) in names.of(pin) or asked == pin.alias
    )
    if exact:
        return exact
    return tuple(
        pin
        for pin in everything
        if answers_to(pin.image.name, asked) or (pin.alias and answers_to(pin.alias, asked))
    )


def paired(pin: Pin, source: PinnedSite, directory: str, names: Names) -> tuple[Pin, ...]:
    """The source's pins that stand for this one, in the source's order; nothing when there are none.

    Several remain only when nothing tells them apart.
    """
    found = [(_closeness(pin, other, names), other) for other in source.pins]
    best = max((score for score, _ in found), default=0)
    close = tuple(other for score, other in found if score == best and score > 0)
    for same in (_same_place, _same_name):
        if len({other.image for other in close}) > 1:
            narrowed = tuple(other for other in close if same(pin, directory, other, source.directory))
            close = narrowed or close
    return close


def _closeness(pin: Pin, other: Pin, names: Names) -> int:
    """How surely two pins mean the same image; 0 when they do not."""
    if _family(pin) != _family(other):
        return 0
    same_repository = names.canonical(pin.image.name) == names.canonical(other.image.name)
    if same_repository:
        return 3 if pin.alias == other.alias else 2
    return 1 if names.of(pin) & names.of(other) else 0


def _family(pin: Pin) -> str:
    """Addresses of repositories and charts are paired among themselves, images with images."""
    return "image" if is_image(pin) else pin.setter


def _same_place(pin: Pin, directory: str, other: Pin, other_directory: str) -> bool:
    if pin.setter == _LIST:
        return False
    here, there = pin.path.removeprefix(directory), other.path.removeprefix(other_directory)
    return here == there and pin.field == other.field and pin.document == other.document


def _same_name(pin: Pin, directory: str, other: Pin, other_directory: str) -> bool:
    del directory, other_directory
    return pin.path.rpartition("/")[2] == other.path.rpartition("/")[2]


def companion(bump: Bump, pin: Pin, source: PinnedSite | None, directory: str, names: Names) -> bool:
    """Whether a pin beside a bumped one says the version of the same thing, and so moves with it.

    That is a remote base whose ref is the image's version (a commit, or of a repository named like the
    image), or an image of the same list built from the same commit. Where the source has the same pin,
    it must agree.
    """
    if pin.path != bump.pin.path or pin.image.version != bump.old.version or not bump.old.tag:
        return False
    pairs = paired(pin, source, directory, names) if source else ()
    agreed = all(one.image.version == bump.new.version for one in pairs)
    if pin.setter == "kustomize-remote-ref":
        return agreed and bump.pin.setter != pin.setter and _related(bump.pin, pin)
    return bool(pairs) and agreed and bump.pin.setter == pin.setter and _is_commit(bump.old.tag)


def _is_commit(version: str) -> bool:
    return _COMMIT.fullmatch(version) is not None


def _related(image: Pin, remote: Pin) -> bool:
    return _is_commit(remote.image.version) or called_alike(image, remote)


def called_alike(one: Pin, other: Pin) -> bool:
    """Whether a pin of an image and an address are of the same thing by their names."""
    image, remote = (one, other) if is_image(one) else (other, one)
    return image.image.name.rpartition("/")[2] in remote.image.name.split("/")
