"""The event file of a workflow run as a value.

Only what is used is read, and only if it has the type that GitHub documents; a file that is cut off or
of another shape is a UsageError that names what was missing. Nothing is looked up.
"""

import json
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from promoter.errors import ForgeError, UsageError
from promoter.forge.github.reading import number, text
from promoter.frozen import frozen
from promoter.model import Json

LARGEST: Final = 32 << 20
"""Bytes of an event file at most; GitHub's own limit for a payload is 25 MB."""


@frozen
class CommentMade:
    """A comment as the event tells it; `created` is GitHub's ISO time."""

    id: int
    author: str
    body: str
    by_bot: bool
    created: str

    @property
    def moment(self) -> float | None:
        """When it was written, in seconds since 1970; None where the event does not say."""
        try:
            return datetime.fromisoformat(self.created).timestamp()
        except ValueError:
            return None


@frozen
class Event:
    """What started the run. Text fields are empty, and `number` is 0, where the event has none.

    `number` is the pull request's or issue's; `from_fork` says that a pull request's head lies in another
    repository; `head` and `base` are its commits, of a push the commits after and before.
    """

    name: str
    action: str = ""
    repository: str = ""
    default_branch: str = ""
    sender: str = ""
    ref: str = ""
    number: int = 0
    is_pull_request: bool = False
    from_fork: bool = False
    head: str = ""
    base: str = ""
    comment: CommentMade | None = None
    inputs: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def branch(self) -> str:
        """The branch that was pushed to or that the workflow runs on, empty for a tag."""
        return self.ref.removeprefix("refs/heads/") if self.ref.startswith("refs/heads/") else ""


def read_event(environment: Mapping[str, str]) -> Event:
    """The event of this run, from GITHUB_EVENT_NAME and the file at GITHUB_EVENT_PATH.

    Raises UsageError when there is none or when it is not what GitHub writes.
    """
    name, path = (environment.get(key, "") for key in ("GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH"))
    if not name or not path:
        raise UsageError(
            "this is not a workflow run: GITHUB_EVENT_NAME and GITHUB_EVENT_PATH are not set",
            hint="`promoter action` is what the GitHub Action calls; use the other commands in a shell",
        )
    return event_of(name, _content(path), environment.get("GITHUB_REF", ""))


def _content(path: str) -> str:
    try:
        if Path(path).stat().st_size > LARGEST:
            raise UsageError(f"the event file is larger than {LARGEST >> 20} MiB", where=path)
        return Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the event file cannot be read: {error}", where=path) from error


def event_of(name: str, content: str, ref: str = "") -> Event:
    """The event of that name with that payload (JSON). Raises UsageError."""
    try:
        body: Json = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the event file is not JSON: {error}", hint="was it cut off?") from error
    if not isinstance(body, dict):
        raise UsageError(f"expected an object in the event file, found {type(body).__name__}")
    common = Event(
        name=name,
        action=text(body, "action"),
        repository=text(body, "repository", "full_name"),
        default_branch=text(body, "repository", "default_branch"),
        sender=text(body, "sender", "login"),
        ref=text(body, "ref") or ref,
    )
    match name:
        case "issue_comment":
            return _commented(common, body)
        case "pull_request" | "pull_request_target":
            return _requested(common, body)
        case "push":
            return replace(common, head=text(body, "after"), base=text(body, "before"))
        case _:
            return replace(common, inputs=_inputs(body.get("inputs")))


def _commented(event: Event, body: Json) -> Event:
    comment = CommentMade(
        id=_number(body, "comment", "id"),
        author=_text(body, "comment", "user", "login"),
        body=text(body, "comment", "body"),
        by_bot=text(body, "comment", "user", "type") == "Bot" or text(body, "sender", "type") == "Bot",
        created=text(body, "comment", "created_at"),
    )
    issue = body.get("issue") if isinstance(body, dict) else None
    is_pull = isinstance(issue, dict) and isinstance(issue.get("pull_request"), dict)
    return replace(event, number=_number(body, "issue", "number"), is_pull_request=is_pull, comment=comment)


def _requested(event: Event, body: Json) -> Event:
    head = text(body, "pull_request", "head", "repo", "full_name")
    return replace(
        event,
        number=_number(body, "pull_request", "number"),
        is_pull_request=True,
        # A fork that was deleted has no name any more, and is a stranger all the more.
        from_fork=head.lower() != event.repository.lower(),
        head=_text(body, "pull_request", "head", "sha"),
        base=_text(body, "pull_request", "base", "sha"),
    )


def _inputs(body: Json) -> dict[str, str]:
    """The inputs of a manual run; GitHub writes booleans and numbers as such or as text."""
    found = {}
    for key, given in (body if isinstance(body, dict) else {}).items():
        if isinstance(given, bool):
            found[key] = str(given).lower()
        elif isinstance(given, str | int | float):
            found[key] = str(given)
    return found


def _text(body: Json, *path: str) -> str:
    found = text(body, *path)
    if not found:
        raise UsageError(f"the event file has no {'.'.join(path)}", hint="is GITHUB_EVENT_NAME right?")
    return found


def _number(body: Json, *path: str) -> int:
    try:
        return number(body, *path)
    except ForgeError as error:
        raise UsageError(
            f"the event file has no {'.'.join(path)}", hint="is GITHUB_EVENT_NAME right?"
        ) from error
