"""A comparison as JSON: `promoter/diff/v1`, published in `overlays-spec/schemas/diff.v1.json`.

Keys have a fixed order and every list is sorted, so equal comparisons give equal bytes. Fields are
added over time; names and meanings stay.
"""

import json
from typing import Final

from promoter.diff.comparison import Comparison, DiffReport
from promoter.diff.drift import Differing, Drift
from promoter.model import Change, ChangeKind, FieldChange, Json, ObjectKey, RenderFailure, Risk
from promoter.report.diff.drift import drifts

SCHEMA: Final = "promoter/diff/v1"


def render(report: DiffReport) -> str:
    """The comparison as one JSON object with a final line break."""
    return json.dumps(document(report), indent=2, ensure_ascii=False) + "\n"


def document(report: DiffReport) -> dict[str, Json]:
    """The comparison as JSON values."""
    return {
        "schema": SCHEMA,
        "before": report.before,
        "after": report.after,
        "engine": report.engine,
        "summary": _summary(report),
        "environments": [_comparison(each) for each in report.comparisons],
        "drift": [_drift(each, found) for each, found in drifts(report.comparisons)]
        if report.is_drift
        else [],
        "risks": [_risk(risk) for risk in report.risks],
        "notes": list(report.notes),
    }


def _drift(each: Comparison, found: Drift) -> dict[str, Json]:
    return {
        "app": each.app,
        "environment": each.environment,
        "images": [_differing(one) for one in found.images],
        "config": [_differing(one) for one in found.config],
        "only_before": list(found.only_before),
        "only_after": list(found.only_after),
        "other": [_differing(one) for one in found.other],
    }


def _differing(one: Differing) -> dict[str, Json]:
    return {"object": one.holder, **(_field(one.field) if one.field else {})}


def _risk(risk: Risk) -> dict[str, Json]:
    return {"name": risk.name, "level": risk.level, "message": risk.message}


def _summary(report: DiffReport) -> dict[str, Json]:
    kinds: dict[str, Json] = {
        str(kind): sum(each.count(kind) for each in report.comparisons) for kind in ChangeKind
    }
    return {
        "compared": len(report.comparisons),
        "untouched": report.untouched,
        "environments_changed": len(report.changed),
        "environments_failed": len(report.failed),
        **kinds,
        "risks": sum(len(change.risks) for each in report.comparisons for change in each.diff.changes),
        "filtered": sum(each.diff.filtered for each in report.comparisons),
    }


def _comparison(each: Comparison) -> dict[str, Json]:
    return {
        "environment": each.environment,
        "app": each.app,
        "path": each.path,
        "reason": "; ".join(each.reasons),
        "reasons": list(each.reasons),
        "state": str(each.state),
        "changes": [_change(change) for change in each.diff.changes],
        "filtered": each.diff.filtered,
        "failures": [_failure(side, failure) for side, failure in each.failures],
        "notes": list(each.notes),
    }


def _change(change: Change) -> dict[str, Json]:
    return {
        "object": _key(change.key),
        "kind": str(change.kind),
        "was": _key(change.was) if change.was else None,
        "fields": [_field(each) for each in change.fields],
        "risks": [_risk(risk) for risk in change.risks],
        "notes": list(change.notes),
    }


def _key(key: ObjectKey) -> dict[str, Json]:
    return {"group": key.group, "kind": key.kind, "namespace": key.namespace, "name": key.name}


def _field(each: FieldChange) -> dict[str, Json]:
    """One field. An absent side has no key, which tells it from an explicit null."""
    found: dict[str, Json] = {"path": each.path}
    if each.before_present:
        found["before"] = each.before
    if each.after_present:
        found["after"] = each.after
    return found


def _failure(side: str, failure: RenderFailure) -> dict[str, Json]:
    place = failure.location
    return {
        "side": side,
        "kind": failure.kind,
        "message": failure.message,
        "path": place.path if place else None,
        "line": place.line if place else None,
    }
