"""Findings as SARIF 2.1.0 for code scanning.

GitHub's limits are kept: 25,000 results a run (the most serious are kept, and a note says how many are
not), 1,000 locations a result, 20 tags a rule. `results` is always there, and no line is below 1.
"""

import json
from typing import Final
from urllib.parse import quote

from promoter import __version__
from promoter.lint.baseline import fingerprint
from promoter.lint.catalogue import RULES, AnyRule
from promoter.lint.report import LintReport
from promoter.model import Edit, Finding, Fix, Json, Location
from promoter.yamldoc import YamlFile

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MAX_RESULTS: Final = 25_000
MAX_LOCATIONS: Final = 1_000
MAX_TAGS: Final = 20


def render(report: LintReport) -> str:
    """The report as one SARIF log with a final line break."""
    return json.dumps(document(report), indent=2, ensure_ascii=False) + "\n"


def document(report: LintReport) -> dict[str, Json]:
    """The report as a SARIF log."""
    everything = [*report.findings, *report.suppressed]
    ranked = sorted(everything, key=lambda f: (f.suppressed is not None, f.severity.rank))
    shown = ranked[:MAX_RESULTS]
    codes = sorted({finding.code for finding in shown})
    rules = {rule.code: rule for rule in RULES}
    names = {finding.code: finding.name for finding in shown}
    index = {code: number for number, code in enumerate(codes)}
    notes = list(report.notes)
    if len(ranked) > MAX_RESULTS:
        notes.append(f"{len(ranked) - MAX_RESULTS} findings are not in this file")
    run: dict[str, Json] = {
        "tool": {
            "driver": {
                "name": "promoter",
                "semanticVersion": __version__,
                "rules": [
                    _rule(rules[code]) if code in rules else _other(code, names[code]) for code in codes
                ],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(report, finding, index[finding.code]) for finding in shown],
    }
    if notes:
        run["invocations"] = [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [{"level": "note", "message": {"text": n}} for n in notes],
            }
        ]
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _other(code: str, name: str) -> dict[str, Json]:
    """A rule of the repository's own."""
    return {"id": code, "name": "".join(part.title() for part in name.split("-"))}


def _rule(rule: AnyRule) -> dict[str, Json]:
    tags: list[Json] = [rule.code.rstrip("0123456789"), rule.profile.name.lower(), *rule.peers]
    return {
        "id": rule.code,
        "name": "".join(part.title() for part in rule.name.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.sections().get("Why", rule.summary)},
        "help": {"text": rule.documentation, "markdown": rule.documentation},
        "defaultConfiguration": {"level": str(rule.severity), "enabled": rule.enabled},
        "properties": {"tags": tags[:MAX_TAGS]},
    }


def _result(report: LintReport, finding: Finding, index: int) -> dict[str, Json]:
    message = finding.message
    if finding.environments:
        message += f" (environments: {', '.join(finding.environments)})"
    result: dict[str, Json] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": str(finding.severity),
        "message": {"text": message},
        "locations": [_location(finding.location, finding)],
        "partialFingerprints": {"promoter/v1": fingerprint(finding)},
        "properties": {"environments": list(finding.environments), "renderedOnly": finding.rendered_only},
    }
    if finding.related:
        related = enumerate(finding.related[:MAX_LOCATIONS], 1)
        result["relatedLocations"] = [{"id": number, **_location(place)} for number, place in related]
    if finding.suppressed is not None:
        kind = "external" if finding.suppressed == "in the baseline" else "inSource"
        result["suppressions"] = [{"kind": kind, "justification": finding.suppressed}]
    if finding.fix is not None and all(edit.path in report.texts for edit in finding.fix.edits):
        result["fixes"] = [_fix(report, finding.fix)]
    return result


def _location(place: Location, finding: Finding | None = None) -> dict[str, Json]:
    found: dict[str, Json] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(place.path, safe="/"), "uriBaseId": "%SRCROOT%"},
            "region": _region(place),
        }
    }
    if finding is not None and finding.object is not None:
        name = f"{finding.object} {finding.field}".strip()
        found["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "object"}]
    return found


def _region(place: Location) -> dict[str, Json]:
    line = max(1, place.line)
    return {
        "startLine": line,
        "startColumn": max(1, place.column),
        "endLine": max(line, place.end_line),
        "endColumn": max(1, place.end_column or place.column),
    }


def _fix(report: LintReport, fix: Fix) -> dict[str, Json]:
    by_path: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        by_path.setdefault(edit.path, []).append(edit)
    return {
        "description": {"text": fix.description},
        "artifactChanges": [
            {
                "artifactLocation": {"uri": quote(path, safe="/"), "uriBaseId": "%SRCROOT%"},
                "replacements": [_replacement(YamlFile(path, report.texts[path], ()), e) for e in edits],
            }
            for path, edits in sorted(by_path.items())
        ],
    }


def _replacement(file: YamlFile, edit: Edit) -> dict[str, Json]:
    return {
        "deletedRegion": _region(file.location((edit.start, edit.end))),
        "insertedContent": {"text": edit.replacement},
    }
