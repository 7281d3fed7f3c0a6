"""The pins of a file that differs from one that was read already in nothing but one tag.

Most commits of a GitOps repository are like that, and reading a thousand files' pasts need not parse each
one. It never guesses: whenever anything else could have changed, the answer is None, and the file has to
be parsed. Locations are those of the known file.
"""

import os
import re
from dataclasses import replace
from typing import Final

from promoter.model import Pin

# A tag that YAML reads as it is written, in whichever quotes: no sign of YAML's own, and a digit.
_TAG: Final = re.compile(rb"(?=[A-Za-z._-]*[0-9])[A-Za-z0-9][A-Za-z0-9._-]*")
_SIGNS: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")


def retagged(known: bytes, pins: tuple[Pin, ...], content: bytes) -> tuple[Pin, ...] | None:
    """The pins of `content`, given those of `known`; None when the two differ in more than one tag."""
    before, after = known.split(b"\n"), content.split(b"\n")
    pairs = enumerate(zip(before, after, strict=False), start=1)
    lines = [(number, *pair) for number, pair in pairs if pair[0] != pair[1]]
    # Through an anchor one tag can be written in several places.
    if len(before) != len(after) or len(lines) != 1 or b"&" in known or not lines[0][1].isascii():
        return None
    number, one, other = lines[0]
    start, old, new = _words(one, other)
    if not (_TAG.fullmatch(old) and _TAG.fullmatch(new)):
        return None
    quoted = one[start - 1 : start] in (b'"', b"'")
    place = (number, start + 1 - quoted)
    moved = [pin for pin in pins if (pin.location.line, pin.location.column) == place]
    if len(moved) != 1 or moved[0].image.tag != old.decode():
        return None
    pin = replace(moved[0], image=replace(moved[0].image, tag=new.decode()))
    return tuple(pin if each is moved[0] else each for each in pins)


def _words(one: bytes, other: bytes) -> tuple[int, bytes, bytes]:
    """Where two lines differ, out to the ends of the words, and the words of both."""
    start = len(os.path.commonprefix([one, other]))
    most = min(len(one), len(other)) - start
    same = len(os.path.commonprefix([one[::-1][:most], other[::-1][:most]]))
    while start and one[start - 1] in _SIGNS:
        start -= 1
    while same and one[len(one) - same] in _SIGNS:
        same -= 1
    return start, one[start : len(one) - same], other[start : len(other) - same]
