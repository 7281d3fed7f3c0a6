"""Pull requests: one living request per branch, and ways to land it.

A request that already says what it should costs no call beyond the one listing. Requests from forks
are never taken for ours, whatever their branch is called.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from promoter.errors import ForgeError
from promoter.forge.github.api import ATTEMPTS, Api, backoff, ensured
from promoter.forge.github.reading import pull_request, text, truth
from promoter.model import CLOSED_BY_US, Json, PullRequest, PullRequestSpec

LONGEST_BODY: Final = 65_000
_MERGE_REFUSED: Final = frozenset({404, 405, 409})
_BOT: Final = "[bot]"
"""How the REST API and `viewer` end the login of an App; an `author` of GraphQL lacks it."""
_WRITER: Final = """\
query($owner: String!, $name: String!, $number: Int!) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      author { __typename login }
      editor { __typename login }
      lastEditedAt
    }
  }
}"""
_QUEUED: Final = """\
query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) { isInMergeQueue }
  }
}"""


class PullRequests:
    """The pull requests of one repository, `owner/name`. Every method raises ForgeError."""

    def __init__(self, api: Api, repository: str) -> None:
        self._api = api
        self._repository = repository
        self._base = f"/repos/{repository}"
        self._listed: dict[str, PullRequest] | None = None
        self._looked_at: set[str] = set()

    def opened(self) -> Mapping[str, PullRequest]:
        """The open requests from this repository's own branches, by branch; listed once."""
        if self._listed is None:
            found = self._api.pages(f"{self._base}/pulls", state="open", sort="created", direction="asc")
            self._listed = {pull.branch: pull for pull in map(pull_request, filter(self._own, found))}
        return self._listed

    def of_branch(self, branch: str) -> tuple[PullRequest, ...]:
        """Every request that the branch ever had, newest first."""
        head = f"{self._repository.partition('/')[0]}:{branch}"
        found = self._api.pages(
            f"{self._base}/pulls", state="all", head=head, sort="created", direction="desc"
        )
        self._looked_at.add(branch)
        return tuple(map(pull_request, filter(self._own, found)))

    def one(self, number: int) -> PullRequest:
        """The request as it is now."""
        return pull_request(self._api.get(f"{self._base}/pulls/{number}"))

    def files(self, number: int) -> tuple[str, ...]:
        """The paths that the request changes, with the former names of moved files."""
        found: set[str] = set()
        for each in self._api.pages(f"{self._base}/pulls/{number}/files"):
            found |= {text(each, "filename"), text(each, "previous_filename")}
        return tuple(sorted(found - {""}))

    def approvals(self, number: int, head: str) -> frozenset[str]:
        """Logins whose last verdict approves `head`; the author never counts, on GitHub itself.

        An approval of an earlier head is none of this one: the branch may have been rebuilt for another
        version since.
        """
        last: dict[str, str] = {}
        for review in self._api.pages(f"{self._base}/pulls/{number}/reviews"):
            if text(review, "state") in {"APPROVED", "CHANGES_REQUESTED", "DISMISSED"}:
                of_head = text(review, "commit_id") == head
                last[text(review, "user", "login")] = text(review, "state") if of_head else ""
        return frozenset(login for login, state in last.items() if state == "APPROVED" and login)

    def other_writer(self, number: int) -> str:
        """The login of whoever wrote the text last, empty when that is us.

        A person's token also trusts what a bot wrote: a person may merge without us, a bot that is not
        ours may not speak for us to our bot.
        """
        owner, _, name = self._repository.partition("/")
        answer = self._api.ask(_WRITER, {"owner": owner, "name": name, "number": number})
        us = text(answer, "viewer", "login")
        found = ("repository", "pullRequest")
        edited = text(answer, *found, "lastEditedAt")
        last = (*found, "editor" if edited else "author")
        is_bot = text(answer, *last, "__typename") == "Bot"
        login = text(answer, *last, "login").removesuffix(_BOT) + (_BOT if is_bot else "") or "somebody"
        return "" if login == us or (is_bot and not us.endswith(_BOT)) else login

    def ensure(self, spec: PullRequestSpec) -> PullRequest:
        """The open request of the branch, saying what the spec says; made when there is none."""
        found = self.opened().get(spec.branch)
        if found is None:
            looked_at = spec.branch in self._looked_at
            found = ensured(
                self._api, lambda: self._open(spec.branch), lambda: self._make(spec), is_new=looked_at
            )
            self._ask(found.number, spec.reviewers)
        change = _change(found, spec)
        if change:
            found = pull_request(self._api.set("PATCH", f"{self._base}/pulls/{found.number}", change))
        found = self._label(found, spec.labels)
        self._remember(found)
        return found

    def close(self, number: int, reason: str) -> None:
        """Closes an open request and writes the reason at the end of its body; closed ones stay."""
        found = self.one(number)
        if found.state != "open":
            return
        said = f"{found.body.rstrip()[:LONGEST_BODY]}\n\n{CLOSED_BY_US}: {' '.join(reason.split())}"
        body: dict[str, Json] = {"state": "closed", "body": said}
        self._api.set("PATCH", f"{self._base}/pulls/{number}", body)
        if self._listed is not None:
            self._listed.pop(found.branch, None)

    def merge(
        self, number: int, head: str, method: str = "merge", title: str = "", message: str = ""
    ) -> str:
        """Merges the request if its head is still `head`; the commit that landed it.

        A merge whose answer was lost is found, not done twice.
        """
        body: dict[str, Json] = {"sha": head, "merge_method": method}
        body |= {"commit_title": title} if title else {}
        body |= {"commit_message": message} if message else {}
        attempt = 0
        while True:
            attempt += 1
            try:
                return text(self._api.set("PUT", f"{self._base}/pulls/{number}/merge", body), "sha")
            except ForgeError as error:
                if error.status not in _MERGE_REFUSED:
                    raise
                now = self._api.get(f"{self._base}/pulls/{number}")
                if text(now, "merged_at") and text(now, "head", "sha") == head:
                    return text(now, "merge_commit_sha")
                if "merge queue" in error.message:
                    raise self._queued(number, head) from error
                if "Base branch was modified" not in error.message or attempt == ATTEMPTS:
                    raise _explained(number, head, now, error) from error
                self._api.waiting.pause(backoff(attempt, self._api.waiting))

    def merge_when_green(
        self, number: int, head: str, method: str = "merge", title: str = "", message: str = ""
    ) -> None:
        """Lets GitHub merge the request once its requirements are met; nothing when it already will."""
        now = self._api.get(f"{self._base}/pulls/{number}")
        if isinstance(now, dict) and now.get("auto_merge"):
            return
        arguments: dict[str, Json] = {
            "pullRequestId": text(now, "node_id"),
            "mergeMethod": method.upper(),
            "expectedHeadOid": head,
        }
        arguments |= {"commitHeadline": title} if title else {}
        arguments |= {"commitBody": message} if message else {}
        self._api.mutate("enablePullRequestAutoMerge", arguments)

    def enqueue(self, number: int, head: str) -> None:
        """Puts the request into the merge queue of its base branch; nothing when it is there."""
        owner, _, name = self._repository.partition("/")
        asked = self._api.ask(_QUEUED, {"owner": owner, "name": name, "number": number})
        if truth(asked, "repository", "pullRequest", "isInMergeQueue"):
            return
        now = self._api.get(f"{self._base}/pulls/{number}")
        arguments: dict[str, Json] = {"pullRequestId": text(now, "node_id"), "expectedHeadOid": head}
        self._api.mutate("enqueuePullRequest", arguments)

    def _queued(self, number: int, head: str) -> ForgeError:
        """What to say of a base branch that only its merge queue may change, after joining that queue."""
        try:
            self.enqueue(number, head)
        except ForgeError as error:
            return ForgeError(f"the merge queue does not take #{number}: {error.message}", hint=error.hint)
        return ForgeError(
            f"#{number} is in the merge queue", hint="GitHub merges it when the queue has checked it"
        )

    def _own(self, body: dict[str, Json]) -> bool:
        return text(body, "head", "repo", "full_name").lower() == self._repository.lower()

    def _open(self, branch: str) -> PullRequest | None:
        return next((pull for pull in self.of_branch(branch) if pull.state == "open"), None)

    def _make(self, spec: PullRequestSpec) -> PullRequest:
        body: dict[str, Json] = {
            "head": spec.branch,
            "base": spec.base,
            "title": spec.title,
            "body": spec.body,
        }
        return pull_request(self._api.make(f"{self._base}/pulls", body))

    def _ask(self, number: int, reviewers: tuple[str, ...]) -> None:
        """Asks for reviews. Somebody who cannot be asked must not stop a promotion."""
        people: list[Json] = [name for name in reviewers if "/" not in name]
        teams: list[Json] = [name.rpartition("/")[2] for name in reviewers if "/" in name]
        for key, names in (("reviewers", people), ("team_reviewers", teams)):
            try:
                if names:
                    self._api.set("POST", f"{self._base}/pulls/{number}/requested_reviewers", {key: names})
            except ForgeError as error:
                if error.status not in {403, 404, 422}:
                    raise

    def _label(self, found: PullRequest, labels: tuple[str, ...]) -> PullRequest:
        missing: list[Json] = [label for label in labels if label not in found.labels]
        if not missing:
            return found
        self._api.set("POST", f"{self._base}/issues/{found.number}/labels", {"labels": missing})
        return replace(found, labels=(*found.labels, *map(str, missing)))

    def _remember(self, found: PullRequest) -> None:
        if self._listed is not None:
            self._listed[found.branch] = found


def _change(found: PullRequest, spec: PullRequestSpec) -> dict[str, Json]:
    """What differs between the request and the spec, as GitHub's fields."""
    wanted = {"title": (found.title, spec.title), "body": (found.body.strip(), spec.body.strip())}
    wanted["base"] = (found.base, spec.base)
    fields: dict[str, Json] = {"title": spec.title, "body": spec.body, "base": spec.base}
    return {key: fields[key] for key, (has, wants) in wanted.items() if has != wants}


def _explained(number: int, head: str, now: Json, error: ForgeError) -> ForgeError:
    """Why GitHub did not merge, and what to do."""
    state = text(now, "mergeable_state")
    if text(now, "head", "sha") != head:
        hint = "somebody pushed to the branch meanwhile: look at it, then ask again"
    elif state == "dirty":
        hint = "the branch conflicts with its base: `promoter reconcile` rebuilds it"
    elif state == "behind":
        hint = "the base moved on: `promoter reconcile` rebuilds the branch"
    elif text(now, "state") == "closed":
        hint = "the pull request is closed"
    else:
        hint = "a rule of the branch stops it; whoever may approve or override it is named in the settings"
    return ForgeError(f"#{number} was not merged: {error.message}", hint=hint, status=error.status)
