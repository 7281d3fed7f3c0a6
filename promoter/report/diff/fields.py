"""One changed field in words and lines, for every format."""

from collections.abc import Iterator
from difflib import unified_diff
from typing import Final

from promoter.model import FieldChange
from promoter.report.paint import printable
from promoter.report.values import inline

ABSENT: Final = "(none)"
_AROUND: Final = 2
_ONE_LINE: Final = 100


def hunks(before: list[str], after: list[str]) -> Iterator[str]:
    """The lines that differ with two lines around them: `- `, `+ ` or two spaces, `⋯` between hunks."""
    for line in list(unified_diff(before, after, n=_AROUND, lineterm=""))[2:]:
        yield "⋯" if line.startswith("@@") else f"{line[0]} {printable(line[1:])}"


def is_short(before: list[str], after: list[str]) -> bool:
    """Whether both sides fit on one line together."""
    if len(before) > 1 or len(after) > 1:
        return False
    return sum(map(len, (*before, *after))) <= _ONE_LINE


def short(each: FieldChange) -> str:
    """One field in a sentence: `spec.replicas: 5 → 2`; an absent side reads `(none)`."""
    before = inline(each.before) if each.before_present else ABSENT
    after = inline(each.after) if each.after_present else ABSENT
    return f"{each.path}: {before} → {after}"
