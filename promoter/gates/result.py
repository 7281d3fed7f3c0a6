"""Whether the result of a promotion is as clean as what it replaces, from the linter's findings on both.

Must not judge files or objects itself. Callers may rely on this: what was found before as well, at the same
field of the same object, closes nothing, however its words changed with the version.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from promoter.gates.verdict import Verdict, allowed, refused
from promoter.model import Finding, Severity

GATE: Final = "lint"
_SHOWN: Final = 3
Identity = tuple[str, str, str]


def identity(finding: Finding) -> Identity:
    """What makes two findings of two versions the same: the rule, and the object's field or the file."""
    return finding.code, str(finding.object or finding.location.path), finding.field


def new_errors(before: Iterable[Finding], after: Iterable[Finding]) -> tuple[Finding, ...]:
    """The errors after that were none before, in their order; warnings and notes never count."""
    known = {identity(each) for each in before if each.severity is Severity.ERROR}
    errors = (each for each in after if each.severity is Severity.ERROR)
    return tuple(each for each in errors if identity(each) not in known)


def lint_gate(errors: Sequence[Finding]) -> Verdict:
    """The verdict on new errors; the first three are named by rule and place."""
    if not errors:
        return allowed(GATE, "no new errors")
    told = "; ".join(f"{each.location} {each.code} {each.message}" for each in errors[:_SHOWN])
    rest = f"; and {len(errors) - _SHOWN} more" if len(errors) > _SHOWN else ""
    return refused(GATE, f"{len(errors)} new error{'s' * (len(errors) > 1)}: {told}{rest}")
