"""Tickets: one issue for each group of findings, kept up to date and closed when the group is gone.

A group is one rule in one file. Its fingerprint stands in a hidden marker, so that an issue is found
again whatever its title became; issues that people wrote are never touched.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from promoter.commands.workspace import Workspace
from promoter.errors import UsageError
from promoter.frozen import frozen
from promoter.lint.report import LintReport
from promoter.model import Finding, Severity, hash_of
from promoter.report.markup import code, plain, row

if TYPE_CHECKING:
    from promoter.forge.github import Issue
    from promoter.forge.github.talk import Talk

LABEL: Final = "promoter"
LABELS: Final[Mapping[Severity, tuple[str, ...]]] = {
    Severity.ERROR: ("priority/high", "due/1-week"),
    Severity.WARNING: ("priority/medium", "due/1-month"),
    Severity.NOTE: ("priority/low",),
}
"""The labels of a ticket by the worst severity in it, unless `lint.issue_labels` says others."""
SHOWN: Final = 50


@frozen
class Ticket:
    """One group of findings as an issue: its fingerprint, and what the issue says."""

    name: str
    title: str
    body: str
    labels: tuple[str, ...]


def tickets(report: LintReport, labels: Mapping[Severity, tuple[str, ...]] = LABELS) -> tuple[Ticket, ...]:
    """The tickets that the report asks for, by rule and path."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in report.findings:
        groups.setdefault((finding.code, finding.location.path), []).append(finding)
    return tuple(_ticket(group, labels) for _, group in sorted(groups.items()))


def keep_tickets(
    talk: "Talk", report: LintReport, labels: Mapping[Severity, tuple[str, ...]] = LABELS
) -> Iterator[str]:
    """Brings the issues in line with the report; a line for each that was written.

    Raises ForgeError.
    """
    known = {_name(issue): issue for issue in talk.issues(LABEL)}
    wanted = tickets(report, labels)
    for ticket in wanted:
        issue = known.get(ticket.name)
        kept = talk.keep_issue(issue, ticket.name, ticket.title, ticket.body, ticket.labels)
        if issue is None:
            yield f"opened #{kept.number}: {ticket.title}"
    for name in sorted(known.keys() - {ticket.name for ticket in wanted} - {""}):
        talk.close_issue(known[name].number, "The findings are gone.")
        yield f"closed #{known[name].number}: {known[name].title}"


def tickets_on(workspace: Workspace, report: LintReport) -> Iterator[str]:
    """As `keep_tickets`, on the forge of the repository, with the labels that it configures.

    Raises UsageError where the forge has no issues.
    """
    from promoter.forge.github import GitHubForge

    if not isinstance(workspace.forge, GitHubForge):
        raise UsageError(
            "issues are kept on GitHub, and this repository has no remote there",
            hint="run it in a clone from GitHub, or set GITHUB_REPOSITORY=OWNER/NAME",
        )
    return keep_tickets(workspace.forge.talk, report, labels_of(workspace.config.lint.issue_labels))


def labels_of(configured: Mapping[str, tuple[str, ...]]) -> dict[Severity, tuple[str, ...]]:
    """The labels by severity: those of `lint.issue_labels`, else our own."""
    return {severity: configured.get(severity, own) for severity, own in LABELS.items()}


def _name(issue: "Issue") -> str:
    """The fingerprint in an issue's marker, empty when it has none of ours."""
    first = issue.body.partition("\n")[0]
    start = "<!-- promoter:lint-"
    return first.removeprefix("<!-- promoter:").removesuffix(" -->") if first.startswith(start) else ""


def _ticket(group: list[Finding], labels: Mapping[Severity, tuple[str, ...]]) -> Ticket:
    first = min(group, key=lambda finding: finding.severity.rank)
    path = first.location.path
    key = hash_of(first.code, path)[:16]
    rows = [
        row((f"{finding.location.line}", plain(finding.message), plain(", ".join(finding.environments))))
        for finding in group[:SHOWN]
    ]
    more = [f"\n{len(group) - SHOWN} more."] if len(group) > SHOWN else []
    body = "\n".join(
        (
            f"{code(first.code)} {plain(first.name)} in {code(path)}:",
            "",
            "| Line | What | Environments |",
            "|---|---|---|",
            *rows,
            *more,
            "",
            f"`promoter rules {first.code}` explains it. This issue is closed when the findings are gone.",
        )
    )
    title = f"{first.code} {first.name}: {path}"
    return Ticket(f"lint-{key}", title[:250], body, (LABEL, *labels[first.severity]))
