"""The decisions of reconcile as JSON: `promoter/reconcile/v1`."""

import json

from promoter.model import Json
from promoter.report.reconcile.value import Decision, ReconcileReport


def render(report: ReconcileReport) -> str:
    """The decisions as one JSON object with a final line break."""
    document: dict[str, Json] = {
        "schema": "promoter/reconcile/v1",
        "done": report.done,
        "decisions": [_decision(each) for each in report.decisions],
        "notes": list(report.notes),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _decision(each: Decision) -> dict[str, Json]:
    request = each.pull_request
    return {
        "app": each.subject,
        "environment": each.environment,
        "version": each.version,
        "decision": each.step,
        "reason": each.reason,
        "commit": each.commit,
        "pull_request": {"number": request.number, "url": request.url, "state": request.state}
        if request
        else None,
    }
