"""Moves refs, here and at a remote, and only from the value that the caller saw.

Must not build objects. Callers may rely on this: a ref moves at once or not at all, whoever else writes;
False means that somebody else was first, so look again and plan anew.
"""

import re
import time
from typing import Final

from promoter.errors import RepositoryError
from promoter.repository.opened import Repository
from promoter.repository.process import NETWORK_SECONDS, Git, Ran, failed

NOTHING: Final = "0" * 40
_ANY: Final = tuple(range(256))
_PAUSES: Final = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
_CREDENTIALS: Final = re.compile(r"(://)[^/@\s]+@")


def move_ref(repository: Repository, ref: str, new: str, expected: str | None) -> bool:
    """Whether `ref` (a full name, `refs/heads/x`) now points at `new`, having pointed at `expected`.

    `expected` None means that the ref must not exist yet; a ref that is already at `new` counts as moved.
    Raises RepositoryError when git cannot write.
    """
    words = ("update-ref", "--create-reflog", "-m", "promoter", ref, new)
    return _changed(repository.git, ref, new, expected, *words)


def delete_ref(repository: Repository, ref: str, expected: str) -> bool:
    """Whether `ref` is gone, having pointed at `expected`. Raises RepositoryError when git cannot write."""
    return _changed(repository.git, ref, None, expected, "update-ref", "-d", ref)


def ref_value(git: Git, ref: str) -> str | None:
    """The id that the full ref name points at now, or None."""
    ran = git.run("rev-parse", "--verify", "--quiet", ref, accept=(0, 1, 128))
    return ran.text if ran.status == 0 else None


def push(repository: Repository, remote: str, ref: str, new: str | None, expected: str | None) -> bool:
    """Whether the remote's `ref` now is `new` (None: deleted), having been `expected` (None: absent).

    A ref that is already so counts as pushed. Raises RepositoryError when the remote cannot be reached
    or refuses for another reason than the ref's value.
    """
    if new is not None and new == expected:
        return True
    ran = repository.git.run(
        *("push", "--porcelain", "--no-follow-tags", "--recurse-submodules=no"),
        f"--force-with-lease={ref}:{expected or ''}",
        *("--", remote, f"{new or ''}:{ref}"),
        accept=(0, 1, 128),
        seconds=NETWORK_SECONDS,
    )
    if ran.status == 0:
        return True
    if "(stale info)" in ran.text or "(fetch first)" in ran.text or _lost_race(ran.text + ran.err):
        return remote_value(repository, remote, ref) == new
    said = _CREDENTIALS.sub(r"\1", _refusal(ran.text) or ran.err)
    raise RepositoryError(
        f"cannot push {ref} to {remote}: {said}",
        hint="check the token's rights and the branch's protection rules",
    )


def fetch(repository: Repository, remote: str, branch: str) -> str | None:
    """The commit that `branch` has at the remote, fetched to `refs/remotes/REMOTE/BRANCH`; None: no such.

    Raises RepositoryError when the remote cannot be reached.
    """
    tracking = f"refs/remotes/{remote}/{branch}"
    if not _fetch(repository.git, remote, f"+refs/heads/{branch}:{tracking}"):
        return None
    return ref_value(repository.git, tracking)


def _fetch(git: Git, remote: str, refspec: str) -> bool:
    """Whether the remote has what the refspec names; it is fetched then."""
    words = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--", remote, refspec)
    ran = git.run(*words, accept=_ANY, seconds=NETWORK_SECONDS)
    for pause in _PAUSES:
        # Another fetch writes the same ref at this moment; what it wrote may be older than the branch is.
        if "cannot lock ref" not in ran.err:
            break
        time.sleep(pause)
        ran = git.run(*words, accept=_ANY, seconds=NETWORK_SECONDS)
    if "couldn't find remote ref" in ran.err:
        return False
    if ran.status != 0:
        raise failed(words, ran)
    return True


def remote_value(repository: Repository, remote: str, ref: str) -> str | None:
    """The id that the remote's `ref` points at now, or None. Raises RepositoryError when unreachable."""
    ran = repository.git.run("ls-remote", "--quiet", "--", remote, ref, seconds=NETWORK_SECONDS)
    values = [line.partition("\t") for line in ran.text.splitlines()]
    return next((value for value, _, name in values if name == ref), None)


def patiently(git: Git, *arguments: str, accept: tuple[int, ...] = (0,)) -> Ran:
    """What a git command gave, run again for some seconds while another git holds the lock it needs.

    Raises RepositoryError as `Git.run` does, and when the lock stays.
    """
    ran = git.run(*arguments, accept=_ANY)
    for pause in _PAUSES:
        if ".lock'" not in ran.err:
            break
        time.sleep(pause)
        ran = git.run(*arguments, accept=_ANY)
    if ran.status in accept and ".lock'" not in ran.err:
        return ran
    raise failed(arguments, ran)


def _changed(git: Git, ref: str, wanted: str | None, expected: str | None, *arguments: str) -> bool:
    ran = patiently(git, *arguments, expected or NOTHING, accept=(0, 1, 128))
    if ran.status == 0:
        return True
    now = ref_value(git, ref)
    if now == expected:
        raise failed(arguments, ran)
    return now == wanted


def _lost_race(said: str) -> bool:
    """Whether the remote's ref moved between the lease and the write; git words it in several ways."""
    return "cannot lock ref" in said or "failed to update ref" in said or "reference already exists" in said


def _refusal(report: str) -> str:
    """The reason in push's machine-readable report: `!<tab>from:to<tab>[remote rejected] (why)`."""
    lines = [line.split("\t") for line in report.splitlines() if line.startswith("!")]
    return "; ".join(line[-1] for line in lines)
