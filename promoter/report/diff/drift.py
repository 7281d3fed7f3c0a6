"""The drift of two environments as short lines, one block for each app."""

from collections.abc import Iterator

from promoter.diff.comparison import Comparison
from promoter.diff.drift import Drift, drift
from promoter.report.diff.fields import short


def drifts(comparisons: tuple[Comparison, ...]) -> tuple[tuple[Comparison, Drift], ...]:
    """The comparisons that have a drift, with it."""
    found = ((each, drift(each)) for each in comparisons)
    return tuple((each, of_app) for each, of_app in found if of_app)


def lines(found: Drift, before: str, after: str) -> Iterator[tuple[str, str]]:
    """What to say of one app: a word (`image`, `missing`, `config`, `other`) and a sentence."""
    for each in found.images:
        if each.field is not None:
            yield "image", f"{each.field.before} → {each.field.after} ({each.holder})"
    for name in found.only_before:
        yield "missing", f"{name} is only in {before}"
    for name in found.only_after:
        yield "missing", f"{name} is only in {after}"
    for word, fields in (("config", found.config), ("other", found.other)):
        for each in fields:
            yield word, f"{each.holder} {short(each.field) if each.field else 'has another order'}"


def counted(found: Drift) -> str:
    """The drift in a few words: `1 image, 2 config, 1 missing`."""
    counts = (
        (len(found.images), "image"),
        (len(found.config), "config"),
        (len(found.only_before) + len(found.only_after), "missing"),
        (len(found.other), "other"),
    )
    return ", ".join(f"{count} {what}" for count, what in counts if count)
