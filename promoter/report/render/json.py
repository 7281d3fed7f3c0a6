"""Manifests as JSON: `promoter/render/v1`, published in `overlays-spec/schemas/render.v1.json`."""

import json

from promoter.model import Json, Location, Rendered
from promoter.report.render.value import ManifestsReport, RenderedBuild


def render(report: ManifestsReport) -> str:
    """The builds as one JSON object with a final line break."""
    document: dict[str, Json] = {
        "schema": "promoter/render/v1",
        "address": report.address,
        "engine": report.engine,
        "builds": [_build(each) for each in report.builds],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _build(build: RenderedBuild) -> dict[str, Json]:
    deployable, result = build.deployable, build.result
    built = isinstance(result, Rendered)
    place = None if isinstance(result, Rendered) else result.location or deployable.location
    return {
        "app": deployable.app,
        "environment": deployable.environment,
        "controller": deployable.controller,
        "name": deployable.name,
        "path": deployable.path,
        "state": "rendered" if built else "failed",
        "reason": None if isinstance(result, Rendered) else result.message,
        "location": None if place is None else _place(place),
        "objects": [item.body for item in result.objects] if isinstance(result, Rendered) else [],
    }


def _place(place: Location) -> dict[str, Json]:
    return {"path": place.path, "line": place.line, "column": place.column}
