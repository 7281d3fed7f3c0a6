"""What a lint run comes to: findings, what was silenced, and the numbers people ask for.

It must not decide what is found. Callers may rely on this: equal runs give equal reports, and the exit
code follows from the report alone.
"""

from collections.abc import Mapping
from dataclasses import field

from promoter.errors import ExitCode
from promoter.frozen import frozen
from promoter.lint.rule import Profile
from promoter.model import Finding, Severity


@frozen
class LintReport:
    """The findings in order, the silenced ones, and what was judged.

    `texts` holds the source of every file that a finding is in, for code frames. `profiles` names for each
    environment the most demanding profile it passes. `engine` built the renders, empty without any.
    `fixed` are the paths that fixes changed, `patch` the change as a diff when it was only previewed, and
    `notes` what else there is to say.
    """

    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Finding, ...] = ()
    objects: int = 0
    files: int = 0
    unverifiable: int = 0
    profiles: tuple[tuple[str, Profile | None], ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict, hash=False)
    engine: str = ""
    fixed: tuple[str, ...] = ()
    patch: str = ""
    notes: tuple[str, ...] = ()

    def count(self, severity: Severity) -> int:
        """How many findings have the severity."""
        return sum(finding.severity is severity for finding in self.findings)


def exit_code(report: LintReport, fail_on: Severity | None = Severity.ERROR) -> ExitCode:
    """FOUND with a finding at or above `fail_on` (None for never); FAILED when nothing was judged.

    INTERNAL when a rule broke.
    """
    if any(finding.code == "LNT006" for finding in report.findings):
        return ExitCode.INTERNAL
    if not report.files and not report.objects:
        return ExitCode.FAILED
    return ExitCode.FOUND if serious(report, fail_on) else ExitCode.OK


def serious(report: LintReport, fail_on: Severity | None) -> tuple[Finding, ...]:
    """The findings at or above `fail_on`; nothing for None."""
    if fail_on is None:
        return ()
    return tuple(finding for finding in report.findings if finding.severity.rank <= fail_on.rank)
