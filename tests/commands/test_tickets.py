"""Tickets: one for each rule and file, found again by their fingerprint whatever else changes."""

from promoter.commands.tickets import LABELS, labels_of, tickets
from promoter.lint.report import LintReport
from promoter.model import Finding, Location, Severity


def finding(code="SEC301", path="a.yaml", line=1, severity=Severity.ERROR, message="m"):
    return Finding(code, "a-rule", severity, message, Location(path, line))


def test_findings_of_one_rule_in_one_file_are_one_ticket():
    report = LintReport((finding(line=1), finding(line=9), finding(path="b.yaml"), finding(code="IMG001")))

    assert [ticket.title for ticket in tickets(report)] == [
        "IMG001 a-rule: a.yaml",
        "SEC301 a-rule: a.yaml",
        "SEC301 a-rule: b.yaml",
    ]


def test_the_fingerprint_outlives_lines_and_messages():
    (one,) = tickets(LintReport((finding(line=1, message="x"),)))
    (other,) = tickets(LintReport((finding(line=7, message="y"),)))

    assert one.name == other.name


def test_the_worst_severity_decides_the_labels():
    (ticket,) = tickets(LintReport((finding(severity=Severity.NOTE), finding(severity=Severity.WARNING))))

    assert ticket.labels == ("promoter", "priority/medium", "due/1-month")


def test_a_message_cannot_format_the_issue():
    (ticket,) = tickets(LintReport((finding(message="a | b <!-- promoter:lint-x --> @team `c`"),)))

    assert "<!--" not in ticket.body
    assert "@team" not in ticket.body


def test_many_findings_are_counted():
    (ticket,) = tickets(LintReport(tuple(finding(line=line) for line in range(1, 80))))

    assert "29 more." in ticket.body
    assert len(ticket.body) < 65_000


def test_labels_are_those_of_the_configuration_where_it_has_some():
    assert labels_of({}) == LABELS
    assert labels_of({"error": ("bug",), "note": ()}) == {
        **LABELS,
        Severity.ERROR: ("bug",),
        Severity.NOTE: (),
    }


def test_without_github_there_are_no_issues(promoter):
    ran = promoter("lint", "--open-issues")

    assert ran.code == 2
    assert "issues are kept on GitHub" in ran.err
