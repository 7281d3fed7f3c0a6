"""GitHub as a forge: pull requests, checks, comments, issues, rights.

Verbs say *ensure*: called twice, they change nothing the second time, also when the first answer was
lost. What GitHub refuses comes back as a ForgeError that says what to do.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from promoter.forge.github import access, sign_in
from promoter.forge.github.api import Api, Waiting
from promoter.forge.github.checks import Checks
from promoter.forge.github.pulls import PullRequests
from promoter.forge.github.reading import text, truth
from promoter.forge.github.talk import Comment, Issue, Talk, marker
from promoter.gates import Actor
from promoter.model import Json, PullRequest, PullRequestSpec

if TYPE_CHECKING:
    from github.Requester import Requester

__all__ = ["Comment", "GitHubForge", "Issue", "Waiting", "connect", "marker"]


def connect(
    environment: Mapping[str, str],
    remote: str = "",
    *,
    waiting: Waiting | None = None,
    pace: float | None = None,
) -> "GitHubForge":
    """The forge that the environment names and signs in to; `remote` is the URL of the git remote.

    Reads GITHUB_API_URL, GITHUB_SERVER_URL, GITHUB_REPOSITORY, and a token or an App's id and key. `pace`
    is the seconds between writes (None: as the environment says, else one). Makes one call. Raises
    UsageError without a repository, ForgeError without a key or an answer.
    """
    where = sign_in.place(environment, remote)
    signed = sign_in.requester(
        where, sign_in.key(environment), sign_in.pace(environment) if pace is None else pace
    )
    return GitHubForge(where, signed, waiting)


class GitHubForge:
    """One repository on GitHub, by its present name: a renamed one is followed once, at the start."""

    def __init__(
        self, where: sign_in.Place, requester: "Requester", waiting: Waiting | None = None
    ) -> None:
        self._api = Api(requester, waiting)
        self._requester = requester
        self._about = self._api.get(f"/repos/{where.repository}")
        self.repository = text(self._about, "full_name")
        self._where = sign_in.Place(where.api, where.web, self.repository)
        self.pulls = PullRequests(self._api, self.repository)
        self.talk = Talk(self._api, self.repository)
        self.checks = Checks(self._api, self.repository)

    @property
    def merge_methods(self) -> tuple[str, ...]:
        """The ways of merging that the repository allows, in our order of preference.

        A merge commit keeps the trailers and the commit's author. Where GitHub does not tell, all are
        tried in that order.
        """
        asked = {
            "merge": "allow_merge_commit",
            "squash": "allow_squash_merge",
            "rebase": "allow_rebase_merge",
        }
        told = isinstance(self._about, dict) and "allow_merge_commit" in self._about
        return tuple(way for way, name in asked.items() if truth(self._about, name) or not told)

    def git_settings(self) -> dict[str, str]:
        """Environment variables for a git that pushes here; they hold the token."""
        auth = self._requester.auth
        return sign_in.git_settings(self._where, auth.token) if auth else {}

    def pull_requests(self) -> tuple[PullRequest, ...]:
        """The open pull requests from this repository's own branches, oldest first."""
        return tuple(self.pulls.opened().values())

    def pull_requests_of(self, branch: str) -> tuple[PullRequest, ...]:
        """Every pull request that the branch ever had, newest first."""
        return self.pulls.of_branch(branch)

    def pull_request(self, number: int) -> PullRequest:
        """One pull request as it is now."""
        return self.pulls.one(number)

    def ensure_pull_request(self, spec: PullRequestSpec) -> PullRequest:
        """The open pull request of the branch, saying what the spec says."""
        return self.pulls.ensure(spec)

    def close(self, number: int, reason: str) -> None:
        """Closes a pull request of ours with a reason that people and later runs can read."""
        self.pulls.close(number, reason)

    def ensure_comment(self, issue: int, name: str, body: str) -> Comment:
        """Our comment of that name, edited in place."""
        return self.talk.ensure_comment(issue, name, body)

    def merge(self, number: int, head: str, method: str = "", title: str = "", message: str = "") -> str:
        """Lands a pull request whose head is still `head`; the commit that landed it."""
        return self.pulls.merge(number, head, method or self.merge_methods[0], title, message)

    def merge_when_green(
        self, number: int, head: str, method: str = "", title: str = "", message: str = ""
    ) -> None:
        """Lets GitHub land it once its requirements are met."""
        self.pulls.merge_when_green(number, head, method or self.merge_methods[0], title, message)

    def states(self, commit: str) -> dict[str, str]:
        """Statuses and check runs of a commit, by name: success, failure or pending."""
        return self.checks.states(commit)

    def ensure_status(self, commit: str, name: str, state: str, description: str, url: str = "") -> None:
        """A commit status of ours."""
        self.checks.ensure_status(commit, name, state, description, url)

    def set_status(self, commit: str, name: str, state: str, description: str, url: str = "") -> None:
        """A commit status of ours on a commit that is new."""
        self.checks.set_status(commit, name, state, description, url)

    def record(
        self, environment: str, app: str, commit: str, description: str, payload: dict[str, Json]
    ) -> int:
        """A deployment record of a landed change of an app; its id."""
        return self.checks.record(environment, app, commit, description, payload)

    def approvals(self, request: PullRequest) -> frozenset[str]:
        """The logins of those who approve a pull request's head; GitHub never counts its author."""
        return self.pulls.approvals(request.number, request.head)

    def other_writer(self, request: PullRequest) -> str:
        """Who wrote the text of a pull request last, empty when that is us."""
        return self.pulls.other_writer(request.number)

    def actor(self, login: str, teams: Iterable[str]) -> Actor:
        """The login with its permission and its place in the teams (`org/slug`)."""
        return access.actor(self._api, self.repository, login, teams)
