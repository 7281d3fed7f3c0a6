"""The exit status that a report of the linter leads to."""

from dataclasses import replace

from promoter.errors import ExitCode
from promoter.lint.report import LintReport, exit_code
from promoter.model import Finding, Location, Severity

FOUND = Finding("IMG001", "latest-tag", Severity.WARNING, "said", Location("a.yaml", 3))


def test_a_run_that_judged_nothing_has_failed() -> None:
    assert exit_code(LintReport()) is ExitCode.FAILED
    assert exit_code(LintReport(files=1)) is ExitCode.OK
    assert exit_code(LintReport(objects=1)) is ExitCode.OK


def test_a_finding_counts_from_the_severity_that_is_asked_for() -> None:
    report = LintReport((FOUND,), files=1)
    assert exit_code(report) is ExitCode.OK
    assert exit_code(report, Severity.WARNING) is ExitCode.FOUND
    assert exit_code(report, None) is ExitCode.OK


def test_a_rule_that_broke_is_an_internal_error_whatever_is_asked_for() -> None:
    report = LintReport((replace(FOUND, code="LNT006"),), files=1)
    assert exit_code(report, None) is ExitCode.INTERNAL
