"""The deployables as JSON: `promoter/apps/v1`, published in `overlays-spec/schemas/apps.v1.json`."""

import json

from promoter.model import Json
from promoter.report.apps.value import AppRow, AppsReport


def render(report: AppsReport) -> str:
    """The deployables as one JSON object with a final line break."""
    document: dict[str, Json] = {
        "schema": "promoter/apps/v1",
        "environments": list(report.environments),
        "apps": [_row(row) for row in report.rows],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _row(row: AppRow) -> dict[str, Json]:
    found = row.deployable
    return {
        "app": found.app,
        "environment": found.environment,
        "controller": found.controller,
        "kind": found.kind,
        "name": found.name,
        "namespace": found.namespace,
        "path": found.path,
        "destination": {"cluster": found.destination.cluster, "namespace": found.destination.namespace},
        "images": list(row.images),
        "state": "unresolved" if found.reason else "resolved",
        "reason": found.reason,
        "suspended": found.suspended,
        "location": {
            "path": found.location.path,
            "line": found.location.line,
            "column": found.location.column,
        },
        "evidence": list(found.evidence),
    }
