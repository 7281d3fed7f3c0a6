"""Where pull requests live: GitHub, or a folder beside git's own files.

Two protocols, so that what only reads cannot write: `ForgeReader` and `ForgeWriter`. Must not know git's
objects; commits are ids. Callers may rely on this: *ensure* means that a second call changes nothing,
`merge` lands only the head that was looked at, and whatever a forge refuses is a ForgeError that says
what to do.
"""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from promoter.gates import Actor
from promoter.model import PullRequest, PullRequestSpec

__all__ = ["Branches", "Forge", "ForgeReader", "ForgeWriter", "forge_for", "is_github"]


class ForgeReader(Protocol):
    """What can be asked of a forge. Every method raises ForgeError when the forge does not answer."""

    def pull_requests(self) -> tuple[PullRequest, ...]:
        """The open pull requests from this repository's own branches, oldest first."""

    def pull_requests_of(self, branch: str) -> tuple[PullRequest, ...]:
        """Every pull request that the branch ever had, in any state, newest first."""

    def pull_request(self, number: int) -> PullRequest:
        """One pull request as it is now. Raises ForgeError when there is none of that number."""

    def states(self, commit: str) -> Mapping[str, str]:
        """What was reported of a commit, by name: `success`, `failure` or `pending`; empty: nothing."""

    def approvals(self, request: PullRequest) -> frozenset[str]:
        """The logins of those who approve a pull request as it is now, its author never among them."""

    def other_writer(self, request: PullRequest) -> str:
        """Who wrote the text of a pull request last, empty when that is us: then its trailers hold."""

    def actor(self, login: str, teams: Iterable[str]) -> Actor:
        """Somebody with the permission, and the place in each of the teams (`org/slug`)."""


class ForgeWriter(Protocol):
    """What can be changed at a forge. Every method raises ForgeError when the forge refuses."""

    def ensure_pull_request(self, spec: PullRequestSpec) -> PullRequest:
        """The open pull request of the branch, saying what the spec says; nothing is written when it does.

        The branch must be at the forge already: a pull request is the last thing that a run makes.
        """

    def close(self, number: int, reason: str) -> None:
        """Close an open pull request with a reason; one that is not open stays as it is."""

    def merge(self, number: int, head: str, method: str = "", title: str = "", message: str = "") -> str:
        """The commit that landed the pull request, whose head must still be `head`.

        One that landed before gives the same commit again. `method` is the forge's word for how (empty:
        its own preference); `title` and `message` are for the commit, where one is made.
        """

    def ensure_comment(self, number: int, name: str, body: str, /) -> object:
        """Our comment of that name under a pull request, edited in place."""

    def ensure_status(self, commit: str, name: str, state: str, description: str, url: str = "") -> None:
        """A status of ours on a commit: `success`, `failure` or `pending`."""


class Forge(ForgeReader, ForgeWriter, Protocol):
    """A forge that is read and written."""


class Branches(Protocol):
    """What the local forge needs of the repository; `repository.LocalBranches` is one."""

    def tip(self, branch: str) -> str | None:
        """The commit that the branch is at, None when there is no such branch."""

    def land(self, base: str, head: str, message: str) -> str:
        """The commit by which `head` came into the branch `base`; the same one when it was there before."""

    def holds(self, base: str, head: str) -> bool:
        """Whether everything that `head` brings is in the branch `base` already."""

    def drop(self, branch: str, head: str) -> None:
        """Remove the branch if it is still at `head`."""

    def turn(self) -> AbstractContextManager[None]:
        """Keep other runs out of the repository while a block runs."""


def forge_for(
    remotes: Mapping[str, str], environment: Mapping[str, str], folder: Path, branches: Branches
) -> Forge:
    """The forge of a repository: GitHub where a remote or Actions says so, else the local one in `folder`.

    `remotes` gives addresses by name, `environment` is the process's. Raises ForgeError without a key for
    GitHub or an answer from it, UsageError when the repository's name cannot be told.
    """
    address = remotes.get("origin") or next(iter(remotes.values()), "")
    if is_github(address, environment) or (not remotes and environment.get("GITHUB_ACTIONS") == "true"):
        from promoter.forge.github import connect

        return connect(environment, address)
    from promoter.forge.local import LocalForge

    return LocalForge(folder, branches)


def is_github(address: str, environment: Mapping[str, str]) -> bool:
    """Whether a remote's address is a GitHub: github.com, or the server that the environment names."""
    named = urlsplit(environment.get("GITHUB_SERVER_URL", "")).hostname or environment.get("GH_HOST", "")
    # `git@host:owner/name` has no scheme, and is no URL to urlsplit.
    shaped = address if "://" in address else f"ssh://{address.replace(':', '/', 1)}"
    try:
        host = (urlsplit(shaped).hostname or "").lower()
    except ValueError:
        return False
    own = {"github.com", "ssh.github.com", named.lower()} - {""}
    return bool(address) and (host in own or host.endswith(".ghe.com"))
