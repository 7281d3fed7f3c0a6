"""Every version that an app ran, environment by environment."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from promoter.commands.sites import site_of
from promoter.commands.timelines import Chronicle, Watched, by_image
from promoter.commands.workspace import Workspace
from promoter.errors import check_known
from promoter.history import Timeline
from promoter.model import EnvRef
from promoter.plan import Site
from promoter.report.history import HistoryEntry, HistoryReport

SHALLOW: Final = "this clone is shallow: `git fetch --unshallow` brings the rest of its history"


def history(workspace: Workspace, app: str, target: EnvRef | None = None) -> HistoryReport:
    """The versions of an app, in one environment or all of them, the newest first.

    Raises UsageError for an unknown app or environment.
    """
    revision = target.revision if target and target.revision else "HEAD"
    view = workspace.view(revision)
    if target is None:
        check_known("app", app, view.apps)
    names = workspace.names(target, view) if target else workspace.ordered(view.environments)
    deployed = workspace.select(target, view, [app]) if target else view.deployables
    found = [site for each in deployed if each.app == app and (site := site_of(view, each)) is not None]
    sites = sorted((s for s in found if s.environment in names), key=lambda s: names.index(s.environment))
    chronicle = Chronicle.of(workspace, view, [pin for site in sites for pin in site.pins])
    entries = tuple(entry for site in sites for entry in entries_of(chronicle, site))
    return HistoryReport(entries, () if chronicle.is_complete else (SHALLOW,))


def entries_of(chronicle: Chronicle, site: Site) -> Iterator[HistoryEntry]:
    """The versions of every image of a site, the newest of each first."""
    for pins in by_image(site.pins).values():
        past = chronicle.timeline(Watched(pins, (site.app,), site.environment))
        yield from reversed(list(_periods(past, site)))


def _periods(past: Timeline, site: Site) -> Iterator[HistoryEntry]:
    for period in past.periods:
        image = period.values[0]
        if image.version:
            yield HistoryEntry(
                site.app,
                site.environment,
                image.name,
                image.version,
                datetime.fromtimestamp(period.since, UTC),
                datetime.fromtimestamp(period.until, UTC) if period.until is not None else None,
                period.commit,
                period.author,
                period.action,
                period.bad,
            )
