"""The catalogue for a terminal: one line for each rule, or one rule's page as it is written."""

from collections.abc import Iterable

from promoter.lint.catalogue import AnyRule
from promoter.report.paint import Paint


def listed(rules: Iterable[AnyRule], *, colour: bool = False) -> str:
    """One line for each rule: code, name, severity, profile, and what it finds."""
    paint = Paint(colour)
    lines = []
    for rule in rules:
        fix = {"safe": "fix", "unsafe": "fix?"}.get(rule.fix, "")
        profile = rule.profile.name.lower()
        facts = f"{rule.severity!s:<8}{profile:<12}{fix:<5}"
        lines.append(f"{paint(rule.code, '', bold=True)}  {rule.name:<34}{facts}{rule.summary}")
    return "".join(f"{line}\n" for line in lines)
