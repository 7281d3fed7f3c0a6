"""Findings against suppressions: which are silenced, by what, and which suppressions did something.

It must not lose a finding, and a rule that may not be ignored is never silenced.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from promoter.lint.suppress import Suppression
from promoter.model import Finding, Location


@dataclass(frozen=True, slots=True)
class Candidate:
    """A finding with the spans that contribute to it.

    `build` is the directory of the build that a finding is about, None for any other. A finding that an
    annotation silences already says so.
    """

    finding: Finding
    spans: tuple[Location, ...]
    build: str | None = None


def suppressed(
    candidates: Iterable[Candidate], written: Sequence[Suppression], firm: frozenset[str], today: date
) -> tuple[list[Finding], list[Finding], frozenset[Suppression]]:
    """The findings that stay, those that are silenced, and the suppressions that were used."""
    by_path: dict[str, list[Suppression]] = {}
    for item in written:
        by_path.setdefault(item.location.path, []).append(item)
    kept: list[Finding] = []
    hidden: list[Finding] = []
    used: set[Suppression] = set()
    for candidate in candidates:
        by = _suppression(candidate, by_path, today)
        if candidate.finding.suppressed is not None:
            hidden.append(candidate.finding)
        elif by is None or candidate.finding.code in firm:
            kept.append(candidate.finding)
        else:
            used.add(by)
            hidden.append(
                replace(candidate.finding, suppressed=by.reason or f"without a reason at {by.location}")
            )
    return kept, hidden, frozenset(used)


def _suppression(
    candidate: Candidate, written: dict[str, list[Suppression]], today: date
) -> Suppression | None:
    finding = candidate.finding
    for span in candidate.spans:
        for item in written.get(span.path, ()):
            if item.covers(finding.code, finding.name) and item.reaches(span) and item.lasts(today):
                return item
    return None
