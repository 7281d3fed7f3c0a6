"""The overview page: the matrix of versions, the timeline, the drift, and the changes under way.

The page only arranges what the commands found; it is the same page as a diff's, with more sections.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from promoter.diff.comparison import DiffReport, State
from promoter.report.diff.blocks import places, sections
from promoter.report.diff.html import drift_table
from promoter.report.diff.text import summary
from promoter.report.history import HistoryEntry
from promoter.report.overview.value import OverviewReport, behind_by
from promoter.report.page import Markup, Page, Place, Tile, element
from promoter.report.page import render as page
from promoter.report.status import StatusRow
from promoter.report.status.text import span

_EVENTS_SHOWN: Final = 500
_MINUTE: Final = 60
_FAILURES_SHOWN: Final = 3
_SHORT: Final = 12
_HEX: Final = re.compile(r"(?:sha256:)?[0-9a-f]{20,}")


def render(report: OverviewReport) -> str:
    """The overview as a complete HTML document."""
    status = report.status
    when = f"{status.now:%Y-%m-%d %H:%M} UTC"
    return page(
        Page(
            report.name,
            ("Every environment as of ", element("time", when, datetime=status.now.isoformat())),
            tuple(_tiles(report)),
            (*_own_places(report), *places(report.change.comparisons, "c", "Changes under way")),
            (_matrix(report), _timeline(report), _drift(report), _changes(report), _notes(report)),
            status.environments,
            "Made by promoter from the files and the history of the repository; no cluster was asked.",
        )
    )


def _tiles(report: OverviewReport) -> Iterator[Tile]:
    rows = report.status.rows
    apps = len({row.app for row in rows})
    yield Tile(str(apps), "app" if apps == 1 else "apps")
    yield Tile(str(len(report.status.environments)), "environments")
    behind = sum(bool(row.waiting) for row in rows)
    yield Tile(str(behind), "behind", "medium" if behind else "")
    ready = sum(row.can_move for row in rows)
    yield Tile(str(ready), "ready to promote", "added" if ready else "")
    held = sum(row.hold is not None for row in rows)
    if held:
        yield Tile(str(held), "held", "high")
    backwards = sum(entry.action == "rollback" for entry in report.entries)
    if backwards:
        yield Tile(str(backwards), "rollbacks", "removed")


def _own_places(report: OverviewReport) -> Iterator[Place]:
    yield Place("versions", "Versions", "changed")
    yield Place("timeline", "Timeline", "changed", str(len(report.entries)))
    for number, each in enumerate(report.drift):
        drifting = len(each.changed)
        tone = "medium" if drifting else "changed"
        yield Place(f"drift{number}", f"Drift: {each.before} → {each.after}", tone, str(drifting))
    yield Place("changes", "Changes under way", "changed", str(len(report.change.changed)))


def _heading(text: str, note: str = "") -> Markup:
    path = element("span", note, class_="path") if note else None
    return element("h2", element("span", text), path, tabindex="-1")


# --- the matrix ---------------------------------------------------------------------------------


def _matrix(report: OverviewReport) -> Markup:
    environments = report.status.environments
    named = sorted({(row.app, row.image) for row in report.status.rows if row.version})
    head = element("tr", (element("th", text, scope="col") for text in ("App", *environments)))
    rows = (
        _row(report, app, image, environments, again=number > 0 and named[number - 1][0] == app)
        for number, (app, image) in enumerate(named)
    )
    table = element("table", element("thead", head), element("tbody", rows), class_="matrix")
    wide = element(
        "div", table, class_="wide", tabindex="0", role="region", aria_label="Versions by environment"
    )
    nothing = element("p", "No version is pinned anywhere here.", class_="empty")
    return element("section", _heading("Versions"), wide if named else nothing, id="versions")


def _row(
    report: OverviewReport, app: str, image: str, environments: Iterable[str], *, again: bool
) -> Markup:
    """One image; the name of an app that the row above has already is quiet."""
    title = element("span", app, class_="again" if again else None)
    name = element("th", title, element("div", image, class_="small mono"), scope="row")
    cells = (_cell(report, _found(report, app, image, name)) for name in environments)
    return element("tr", name, cells, data_row=True)


def _found(report: OverviewReport, app: str, image: str, environment: str) -> StatusRow | None:
    wanted = (app, image, environment)
    return next(
        (row for row in report.status.rows if (row.app, row.image, row.environment) == wanted), None
    )


def _cell(report: OverviewReport, row: StatusRow | None) -> Markup:
    if row is None or not row.version:
        return element("td", "·", class_="none", title="not deployed here")
    parts = [element("span", _shortened(row.version), class_="version", title=row.version)]
    if row.since is not None:
        age = f" {span((report.status.now - row.since).total_seconds())}"
        parts.append(element("span", age, class_="small", title=f"since {row.since:%Y-%m-%d %H:%M}"))
    parts += [element("div", text, class_="small") for text in _says(report, row)]
    if row.hold is not None:
        held = f"held{': ' + row.hold.because if row.hold.because else ''}"
        parts.append(element("div", element("span", held, class_="badge high")))
    return element("td", parts, class_="behind" if row.waiting else None)


def _shortened(version: str) -> str:
    """A commit or digest as its first digits; any other version as it is."""
    if not _HEX.fullmatch(version):
        return version
    algorithm, colon, digits = version.rpartition(":")
    return f"{algorithm}{colon}{digits[:_SHORT]}"


def _says(report: OverviewReport, row: StatusRow) -> Iterator[str]:
    if not row.waiting:
        return
    count = behind_by(report, row)
    yield f"{count if count else 'another version'} behind {row.upstream} ({_shortened(row.waiting)})"
    stopped = row.stopped_by
    if row.due and row.can_move:
        yield f"{_shortened(row.due)} can be promoted now"
    if stopped is not None and stopped.gate != "hold":
        yield f"{stopped.gate}: {stopped.reason}"
    elif row.obstacle:
        yield row.obstacle
    elif stopped is None:
        yield "can be promoted now"


# --- the timeline -------------------------------------------------------------------------------


def _timeline(report: OverviewReport) -> Markup:
    shown = report.entries[:_EVENTS_SHOWN]
    more = len(report.entries) - len(shown)
    items = element("ol", map(_event, shown), class_="timeline")
    rest = element("p", f"{more} older events: promoter history APP", class_="small") if more else None
    nothing = element("p", "Nothing has happened yet.", class_="empty")
    return element("section", _heading("Timeline"), items if shown else nothing, rest, id="timeline")


def _event(entry: HistoryEntry) -> Markup:
    words = {"promote": "promoted to", "rollback": "rolled back to"}
    bad = element("span", "rolled back from later", class_="badge high") if entry.bad else None
    what = (
        element("strong", entry.app),
        f" {words.get(entry.action, 'became')} ",
        element("code", entry.version),
        " in ",
        element("strong", entry.environment),
        " ",
        bad,
    )
    about = (
        element("time", f"{entry.since:%Y-%m-%d %H:%M}", datetime=entry.since.isoformat()),
        element("span", f" {entry.author} · {entry.commit[:10]} · {entry.image}", class_="small"),
        element("span", f" · ran {_length(entry)}", class_="small") if entry.until else None,
    )
    return element(
        "li",
        element("div", what),
        element("div", about),
        class_=entry.action,
        data_row=entry.environment,
    )


def _length(entry: HistoryEntry) -> str:
    end = entry.until or entry.since
    seconds = (end - entry.since).total_seconds()
    return "less than a minute" if seconds < _MINUTE else span(seconds)


# --- drift and changes --------------------------------------------------------------------------


def _drift(report: OverviewReport) -> Iterator[Markup]:
    for number, each in enumerate(report.drift):
        names = json.dumps(sorted({each.before, each.after}))
        table = drift_table(each)
        failed = tuple(_failed(each))
        none = element("p", "No drift.", class_="empty") if table is None and not failed else None
        yield element(
            "section",
            _heading(f"Drift: {each.before} → {each.after}", summary(each)),
            table,
            _folded(failed),
            none,
            id=f"drift{number}",
            data_environments=names,
        )


def _folded(failed: Sequence[Markup]) -> Markup | None:
    """The apps that could not be compared, behind their number when they are many."""
    if not failed:
        return None
    head = element("summary", f"{len(failed)} could not be compared")
    return element("details", head, failed, class_="fold", open=len(failed) <= _FAILURES_SHOWN)


def _failed(report: DiffReport) -> Iterator[Markup]:
    for each in report.comparisons:
        if each.state is State.FAILED:
            message = each.failures[0][1].message
            head = element("strong", f"{each.app} cannot be compared")
            yield element("div", head, element("pre", message), class_="callout both")


def _changes(report: OverviewReport) -> Iterator[Markup]:
    yield element(
        "section",
        _heading("Changes under way", f"{report.change.before} → {report.change.after}"),
        element("p", summary(report.change), class_="why"),
        id="changes",
    )
    yield from sections(report.change.comparisons, "c", "h3")


def _notes(report: OverviewReport) -> Iterator[Markup]:
    for note in (*report.notes, *report.status.notes, *report.change.notes):
        yield element("p", note, class_="why")
