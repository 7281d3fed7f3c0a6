"""Land open pull requests of ours, after asking the gates once more.

Between proposing and landing somebody may have set a hold, a freeze, or the window may have closed; a
rollback passes these gates, as it did when it was proposed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from promoter.commands.clock import now
from promoter.commands.existence import verdict_on
from promoter.commands.facts import Running, active_checks, sync_windows
from promoter.commands.sites import sites_of
from promoter.commands.workspace import Workspace
from promoter.config import Environment
from promoter.errors import RefusedError, UsageError
from promoter.frozen import frozen
from promoter.gates import (
    OVERRIDABLE,
    Candidate,
    Facts,
    State,
    Verdict,
    check_overridable,
    judge,
    read_state,
    refused,
)
from promoter.images.reference import split_version
from promoter.model import Image, PullRequest
from promoter.plan import Site
from promoter.report.promotion.message import overrides, said
from promoter.repository import fetch

_OF_BOTH: Final = ("Action", "App", "Env", "Image", "To", "Override")


@frozen
class LandedRequest:
    """A pull request that is in, and the commit by which it came in."""

    pull_request: PullRequest
    commit: str


def land(
    workspace: Workspace,
    wanted: Sequence[str] = (),
    override: Sequence[str] = (),
    *,
    everything: bool = False,
) -> tuple[LandedRequest, ...]:
    """The pull requests that landed, in their order.

    `wanted` are numbers (`3`, `#3`) or branches; none means the only open one. Raises UsageError when it
    is not clear which is meant, RefusedError when a gate is closed now, ForgeError on a conflict.
    """
    check_overridable(override)
    opened = workspace.forge.pull_requests()
    chosen = opened if everything else _chosen(opened, wanted)
    for request in chosen:
        other = workspace.forge.other_writer(request)
        if other:
            raise RefusedError(
                f"the text of #{request.number} was last written by {other}, so that it proves nothing",
                hint="promote or roll back again, which writes it anew, or merge it at the forge",
            )
        verdicts = landing_verdicts(workspace, request)
        closed = [each for each in verdicts if not each.passed and each.gate not in override]
        if closed:
            reasons = "\n  ".join(f"{verdict.gate}: {verdict.reason}" for verdict in closed)
            raise RefusedError(
                f"#{request.number} {request.title} may not land now\n  {reasons}",
                hint=f"wait, or open it by hand (--override) if it is one of {', '.join(OVERRIDABLE)}",
            )
    return tuple(
        LandedRequest(request, workspace.forge.merge(request.number, request.head)) for request in chosen
    )


def _chosen(opened: Sequence[PullRequest], wanted: Sequence[str]) -> list[PullRequest]:
    listed = "; ".join(f"#{each.number} {each.title}" for each in opened) or "none"
    if not wanted:
        if not opened:
            hint = "`promoter promote` and `promoter rollback` open one"
            raise UsageError("there is nothing to land: no pull request of promoter is open", hint=hint)
        if len(opened) != 1:
            raise UsageError(f"which pull request? open: {listed}", hint="name its number, or say --all")
        return list(opened)
    found = []
    for name in wanted:
        matching = [each for each in opened if name.lstrip("#") == str(each.number) or name == each.branch]
        if not matching:
            raise UsageError(f"no open pull request {name!r}", hint=f"open: {listed}")
        found += matching
    return found


def landing_verdicts(workspace: Workspace, request: PullRequest) -> tuple[Verdict, ...]:
    """The gates of landing a promotion as they are now; none for a rollback or a request not of ours.

    A text that is not its commit's is refused first, whatever it says.
    """
    trailers = said(request.body)
    if _contradicts(workspace, request, trailers):
        reason = "the text and the commit say different things; promote or roll back again"
        return (refused("text", reason),)
    action, env = (trailers.get(key, ("",))[0] for key in ("Action", "Env"))
    apps = trailers.get("App", ())
    if action != "promote" or not apps or not env:
        return ()
    view = workspace.view(workspace.base(fresh=True))
    environment = workspace.environment(env)
    state = read_state(view.snapshot, workspace.config.state)
    sites = sites_of(view, apps)
    upstream = [site for site in sites if site.environment in environment.needs]
    running = Running.of(workspace, view, upstream)
    overridden = overrides(trailers)
    facts = _facts(workspace, environment, state, request)
    found: list[Verdict] = []
    for image, version in zip(trailers.get("Image", ()), trailers.get("To", ()), strict=False):
        landed = running.of_any(apps, image, version)
        known = replace(facts, running=landed, checks=active_checks(workspace, environment, landed))
        for app in apps:
            own = replace(known, windows=sync_windows(view, app, env))
            found += judge(Candidate(app, environment, version), own)
    found += verdict_on(workspace, _moving(sites, env, trailers))
    return tuple(dict.fromkeys(each for each in found if each.gate not in overridden))


def _contradicts(
    workspace: Workspace, request: PullRequest, trailers: Mapping[str, tuple[str, ...]]
) -> bool:
    """Whether the commit that would land is of another promotion or rollback than the text.

    So a run leaves it that is killed between another run's branch and that one's text.
    """
    message = workspace.repository.message(request.head)
    if message is None and workspace.remote is not None:
        fetch(workspace.repository, workspace.remote, request.branch)
        message = workspace.repository.message(request.head)
    commit = said(message or "")
    return "Action" in commit and any(commit.get(key) != trailers.get(key) for key in _OF_BOTH)


def _moving(
    sites: Sequence[Site], env: str, trailers: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, Image]]:
    """The images that would land, by app; only those that the environment pins, whatever the body names."""
    pinned = {pin.image.name: site.app for site in sites if site.environment == env for pin in site.pins}
    for name, version in zip(trailers.get("Image", ()), trailers.get("To", ()), strict=False):
        tag, digest = split_version(version)
        if name in pinned and (tag or digest):
            yield pinned[name], Image(name, tag, digest)


def _facts(workspace: Workspace, environment: Environment, state: State, request: PullRequest) -> Facts:
    """What landing is judged by besides the promotion's facts: the request's own checks and approvals."""
    wanted = environment.approvals.count
    return Facts(
        now(),
        state,
        proposed=workspace.forge.states(request.head),
        approvals=_approvals(workspace, environment, request) if wanted else None,
    )


def _approvals(workspace: Workspace, environment: Environment, request: PullRequest) -> frozenset[str]:
    """Who approves the request, of the teams that the environment asks for."""
    asked = environment.approvals
    given = workspace.forge.approvals(request)
    if not asked.author_counts:
        given -= {login.lstrip("@") for login in said(request.body).get("Requested-By", ())}
    teams = frozenset(asked.teams)
    if not teams:
        return given
    return frozenset(login for login in given if workspace.forge.actor(login, teams).teams & teams)
