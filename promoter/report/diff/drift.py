"""The drift of two environments as short lines, one block for each app."""

from collections.abc import Iterator

from promoter.diff.comparison import Comparison
from promoter.diff.drift import Drift, drift
from promoter.report.diff.fields import short


def drifts(comparisons: tuple[Comparison, ...]) -> tuple[tuple[Comparison, Drift], ...]:
    """The comparisons that have a drift, with it."""
    found = ((each, drift(each)) for each in comparisons)
    return tuple((each, of_app) for each, of_app in found if of_app)


def lines(each: Comparison, found: Drift, before: str, after: str) -> Iterator[tuple[str, str]]:
    """What to say of one app: a word (`image`, `missing`, `config`, `other`) and a sentence.

    An app that one side does not have at all is one line.
    """
    if each.notes and is_absent(found):
        yield "missing", f"{each.notes[0]}: {len(found.only_before or found.only_after)} objects"
        return
    for one in found.images:
        if one.field is not None:
            yield "image", f"{one.field.before} → {one.field.after} ({one.holder})"
    for name in found.only_before:
        yield "missing", f"{name} is only in {before}"
    for name in found.only_after:
        yield "missing", f"{name} is only in {after}"
    for word, fields in (("config", found.config), ("other", found.other)):
        for one in fields:
            yield word, f"{one.holder} {short(one.field) if one.field else 'has another order'}"


def is_absent(found: Drift) -> bool:
    """Whether one side has objects of the app and the other has none."""
    differs = found.images or found.config or found.other
    return not differs and bool(found.only_before) != bool(found.only_after)


def counted(found: Drift) -> str:
    """The drift in a few words: `1 image, 2 config, 1 missing`."""
    counts = (
        (len(found.images), "image"),
        (len(found.config), "config"),
        (len(found.only_before) + len(found.only_after), "missing"),
        (len(found.other), "other"),
    )
    return ", ".join(f"{count} {what}" for count, what in counts if count)
