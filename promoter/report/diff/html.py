"""A comparison as one HTML page that works from a file: search, filters, two views, keys, two themes."""

from collections.abc import Iterator

from promoter.diff.comparison import DiffReport, State
from promoter.diff.drift import Drift
from promoter.model import ChangeKind
from promoter.report.diff.blocks import LEVELS, places, sections
from promoter.report.diff.drift import drifts
from promoter.report.diff.drift import lines as drift_lines
from promoter.report.diff.text import summary
from promoter.report.page import Markup, Page, Tile, element
from promoter.report.page import render as page


def render(report: DiffReport) -> str:
    """The comparison as a complete HTML document."""
    names = (each.environment for each in report.comparisons if each.state is not State.UNCHANGED)
    return page(
        Page(
            "Drift between environments" if report.is_drift else "What this change does",
            _sides(report),
            tuple(_tiles(report)),
            places(report.comparisons),
            tuple(_content(report)),
            tuple(dict.fromkeys(name for name in names if name)),
            f"{summary(report)} Rendered with {report.engine or 'nothing'}.",
        )
    )


def _sides(report: DiffReport) -> tuple[Markup | str, ...]:
    arrow = element("span", " → ", class_="arrow")
    return (element("code", report.before), arrow, element("code", report.after))


def _tiles(report: DiffReport) -> Iterator[Tile]:
    yield Tile(f"{len(report.changed)} / {len(report.comparisons)}", "builds differ")
    if report.failed:
        yield Tile(str(len(report.failed)), "do not render", "failed")
    risks = [
        risk.level for each in report.comparisons for change in each.diff.changes for risk in change.risks
    ]
    for level in LEVELS:
        if level in risks:
            yield Tile(str(risks.count(level)), f"{level} risk", level)
    for kind in ChangeKind:
        count = sum(each.count(kind) for each in report.comparisons)
        if count:
            yield Tile(str(count), str(kind), str(kind))


def _content(report: DiffReport) -> Iterator[Markup]:
    for risk in report.risks:
        yield element("div", element("strong", risk.name), f" {risk.message}", class_="callout medium")
    for note in report.notes:
        yield element("p", note, class_="why")
    if report.is_drift:
        yield from drift_tables(report)
    found = sections(report.comparisons)
    yield from found
    if not found:
        yield element("p", summary(report), class_="empty")


def drift_tables(report: DiffReport, heading: str = "h2") -> Iterator[Markup]:
    """A table of the drift of each app, with a heading of this element."""
    for each, found in drifts(report.comparisons):
        rows = (_drift_row(what, sentence) for what, sentence in _lines(found, report))
        head = element(
            "thead", element("tr", (element("th", text, scope="col") for text in ("What", "Drift")))
        )
        caption = element(heading, element("span", each.app), element("span", each.path, class_="path"))
        yield element("div", caption, element("table", head, element("tbody", rows)), class_="drift")


def _lines(found: Drift, report: DiffReport) -> Iterator[tuple[str, str]]:
    return drift_lines(found, report.before, report.after)


def _drift_row(what: str, sentence: str) -> Markup:
    return element(
        "tr", element("th", what, scope="row"), element("td", sentence, class_="mono"), data_row=True
    )
