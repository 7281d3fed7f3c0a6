"""The images as CSV (RFC 4180): one line for each image and object, or place when nothing was rendered.

A cell that a spreadsheet would take for a formula is written with a leading apostrophe.
"""

import csv
import io
from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

from promoter.report.images.value import ImageRow, ImagesReport

_HEADER: Final = (
    "app",
    "environment",
    "image",
    "tag",
    "digest",
    "kind",
    "namespace",
    "name",
    "path",
    "line",
    "column",
    "setter",
)


def render(report: ImagesReport) -> str:
    """The table with a header line; lines end in CR LF as the format asks."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEADER)
    for row in report.rows:
        writer.writerows([_safe(cell) for cell in line] for line in _lines(row))
    return text.getvalue()


def _lines(row: ImageRow) -> Iterator[tuple[str, ...]]:
    place = row.written[0] if row.written else None
    where = (place.path, str(place.line), str(place.column)) if place else ("", "", "")
    image = (row.app, row.environment, row.image.name, row.image.tag or "", row.image.digest or "")
    for key, _ in zip_longest(row.objects, (None,)):
        named = (key.kind, key.namespace, key.name) if key else ("", "", "")
        yield (*image, *named, *where, row.setter)


def _safe(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell
