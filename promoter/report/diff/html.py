"""A comparison as one HTML page that works from a file: search, filters, two views, keys, two themes."""

from collections.abc import Iterator
from typing import Final

from promoter.diff.comparison import DiffReport, State
from promoter.model import ChangeKind
from promoter.report.diff.blocks import LEVELS, places, sections
from promoter.report.diff.drift import drifts
from promoter.report.diff.drift import lines as drift_lines
from promoter.report.diff.text import summary
from promoter.report.page import Markup, Page, Tile, element
from promoter.report.page import render as page

_OPEN_AT_MOST: Final = 60


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
        yield drift_table(report) or element("p", "No drift.", class_="empty")
    found = sections(report.comparisons)
    yield from found
    if not found:
        yield element("p", summary(report), class_="empty")


def drift_table(report: DiffReport) -> Markup | None:
    """The drift of every app as one table, folded when it is long; None without drift."""
    found = [
        (each, *line)
        for each, of_app in drifts(report.comparisons)
        for line in drift_lines(each, of_app, report.before, report.after)
    ]
    if not found:
        return None
    header = (element("th", text, scope="col") for text in ("App", "What", "Drift"))
    rows = (_drift_row(each.app or each.path, what, sentence) for each, what, sentence in found)
    table = element(
        "table", element("thead", element("tr", header)), element("tbody", rows), class_="drift"
    )
    summary_line = element("summary", f"{len(found)} lines")
    return element("details", summary_line, table, class_="fold", open=len(found) <= _OPEN_AT_MOST)


def _drift_row(app: str, what: str, sentence: str) -> Markup:
    cells = element("td", what, class_="what"), element("td", sentence, class_="mono")
    return element("tr", element("th", app, scope="row"), cells, data_row=True)
