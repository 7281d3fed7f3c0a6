"""From proposals to files, commits and pull requests: the only way in which promote and rollback write.

Order of writes: commit object, branch (compare-and-swap), pull request. Killed anywhere, there is either
nothing that anybody sees or a complete branch, and the next run finishes it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from promoter.commands.workspace import Workspace
from promoter.errors import RefusedError, RepositoryError
from promoter.model import PullRequestSpec
from promoter.report.promotion import PromotionReport, Proposal
from promoter.report.promotion.markdown import body
from promoter.report.promotion.message import branch_of, message, title
from promoter.repository import fetch, move_ref, push, write_commit, write_files

_ATTEMPTS: Final = 10


def publish(
    workspace: Workspace,
    action: str,
    proposals: Sequence[Proposal],
    mode: str,
    base: str,
    *,
    unproven: bool,
) -> PromotionReport:
    """The proposals after doing what `mode` says: `plan` nothing, `write` files, `propose` pull requests.

    `base` is the commit that they were planned on (empty in the work tree). Proposals without bumps are
    passed through. Raises RefusedError when everything with something to do is refused; of several, the
    others go ahead and the refused ones are told in the report.
    """
    allowed = unproven or workspace.config.proof == "when-renderable"
    judged = [_accepting(proposal, allowed) for proposal in proposals]
    report = PromotionReport(action, "planned", tuple(judged), workspace.renderer.engine)
    if mode == "plan":
        return report
    active = [each for each in judged if each.files]
    ready = [each for each in active if not each.refusals]
    if active and not ready:
        raise RefusedError(_told(action, active), hint=_hint(active))
    if mode == "write":
        return replace(report, done="written", proposals=tuple(_written(workspace, judged)))
    done = [proposed(workspace, action, base, each) if each in ready else each for each in judged]
    return replace(report, done="proposed", proposals=tuple(done))


def _accepting(proposal: Proposal, allowed: bool) -> Proposal:
    if proposal.proof.state == "unproven" and allowed:
        return replace(proposal, overridden=(*proposal.overridden, "proof"))
    return proposal


def _told(action: str, refused: Sequence[Proposal]) -> str:
    lines = [
        f"{each.subject} in {each.environment}: {reason}" for each in refused for reason in each.refusals
    ]
    return f"{action} refused\n  " + "\n  ".join(lines)


def _hint(refused: Sequence[Proposal]) -> str:
    if any(each.proof.state == "unproven" and "proof" not in each.overridden for each in refused):
        return "what cannot be rendered here can be allowed with --unproven"
    return "see the whole plan with --dry-run; gates open with --override GATE --because TEXT"


def _written(workspace: Workspace, proposals: Sequence[Proposal]) -> list[Proposal]:
    """Write everything at once, so that a file in the way stops all of it."""
    files = {
        path: content for each in proposals if not each.refusals for path, content in each.files.items()
    }
    changed = set(write_files(workspace.repository, files))
    return [
        replace(each, written=tuple(sorted(changed & each.files.keys()))) if not each.refusals else each
        for each in proposals
    ]


def branch_for(workspace: Workspace, subject: str, environment: str) -> str:
    """The branch of a subject and environment, as the configuration spells it."""
    return branch_of(workspace.config.pull_requests.branch, subject, environment)


def proposed(workspace: Workspace, action: str, base: str, proposal: Proposal) -> Proposal:
    """The proposal on its branch with its pull request; unchanged ones are not written again.

    Another run may have moved the branch before the text was written. Then all of it is done anew, so that
    whoever writes last leaves the branch and the text of one and the same change.
    """
    branch = branch_for(workspace, proposal.subject, proposal.environment)
    spec = _spec(workspace, action, branch, proposal)
    for _ in range(_ATTEMPTS):
        commit = _committed(workspace, branch, base, proposal, message(action, proposal))
        request = workspace.forge.ensure_pull_request(spec)
        # A forge may be slow to notice a push, so that git has the last word.
        if request.head == commit or _tip(workspace, branch) == commit:
            return replace(proposal, branch=branch, commit=commit, pull_request=request)
    raise _overtaken(branch)


def is_proposed(workspace: Workspace, action: str, base: str, proposal: Proposal, head: str) -> bool:
    """Whether the commit `head` is already what `proposed` would write; False too where it is not here."""
    repository = workspace.repository
    said = repository.message(head)
    if said is None or said.rstrip("\n") != message(action, proposal).rstrip("\n"):
        return False
    expected = repository.snapshot(base).with_files(proposal.files)
    return repository.resolve(f"{head}^") == base and repository.snapshot(head).entries == expected.entries


def _committed(workspace: Workspace, branch: str, base: str, proposal: Proposal, said: str) -> str:
    """The commit that the branch is at now.

    When another run moves the branch meanwhile its commit is looked at anew: the same proposal is taken as
    ours, another one is replaced, as it would have been a moment later.
    """
    for _ in range(_ATTEMPTS):
        before = _tip(workspace, branch)
        commit = write_commit(workspace.repository, base, proposal.files, said, reuse=before)
        if commit == before or _moved(workspace, branch, commit, before):
            return commit
    raise _overtaken(branch)


def _overtaken(branch: str) -> RepositoryError:
    return RepositoryError(
        f"others moved the branch {branch!r} {_ATTEMPTS} times meanwhile", hint="run the same command again"
    )


def _tip(workspace: Workspace, branch: str) -> str | None:
    """Where the branch is now: at the remote when there is one."""
    if workspace.remote is not None:
        return fetch(workspace.repository, workspace.remote, branch)
    return workspace.repository.branch_tip(branch)


def _moved(workspace: Workspace, branch: str, commit: str, before: str | None) -> bool:
    ref = f"refs/heads/{branch}"
    if workspace.remote is not None:
        return push(workspace.repository, workspace.remote, ref, commit, before)
    return move_ref(workspace.repository, ref, commit, before)


def _spec(workspace: Workspace, action: str, branch: str, proposal: Proposal) -> PullRequestSpec:
    settings = workspace.config.pull_requests
    names = {"env": proposal.environment, "app": proposal.subject, "subject": proposal.subject}
    labels = tuple(label.format(**names) for label in settings.labels)
    return PullRequestSpec(
        branch,
        workspace.base_branch,
        title(action, proposal.subject, proposal.plan),
        body(action, proposal),
        labels if action == "promote" else (*labels, "rollback"),
        settings.reviewers,
    )
