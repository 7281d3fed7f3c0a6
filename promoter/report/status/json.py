"""The status as JSON: `promoter/status/v1`."""

import json

from promoter.gates import Note
from promoter.model import Json
from promoter.report.status.value import StatusReport, StatusRow


def render(report: StatusReport) -> str:
    """The status as one JSON object with a final line break."""
    document: dict[str, Json] = {
        "schema": "promoter/status/v1",
        "environments": list(report.environments),
        "rows": [_row(row) for row in report.rows],
        "notes": list(report.notes),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _row(row: StatusRow) -> dict[str, Json]:
    request = row.pull_request
    return {
        "app": row.app,
        "environment": row.environment,
        "image": row.image,
        "version": row.version,
        "since": row.since.isoformat() if row.since else None,
        "commit": row.commit,
        "behind": {"environment": row.upstream, "version": row.waiting} if row.waiting else None,
        "due": row.due or None,
        "obstacle": row.obstacle or None,
        "gates": [{"gate": v.gate, "state": str(v.state), "reason": v.reason} for v in row.gates],
        "hold": _hold(row.hold),
        "pull_request": {"number": request.number, "url": request.url} if request else None,
        "reason": row.reason,
    }


def _hold(note: Note | None) -> Json:
    if note is None:
        return None
    return {
        "because": note.because,
        "by": note.by,
        "since": note.since.isoformat() if note.since else None,
        "until": note.until.isoformat() if note.until else None,
    }
