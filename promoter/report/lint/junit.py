"""Findings as JUnit XML, for systems that show tests: a suite for each file, a case for each finding.

Errors and warnings are failures; notes and suppressed findings are skipped cases. A run without findings
has one case that passes.
"""

from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from promoter.lint.report import LintReport
from promoter.model import Finding, Severity
from promoter.report.paint import printable


def render(report: LintReport) -> str:
    """The report as one XML document with a final line break."""
    everything = sorted((*report.findings, *report.suppressed), key=lambda finding: finding.location.path)
    failed = sum(_fails(finding) for finding in everything)
    top = Element("testsuites", name="promoter", tests=str(len(everything) or 1), failures=str(failed))
    for path, group in groupby(everything, key=lambda finding: finding.location.path):
        _suite(top, path, list(group))
    if not everything:
        suite = SubElement(top, "testsuite", name="promoter", tests="1", failures="0", skipped="0")
        SubElement(suite, "testcase", classname="promoter", name="no findings")
    indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(top, encoding="unicode") + "\n"


def _fails(finding: Finding) -> bool:
    return finding.suppressed is None and finding.severity is not Severity.NOTE


def _suite(top: Element, path: str, findings: list[Finding]) -> None:
    failed = sum(map(_fails, findings))
    counts = {"tests": len(findings), "failures": failed, "skipped": len(findings) - failed}
    suite = SubElement(top, "testsuite", {"name": path, **{k: str(v) for k, v in counts.items()}})
    for finding in findings:
        name = f"{finding.code} {finding.name} line {finding.location.line}"
        line = str(finding.location.line)
        case = SubElement(suite, "testcase", classname=path, name=name, file=path, line=line)
        said = printable(finding.message)
        if _fails(finding):
            failure = SubElement(case, "failure", message=said, type=str(finding.severity))
            failure.text = f"{finding.location}: {said}"
        else:
            SubElement(case, "skipped", message=finding.suppressed or said)
