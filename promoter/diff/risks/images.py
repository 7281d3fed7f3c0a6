"""Risks of running other software than before: older, from elsewhere, or not pinned any more.

Versions are ordered only when both are numbers with dots and an optional pre-release; any other pair
(commit hashes, branch names) is not ordered, and nothing is said.
"""

import re
from collections.abc import Iterator
from typing import Final

from promoter.diff.compared import Compared
from promoter.diff.reach import containers, text
from promoter.diff.risks.context import Context
from promoter.images import parse
from promoter.images.reference import split_host
from promoter.model import Image, Risk

_VERSION: Final = re.compile(r"v?(?P<numbers>\d+(?:\.\d+)+)(?P<rest>[-+.].*)?")
_EARLY: Final = re.compile(r"-(?:alpha|beta|rc|pre|dev|snapshot)", re.IGNORECASE)
_DEFAULT_REGISTRY: Final = "docker.io"
_FLOATING: Final = frozenset({"latest", "main", "master", "edge", "nightly", "dev", "stable"})


def _moves(compared: Compared) -> Iterator[tuple[str, Image, Image]]:
    """The containers on both sides whose image differs: path, before, after."""
    after = containers(compared.after)
    for path, container in containers(compared.before).items():
        was, now = parse(text(container, "image")), parse(text(after.get(path), "image"))
        if was is not None and now is not None and was != now:
            yield f"{path}.image", was, now


def downgraded(compared: Compared, _context: Context) -> Iterator[Risk]:
    """A version that is clearly lower than the one before."""
    for path, was, now in _moves(compared):
        if _last(was.name) == _last(now.name) and is_lower(now.tag or "", was.tag or ""):
            yield Risk("image-downgraded", f"{path}: {was} → {now}", "medium")


def registry_changed(compared: Compared, _context: Context) -> Iterator[Risk]:
    """An image that comes from another registry or repository."""
    for path, was, now in _moves(compared):
        if was.name != now.name:
            hosts = [split_host(each.name)[0] or _DEFAULT_REGISTRY for each in (was, now)]
            what = "registry" if hosts[0] != hosts[1] else "repository"
            yield Risk(f"{what}-changed", f"{path}: {was} → {now}", "medium")


def unpinned(compared: Compared, _context: Context) -> Iterator[Risk]:
    """An image that was fixed and now follows a moving tag, or lost its digest."""
    for path, was, now in _moves(compared):
        floats = not now.digest and (now.tag or "latest") in _FLOATING
        if (floats and (was.tag or "latest") not in _FLOATING) or (was.digest and not now.digest):
            yield Risk("image-unpinned", f"{path}: {was} → {now}", "low")


def is_lower(new: str, old: str) -> bool:
    """Whether version `new` is clearly lower than `old`."""
    one, other = _VERSION.fullmatch(new), _VERSION.fullmatch(old)
    if one is None or other is None:
        return False
    low, high = (_numbers(each.group("numbers")) for each in (one, other))
    length = max(len(low), len(high))
    low, high = (each + (0,) * (length - len(each)) for each in (low, high))
    was_final = not (other.group("rest") or "").startswith("-")
    is_early = bool(
        re.match(r"-(?:alpha|beta|rc|pre|dev|snapshot)", one.group("rest") or "", re.IGNORECASE)
    )
    return low < high or (low == high and was_final and is_early)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def _last(name: str) -> str:
    return name.rpartition("/")[2]
