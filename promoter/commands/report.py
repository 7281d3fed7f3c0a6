"""Report: everything that the repository tells about its environments, gathered for one page."""

from collections.abc import Iterator

from promoter.commands.diff import DiffRequest, diff
from promoter.commands.drift import drift
from promoter.commands.history import SHALLOW, entries_of
from promoter.commands.sites import sites_of
from promoter.commands.status import status
from promoter.commands.timelines import Chronicle
from promoter.commands.view import View
from promoter.commands.workspace import Workspace
from promoter.diff import DiffReport, Redactor
from promoter.model import EnvRef
from promoter.report.history import HistoryEntry
from promoter.report.overview import OverviewReport


def report(workspace: Workspace, redactor: Redactor) -> OverviewReport:
    """The state, the past, the drift between neighbours, and the change under way.

    Hidden values of the whole page are made with one redactor. Raises what the parts raise.
    """
    view = workspace.view()
    asked = DiffRequest(redactor=redactor)
    entries: tuple[HistoryEntry, ...] = ()
    notes: tuple[str, ...] = ()
    if workspace.head is not None:
        entries, notes = _past(workspace)
    return OverviewReport(
        workspace.settings.name,
        status(workspace),
        entries,
        tuple(_drifts(workspace, view, asked)),
        diff(workspace, asked) if workspace.head is not None else DiffReport("no commit", "work tree", ()),
        notes,
    )


def _past(workspace: Workspace) -> tuple[tuple[HistoryEntry, ...], tuple[str, ...]]:
    """Every version of everything that HEAD deploys, the newest first."""
    view = workspace.view("HEAD")
    Chronicle.begin(workspace, view)
    sites = sites_of(view)
    chronicle = Chronicle.of(workspace, view, [pin for site in sites for pin in site.pins])
    found = {entry for site in sites for entry in entries_of(chronicle, site)}
    order = sorted(found, key=lambda entry: (entry.app, entry.environment, entry.image))
    newest_first = sorted(order, key=lambda entry: entry.since, reverse=True)
    return tuple(newest_first), () if chronicle.is_complete else (SHALLOW,)


def _drifts(workspace: Workspace, view: View, asked: DiffRequest) -> Iterator[DiffReport]:
    """The drift of each environment from the ones it gets its versions from."""
    order = workspace.ordered(view.environments)
    for name in order:
        for upstream in workspace.upstream(name, order):
            if upstream in order:
                yield drift(workspace, EnvRef(upstream), EnvRef(name), (), asked.options(workspace))
