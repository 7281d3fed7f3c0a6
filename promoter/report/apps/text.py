"""The deployables as a table for a terminal, the unresolved ones with their reason below it."""

from promoter.report.apps.value import AppRow, AppsReport
from promoter.report.paint import Paint, printable
from promoter.report.table import table

_HEADER = ("ENVIRONMENT", "APP", "CONTROLLER", "NAME", "PATH", "CLUSTER", "NAMESPACE", "IMAGES")
_SHOWN = 2


def render(report: AppsReport, *, colour: bool = False) -> str:
    """The table, or with `explain` each deployable and what decided it."""
    paint = Paint(colour)
    if not report.rows:
        return "Nothing is deployed from here: no controller's object and no overlay was found.\n"
    if report.explain:
        return "\n".join(_explained(row, paint) for row in report.rows)
    resolved = [row for row in report.rows if row.deployable.reason is None]
    unresolved = [row for row in report.rows if row.deployable.reason is not None]
    text = table(_HEADER, [_cells(row) for row in resolved], paint) if resolved else ""
    if unresolved:
        text += ("\n" if text else "") + f"Unresolved ({len(unresolved)}):\n"
        text += "".join(_reason(row, paint) for row in unresolved)
    return text


def _cells(row: AppRow) -> tuple[str, ...]:
    found = row.deployable
    images = [image.rpartition("/")[2] for image in row.images[:_SHOWN]]
    more = len(row.images) - _SHOWN
    if more > 0:
        images.append(f"+{more}")
    return (
        found.environment or "?",
        found.app,
        found.controller + (" (suspended)" if found.suspended else ""),
        found.name,
        (found.path or ".") if found.path is not None else "(elsewhere)",
        found.destination.cluster,
        found.destination.namespace,
        ", ".join(images),
    )


def _reason(row: AppRow, paint: Paint) -> str:
    found = row.deployable
    head = paint(printable(f"{found.kind} {found.name}"), "yellow")
    return f"  {head} ({found.location}): {printable(found.reason or '')}\n"


def _explained(row: AppRow, paint: Paint) -> str:
    found = row.deployable
    where = f"{found.environment or 'unknown environment'}: {found.kind} {found.name} ({found.location})"
    lines = [paint(printable(where), "", bold=True)]
    lines += [f"  path: {printable(found.path or '.')}"] if found.path is not None else []
    lines += [f"  unresolved: {printable(found.reason)}"] if found.reason else []
    lines += [f"  {printable(step)}" for step in found.evidence]
    lines += [f"  image: {printable(image)}" for image in row.images]
    return "\n".join(lines) + "\n"
