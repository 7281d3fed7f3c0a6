"""Comments, reactions and issues: what promoter says, once, and edits in place.

A comment is ours when it starts with our hidden marker and we wrote it; a marker alone proves nothing,
anybody can paste one. The same text is never written twice.
"""

from collections.abc import Iterator
from typing import Literal

from promoter.errors import ForgeError
from promoter.forge.github.api import Api, ensured
from promoter.forge.github.reading import items, number, text
from promoter.frozen import frozen
from promoter.model import Json

Reaction = Literal["eyes", "rocket", "+1", "-1", "confused"]
"""Seen, done, nothing to do, refused, not understood."""


@frozen
class Comment:
    """A comment on an issue or pull request; its lines end in a newline alone."""

    id: int
    author: str
    body: str
    url: str
    created: str
    by_bot: bool


@frozen
class Issue:
    """An issue that is not a pull request."""

    number: int
    title: str
    body: str
    labels: tuple[str, ...]
    url: str
    author: str


def marker(name: str) -> str:
    """The hidden first line of a comment or issue that promoter keeps up to date under this name."""
    return f"<!-- promoter:{name} -->"


class Talk:
    """Comments and issues of one repository, `owner/name`. Every method raises ForgeError."""

    def __init__(self, api: Api, repository: str) -> None:
        self._api = api
        self._base = f"/repos/{repository}"
        self._login: str | None = None

    def comment(self, comment: int) -> Comment:
        """A comment by its id, as it is now."""
        return _comment(self._api.get(f"{self._base}/issues/comments/{comment}"))

    def comments(self, issue: int) -> Iterator[Comment]:
        """The comments of an issue or pull request, oldest first."""
        return map(_comment, self._api.pages(f"{self._base}/issues/{issue}/comments"))

    def find_comment(self, issue: int, name: str) -> Comment | None:
        """Our comment of that name, None when there is none yet."""
        start = marker(name)
        for body in self._api.pages(f"{self._base}/issues/{issue}/comments"):
            if text(body, "body").startswith(start) and self._wrote(body):
                return _comment(body)
        return None

    def ensure_comment(self, issue: int, name: str, body: str) -> Comment:
        """Our comment of that name on an issue or pull request, saying `body`."""
        wanted = f"{marker(name)}\n{body.strip()}"
        made = ensured(
            self._api,
            lambda: self.find_comment(issue, name),
            lambda: _comment(self._api.make(f"{self._base}/issues/{issue}/comments", {"body": wanted})),
        )
        if made.body.strip() == wanted:
            return made
        return _comment(self._api.set("PATCH", f"{self._base}/issues/comments/{made.id}", {"body": wanted}))

    def react(self, comment: int, content: Reaction) -> None:
        """Puts a reaction on a comment; GitHub keeps one of each from us."""
        self._api.set("POST", f"{self._base}/issues/comments/{comment}/reactions", {"content": content})

    def issues(self, label: str) -> tuple[Issue, ...]:
        """The open issues with that label that we wrote."""
        found = self._api.pages(f"{self._base}/issues", state="open", labels=label)
        issues = [each for each in found if "pull_request" not in each]
        return tuple(_issue(each) for each in issues if self._wrote(each))

    def keep_issue(
        self, found: Issue | None, name: str, title: str, body: str, labels: tuple[str, ...]
    ) -> Issue:
        """Our open issue of that name, with this title, body and these labels; the first label finds it.

        `found` is the one that `issues` gave, None when it gave none.
        """
        wanted = f"{marker(name)}\n{body.strip()}"
        fields: dict[str, Json] = {"title": title, "body": wanted, "labels": list(labels)}
        if found is None:
            return ensured(
                self._api,
                lambda: self._find_issue(name, labels[0]),
                lambda: _issue(self._api.make(f"{self._base}/issues", fields)),
            )
        if (found.title, found.body.strip(), set(labels) - set(found.labels)) == (title, wanted, set()):
            return found
        fields["labels"] = [*sorted({*found.labels, *labels})]
        return _issue(self._api.set("PATCH", f"{self._base}/issues/{found.number}", fields))

    def _find_issue(self, name: str, label: str) -> Issue | None:
        start = marker(name)
        return next((each for each in self.issues(label) if each.body.startswith(start)), None)

    def close_issue(self, issue: int, reason: str) -> None:
        """Closes an issue as completed, the reason in a comment."""
        self.ensure_comment(issue, "closed", reason)
        body: dict[str, Json] = {"state": "closed", "state_reason": "completed"}
        self._api.set("PATCH", f"{self._base}/issues/{issue}", body)

    def _wrote(self, body: dict[str, Json]) -> bool:
        """Whether we are the author.

        An App's token may not ask who it is; then a bot that uses our marker is taken for us.
        """
        if self._login is None:
            try:
                self._login = text(self._api.get("/user"), "login")
            except ForgeError as error:
                if error.status not in {401, 403, 404}:
                    raise
                self._login = ""
        if self._login:
            return text(body, "user", "login") == self._login
        return text(body, "user", "type") == "Bot"


def _comment(body: Json) -> Comment:
    return Comment(
        id=number(body, "id"),
        author=text(body, "user", "login"),
        body=text(body, "body").replace("\r\n", "\n"),
        url=text(body, "html_url"),
        created=text(body, "created_at"),
        by_bot=text(body, "user", "type") == "Bot",
    )


def _issue(body: Json) -> Issue:
    return Issue(
        number=number(body, "number"),
        title=text(body, "title"),
        body=text(body, "body").replace("\r\n", "\n"),
        labels=tuple(text(label, "name") for label in items(body, "labels")),
        url=text(body, "html_url"),
        author=text(body, "user", "login"),
    )
