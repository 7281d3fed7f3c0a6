"""Findings against comments and the configuration's entries: which are silenced, and by what.

It must not lose a finding, and a rule that may not be ignored is never silenced. Callers may rely on this:
open questions go the same way as findings, and a suppression never silences what is said about itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from promoter.frozen import frozen
from promoter.lint.accepted import Accepted, Part, divided
from promoter.lint.suppress import UNVERIFIABLE, Suppression, is_firm
from promoter.model import Finding, Location


@frozen
class Candidate:
    """A finding with the spans that contribute to it.

    `build` is the directory of the build that a finding is about, None for any other. A finding that an
    annotation silences already says so. With `asks` it is a question that the rule could not decide; with
    `own` it is about the lint run itself, and only what names its rule silences it.
    """

    finding: Finding
    spans: tuple[Location, ...]
    build: str | None = None
    asks: bool = False
    own: bool = False


@frozen(eq=False)
class Silences:
    """All that may silence: comments by file, the configuration's entries, and the codes that stay."""

    written: dict[str, list[Suppression]]
    accepted: tuple[Accepted, ...]
    firm: frozenset[str]
    today: date


@frozen
class Silenced:
    """The candidates that stay and those that are silenced, by environment, and what was used for it."""

    kept: tuple[Candidate, ...]
    hidden: tuple[Candidate, ...]
    used: frozenset[Suppression]


def silences(
    written: Sequence[Suppression], accepted: tuple[Accepted, ...], firm: frozenset[str], today: date
) -> Silences:
    """The same, with the comments by their file."""
    by_path: dict[str, list[Suppression]] = {}
    for item in written:
        by_path.setdefault(item.location.path, []).append(item)
    return Silences(by_path, accepted, firm, today)


def suppressed(candidates: Iterable[Candidate], by: Silences) -> Silenced:
    """What stays, what is silenced with its reason, and by which comments and entries."""
    kept: list[Candidate] = []
    hidden: list[Candidate] = []
    used: set[Suppression] = set()
    for candidate in candidates:
        comment = None if candidate.finding.suppressed is not None else _comment(candidate, by)
        if comment is not None:
            used.add(comment)
            reason = comment.reason or f"without a reason at {comment.location}"
            hidden.append(replace(candidate, finding=replace(candidate.finding, suppressed=reason)))
            continue
        for part, entry in _divided(candidate, by):
            used.update({entry.written} if entry is not None else ())
            (kept if part.suppressed is None else hidden).append(
                candidate if part is candidate.finding else replace(candidate, finding=part)
            )
    return Silenced(tuple(kept), tuple(hidden), frozenset(used))


def _firm(candidate: Candidate, by: Silences) -> bool:
    return is_firm(candidate.finding.code, by.firm, asks=candidate.asks)


def _comment(candidate: Candidate, by: Silences) -> Suppression | None:
    if not by.written or _firm(candidate, by):
        return None
    for span in candidate.spans:
        for item in by.written.get(span.path, ()):
            if item.reaches(span) and item.lasts(by.today) and _names(item, candidate, span):
                return item
    return None


def _names(item: Suppression, candidate: Candidate, span: Location) -> bool:
    finding = candidate.finding
    if candidate.own:
        return item.location != span and item.names(finding.code, finding.name)
    return item.answers(finding.code, finding.name, asks=candidate.asks)


def _divided(candidate: Candidate, by: Silences) -> Iterator[Part]:
    """The finding, or the parts of it that entries of the configuration accept, and what stays."""
    finding = candidate.finding
    entries = tuple(e for e in by.accepted if not candidate.own or e.location != finding.location)
    if finding.suppressed is not None or not entries or _firm(candidate, by):
        yield finding, None
        return
    for part, entry in divided(finding, entries, by.today):
        if not candidate.asks or entry is not None:
            yield part, entry
            continue
        code, name = UNVERIFIABLE
        for piece, other in divided(replace(part, code=code, name=name), entries, by.today):
            yield replace(piece, code=finding.code, name=finding.name), other
