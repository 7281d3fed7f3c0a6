"""Findings as text for a terminal or a log: the place, the message, and the line itself.

Findings come in the order of the report; the summary comes last, where a terminal ends.
"""

from collections.abc import Iterator
from typing import Final

from promoter.diff import Redactor, file_secrets
from promoter.lint.report import LintReport
from promoter.model import Finding, Severity
from promoter.report.paint import Paint, printable
from promoter.yamldoc import parse

_COLOURS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}
_MAX_WIDTH: Final = 160
_MAY_HOLD: Final = "ecret"


def render(report: LintReport, *, colour: bool = False) -> str:
    """The findings as lines, the summary last; or, of a preview, the diff that fixes would make."""
    if report.patch:
        return report.patch
    paint = Paint(colour)
    found = [line for finding in report.findings for line in (*_finding(report, finding, paint), "")]
    return "\n".join((*found, *(f"note: {note}" for note in report.notes), *summary(report, paint))) + "\n"


def _finding(report: LintReport, finding: Finding, paint: Paint) -> Iterator[str]:
    place = paint(str(finding.location), "", bold=True)
    word = paint(str(finding.severity), _COLOURS[finding.severity], bold=True)
    yield f"{place}: {word} {finding.code} {finding.name}: {printable(finding.message)}"
    yield from _frame(report, finding, paint)
    for line in _facts(finding):
        yield paint(f"  {line}", "", dim=True)


def _frame(report: LintReport, finding: Finding, paint: Paint) -> Iterator[str]:
    lines = report.texts.get(finding.location.path, "").split("\n")
    number, column = finding.location.line, finding.location.column
    if finding.rendered_only or number > len(lines) or not lines[number - 1].strip():
        return
    whole = lines[number - 1].rstrip("\r")
    line = _without_secrets(report, finding.location.path, whole)
    gutter = paint(f"{number:>5} | ", "", dim=True)
    if line != whole:
        yield gutter + printable(line[:_MAX_WIDTH].replace("\t", " "))
        return
    yield gutter + printable(line[:_MAX_WIDTH].replace("\t", " "))
    same = finding.location.end_line in (0, number)
    end = finding.location.end_column if same else len(line) + 1
    marks = "^" * max(1, min(end, len(line) + 1, _MAX_WIDTH) - column)
    if column <= _MAX_WIDTH:
        empty = paint("      | ", "", dim=True)
        yield empty + " " * (column - 1) + paint(marks, _COLOURS[finding.severity])


def _without_secrets(report: LintReport, path: str, line: str) -> str:
    """A source line with the secret values of its file, and whatever looks like one, redacted."""
    known = (
        file_secrets(parse(path, report.texts[path].encode())) if _MAY_HOLD in report.texts[path] else ()
    )
    return Redactor().text(line, known)


def _facts(finding: Finding) -> Iterator[str]:
    if finding.object is not None:
        field = f" {finding.field}" if finding.field else ""
        yield f"in {finding.object}{field}"
    if finding.rendered_only:
        yield "the line that sets it is not known: it is seen in the rendered manifests"
    if finding.environments:
        yield f"environments: {', '.join(finding.environments)}"
    for related in finding.related[:5]:
        yield f"see also {related}"
    if finding.fix is not None:
        kind = "--fix" if finding.fix.safe else "--unsafe-fixes"
        yield f"fix ({kind}): {finding.fix.description}"


def summary(report: LintReport, paint: Paint) -> Iterator[str]:
    """What was judged and what came of it, in a few lines."""
    counts = ", ".join(
        f"{report.count(severity)} {severity}{'' if report.count(severity) == 1 else 's'}"
        for severity in Severity
        if report.count(severity)
    )
    hidden = f"; {len(report.suppressed)} suppressed" if report.suppressed else ""
    open_questions = f"; {report.unverifiable} could not be decided" if report.unverifiable else ""
    said = counts or paint("no findings", "green")
    yield f"{said} in {report.objects} objects and {report.files} files{hidden}{open_questions}."
    fixes = [finding.fix for finding in report.findings if finding.fix is not None]
    safe = sum(fix.safe for fix in fixes)
    if fixes:
        yield f"{safe} can be fixed with --fix, {len(fixes) - safe} more with --unsafe-fixes."
    for path in report.fixed:
        yield f"fixed {path}"
    passed: dict[str, list[str]] = {}
    for name, profile in report.profiles:
        passed.setdefault(profile.name.lower() if profile else "no profile", []).append(name)
    for profile_name, names in passed.items():
        yield f"passes {profile_name}: {', '.join(names)}"
