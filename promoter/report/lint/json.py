"""Findings as JSON: `promoter/lint/v1`, published in `overlays-spec/schemas/lint.v1.json`.

Keys have a fixed order and every list is sorted, so equal reports give equal bytes. Fields are added
over time; names and meanings stay.
"""

import json
from typing import Final

from promoter.lint.baseline import fingerprint
from promoter.lint.report import LintReport
from promoter.model import Finding, Json, Location, ObjectKey, Severity

SCHEMA: Final = "promoter/lint/v1"


def render(report: LintReport) -> str:
    """The report as one JSON object with a final line break."""
    return json.dumps(document(report), indent=2, ensure_ascii=False) + "\n"


def document(report: LintReport) -> dict[str, Json]:
    """The report as JSON values."""
    return {
        "schema": SCHEMA,
        "engine": report.engine,
        "summary": {
            **{str(severity): report.count(severity) for severity in Severity},
            "suppressed": len(report.suppressed),
            "objects": report.objects,
            "files": report.files,
            "unverifiable": report.unverifiable,
            "profiles": {
                name: profile.name.lower() if profile else None for name, profile in report.profiles
            },
        },
        "findings": [_finding(finding) for finding in report.findings],
        "suppressed": [_finding(finding) for finding in report.suppressed],
        "fixed": list(report.fixed),
        "patch": report.patch,
        "notes": list(report.notes),
    }


def _finding(finding: Finding) -> dict[str, Json]:
    fix = None if finding.fix is None else "safe" if finding.fix.safe else "unsafe"
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": str(finding.severity),
        "message": finding.message,
        **_place(finding.location),
        "environments": list(finding.environments),
        "object": _key(finding.object),
        "field": finding.field,
        "rendered_only": finding.rendered_only,
        "related": [_place(related) for related in finding.related],
        "fix": fix,
        "fix_description": finding.fix.description if finding.fix else None,
        "fingerprint": fingerprint(finding),
        "suppressed": finding.suppressed,
    }


def _place(location: Location) -> dict[str, Json]:
    return {
        "path": location.path,
        "line": location.line,
        "column": location.column,
        "end_line": location.end_line or location.line,
        "end_column": location.end_column or location.column,
    }


def _key(key: ObjectKey | None) -> Json:
    if key is None:
        return None
    return {"group": key.group, "kind": key.kind, "namespace": key.namespace, "name": key.name}
