"""What a version stands for that a person names: a time that the past knows, or a version to write.

Must not read anything. Callers may rely on this: a version that a pin ever had is looked up and never
guessed, and one that can only be another kind of pin's (a commit, where the image's versions are numbers
and a ref beside it holds commits) is never written.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from promoter.frozen import frozen
from promoter.history.target import find
from promoter.history.timeline import Period, Timeline, Values
from promoter.model import Image

_COMMIT: Final = re.compile(r"(?=.*[a-f])[0-9a-f]{7,64}")
_NUMBER: Final = re.compile(r"[vV]?\d+(?:\.\d+)*(?:[-+._].*)?")


@frozen
class Places:
    """The places (0-based) of a vector that matter for one named version.

    `asked` are the pins that the person meant; `takes` those of them that a version without a past is
    written to; `others` the pins of another kind (refs beside images, images beside refs) that were not
    meant, and `kin` those of them that belong to the same thing by their name.
    """

    asked: tuple[int, ...]
    takes: tuple[int, ...]
    others: tuple[int, ...] = ()
    kin: frozenset[int] = frozenset()


@frozen
class Named:
    """The latest earlier period with the version, None when it never ran here; `along` moves too."""

    period: Period | None
    along: tuple[int, ...] = ()


@frozen
class Misplaced:
    """The version can only be that of the pin at `other`, not of the asked one at `place`."""

    place: int
    other: int


def named(past: Timeline, now: Values, wanted: str, places: Places) -> Named | Misplaced:
    """What `wanted` stands for, given the past of the pins and their values of now.

    First a time at which an asked pin had it; then one at which another kind of pin of the same thing had
    it, which then moves along; then a version that never ran, unless it is plainly another pin's.
    """
    period = find(past, lambda values: any(_is(values[index], wanted) for index in places.asked))
    if period is not None:
        return Named(period)
    kin = tuple(index for index in places.others if _is_kin(past, index, places))
    period = find(past, lambda values: any(_is(values[index], wanted) for index in kin))
    if period is not None:
        return Named(period, tuple(index for index in kin if _is(period.values[index], wanted)))
    return _misplaced(past, now, wanted, places, kin) or Named(None)


def _is_kin(past: Timeline, other: int, places: Places) -> bool:
    """Whether a pin is of the same thing as an asked one: by its name, or as both once said the same."""
    if other in places.kin:
        return True
    return any(
        period.values[other].version == period.values[index].version != ""
        for period in past.periods
        for index in places.asked
    )


def _misplaced(
    past: Timeline, now: Values, wanted: str, places: Places, kin: Collection[int]
) -> Misplaced | None:
    if not places.takes or ":" in wanted:
        return None
    form = _form(wanted)
    own = {_form(image.version) for image in _said(past, now, places.takes)} - {None}
    strange = form is not None and bool(own) and form not in own
    for other in places.others:
        said = [image.version for image in _said(past, now, (other,))]
        if (strange and form in map(_form, said)) or (other not in kin and wanted in said):
            return Misplaced(places.takes[0], other)
    return None


def _said(past: Timeline, now: Values, places: Sequence[int]) -> Iterator[Image]:
    """Everything that the pins say or said."""
    for values in (now, *(period.values for period in past.periods)):
        yield from (values[index] for index in places)


def _form(version: str) -> str | None:
    """How a version is written, where that tells something: a commit's id, or a number."""
    if _COMMIT.fullmatch(version):
        return "commit"
    return "number" if _NUMBER.fullmatch(version) else None


def _is(image: Image, wanted: str) -> bool:
    return wanted in (image.version, image.version.removeprefix("v")) or str(image).endswith(f":{wanted}")
