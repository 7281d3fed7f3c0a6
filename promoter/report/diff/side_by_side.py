"""One changed field in two columns: before on the left, after on the right.

Lines that belong together stand beside each other; long lines are wrapped, never cut.
"""

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Final

from promoter.report.paint import Paint, printable

_GUTTER: Final = " │ "
_AROUND: Final = 2
_LONG: Final = 2_000
NARROWEST: Final = 60

Row = tuple[str, str, str]
"""A mark (` `, `~`, `-`, `+` or `⋯`), the line before and the line after."""


def rows(before: list[str], after: list[str]) -> Iterator[Row]:
    """The aligned lines of both sides, unchanged ones only near a change."""
    # Of long texts lines that repeat often are not matched one by one: that takes quadratic time.
    is_long = len(before) + len(after) > _LONG
    matcher = SequenceMatcher(None, before, after, autojunk=is_long)
    for number, group in enumerate(matcher.get_grouped_opcodes(_AROUND)):
        if number or group[0][1] > 0:
            yield "⋯", "", ""
        for tag, i, j, k, m in group:
            for left, right in zip_longest(before[i:j], after[k:m]):
                yield _mark(tag, left, right), left or "", right or ""


def _mark(tag: str, left: str | None, right: str | None) -> str:
    if tag == "equal":
        return " "
    return "+" if left is None else "-" if right is None else "~"


def columns(before: list[str], after: list[str], paint: Paint, width: int) -> Iterator[str]:
    """The rows as lines of at most `width` characters."""
    half = (max(width, NARROWEST) - len(_GUTTER)) // 2
    for mark, left, right in rows(before, after):
        if mark == "⋯":
            yield paint("⋯", "", dim=True)
            continue
        for one, other in zip_longest(_wrapped(left, half), _wrapped(right, half), fillvalue=""):
            padded = one + " " * (half - len(one))
            colours = ("red", "green") if mark != " " else ("", "")
            yield (paint(padded, colours[0]) + _GUTTER + paint(other, colours[1])).rstrip()


def _wrapped(line: str, width: int) -> list[str]:
    shown = printable(line)
    return [shown[start : start + width] for start in range(0, len(shown), width)] or [""]
