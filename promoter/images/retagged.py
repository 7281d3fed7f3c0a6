"""The pins of a file that differs from one that was read already in nothing but one tag.

Most commits of a GitOps repository are like that, and reading a thousand files' pasts need not parse each
one. It never guesses: whenever anything else could have changed, the answer is None, and the file has to
be parsed. Locations are those of the known file.
"""

import re
from dataclasses import replace
from typing import Final

from promoter.model import Image, Pin

# A tag that YAML reads as it is written, in whichever quotes: no sign of YAML's own, and a digit.
_TAG: Final = re.compile(rb"(?=[A-Za-z._-]*[0-9])[A-Za-z0-9][A-Za-z0-9._-]*")
_BETWEEN: Final = re.compile(rb"([^A-Za-z0-9._-]+)")


def retagged(known: bytes, pins: tuple[Pin, ...], content: bytes) -> tuple[Pin, ...] | None:
    """The pins of `content`, given those of `known`; None when the two differ in more than one tag."""
    before, after = known.split(b"\n"), content.split(b"\n")
    # Through an anchor one tag can be written in several places.
    if len(before) != len(after) or b"&" in known:
        return None
    changed = [index for index, line in enumerate(before) if line != after[index]]
    line = before[changed[0]] if len(changed) == 1 else b""
    word = _word(line, after[changed[0]]) if line.isascii() and changed else None
    if word is None or not (_TAG.fullmatch(word[1]) and _TAG.fullmatch(word[2])):
        return None
    start, old, new = word
    quoted = line[start - 1 : start] in (b'"', b"'")
    place = (changed[0] + 1, start + 1 - quoted)
    moved = [pin for pin in pins if (pin.location.line, pin.location.column) == place]
    if len(moved) != 1 or moved[0].image.tag != old.decode():
        return None
    image = Image(moved[0].image.name, new.decode(), moved[0].image.digest)
    pin = replace(moved[0], image=image)
    return tuple([pin if each is moved[0] else each for each in pins])


def _word(one: bytes, other: bytes) -> tuple[int, bytes, bytes] | None:
    """The only word in which two lines differ: where it starts, and what it is in each."""
    before, after = _BETWEEN.split(one), _BETWEEN.split(other)
    if len(before) != len(after):
        return None
    places = [index for index, word in enumerate(before) if word != after[index]]
    if len(places) != 1:
        return None
    start = sum(map(len, before[: places[0]]))
    return start, before[places[0]], after[places[0]]
