"""GitHub's answers to our values: fields taken by path, with a clear error when they are not there."""

from promoter.errors import ForgeError
from promoter.model import Json, PullRequest


def text(body: Json, *path: str) -> str:
    """The text at a path of keys; empty when it is absent or null."""
    found = _at(body, path)
    return found if isinstance(found, str) else ""


def number(body: Json, *path: str) -> int:
    """The whole number at a path. Raises ForgeError when there is none."""
    found = _at(body, path)
    if not isinstance(found, int):
        raise ForgeError(f"GitHub's answer has no {'.'.join(path)}", hint="is the API address right?")
    return found


def truth(body: Json, *path: str) -> bool:
    """Whether the field at a path is true."""
    return _at(body, path) is True


def items(body: Json, *path: str) -> tuple[dict[str, Json], ...]:
    """The objects of the list at a path; none when it is absent."""
    found = _at(body, path)
    return tuple(each for each in found if isinstance(each, dict)) if isinstance(found, list) else ()


def _at(body: Json, path: tuple[str, ...]) -> Json:
    for key in path:
        body = body.get(key) if isinstance(body, dict) else None
    return body


def pull_request(body: Json) -> PullRequest:
    """A pull request as GitHub describes it, in a list or alone."""
    merged = bool(text(body, "merged_at"))
    return PullRequest(
        number=number(body, "number"),
        url=text(body, "html_url"),
        branch=text(body, "head", "ref"),
        base=text(body, "base", "ref"),
        title=text(body, "title"),
        body=text(body, "body").replace("\r\n", "\n"),
        state="merged" if merged else text(body, "state"),
        head=text(body, "head", "sha"),
        labels=tuple(text(label, "name") for label in items(body, "labels")),
    )
