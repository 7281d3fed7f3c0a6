"""Calls to GitHub's REST and GraphQL APIs: paging, limits, retries, and errors that say what to do.

PyGithub signs and sends; this module decides what may be sent again. A call that only sets something
is repeated when the answer is lost; a call that makes something is not, because it may have been made:
`ensured` looks before it asks again. Nothing here knows promotions.
"""

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, TypeVar

from promoter.errors import ForgeError
from promoter.frozen import frozen
from promoter.model import Json

if TYPE_CHECKING:
    from github.Requester import Requester

T = TypeVar("T")
Fields = Mapping[str, Json]

ATTEMPTS: Final = 5
PAGE: Final = 100
LONGEST_WAIT: Final = 300.0
"""Seconds to wait for a limit at most; a longer one ends the run with the time to come back."""
SECONDARY_WAIT: Final = 60.0
"""What GitHub asks for when a secondary limit comes without a Retry-After header."""
_GONE_WRONG: Final = frozenset({500, 502, 503, 504})
_LIMITS: Final = frozenset({403, 429})
_HTTP_ERRORS: Final = 400
_HINTS: Final = {
    401: "the token is wrong or has expired: give a new one",
    403: "the token lacks a right, or a rule of the repository forbids it",
    404: "it is not there, or the token cannot see it",
    410: "this is switched off in the repository's settings",
}


@frozen
class Waiting:
    """How waiting is done: the seconds of a pause, a random share from 0 to 1, and the time of day."""

    pause: Callable[[float], None] = time.sleep
    share: Callable[[], float] = random.random
    clock: Callable[[], float] = time.time


@frozen
class _Reply:
    status: int
    headers: Mapping[str, str]
    body: Json
    readable: bool = True


class Api:
    """One signed connection. Every method raises ForgeError, with `retry` where waiting may help."""

    def __init__(self, requester: "Requester", waiting: Waiting | None = None) -> None:
        self._requester = requester
        self.waiting = waiting or Waiting()

    def get(self, path: str, **query: str | int) -> Json:
        """The answer to a question; asked again when it is lost."""
        return self._call("GET", path, query, None, again=True).body

    def find(self, path: str, **query: str | int) -> Json:
        """As `get`, but None where GitHub has nothing or shows nothing (404)."""
        try:
            return self.get(path, **query)
        except ForgeError as error:
            if error.status == 404:  # noqa: PLR2004 - HTTP's own number
                return None
            raise

    def pages(self, path: str, key: str = "", **query: str | int) -> Iterator[dict[str, Json]]:
        """The items of a list, page after page; `key` names the list where the answer is an object."""
        number = 1
        while True:
            reply = self._call("GET", path, {**query, "per_page": PAGE, "page": number}, None, again=True)
            found = reply.body.get(key) if isinstance(reply.body, dict) else reply.body
            items = found if isinstance(found, list) else []
            yield from (item for item in items if isinstance(item, dict))
            if 'rel="next"' not in reply.headers.get("link", ""):
                return
            number += 1

    def set(self, method: str, path: str, body: Fields | None = None) -> Json:
        """The answer to a PUT, PATCH or DELETE, which mean the same when they are sent twice."""
        return self._call(method, path, {}, body, again=True).body

    def make(self, path: str, body: Fields) -> Json:
        """The answer to a POST. It is sent once: with a `retry` error it may have been done."""
        return self._call("POST", path, {}, body, again=False).body

    def ask(self, query: str, variables: Fields) -> Json:
        """The data that answers a GraphQL query; asked again when it is lost."""
        return self._graphql("to answer", query, variables, again=True)

    def mutate(self, name: str, arguments: Fields) -> None:
        """Runs a GraphQL mutation. GitHub's own sentence is the error's when it says no."""
        kind = f"{name[0].upper()}{name[1:]}Input!"
        query = f"mutation($input: {kind}) {{ {name}(input: $input) {{ clientMutationId }} }}"
        self._graphql(name, query, {"input": dict(arguments)}, again=False)

    def _graphql(self, name: str, query: str, variables: Fields, *, again: bool) -> Json:
        body: Fields = {"query": query, "variables": dict(variables)}
        reply = self._call("POST", self._requester.graphql_url, {}, body, again=again)
        answer = reply.body if isinstance(reply.body, dict) else {}
        errors = answer.get("errors")
        if isinstance(errors, list) and errors:
            first = errors[0] if isinstance(errors[0], dict) else {}
            raise ForgeError(f"GitHub refused {name}: {first.get('message')}", status=422)
        return answer.get("data")

    def _call(
        self, method: str, path: str, query: Mapping[str, str | int], body: Fields | None, *, again: bool
    ) -> _Reply:
        """The reply, after waiting for limits and, where that is safe, trying again."""
        attempt = 1
        while True:
            reply = self._send(method, path, query, body)
            wait = _limit(reply, attempt, self.waiting)
            lost = wait is None and (reply.status in _GONE_WRONG or not reply.readable)
            if not lost and wait is None and reply.status < _HTTP_ERRORS:
                return reply
            hopeless = attempt == ATTEMPTS or (wait or 0) > LONGEST_WAIT
            if hopeless or (wait is None and not (lost and again)):
                raise failure(method, path, reply, self.waiting)
            self.waiting.pause(backoff(attempt, self.waiting) if wait is None else wait)
            attempt += 1

    def _send(self, method: str, path: str, query: Mapping[str, str | int], body: Fields | None) -> _Reply:
        """One exchange; a connection that breaks counts as a gateway's 502."""
        from requests import RequestException

        try:
            status, headers, text = self._requester.requestJson(
                method, path, dict(query), {}, None if body is None else dict(body)
            )
        except RequestException as error:
            return _Reply(502, {}, f"the connection broke: {type(error).__name__}")
        try:
            return _Reply(status, headers, json.loads(text) if text else None)
        except ValueError:
            return _Reply(status, headers, text[:200], readable=status >= _HTTP_ERRORS)


def backoff(attempt: int, waiting: Waiting) -> float:
    """Seconds before the next attempt: doubling from one, half of it at random so that runs spread."""
    longest = float(2 ** (attempt - 1))
    return longest / 2 + longest / 2 * waiting.share()


def _limit(reply: _Reply, attempt: int, waiting: Waiting) -> float | None:
    """Seconds until a limit lets us go on, None when the reply is not about a limit.

    GitHub's rules: Retry-After first, then x-ratelimit-reset when nothing remains, else at least a
    minute, doubling (docs.github.com, "Rate limits for the REST API").
    """
    message = str(reply.body.get("message", "")) if isinstance(reply.body, dict) else ""
    if reply.status not in _LIMITS:
        return None
    if reply.headers.get("retry-after", "").isdigit():
        return float(reply.headers["retry-after"])
    if reply.headers.get("x-ratelimit-remaining") == "0":
        reset = reply.headers.get("x-ratelimit-reset", "")
        return max(float(reset) - waiting.clock(), 0.0) + 1 if reset.isdigit() else SECONDARY_WAIT
    if reply.status == 429 or "rate limit" in message.lower():  # noqa: PLR2004 - HTTP's own number
        return SECONDARY_WAIT * float(2 ** (attempt - 1)) * (1 + waiting.share() / 4)
    return None


def failure(method: str, path: str, reply: _Reply, waiting: Waiting) -> ForgeError:
    """GitHub's refusal in our words: what was asked, what it said, and what to do."""
    said = _said(reply.body)
    limited = _limit(reply, 1, waiting)
    if limited is not None:
        return ForgeError(
            f"GitHub's rate limit is used up: {said}",
            hint=f"run again in {int(limited // 60) + 1} minutes",
            status=reply.status,
            retry=True,
        )
    if reply.status in _GONE_WRONG or not reply.readable:
        return ForgeError(
            f"GitHub did not answer {method} {path}: {said or reply.status}",
            hint="run again; what was done already is found and not done twice",
            status=reply.status,
            retry=True,
        )
    hint = _HINTS.get(reply.status)
    right = reply.headers.get("x-accepted-github-permissions", "")
    if right:
        hint = f"give the token the right {right.replace('=', ': ')}"
    return ForgeError(
        f"GitHub refused {method} {path} ({reply.status}): {said}", hint=hint, status=reply.status
    )


def _said(body: Json) -> str:
    """GitHub's message with its details on one line."""
    if not isinstance(body, dict):
        return " ".join(str(body or "").split())[:200]
    errors = body.get("errors")
    details = [
        str(each.get("message") or f"{each.get('field')} is {each.get('code')}")
        if isinstance(each, dict)
        else str(each)
        for each in (errors if isinstance(errors, list) else [])
    ]
    return "; ".join([str(body.get("message", "")), *details])


def ensured(api: Api, find: Callable[[], T | None], make: Callable[[], T], *, is_new: bool = False) -> T:
    """What `find` gives, made when it is missing; looked for again whenever it may have been made.

    That holds after a lost answer, and after a 422 that says somebody else was faster. With `is_new`
    it is known to be missing, and made without looking first.
    """
    attempt = 1
    while True:
        found = None if is_new and attempt == 1 else find()
        if found is not None:
            return found
        try:
            return make()
        except ForgeError as error:
            perhaps_made = error.retry or (error.status == 422 and attempt == 1)  # noqa: PLR2004 - HTTP's own
            if attempt == ATTEMPTS or not perhaps_made:
                raise
        api.waiting.pause(backoff(attempt, api.waiting))
        attempt += 1
