"""How pull requests end on the test GitHub: real merges, and what git's refs say about open ones."""

import subprocess
import tempfile
from pathlib import Path

from github_state import Repo, Ticket, User, World


class RefusedError(Exception):
    """GitHub's no: an HTTP status and a message."""

    def __init__(self, status: int, message: str, **extra: object) -> None:
        super().__init__(message)
        self.status, self.extra = status, extra


def refresh(world: World, repo: Repo) -> None:
    """Brings open pull requests in line with the refs: pushed heads, deleted branches, outside merges."""
    opened = [each for each in repo.tickets.values() if each.head and each.state == "open"]
    # One question to git for all of them: with hundreds open, one for each takes minutes.
    heads = {
        name: world.repos[name].heads() for name in {each.head_repo for each in opened} & world.repos.keys()
    }
    own = heads.get(repo.full) or (repo.heads() if opened else {})
    merged = {
        base: repo.heads(merged=base)
        for base in {
            own.get(each.base) for each in opened if own.get(each.base) not in {None, each.base_sha}
        }
    }
    for ticket in opened:
        head, base = heads.get(ticket.head_repo, own).get(ticket.head), own.get(ticket.base)
        if head is None:
            ticket.state, ticket.closed, ticket.auto_merge = "closed", world.now, None
        elif head != ticket.head_sha:
            ticket.head_sha, ticket.updated = head, world.now
        if head and base and base != ticket.base_sha:
            is_own = ticket.head_repo in {"", repo.full}
            if ticket.head in merged[base] if is_own else repo.is_ancestor(head, base):
                _landed(world, ticket, base, ticket.author)
            else:
                ticket.base_sha = base


def _landed(world: World, ticket: Ticket, sha: str, by: User) -> None:
    ticket.state, ticket.closed, ticket.merged = "closed", world.now, world.now
    ticket.merge_sha, ticket.merged_by, ticket.auto_merge, ticket.updated = sha, by, None, world.now


def checks(repo: Repo, sha: str) -> dict[str, str]:
    """The newest state of each status and check run of a commit: `success`, `failure` or `pending`."""
    found = {each.context: each.state for each in repo.statuses if each.sha == sha}
    for run in repo.checks:
        if run.sha == sha:
            good = {"success", "neutral", "skipped"}
            found[run.name] = (
                "pending"
                if run.status != "completed"
                else "success"
                if run.conclusion in good
                else "failure"
            )
    return found


def blocked(repo: Repo, ticket: Ticket) -> str | None:
    """Why the branch protection refuses the merge, None when it does not."""
    states = checks(repo, ticket.head_sha)
    for name in repo.required:
        if states.get(name) != "success":
            return f'Required status check "{name}" is expected.'
    given = {user.login for _, user, state, _ in ticket.reviews if state == "APPROVED"} - {
        ticket.author.login
    }
    if len(given) < repo.approvals:
        return f"At least {repo.approvals} approving review is required by reviewers with write access."
    return None


def mergeable(repo: Repo, ticket: Ticket) -> tuple[bool, str]:
    """GitHub's `mergeable` and `mergeable_state`."""
    if _tree(repo, ticket) is None:
        return False, "dirty"
    if blocked(repo, ticket):
        return True, "blocked"
    return True, "unstable" if set(checks(repo, ticket.head_sha).values()) & {
        "failure",
        "error",
    } else "clean"


def _tree(repo: Repo, ticket: Ticket) -> str | None:
    """The tree of the merge; None when the sides conflict."""
    base = repo.branch(ticket.base)
    try:
        return repo.run("merge-tree", "--write-tree", str(base), ticket.head_sha).splitlines()[0]
    except subprocess.CalledProcessError:
        return None


def merge(
    world: World, repo: Repo, ticket: Ticket, by: User, method: str, sha: str, title: str, message: str
) -> str:
    """Merges for real and gives the new commit. Raises RefusedError as GitHub refuses."""
    if ticket.state != "open":
        raise RefusedError(405, "Pull Request is not mergeable")
    if method not in repo.methods:
        raise RefusedError(405, f"{method.capitalize()} merges are not allowed on this repository.")
    if sha and sha != ticket.head_sha:
        raise RefusedError(409, "Head branch was modified. Review and try the merge again.")
    reason = blocked(repo, ticket)
    if reason:
        raise RefusedError(405, reason)
    tree = _tree(repo, ticket)
    if tree is None:
        raise RefusedError(405, "Pull Request has merge conflicts")
    base = repo.branch(ticket.base)
    assert base is not None
    made = _commit(world, repo, ticket, by, method, tree, base, f"{title}\n\n{message}".strip())
    repo.run("update-ref", f"refs/heads/{ticket.base}", made, base)
    _landed(world, ticket, made, by)
    ticket.base_sha = base
    if repo.delete_branches:
        repo.run("update-ref", "-d", f"refs/heads/{ticket.head}")
    return made


def _commit(
    world: World, repo: Repo, ticket: Ticket, by: User, method: str, tree: str, base: str, message: str
) -> str:
    env = world.signature(by.login, f"{by.login}@users.noreply.example.org")
    title = f"{ticket.title} (#{ticket.number})"
    if method == "merge":
        text = (
            message
            or f"Merge pull request #{ticket.number} from {repo.owner}/{ticket.head}\n\n{ticket.title}"
        )
        return repo.run("commit-tree", tree, "-p", base, "-p", ticket.head_sha, "-m", text, env=env)
    if method == "squash":
        bodies = repo.run("log", "--format=%B", f"{base}..{ticket.head_sha}")
        return repo.run("commit-tree", tree, "-p", base, "-m", message or f"{title}\n\n{bodies}", env=env)
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) / "tree"
        repo.run("worktree", "add", "-q", "--detach", str(place), base, env=env)
        try:
            committer = {key: value for key, value in env.items() if "COMMITTER" in key}
            repo.run("cherry-pick", f"{base}..{ticket.head_sha}", cwd=place, env=committer)
            return repo.run("rev-parse", "HEAD", cwd=place)
        finally:
            repo.run("worktree", "remove", "--force", str(place))


def merge_when_green(world: World, repo: Repo) -> None:
    """Merges the pull requests with auto-merge whose requirements are now met."""
    for ticket in list(repo.tickets.values()):
        if ticket.state == "open" and ticket.auto_merge and blocked(repo, ticket) is None:
            asked = ticket.auto_merge
            by = world.user(asked["by"])
            if _tree(repo, ticket) is not None:
                merge(world, repo, ticket, by, asked["method"], "", asked["title"], asked["message"])
