"""Promote: make an environment run the versions of another one.

One proposal for each app and environment. Everything is planned, proved and judged before anything is
written, and a refusal of one names all its reasons.
"""

from collections.abc import Sequence
from dataclasses import replace

from promoter.commands.existence import existence
from promoter.commands.facts import Running, verdicts_of
from promoter.commands.proposal import merged, prepare
from promoter.commands.publish import publish
from promoter.commands.sites import site_of
from promoter.commands.subjects import Subject, members, present, subjects
from promoter.commands.view import View
from promoter.commands.workspace import Workspace
from promoter.config import App
from promoter.deployables.builds import elsewhere
from promoter.errors import RefusedError, UsageError
from promoter.frozen import frozen
from promoter.gates import check_overridable, irreversible_gate
from promoter.model import Deployable, EnvRef, Plan, Skipped
from promoter.plan import Proof, Request, carried, plan
from promoter.report.promotion import PromotionReport, Proposal


@frozen
class PromoteRequest:
    """What was asked. `apps` are (name, version or None); none means every app of the target.

    `mode` is `propose` (commit and pull request), `write` (work tree) or `plan` (nothing).
    """

    source: EnvRef | None
    target: EnvRef
    apps: tuple[tuple[str, str | None], ...] = ()
    images: tuple[str, ...] = ()
    mode: str = "propose"
    unproven: bool = False
    shared: bool = False
    override: tuple[str, ...] = ()
    because: str = ""
    requested_by: str = ""


def promote(workspace: Workspace, request: PromoteRequest) -> PromotionReport:
    """What was planned, written or proposed, one proposal for each app and environment.

    Raises UsageError for names that do not exist and RefusedError, with every reason, when nothing of
    what was asked may go through.
    """
    _check_override(request)
    base = None if request.mode == "write" else workspace.base(fresh=request.mode == "propose")
    view = workspace.view(request.target.revision or base)
    found = proposals(workspace, request, view)
    return publish(workspace, "promote", found, request.mode, base or "", unproven=request.unproven)


def _check_override(request: PromoteRequest) -> None:
    check_overridable(request.override)
    if request.override and not request.because:
        raise UsageError("opening a gate by hand needs a reason", hint='say --because "TEXT"')


def proposals(
    workspace: Workspace, request: PromoteRequest, view: View, running: Running | None = None
) -> list[Proposal]:
    """What the request asks for on the view, judged and proved; nothing is written.

    A source without a revision is read from the same view. `running` spares whoever asks for many
    proposals the reading of each one's past. Raises as `promote` does.
    """
    return [
        proposal
        for name in workspace.places(request.target, view)
        for proposal in _environment(workspace, request, view, name, running)
    ]


def _environment(
    workspace: Workspace, request: PromoteRequest, view: View, name: str, running: Running | None
) -> list[Proposal]:
    bundles = {} if request.target.is_directory else workspace.config.bundles
    asked = [app for app, _ in request.apps]
    apps = members(bundles, asked, present(view, name))
    targets = workspace.select(replace(request.target, environment=name), view, apps)
    groups = subjects(bundles, (each.app for each in targets))

    def sides(source: EnvRef | None) -> _Sides:
        source_view = workspace.view(source.revision) if source and source.revision else view
        sources = workspace.select(source, source_view) if source else ()
        return _Sides(workspace, request, (source_view, view), source, sources, name, running)

    if request.source or (request.apps and all(version for _, version in request.apps)):
        chosen = sides(request.source)
    else:
        upstream = workspace.upstream(name, workspace.ordered(view.environments))
        chosen = _telling(name, [sides(EnvRef(each)) for each in upstream], groups, targets)
    return [chosen.proposal(each, targets, alone=len(groups) == 1) for each in groups]


@frozen
class _Sides:
    """Both sides of one environment's promotions: where versions come from, and where they go."""

    workspace: Workspace
    request: PromoteRequest
    views: tuple[View, View]
    source: EnvRef | None
    sources: Sequence[Deployable]
    environment: str
    running: Running | None

    def proposal(self, subject: Subject, targets: Sequence[Deployable], *, alone: bool) -> Proposal:
        """The proposal of one subject. Of several, one that cannot be planned is left alone and told."""
        own = [each for each in targets if each.app in subject.apps]
        try:
            plans = [self.plan(app, subject, own) for app in subject.apps]
        except RefusedError as error:
            if alone:
                raise
            refused = Plan("promote", str(self.source or ""), self.environment, ())
            told = replace(refused, skipped=(Skipped(subject.name, error.on_one_line),))
            return Proposal(subject.name, self.environment, told, Proof("proven"))
        whole = plans[0] if len(plans) == 1 else merged(plans, plans[0].source, self.environment, "promote")
        return self.judged(subject, whole, own)

    def offer(self, groups: Sequence[Subject], targets: Sequence[Deployable]) -> tuple[str, ...]:
        """What the source would move here, in words; empty when that is nothing."""
        found: set[str] = set()
        for subject in groups:
            own = [each for each in targets if each.app in subject.apps]
            try:
                plans = [self.plan(app, subject, own) for app in subject.apps]
            except RefusedError as error:
                found.add(str(error))
                continue
            found |= {str(bump.new) for each in plans for bump in each.bumps}
            found |= {f"{moved.field} of {moved.source}" for each in plans for moved in each.carried}
        return tuple(sorted(found))

    def judged(self, subject: Subject, whole: Plan, targets: Sequence[Deployable]) -> Proposal:
        """The plan with its proof, and every gate's verdict where an environment was named."""
        request, view = self.request, self.views[1]
        verdicts = (
            ()
            if request.target.is_directory
            else verdicts_of(self.workspace, view, subject.apps, whole, self.running)
        )
        beyond = irreversible_gate(self.workspace.config.apps, whole)
        verdicts = (*verdicts, *existence(self.workspace, whole), *beyond)
        return replace(
            prepare(self.workspace, view, subject.name, whole, targets, verdicts),
            overridden=request.override,
            because=request.because,
            requested_by=request.requested_by,
        )

    def plan(self, app: str, subject: Subject, targets: Sequence[Deployable]) -> Plan:
        """The plan of one app, with what is carried along."""
        versions = dict(self.request.apps)
        version = versions.get(app) or versions.get(subject.name)
        asked = _asked(self.workspace, self.request, app, version)
        source_view, view = self.views
        addresses = (self.request.target, *([self.source] if self.source else ()))
        outright = any(address.is_directory for address in addresses)
        pairs = [(each, _matching(each, self.sources, outright)) for each in targets if each.app == app]
        plans = [_plan(view, target, source_view, match, asked, self.source) for target, match in pairs]
        whole = merged(plans, str(self.source or version or ""), self.environment, "promote")
        return _with_carried(self.workspace, whole, app, self.views, self.source)


def _telling(
    name: str, upstream: Sequence[_Sides], groups: Sequence[Subject], targets: Sequence[Deployable]
) -> _Sides:
    """The environment before this one that has something for it; the first, where they agree or none has.

    Raises UsageError, with what each has, when they would move this one to different versions, and when
    nothing comes before it.
    """
    if not upstream:
        hint = "say --from ENV, or name the version: APP@VERSION"
        raise UsageError(f"from where should {name} be promoted? nothing comes before it", hint=hint)
    offers: dict[tuple[str, ...], list[_Sides]] = {}
    for each in upstream if len(upstream) > 1 else ():
        offers.setdefault(each.offer(groups, targets), []).append(each)
    offers.pop((), None)
    if len(offers) > 1:
        several = " or ".join(
            f"{each.source} ({', '.join(offer)})" for offer, sides in offers.items() for each in sides
        )
        raise UsageError(
            f"from where should {name} be promoted? it could be {several}", hint="say --from ENV"
        )
    return next(iter(offers.values()), list(upstream))[0]


def _asked(workspace: Workspace, request: PromoteRequest, app: str, version: str | None) -> Request:
    usual = usual_request(workspace, app)
    shared = "allow" if request.shared else usual.shared
    return replace(
        usual, images=request.images, version=version, shared=shared, look=workspace.registry.look
    )


def usual_request(workspace: Workspace, app: str) -> Request:
    """What promoting an app asks for when nobody says more than the configuration."""
    known = workspace.config.apps.get(app, App(app))
    return Request(rules=known.images, shared=workspace.config.shared, create=known.create)


def _matching(target: Deployable, sources: Sequence[Deployable], outright: bool) -> Deployable | None:
    """The source's deployable that stands for the target's: the same app, and the same kind if it can be.

    `outright`: a directory was named, and it stands for whatever the other side named.
    """
    same = [
        each for each in sources if each.app == target.app and (each.path is None) == (target.path is None)
    ]
    if not same and len(sources) == 1 and outright:
        same = list(sources)
    alike = [each for each in same if (each.controller, each.kind) == (target.controller, target.kind)]
    return next(iter(alike or same), None)


def _plan(
    view: View,
    target: Deployable,
    source_view: View,
    source: Deployable | None,
    asked: Request,
    address: EnvRef | None,
) -> Plan:
    here = site_of(view, target)
    if here is None:
        reason = elsewhere(target)
        return Plan("promote", str(address or ""), target.environment, (), (Skipped(target.name, reason),))
    if source is None and asked.version is None:
        reason = f"{target.app} is not deployed to {address}"
        return Plan("promote", str(address), target.environment, (), (Skipped(target.app, reason),))
    there = site_of(source_view, source, str(address)) if source else None
    return plan(there, here, asked)


def _with_carried(
    workspace: Workspace, whole: Plan, app: str, views: tuple[View, View], source: EnvRef | None
) -> Plan:
    """The plan with the configuration that travels along; nothing travels without a version."""
    known = workspace.config.apps.get(app)
    if known is None or not known.carry or source is None or not whole.bumps:
        return whole
    environments = (source.environment, whole.target)
    parts, skipped = carried(views[0].graph, views[1].graph, known.carry, environments, known.keep)
    edits = tuple(sorted({*whole.edits, *(edit for part in parts for edit in part.edits)}))
    return replace(whole, carried=parts, edits=edits, skipped=(*whole.skipped, *skipped))
