"""Finds out what names mean: revisions, branches, remotes; and how two commits are related.

Must not change anything. Callers may rely on this: text that begins with `-` never reaches git as a
revision, and a name that is not there is a UsageError that suggests the nearest one that is.
"""

from collections.abc import Mapping
from typing import Final

from promoter.errors import RepositoryError, UsageError, did_you_mean, nearest
from promoter.repository.process import Git

_REFS: Final = ("refs/heads", "refs/remotes", "refs/tags")


def resolve(git: Git, revision: str) -> str:
    """The full id of the commit that `revision` names; a branch that only origin has counts as ours.

    Raises UsageError when there is none.
    """
    if not revision or revision.startswith("-") or any(sign in revision for sign in "\0\n\r"):
        raise UsageError(f"expected a revision (a branch, tag or commit), found {revision!r}")
    commit = find(git, revision) or find(git, f"refs/remotes/origin/{revision}")
    if commit is None:
        raise _unknown(git, revision)
    return commit


def find(git: Git, revision: str) -> str | None:
    """The full id of the commit that `revision` names, or None. `revision` is a name of our own making."""
    ran = git.run("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", accept=(0, 1, 128))
    return ran.text if ran.status == 0 else None


def _unknown(git: Git, revision: str) -> UsageError | RepositoryError:
    base = revision.partition("~")[0].partition("^")[0]
    names = names_of(git)
    if find(git, "HEAD") is None and not names:
        return RepositoryError("this repository has no commits yet", hint="commit something first")
    hint = did_you_mean(base, names) if base not in names else None
    if hint is None and is_shallow(git):
        hint = "this clone is shallow: `git fetch --unshallow` brings the rest of the history"
    return UsageError(
        f"no commit is named {revision!r}", hint=hint or "`git branch --all` and `git tag` list the names"
    )


def names_of(git: Git) -> tuple[str, ...]:
    """The short names of all branches, remote branches and tags, ordered."""
    listed = git.text("for-each-ref", "--format=%(refname)", *_REFS).splitlines()
    shorts = (name.removeprefix(f"{kind}/") for name in listed for kind in _REFS if name.startswith(kind))
    return tuple(sorted({name for name in shorts if not name.endswith("/HEAD")}))


def is_shallow(git: Git) -> bool:
    """Whether the clone's history was cut off; asked anew each time, for a fetch may deepen it."""
    return git.text("rev-parse", "--is-shallow-repository") == "true"


def head_branch(git: Git) -> str | None:
    """The branch that is checked out (it may have no commit yet); None when HEAD is detached."""
    ran = git.run("symbolic-ref", "--quiet", "--short", "HEAD", accept=(0, 1))
    return ran.text if ran.status == 0 else None


def default_branch(git: Git, configured: str | None) -> str:
    """The name of the branch that the pins live on.

    The configured one; else the one that the remote calls its own; else `main` or `master`; else the
    branch that is checked out; else the only one. Raises UsageError when the configured one does not
    exist, RepositoryError when nothing tells.
    """
    if configured is not None:
        if branch_tip(git, configured) is None and find(git, "HEAD") is not None:
            hint = nearest(configured, names_of(git), "known names")
            raise UsageError(f"the default branch {configured!r} does not exist here", hint=hint)
        return configured
    remote = git.run("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD", accept=(0, 1, 128))
    if remote.status == 0 and find(git, remote.text) is not None:
        return remote.text.removeprefix("refs/remotes/origin/")
    named = (name for name in ("main", "master") if branch_tip(git, name) is not None)
    name = next(named, None) or head_branch(git) or _only_branch(git)
    if name is None:
        raise RepositoryError(
            "cannot tell the default branch", hint="name it in promoter.yaml: `branch: main`"
        )
    return name


def branch_tip(git: Git, name: str) -> str | None:
    """The commit of the local branch `name`, else of origin's branch of that name, else None."""
    return find(git, f"refs/heads/{name}") or find(git, f"refs/remotes/origin/{name}")


def _only_branch(git: Git) -> str | None:
    names = git.text("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads").splitlines()
    return names[0] if len(names) == 1 else None


def message(git: Git, commit: str) -> str | None:
    """What a commit says, by its id; None where it is not here."""
    words = ("show", "--no-patch", "--no-show-signature", "--format=%B", commit)
    ran = git.run(*words, accept=(0, 128))
    return ran.text if ran.status == 0 else None


def committed_at(git: Git, commit: str) -> int:
    """The committer's time of a commit by its id, in seconds since 1970."""
    return int(git.text("show", "--no-patch", "--no-show-signature", "--format=%ct", commit))


def merge_base(git: Git, one: str, other: str) -> str | None:
    """The best common ancestor of two commits, or None when their histories never met."""
    ran = git.run("merge-base", one, other, accept=(0, 1))
    return ran.text.splitlines()[0] if ran.status == 0 else None


def is_ancestor(git: Git, older: str, newer: str) -> bool:
    """Whether `older` is `newer` or lies in its history."""
    return git.run("merge-base", "--is-ancestor", older, newer, accept=(0, 1)).status == 0


def remote_urls(git: Git) -> Mapping[str, str]:
    """The first fetch address of each remote by the remote's name, ordered by name."""
    ran = git.run("config", "-z", "--get-regexp", r"^remote\..*\.url$", accept=(0, 1))
    urls: dict[str, str] = {}
    for record in ran.out.decode(errors="surrogateescape").split("\0")[:-1]:
        key, _, url = record.partition("\n")
        urls.setdefault(key.removeprefix("remote.").removesuffix(".url"), url)
    return dict(sorted(urls.items()))
