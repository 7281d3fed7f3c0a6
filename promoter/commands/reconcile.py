"""For every app and environment: what should be proposed, rebuilt, landed or closed now.

Level-triggered: it looks at what is, not at what happened, so that a lost event costs nothing and a
second run in a row writes nothing. The Action runs it on pushes and on a schedule.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from promoter.commands.candidates import Due, Route, due
from promoter.commands.facts import Running
from promoter.commands.land import landing_verdicts
from promoter.commands.promote import PromoteRequest, proposals
from promoter.commands.publish import branch_for, is_proposed, proposed
from promoter.commands.sites import sites_of
from promoter.commands.subjects import Subject, subjects
from promoter.commands.timelines import Chronicle, is_older
from promoter.commands.view import View
from promoter.commands.workspace import Workspace
from promoter.errors import ForgeError, PromoterError, RefusedError, UsageError
from promoter.frozen import frozen
from promoter.gates import GateState, Verdict, read_state
from promoter.model import EnvRef, PullRequest
from promoter.report.promotion import Proposal
from promoter.report.promotion.message import overrides, said
from promoter.report.reconcile import Decision, ReconcileReport, Step

_OPEN: Final = "every gate is open"
_MOVED: Final = "its base or version moved"
_CLOSING: Final = ("hold", "skip", "freeze")


def reconcile(workspace: Workspace, apps: Sequence[str] = (), *, dry_run: bool = False) -> ReconcileReport:
    """Every decision, and (unless `dry_run`) what came of carrying it out.

    One subject that fails does not stop the others: its error is the reason of its decision.
    """
    base = workspace.base(fresh=not dry_run)
    view = workspace.view(base)
    opened = {each.branch: each for each in workspace.forge.pull_requests()}
    order = workspace.ordered(view.environments)
    Chronicle.begin(workspace, view)
    running = Running.of(workspace, view, sites_of(view))
    run = _Run(workspace, view, base, opened, running, dry_run)
    decisions = [decision for name in order for decision in run.environment(name, order, apps)]
    return ReconcileReport(tuple(decisions), done=not dry_run)


@frozen
class _Run:
    """One look at the repository and the forge, and the hands that carry out decisions."""

    workspace: Workspace
    view: View
    base: str
    opened: dict[str, PullRequest]
    running: Running
    dry_run: bool

    def environment(self, name: str, order: Sequence[str], apps: Sequence[str]) -> Iterator[Decision]:
        """The decisions of one environment, by app; nothing for one that no other comes before."""
        upstream = self.workspace.upstream(name, order)
        if not upstream:
            return
        here = {each.app for each in self.view.deployables if each.environment == name and not each.reason}
        for subject in subjects(self.workspace.config.bundles, sorted(here)):
            if apps and subject.name not in apps and not set(apps) & set(subject.apps):
                continue
            try:
                yield self._subject(subject, name, upstream)
            except PromoterError as error:
                step: Step = "refuse" if isinstance(error, RefusedError) else "wait"
                yield Decision(subject.name, name, step, error.on_one_line)

    def _subject(self, subject: Subject, name: str, upstream: Sequence[str]) -> Decision:
        app = subject.name
        pull = self.opened.get(branch_for(self.workspace, app, name))
        sources = {each.environment for each in self.view.deployables if each.app in subject.apps}
        source = next((each for each in upstream if each in sources), None)
        if source is None:
            return Decision(app, name, "nothing", f"{app} is not deployed to {' or '.join(upstream)}")
        other = self._other_writer(name, pull) if pull is not None else ""
        if other:
            reason = (
                f"its text was last written by {other}; promote or roll back again, or merge it by hand"
            )
            return Decision(app, name, "wait", reason, "", pull)
        request = _wish(PromoteRequest(EnvRef(source), EnvRef(name), ((app, None),)), pull)
        earlier = self._earlier(subject, source, name) if _is_open(request, pull) else None
        found = self._of_earlier(request, source, earlier) if earlier else None
        if found is not None:
            decision = self._decide(app, name, _as_asked(found, pull), pull)
            return replace(decision, reason=f"{decision.reason}; then {earlier}")
        now = proposals(self.workspace, request, self.view, self.running)
        if not now:
            return Decision(app, name, "nothing", "")
        return self._decide(app, name, _as_asked(now[0], pull), pull)

    def _earlier(self, subject: Subject, source: str, name: str) -> Due | None:
        """What the source ran earlier, where that may move now and what it runs may not."""
        state = read_state(self.view.snapshot, self.workspace.config.state)
        return due(self.workspace, self.running, state, Route(subject.apps, source, name))

    def _of_earlier(self, request: PromoteRequest, source: str, earlier: Due) -> Proposal | None:
        """The proposal of what the source ran earlier; None when that revision says something else."""
        before = replace(request, source=EnvRef(source, earlier.ran.commit))
        try:
            found = proposals(self.workspace, before, self.view, self.running)
        except UsageError:
            return None
        moved = {bump.new.version for each in found for bump in each.plan.bumps}
        if not moved or not moved <= set(earlier.ran.versions.values()):
            return None
        return replace(found[0], plan=replace(found[0].plan, source=source))

    def _other_writer(self, name: str, pull: PullRequest) -> str:
        """Who else wrote the text of an open request last; empty when that is us, or nothing hangs on it.

        Anybody with write access can edit the text of a pull request. An override, a rollback and a version
        by name are granted to people who may ask for them, so that they hold as long as the text is ours;
        and where the one who asked may not approve, nobody else may say who asked.
        """
        approvals = self.workspace.environment(name).approvals
        asked = said(pull.body)
        plain = asked.get("Action", ("promote",)) == ("promote",)
        claims = asked.keys() & {"Override", "Requested-By"} or (
            approvals.count and not approvals.author_counts
        )
        return "" if plain and not claims else self.workspace.forge.other_writer(pull)

    def _decide(self, app: str, name: str, proposal: Proposal, pull: PullRequest | None) -> Decision:
        version = ", ".join(dict.fromkeys(bump.new.version for bump in proposal.plan.bumps))
        if pull is not None and _is_rollback(pull):
            return self._land(app, name, version, pull)
        idle = _idle(proposal, version)
        if idle is not None and pull is not None:
            return self._close(app, name, version, pull, f"overtaken: {name} runs what it should")
        if idle is not None:
            return Decision(app, name, "nothing", idle, version)
        closed = proposal.closed
        if proposal.refusals:
            stopping = next((verdict for verdict in closed if verdict.gate in _CLOSING), None)
            if pull is not None and stopping is not None:
                return self._close(app, name, version, pull, stopping.reason)
            return Decision(app, name, _step(closed), proposal.refusals[0], version, pull)
        return self._propose(app, name, version, proposal, pull)

    def _propose(
        self, app: str, name: str, version: str, proposal: Proposal, pull: PullRequest | None
    ) -> Decision:
        if pull is None and self._was_refused(app, name, proposal):
            reason = f"somebody closed its pull request; `promoter promote {app} --to {name}` asks again"
            return Decision(app, name, "nothing", reason, version)
        if self.dry_run and pull is None:
            return Decision(app, name, "propose", _OPEN, version)
        if self.dry_run and pull is not None:
            same = is_proposed(self.workspace, "promote", self.base, proposal, pull.head)
            moved = Decision(app, name, "rebuild", _MOVED, version, pull)
            return self._land(app, name, version, pull) if same else moved
        done = proposed(self.workspace, "promote", self.base, proposal)
        request = done.pull_request
        assert request is not None
        if pull is None:
            return Decision(app, name, "propose", _OPEN, version, request, done.commit)
        if done.commit != pull.head:
            return Decision(app, name, "rebuild", _MOVED, version, request, done.commit)
        return self._land(app, name, version, request)

    def _was_refused(self, app: str, name: str, proposal: Proposal) -> bool:
        """Whether a person closed the last pull request for just these versions without merging it."""
        earlier = self.workspace.forge.pull_requests_of(branch_for(self.workspace, app, name))
        last = next(iter(earlier), None)
        if last is None or not last.was_turned_down:
            return False
        return set(said(last.body).get("To", ())) == {bump.new.version for bump in proposal.plan.bumps}

    def _land(self, app: str, name: str, version: str, pull: PullRequest) -> Decision:
        """Merge an open pull request when the environment lands by itself and every gate is open."""
        rollback = _is_rollback(pull)
        config = self.workspace.config
        land = config.rollback.land if rollback else self.workspace.environment(name).land
        if land == "manual":
            return Decision(app, name, "unchanged", "somebody has to merge it", version, pull)
        closed = [verdict for verdict in landing_verdicts(self.workspace, pull) if not verdict.passed]
        if closed:
            reason = "; ".join(f"{verdict.gate}: {verdict.reason}" for verdict in closed)
            return Decision(app, name, "wait", reason, version, pull)
        if self.dry_run:
            return Decision(app, name, "land", _OPEN, version, pull)
        try:
            commit = self.workspace.forge.merge(pull.number, pull.head)
        except ForgeError as error:
            return Decision(app, name, "wait", error.on_one_line, version, pull)
        merged = replace(pull, state="merged")
        return Decision(app, name, "land", _OPEN, version, merged, commit)

    def _close(self, app: str, name: str, version: str, pull: PullRequest, reason: str) -> Decision:
        if not self.dry_run:
            self.workspace.forge.close(pull.number, reason)
        return Decision(app, name, "close", reason, version, replace(pull, state="closed"))


def _wish(request: PromoteRequest, pull: PullRequest | None) -> PromoteRequest:
    """The request, or the version that a person asked for by its name, which stays that version.

    Such a pull request's title names no environment that the version comes from.
    """
    asked = said(pull.body) if pull is not None and f": {request.source} " not in pull.title else {}
    versions = set(asked.get("To", ()))
    if asked.get("Action") != ("promote",) or not asked.get("Requested-By") or len(versions) != 1:
        return request
    (version,) = versions
    return replace(request, source=None, apps=tuple((app, version) for app, _ in request.apps))


def _is_open(request: PromoteRequest, pull: PullRequest | None) -> bool:
    """Whether nobody asked for certain versions: by their name, by opening a gate, or by going back."""
    asked = said(pull.body) if pull is not None else {}
    return request.source is not None and not overrides(asked) and (pull is None or not _is_rollback(pull))


def _as_asked(proposal: Proposal, pull: PullRequest | None) -> Proposal:
    """The proposal with what somebody asked for and why, when its open request is for the same versions."""
    asked = said(pull.body) if pull is not None else {}
    if set(asked.get("To", ())) != {bump.new.version for bump in proposal.plan.bumps}:
        return proposal
    return replace(
        proposal,
        overridden=overrides(asked),
        because=asked.get("Because", ("",))[0],
        requested_by=asked.get("Requested-By", ("",))[0],
    )


def _is_rollback(pull: PullRequest) -> bool:
    return said(pull.body).get("Action", ("",))[0] in ("rollback", "undo")


def _step(closed: Sequence[Verdict]) -> Step:
    waiting = closed and all(verdict.state is GateState.PENDING for verdict in closed)
    return "wait" if waiting else "refuse"


def _idle(proposal: Proposal, version: str) -> str | None:
    """Why nothing is due (empty: all is there already); None when something is.

    A version that is older than the one that runs is only promoted when a person asks for it.
    """
    bumps = proposal.plan.bumps
    if bumps and all(is_older(bump.new.version, bump.old.version) for bump in bumps):
        return f"{proposal.plan.source} runs the older {version}"
    others = [each for each in proposal.plan.skipped if each.reason != "already there"]
    return None if bumps else "; ".join(f"{each.what}: {each.reason}" for each in others)
