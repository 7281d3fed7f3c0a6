"""Roll back: make an environment run an earlier version of its own, and hold it there.

The target is chosen from the first-parent history of the app's pins; the same plan, edits and proof as
a promotion bring it back. Order, soak, windows and checks do not apply: this is for incidents.
"""

from dataclasses import replace

from promoter.commands.earlier import Asked, Earlier
from promoter.commands.existence import existence
from promoter.commands.kept import configuration_kept
from promoter.commands.proposal import merged, prepare
from promoter.commands.publish import publish
from promoter.commands.sites import site_of
from promoter.commands.stop_files import stop_files
from promoter.commands.subjects import Subject, members, present, subjects
from promoter.commands.syncing import delays
from promoter.commands.view import View
from promoter.commands.workspace import Workspace
from promoter.config import App
from promoter.errors import RefusedError, UsageError
from promoter.frozen import frozen
from promoter.gates import irreversible_gate
from promoter.history import Target, shown
from promoter.model import Deployable, EnvRef, Plan
from promoter.plan import Request, plan
from promoter.report.promotion import PromotionReport, Proposal


@frozen
class RollbackRequest:
    """What was asked. `steps` counts versions back; `hold` is `until-released`, `none`, or seconds as text.

    `mode` is `propose`, `write` or `plan`, as for a promotion. `asked_at` (seconds since 1970) is when
    somebody asked, where that was a while ago: a version that came later is not what they meant.
    `override` opens the one gate of a rollback that opens by hand, `irreversible`.
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
    override: tuple[str, ...] = ()


def rollback(workspace: Workspace, request: RollbackRequest) -> PromotionReport:
    """What was planned, written or proposed, one proposal for each app and environment.

    Raises UsageError for names that do not exist or a missing reason, and RefusedError when there is
    nothing to go back to, with what was found.
    """
    _check_override(request)
    base = None if request.mode == "write" else workspace.base(fresh=request.mode == "propose")
    view = workspace.view(request.target.revision or base)
    directory = request.target.is_directory
    names = workspace.places(request.target, view)
    _ask_reason(workspace, request, () if directory else names)
    notes: list[str] = []
    proposals = []
    for name in names:
        bundles = {} if directory else workspace.config.bundles
        apps = members(bundles, request.apps, present(view, name))
        targets = workspace.select(replace(request.target, environment=name), view, apps)
        for subject in subjects(bundles, (each.app for each in targets)):
            own = [each for each in targets if each.app in subject.apps]
            proposal, said = _proposal(workspace, request, view, name, subject, own)
            proposals.append(proposal)
            notes += said
    action = "undo" if request.undo else "rollback"
    agreed = _agreed(proposals, f"{workspace.config.state}/skips/")
    report = publish(workspace, action, agreed, request.mode, base or "", unproven=request.unproven)
    return replace(report, notes=(*report.notes, *dict.fromkeys(notes)))


def _agreed(proposals: list[Proposal], skips: str) -> list[Proposal]:
    """The proposals, with a skip (a file under `skips`) that several of them write the same in all.

    A skip is of the app, not of one environment. If two pull requests added it with different times, the
    second one would conflict when the first has landed. The oldest of it stays.
    """
    shared: dict[str, bytes] = {}
    for proposal in proposals:
        for path, content in proposal.files.items():
            if content is not None and path.startswith(skips):
                shared[path] = min(content, shared.get(path, content))
    return [
        replace(
            each,
            files={path: content and shared.get(path, content) for path, content in each.files.items()},
        )
        for each in proposals
    ]


def _check_override(request: RollbackRequest) -> None:
    for gate in request.override:
        if gate != "irreversible":
            raise UsageError(
                f"the gate {gate!r} does not open for a rollback", hint="one does: --override irreversible"
            )
    if request.override and not request.because:
        raise UsageError("opening a gate by hand needs a reason", hint='say --because "TEXT"')


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
) -> tuple[Proposal, tuple[str, ...]]:
    """The proposal of one subject in one environment, and what people should know besides."""
    sites = [site for each in targets if (site := site_of(view, each, name)) is not None]
    if not sites:
        raise RefusedError(
            f"{subject.name} in {name} is not built from this repository", where=str(targets[0].location)
        )
    asked = Asked(request.version, request.steps, request.undo, request.images, request.asked_at)
    past = Earlier.of(workspace, view, subject, name, sites)
    target = past.target(asked)
    plans = [
        plan(past.site(each, target), each, _asked(workspace, request, each.app, past, target))
        for each in sites
    ]
    whole = merged(plans, str(request.version or shown(target.period.values)), name, "rollback")
    whole = _of_older(whole, target)
    files = _stopped(workspace, view, request, subject, whole)
    beyond = irreversible_gate(workspace.config.apps, whole)
    verdicts = (*existence(workspace, whole, incident=True), *beyond)
    proposal = prepare(workspace, view, subject.name, whole, targets, verdicts, files)
    elsewhere = [line for app in subject.apps for line in _elsewhere(view, app, name, whole)]
    waits = delays(targets) if whole.bumps else ()
    kept = configuration_kept(workspace, view, target.period.commit, targets, whole)
    asked_for = replace(
        proposal,
        overridden=request.override,
        because=request.because,
        requested_by=request.requested_by,
        kept=kept,
    )
    return asked_for, (*target.notes, *past.told(target, request.version), *elsewhere, *waits)


def _stopped(
    workspace: Workspace, view: View, request: RollbackRequest, subject: Subject, whole: Plan
) -> dict[str, bytes | None]:
    """The holds and skips of every app that goes back; none for a directory, which is no environment."""
    files: dict[str, bytes | None] = {}
    for app in () if request.target.is_directory or not whole.bumps else subject.apps:
        own = replace(whole, bumps=tuple(bump for bump in whole.bumps if bump.app == app))
        files |= stop_files(workspace, view, request, app, subject.name, whole.target, own)
    return files


def _of_older(whole: Plan, target: Target) -> Plan:
    commit = target.period.commit
    return replace(whole, source=f"{whole.target}@{commit[:10]}") if commit else whole


def _asked(
    workspace: Workspace, request: RollbackRequest, app: str, past: Earlier, target: Target
) -> Request:
    known = workspace.config.apps.get(app, App(app))
    shared = "allow" if request.shared else workspace.config.shared
    version = None if target.period.values else request.version
    images = (*request.images, *past.along(target)) if request.images else ()
    look = workspace.registry.look
    return Request("rollback", images, version, known.images, shared, look=look)


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
