"""Which fixes are applied together, and which may not be because of what else they would change.

It must not write or render: it chooses edits, and judges by renders that it is handed.
"""

from collections.abc import Callable, Iterable

from promoter.frozen import frozen
from promoter.model import Edit, Finding


@frozen
class Chosen:
    """The findings whose fixes are applied in one pass, and all of their edits, none overlapping."""

    findings: tuple[Finding, ...] = ()
    edits: tuple[Edit, ...] = ()


def choose(findings: Iterable[Finding], *, unsafe: bool, refused: frozenset[str] = frozenset()) -> Chosen:
    """The fixes to apply at once: of overlapping ones the first, the others wait for the next pass.

    `refused` holds fingerprints of findings whose fix was refused.
    """
    taken: list[Finding] = []
    edits: list[Edit] = []
    for finding in findings:
        fix = finding.fix
        if fix is None or (not fix.safe and not unsafe) or mark(finding) in refused:
            continue
        fresh = [edit for edit in fix.edits if edit not in edits]
        if any(_overlap(edit, other) for edit in fresh for other in edits):
            continue
        taken.append(finding)
        edits += fresh
    return Chosen(tuple(taken), tuple(sorted(edits)))


def mark(finding: Finding) -> str:
    """What tells a finding from others within one run."""
    return f"{finding.code} {finding.location} {finding.field} {finding.message}"


def _overlap(one: Edit, other: Edit) -> bool:
    if one.path != other.path:
        return False
    return one.start == other.start or (one.start < other.end and other.start < one.end)


def to_blame(chosen: Chosen, spoils: Callable[[Finding, str], bool]) -> frozenset[str]:
    """The fixes that change a build in which their finding is not.

    `spoils` tells it of a finding and the path of a file that its fix edits.
    """
    return frozenset(
        mark(finding)
        for finding in chosen.findings
        for edit in (finding.fix.edits if finding.fix else ())
        if spoils(finding, edit.path)
    )
