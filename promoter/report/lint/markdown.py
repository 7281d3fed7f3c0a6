"""Findings as Markdown, for a pull request's comment or a job's summary.

The text stays below the limit that is given: whole findings are left out, errors last, and the number
of those is said. What users wrote cannot break the table.
"""

import re
from collections.abc import Iterator
from typing import Final

from promoter.lint.report import LintReport
from promoter.model import Finding, Severity

LIMIT: Final = 60_000
_SPECIAL: Final = re.compile(r"[&<>\\|*_`\[\]@#]")
_QUOTED: Final = re.compile(r"&#96;(.+?)&#96;")
_SIGNS: Final = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.NOTE: "ℹ️"}  # noqa: RUF001 -- a sign


def render(report: LintReport, limit: int = LIMIT) -> str:
    """The report as Markdown of at most `limit` characters."""
    head = [f"### promoter lint: {_counts(report)}", ""]
    tail = list(_tail(report))
    rows = list(_rows(report))
    if not rows:
        return "\n".join((*head, *tail)) + "\n"
    table = ["| | Rule | Where | What |", "|---|---|---|---|"]
    room = limit - sum(len(line) + 1 for line in (*head, *table, *tail)) - 100
    shown: list[str] = []
    for row in rows:
        room -= len(row) + 1
        if room < 0:
            break
        shown.append(row)
    left = len(rows) - len(shown)
    more = ["", f"{left} more findings are not shown here."] if left else []
    return "\n".join((*head, *table, *shown, *more, *tail)) + "\n"


def _counts(report: LintReport) -> str:
    counts = [(report.count(severity), severity) for severity in Severity]
    said = [f"{count} {severity}{'' if count == 1 else 's'}" for count, severity in counts if count]
    return ", ".join(said) or "no findings"


def _rows(report: LintReport) -> Iterator[str]:
    for severity in Severity:
        for finding in report.findings:
            if finding.severity is severity:
                yield _row(finding)


def _row(finding: Finding) -> str:
    names = f"<br>{', '.join(map(_cell, finding.environments))}" if finding.environments else ""
    place = f"`{_cell(str(finding.location)).replace('`', '')}`"
    sign = _SIGNS[finding.severity]
    return f"| {sign} | {finding.code}<br>{finding.name} | {place} | {_cell(finding.message)}{names} |"


def _cell(text: str) -> str:
    """The text as it is, whatever Markdown or HTML it would otherwise mean; `x` becomes code."""
    escaped = _SPECIAL.sub(lambda sign: f"&#{ord(sign.group())};", " ".join(text.split()))
    return _QUOTED.sub(r"<code>\1</code>", escaped)


def _tail(report: LintReport) -> Iterator[str]:
    yield ""
    hidden = f"; {len(report.suppressed)} suppressed" if report.suppressed else ""
    yield f"{report.objects} objects and {report.files} files were judged{hidden}."
    for name, profile in report.profiles:
        passed = f"passes `{profile.name.lower()}`" if profile else "passes no profile"
        yield f"- {_cell(name)} {passed}"
