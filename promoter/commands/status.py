"""What every environment runs of every app, who is behind, and what could be promoted now."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from promoter.commands.candidates import Due, Route, due
from promoter.commands.clock import now
from promoter.commands.facts import Running, active_checks, sync_windows
from promoter.commands.promote import usual_request
from promoter.commands.sites import site_of, sites_of
from promoter.commands.subjects import present, subjects
from promoter.commands.timelines import Chronicle, by_image, is_older
from promoter.commands.view import View
from promoter.commands.workspace import Workspace
from promoter.deployables.builds import elsewhere
from promoter.errors import check_known
from promoter.gates import Candidate, Facts, Landed, State, judge, read_state
from promoter.images.reference import normalised
from promoter.model import Deployable, Pin
from promoter.plan import Site, obstacle
from promoter.report.status import StatusReport, StatusRow

OLD_HOLD: Final = timedelta(days=14)


def status(workspace: Workspace, apps: Sequence[str] = (), revision: str | None = None) -> StatusReport:
    """The state of the apps (all when none is named) at a revision, by default HEAD's or the work tree.

    Raises UsageError for an unknown app.
    """
    view = workspace.view(revision)
    for app in apps:
        check_known("app", app, view.apps)
    if workspace.head is not None:
        Chronicle.begin(workspace, view, apps)
    sites = sites_of(view, apps)
    running = Running.of(workspace, view, sites) if workspace.head is not None else Running({})
    table = _Status(workspace, view, running, read_state(view.snapshot, workspace.config.state), now())
    rows = [row for site in sites for row in table.rows(site)]
    rows += [row for row in table.unresolved() if not apps or row.app in apps]
    order = workspace.ordered(view.environments)
    ranks = {name: rank for rank, name in enumerate(order)}
    rows.sort(key=lambda row: (row.app, ranks.get(row.environment, len(ranks)), row.image))
    return StatusReport(table.now, order, tuple(dict.fromkeys(rows)), tuple(table.notes()))


class _Status:
    """One look at a repository: the rows of each site, and what people should know besides."""

    def __init__(
        self, workspace: Workspace, view: View, running: Running, state: State, moment: datetime
    ) -> None:
        self.workspace, self.view, self.running, self.state, self.now = (
            workspace,
            view,
            running,
            state,
            moment,
        )
        self.order = workspace.ordered(view.environments)
        self._found: dict[Route, Due | None] = {}
        self._deployed: dict[tuple[str, str], list[Deployable]] = {}
        for each in view.deployables:
            self._deployed.setdefault((each.app, each.environment), []).append(each)

    def rows(self, site: Site) -> Iterator[StatusRow]:
        """One row for each image of a site; one that says so when nothing is pinned."""
        pinned = {name: pins for name, pins in by_image(site.pins).items() if pins[0].image.version}
        if not pinned:
            yield StatusRow(site.app, site.environment)
        for name, pins in pinned.items():
            landed = self.running.current(site.app, name, site.environment)
            yield self._row(site, pins, landed)

    def _row(self, site: Site, pins: Sequence[Pin], landed: Landed | None) -> StatusRow:
        image, version = pins[0].image.name, pins[0].image.version
        upstream, waiting = self._waiting(site, image, version)
        environment = self.workspace.environment(site.environment)
        known = self.running.of_image(site.app, image, waiting)
        candidate = Candidate(site.app, environment, waiting)
        checks = active_checks(self.workspace, environment, known) if waiting else {}
        windows = sync_windows(self.view, site.app, site.environment) if waiting else ()
        facts = Facts(self.now, self.state, known, checks, windows=windows)
        gates = judge(candidate, facts) if waiting else ()
        hold = self.state.holds.get((site.environment, site.app))
        earlier = self._due(site, image, version, upstream)
        return StatusRow(
            site.app,
            site.environment,
            image,
            version,
            landed.since if landed else None,
            landed.commit if landed else "",
            upstream,
            waiting,
            gates,
            earlier,
            self._obstacle(site, pins, earlier or waiting),
            None if hold and hold.is_over(self.now) else hold,
        )

    def _waiting(self, site: Site, image: str, version: str) -> tuple[str, str]:
        """The environment before this one and its version, when that is another one than here."""
        for name in self.workspace.upstream(site.environment, self.order):
            landed = self.running.current(site.app, image, name)
            if landed is not None and landed.version != version and not is_older(landed.version, version):
                return name, landed.version
        return "", ""

    def _obstacle(self, site: Site, pins: Sequence[Pin], version: str) -> str:
        """Why a promotion to the version could not edit a pin or be proved; empty when nothing is known."""
        if not version:
            return ""
        request = usual_request(self.workspace, site.app)
        found = (obstacle(site, pin, version, request) for pin in pins if pin.image.version != version)
        return next(filter(None, found), "") or self._unprovable(site)

    def _unprovable(self, site: Site) -> str:
        if self.workspace.config.proof != "required":
            return ""
        targets = self._deployed.get((site.app, site.environment), ())
        found = (
            self.workspace.unrenderable(self.view, each)
            for each in targets
            if self._directory(each) == site.directory
        )
        why = next(filter(None, found), "")
        return why and f"it cannot be proved: {why}"

    def _directory(self, deployable: Deployable) -> str:
        path = deployable.path
        return "" if path is None else self.view.graph.real(path) or path

    def _due(self, site: Site, image: str, version: str, upstream: str) -> str:
        """An earlier version of the environment before that may move now; empty when there is none."""
        if not upstream:
            return ""
        bundles = self.workspace.config.bundles
        together = subjects(bundles, sorted(present(self.view, site.environment))) if bundles else ()
        apps = next((each.apps for each in together if site.app in each.apps), (site.app,))
        route = Route(apps, upstream, site.environment)
        if route not in self._found:
            self._found[route] = due(self.workspace, self.running, self.state, route)
        found = self._found[route]
        then = found.ran.versions.get((site.app, normalised(image)), version) if found else version
        return then if then != version else ""

    def unresolved(self) -> Iterator[StatusRow]:
        """A row for what is deployed but cannot be read here, with the reason.

        None for what lies elsewhere and whose version the controller's object names here: it is a site.
        """
        for each in self.view.deployables:
            if each.reason or (each.path is None and site_of(self.view, each) is None):
                reason = elsewhere(each)
                yield StatusRow(each.app, each.environment, reason=f"{each.kind} {each.name}: {reason}")

    def notes(self) -> Iterator[str]:
        """Holds that are old, and skips whose time is over."""
        for (environment, app), note in sorted(self.state.holds.items()):
            if note.since is not None and self.now - note.since > OLD_HOLD and not note.is_over(self.now):
                days = (self.now - note.since).days
                release = f"`promoter release {app} --in {environment}`"
                yield f"{app} has been held in {environment} for {days} days; {release} lets it go"
        for (app, version), note in sorted(self.state.skips.items()):
            if note.is_over(self.now):
                yield f"the skip of {app}@{version} is over; `promoter unskip {app}@{version}` removes it"
