"""Findings as GitHub's workflow commands, which show beside the lines of a pull request.

GitHub shows ten annotations of each kind for a step: errors come first, and a last line says how many
findings are not shown. See "Workflow commands for GitHub Actions" in GitHub's documentation.
"""

from typing import Final

from promoter.lint.report import LintReport
from promoter.model import Finding, Severity

SHOWN: Final = 10
_WORDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: LintReport) -> str:
    """One line for each finding that GitHub shows, and one that counts the others."""
    lines: list[str] = []
    hidden: list[str] = []
    for severity in Severity:
        found = [finding for finding in report.findings if finding.severity is severity]
        lines += [_line(finding) for finding in found[:SHOWN]]
        if len(found) > SHOWN:
            hidden.append(f"{len(found) - SHOWN} more of severity {severity}")
    if hidden:
        lines.append(f"::notice title=promoter::Not shown here: {', '.join(hidden)}")
    return "".join(f"{line}\n" for line in lines)


def _line(finding: Finding) -> str:
    place = finding.location
    parts = {
        "file": place.path,
        "line": str(place.line),
        "endLine": str(max(place.line, place.end_line)),
        "title": f"{finding.code} {finding.name}",
    }
    if place.end_line in (0, place.line):
        parts["col"] = str(place.column)
        parts["endColumn"] = str(max(place.column, place.end_column))
    said = ",".join(f"{name}={_property(text)}" for name, text in parts.items())
    message = finding.message
    if finding.environments:
        message += f"\nenvironments: {', '.join(finding.environments)}"
    return f"::{_WORDS[finding.severity]} {said}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
