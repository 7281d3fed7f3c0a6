"""The images as JSON: `promoter/images/v1`, published in `overlays-spec/schemas/images.v1.json`."""

import json

from promoter.model import Json, Location
from promoter.report.images.value import ImageRow, ImagesReport


def render(report: ImagesReport) -> str:
    """The images as one JSON object with a final line break."""
    document: dict[str, Json] = {
        "schema": "promoter/images/v1",
        "images": [_row(row) for row in report.rows],
        "unrendered": [
            {
                "app": each.app,
                "environment": each.environment,
                "name": each.name,
                "reason": each.reason,
                "location": _place(each.location),
            }
            for each in report.unrendered
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _row(row: ImageRow) -> dict[str, Json]:
    return {
        "app": row.app,
        "environment": row.environment,
        "image": str(row.image),
        "name": row.image.name,
        "tag": row.image.tag,
        "digest": row.image.digest,
        "objects": [
            {"group": key.group, "kind": key.kind, "namespace": key.namespace, "name": key.name}
            for key in row.objects
        ],
        "written": [_place(place) for place in row.written],
        "setter": row.setter or None,
    }


def _place(place: Location) -> dict[str, Json]:
    return {"path": place.path, "line": place.line, "column": place.column}
