"""Brings a branch into another one, here or at a remote, and keeps the checked-out files in step.

Must not decide whether that is allowed. Callers may rely on this: histories stay linear where they can,
nobody else's commit is lost, a work tree with changes in the way stops it before anything moves, and a
run that was killed is finished by running again.

Order of writes: objects, then (where the branch is checked out) index and files, then the ref, and with a
remote its ref before all of ours. Files ahead of their ref are what the next run expects to find; a ref
ahead of its files would look like the user's own change back.
"""

import os
from typing import Final

from promoter.errors import RefusedError, RepositoryError
from promoter.frozen import frozen
from promoter.repository.commits import Identity, store_commit
from promoter.repository.lock import turn
from promoter.repository.opened import Repository
from promoter.repository.process import Git
from promoter.repository.refs import fetch, move_ref, patiently, push, ref_value

_ATTEMPTS: Final = 100
_NO_SUCH_OPTION: Final = 129


@frozen
class Landed:
    """What the branch is at, what it was at, and how: `already`, `fast-forward`, `applied`, `merged`."""

    commit: str
    before: str
    how: str


@frozen
class Conflict:
    """The paths that both sides changed, ordered; nothing was written."""

    paths: tuple[str, ...]


def land(
    repository: Repository,
    base: str,
    head: str,
    message: str,
    *,
    when: float | None = None,
    remote: str | None = None,
) -> Landed | Conflict:
    """How the commit `head` came into the branch `base`; somebody else's push in between is taken in.

    With `remote` the branch at the remote is the one that counts, and the local branch follows it where
    it can. `message` is for a merge commit, where one is needed. Raises RefusedError when the work tree
    has changes in the way, RepositoryError when git or the remote fail.
    """
    for _ in range(_ATTEMPTS):
        with turn(repository.common_dir):
            result = _attempt(repository, base, head, message, when=when, remote=remote)
        if result is not None:
            return result
    raise RepositoryError(
        f"the branch {base!r} moved {_ATTEMPTS} times while we tried", hint="try again later"
    )


def _attempt(
    repository: Repository, base: str, head: str, message: str, *, when: float | None, remote: str | None
) -> Landed | Conflict | None:
    """As `land`; None when somebody else moved the branch meanwhile."""
    ref = f"refs/heads/{base}"
    tip = fetch(repository, remote, base) if remote else ref_value(repository.git, ref)
    if tip is None:
        raise RepositoryError(
            f"the branch {base!r} does not exist" + (f" at {remote}" if remote else ""),
            hint="`git branch --all` lists those that do",
        )
    result = merge(repository, tip, head, message, when=when)
    if isinstance(result, Conflict):
        return result
    if remote is None:
        return result if _advance(repository, base, tip, result.commit) else None
    if not push(repository, remote, ref, result.commit, tip):
        return None
    follow(repository, base, result.commit)
    return result


def merge(
    repository: Repository, base: str, head: str, message: str, *, when: float | None = None
) -> Landed | Conflict:
    """The commit that brings `head` into `base` (full ids), built but not pointed at by any ref.

    `base` itself when nothing of `head` is missing there; `head` when it lies ahead of `base`; the one
    commit of `head` applied anew when there is just one; else a merge commit. Raises RepositoryError.
    """
    git = repository.git
    if repository.is_ancestor(head, base):
        return Landed(base, base, "already")
    if repository.is_ancestor(base, head):
        return Landed(head, base, "fast-forward")
    tree = _merged_tree(git, base, head)
    if isinstance(tree, Conflict):
        return tree
    if tree == git.text("rev-parse", f"{base}^{{tree}}"):
        return Landed(base, base, "already")
    if len(git.text("rev-list", "--max-count=2", f"{base}..{head}").splitlines()) == 1:
        return Landed(_applied(git, tree, base, head, when), base, "applied")
    return Landed(
        store_commit(git, tree, (base, head), message.rstrip("\n") + "\n", when=when), base, "merged"
    )


def follow(repository: Repository, branch: str, commit: str) -> bool:
    """Whether the local branch is now at `commit`.

    It stays where it has commits of its own, or is checked out with changes in the way; a branch that
    does not exist here is not created.
    """
    tip = ref_value(repository.git, f"refs/heads/{branch}")
    if tip is None or not repository.is_ancestor(tip, commit):
        return False
    try:
        return _advance(repository, branch, tip, commit)
    except RefusedError:
        return False


def _merged_tree(git: Git, base: str, head: str) -> str | Conflict:
    ran = git.run(
        *("merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", base, head),
        accept=(0, 1, _NO_SUCH_OPTION),
    )
    if ran.status == _NO_SUCH_OPTION:
        raise RepositoryError(
            "the base branch moved since, and this git cannot merge without a work tree",
            hint="promote again, which builds the branch anew on its base, or use git 2.38 or newer",
        )
    tree, *paths = os.fsdecode(ran.out).split("\0")
    return tree if ran.status == 0 else Conflict(tuple(sorted({path for path in paths if path})))


def _applied(git: Git, tree: str, base: str, head: str, when: float | None) -> str:
    shown = git.text("show", "--no-patch", "--no-show-signature", "--format=%an%x00%ae%x00%at%x00%B", head)
    name, email, authored, message = shown.split("\0", 3)
    return store_commit(
        git,
        tree,
        (base,),
        message.rstrip("\n") + "\n",
        author=Identity(name, email),
        when=when,
        authored=float(authored),
    )


def _advance(repository: Repository, branch: str, before: str, after: str) -> bool:
    """Whether the local branch went from `before` to `after`, with the files where it is checked out."""
    if before == after:
        return True
    ref = f"refs/heads/{branch}"
    place = _checked_out_at(repository.git, branch)
    if place is None:
        return move_ref(repository, ref, after, before)
    there = Git(place, repository.git.settings)
    _switch_files(there, branch, before, after)
    if move_ref(repository, ref, after, before):
        return True
    _switch_files(there, branch, after, before)
    return False


def _switch_files(git: Git, branch: str, before: str, after: str) -> None:
    patiently(git, "update-index", "--refresh", "-q", accept=(0, 1))
    ran = patiently(git, "read-tree", "-m", "-u", before, after, accept=(0, 128))
    if ran.status != 0:
        raise RefusedError(
            f"{branch!r} is checked out in {git.directory!r}, which has changes in the way: "
            + ran.err.splitlines()[0].removeprefix("error: "),
            hint="commit or stash them first; nothing was changed",
        )


def _checked_out_at(git: Git, branch: str) -> str | None:
    """The work tree, linked or not, that has `branch` checked out; None when none has."""
    place = ""
    for line in git.text("worktree", "list", "--porcelain").splitlines():
        if line.startswith("worktree "):
            place = line.removeprefix("worktree ")
        if line == f"branch refs/heads/{branch}":
            return place
    return None
