"""Roll back: make an environment run an earlier version of its own, and hold it there.

The target is chosen from the first-parent history of the app's pins; the same plan, edits and proof as
a promotion bring it back. Order, soak, windows and checks do not apply: this is for incidents.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from promoter.commands.kept import configuration_kept
from promoter.commands.proposal import merged, prepare
from promoter.commands.publish import publish
from promoter.commands.sites import site_of
from promoter.commands.stop_files import stop_files
from promoter.commands.subjects import Subject, members, present, subjects
from promoter.commands.timelines import Chronicle, Watched
from promoter.commands.workspace import View, Workspace
from promoter.config import App
from promoter.errors import RefusedError, UsageError
from promoter.gates import read_state
from promoter.history import Period, Refusal, Target, Values, choose, find, shown, undo
from promoter.images.pairing import names_of, selected
from promoter.model import Deployable, EnvRef, Image, Plan
from promoter.plan import Request, Site, plan
from promoter.report.promotion import PromotionReport, Proposal


@dataclass(frozen=True, slots=True)
class RollbackRequest:
    """What was asked. `steps` counts versions back; `hold` is `until-released`, `none`, or seconds as text.

    `mode` is `propose`, `write` or `plan`, as for a promotion. `asked_at` (seconds since 1970) is when
    somebody asked, where that was a while ago: a version that came later is not what they meant.
    """

    apps: tuple[str, ...]
    target: EnvRef
    version: str | None = None
    steps: int = 1
    undo: bool = False
    images: tuple[str, ...] = ()
    hold: str | None = None
    because: str = ""
    requested_by: str = ""
    mode: str = "propose"
    unproven: bool = False
    shared: bool = False
    asked_at: float | None = None


def rollback(workspace: Workspace, request: RollbackRequest) -> PromotionReport:
    """What was planned, written or proposed, one proposal for each app and environment.

    Raises UsageError for names that do not exist or a missing reason, and RefusedError when there is
    nothing to go back to, with what was found.
    """
    base = None if request.mode == "write" else workspace.base(fresh=request.mode == "propose")
    view = workspace.view(request.target.revision or base)
    directory = request.target.is_directory
    names = (request.target.environment,) if directory else workspace.names(request.target, view)
    _ask_reason(workspace, request, () if directory else names)
    notes: list[str] = []
    proposals = []
    for name in names:
        bundles = {} if directory else workspace.config.bundles
        apps = members(bundles, request.apps, present(view, name))
        targets = workspace.select(replace(request.target, environment=name), view, apps)
        for subject in subjects(bundles, (each.app for each in targets)):
            own = [each for each in targets if each.app in subject.apps]
            proposals.append(_proposal(workspace, request, view, name, subject, own, notes))
    action = "undo" if request.undo else "rollback"
    report = publish(workspace, action, proposals, request.mode, base or "", unproven=request.unproven)
    return replace(report, notes=(*report.notes, *dict.fromkeys(notes)))


def _ask_reason(workspace: Workspace, request: RollbackRequest, names: tuple[str, ...]) -> None:
    prod = [name for name in names if workspace.environment(name).tier == "prod"]
    if prod and not request.because and request.mode == "propose":
        raise UsageError(f"a rollback of {', '.join(prod)} needs a reason", hint='say --because "TEXT"')


def _proposal(
    workspace: Workspace,
    request: RollbackRequest,
    view: View,
    name: str,
    subject: Subject,
    targets: list[Deployable],
    notes: list[str],
) -> Proposal:
    sites = [site for each in targets if (site := site_of(view, each, name)) is not None]
    if not sites:
        raise RefusedError(
            f"{subject.name} in {name} is not built from this repository", where=str(targets[0].location)
        )
    past = _Past.of(workspace, request, view, subject, name, sites)
    target = past.target()
    plans = [
        plan(past.site(each, target), each, _asked(workspace, request, each.app, target)) for each in sites
    ]
    whole = merged(plans, str(request.version or shown(target.period.values)), name, "rollback")
    whole = _of_older(whole, target)
    files: dict[str, bytes | None] = {}
    for app in () if request.target.is_directory or not whole.bumps else subject.apps:
        own = replace(whole, bumps=tuple(bump for bump in whole.bumps if bump.app == app))
        files |= stop_files(workspace, view, request, app, subject.name, name, own)
    proposal = prepare(workspace, view, subject.name, whole, targets, state_files=files)
    elsewhere = [line for app in subject.apps for line in _elsewhere(view, app, name, whole)]
    notes.extend((*target.notes, *past.told(target), *elsewhere))
    kept = configuration_kept(workspace, view, target.period.commit, targets, whole)
    return replace(proposal, because=request.because, requested_by=request.requested_by, kept=kept)


def _of_older(whole: Plan, target: Target) -> Plan:
    commit = target.period.commit
    return replace(whole, source=f"{whole.target}@{commit[:10]}") if commit else whole


def _asked(workspace: Workspace, request: RollbackRequest, app: str, target: Target) -> Request:
    known = workspace.config.apps.get(app, App(app))
    shared = "allow" if request.shared else workspace.config.shared
    version = None if target.period.values else request.version
    return Request("rollback", request.images, version, known.images, shared)


def _elsewhere(view: View, app: str, name: str, whole: Plan) -> list[str]:
    """The other environments that still run the version that is taken back."""
    left = {(bump.old.name, bump.old.version) for bump in whole.bumps}
    running = sorted(
        {
            each.environment
            for each in view.deployables
            if each.app == app and each.environment != name and (site := site_of(view, each)) is not None
            for pin in site.pins
            if (pin.image.name, pin.image.version) in left
        }
    )
    versions = ", ".join(sorted({version for _, version in left}))
    return [f"{', '.join(running)} still run{'s' * (len(running) == 1)} {versions}"] if running else []


@dataclass(frozen=True, slots=True)
class _Past:
    """What an app's pins in one environment said before, and what was asked of it."""

    request: RollbackRequest
    chronicle: Chronicle
    watched: Watched
    owners: tuple[str, ...]
    skipped: Callable[[Values], str | None]

    @classmethod
    def of(
        cls,
        workspace: Workspace,
        request: RollbackRequest,
        view: View,
        subject: Subject,
        name: str,
        sites: list[Site],
    ) -> "_Past":
        owned = {(p.path, p.document, p.field): (p, site.app) for site in sites for p in site.pins}
        pins, owners = tuple(p for p, _ in owned.values()), tuple(app for _, app in owned.values())
        skips = read_state(view.snapshot, workspace.config.state).skips

        def skipped(values: Values) -> str | None:
            notes = (skips.get((app, image.version)) for app, image in zip(owners, values, strict=True))
            return next((note.because for note in notes if note is not None), None)

        chronicle = Chronicle.of(workspace, view.snapshot.revision or "HEAD", pins)
        return cls(request, chronicle, Watched(pins, subject.apps, name), owners, skipped)

    def target(self) -> Target:
        """The period to go back to; without values when a version was named that never ran here."""
        past = self.chronicle.timeline(self.watched)
        if self.request.version is not None:
            wanted = self.request.version
            asked = self._asked()
            period = find(past, lambda values: any(_is(values[index], wanted) for index in asked))
            return Target(period or Period((), 0, None, "", "", "other"))
        chosen = (
            undo(past)
            if self.request.undo
            else choose(
                past,
                back=self.request.steps,
                skipped=self.skipped,
                complete=self.chronicle.is_complete,
                asked=self.request.asked_at,
                members=dict(enumerate(self.owners)),
            )
        )
        if isinstance(chosen, Refusal):
            raise RefusedError(f"{self.watched.environment}: {chosen.reason}", hint=chosen.hint)
        return chosen

    def _asked(self) -> tuple[int, ...]:
        """The places (0-based) of the pins that the request is about: a version is one of these images."""
        pins = self.watched.pins
        names = names_of(())
        meant = [pin for asked in self.request.images for pin in selected(pins, asked, names)]
        return tuple(index for index, pin in enumerate(pins) if not meant or pin in meant)

    def site(self, site: Site, target: Target) -> Site | None:
        """The site as it was at the target: today's pins with the versions of then."""
        if not target.period.values:
            return None
        then = dict(zip(self.watched.pins, target.period.values, strict=True))
        pins = tuple(replace(pin, image=then[pin]) for pin in site.pins)
        return replace(site, address=f"{site.address}@{target.period.commit[:10]}", pins=pins)

    def told(self, target: Target) -> list[str]:
        """What was passed over on the way, and that a named version never ran here."""
        if not target.period.values:
            where = self.watched.environment
            return [f"{self.request.version} is not in the history of {where}: taken as it was named"]
        return [f"passed over {shown(each.period.values)}: {each.reason}" for each in target.passed_over]


def _is(image: Image, wanted: str) -> bool:
    return wanted in (image.version, image.version.removeprefix("v")) or str(image).endswith(f":{wanted}")
