"""The images as a table for a terminal."""

from promoter.report.images.value import ImagesReport
from promoter.report.paint import Paint, printable
from promoter.report.table import table

_HEADER = ("ENVIRONMENT", "APP", "IMAGE", "VERSION", "OBJECTS", "WRITTEN")


def render(report: ImagesReport, *, colour: bool = False) -> str:
    """The table, and below it what could not be rendered, with the reason."""
    paint = Paint(colour)
    rows = [
        (
            row.environment or "?",
            row.app,
            row.image.name,
            row.image.version or "(none)",
            ", ".join(f"{key.kind}/{key.name}" for key in row.objects) or "(read from files)",
            str(row.written[0]) if row.written else "(nowhere here)",
        )
        for row in report.rows
    ]
    text = table(_HEADER, rows, paint) if rows else "No image was found.\n"
    if report.unrendered:
        text += f"\nNot rendered, images read from files ({len(report.unrendered)}):\n"
        for each in report.unrendered:
            text += (
                printable(f"  {each.name} ({each.location}): {each.reason.partition(chr(10))[0]}") + "\n"
            )
    return text
