"""The history as JSON: `promoter/history/v1`."""

import json

from promoter.model import Json
from promoter.report.history.value import HistoryEntry, HistoryReport


def render(report: HistoryReport) -> str:
    """The history as one JSON object with a final line break."""
    document: dict[str, Json] = {
        "schema": "promoter/history/v1",
        "entries": [_entry(entry) for entry in report.entries],
        "notes": list(report.notes),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _entry(entry: HistoryEntry) -> dict[str, Json]:
    return {
        "app": entry.app,
        "environment": entry.environment,
        "image": entry.image,
        "version": entry.version,
        "from": entry.since.isoformat(),
        "until": entry.until.isoformat() if entry.until else None,
        "commit": entry.commit,
        "author": entry.author,
        "action": entry.action,
        "bad": entry.bad,
    }
