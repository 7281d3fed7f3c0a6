"""The GraphQL of the test GitHub: the operations that promoter uses, held to GitHub's own schema.

The schema is the npm package `@octokit/graphql-schema`. An operation is recognised by the field that it
asks for; whether the document, its variables and the answer keep to the schema is checked by `problems`.
"""

from collections.abc import Iterator
from functools import cache

from github_merging import RefusedError, blocked, merge_when_green
from github_openapi import cached
from github_state import Repo, Ticket, User


@cache
def schema():
    """GitHub's schema, read once. Raises NotAvailableError."""
    from graphql import build_schema

    return build_schema(cached("graphql").read_text(), assume_valid=True)


def problems(body: dict, answer: object) -> Iterator[str]:
    """Sentences about what is not as the schema has it: in the document, the variables, the answer."""
    from graphql import execute, parse, validate

    document = parse(body["query"])
    wrong = validate(schema(), document)
    yield from (f"the document: {each.message}" for each in wrong)
    if wrong or not isinstance(answer, dict) or answer.get("errors"):
        return
    done = execute(schema(), document, answer["data"], variable_values=body.get("variables"))
    yield from (f"the exchange: {each.message}" for each in done.errors or ())
    if done.data != answer["data"]:
        yield f"the answer has {answer['data']}, where {done.data} was asked for"


def answered(request) -> dict:
    """The body that answers a request."""
    text, variables = request.body["query"], request.body["variables"]
    if text.startswith("query"):
        return {"data": _read(request, text, variables)}
    name = "enablePullRequestAutoMerge" if "enablePullRequestAutoMerge" in text else "enqueuePullRequest"
    given = variables["input"]
    repo, ticket = _by_node(request, given["pullRequestId"])
    try:
        _check_landing(name, repo, ticket, given)
    except RefusedError as refusal:
        error = {"type": "UNPROCESSABLE", "path": [name], "message": str(refusal)}
        return {"data": {name: None}, "errors": [error]}
    method = given.get("mergeMethod", "MERGE").lower()
    title, body = given.get("commitHeadline", ""), given.get("commitBody", "")
    ticket.auto_merge = {"by": request.who.login, "method": method, "title": title, "message": body}
    if repo.queue:
        merge_when_green(request.world, repo)
    return {"data": {name: {"clientMutationId": None}}}


def _read(request, text: str, variables: dict) -> dict:
    repo = request.world.repos[f"{variables['owner']}/{variables['name']}"]
    ticket = repo.tickets[variables["number"]]
    if "isInMergeQueue" in text:
        queued = repo.queue and ticket.auto_merge is not None and ticket.state == "open"
        return {"repository": {"pullRequest": {"isInMergeQueue": queued}}}
    editor = _actor(ticket.editor) if ticket.editor else None
    pull = {"author": _actor(ticket.author), "editor": editor, "lastEditedAt": ticket.edited}
    return {"viewer": {"login": request.who.login}, "repository": {"pullRequest": pull}}


def _actor(user: User) -> dict:
    return {"__typename": user.kind, "login": user.login.removesuffix("[bot]")}


def _check_landing(name: str, repo: Repo, ticket: Ticket, given: dict) -> None:
    if given.get("expectedHeadOid", ticket.head_sha) != ticket.head_sha:
        raise RefusedError(200, "Head branch was modified. Review and try the merge again.")
    if name == "enqueuePullRequest" and not repo.queue:
        raise RefusedError(200, "Merge queue is not enabled for this branch.")
    if name == "enablePullRequestAutoMerge":
        _enable_auto_merge(repo, ticket)


def _enable_auto_merge(repo: Repo, ticket: Ticket) -> None:
    if not repo.auto_merge:
        raise RefusedError(200, "Pull request Auto merge is not allowed for this repository")
    if ticket.state != "open":
        raise RefusedError(200, "Pull request is closed")
    if blocked(repo, ticket) is None:
        raise RefusedError(200, "Pull request Pull request is in clean status")


def _by_node(request, node: str) -> tuple[Repo, Ticket]:
    for repo in request.world.repos.values():
        for ticket in repo.tickets.values():
            if request.shapes.node("PullRequest", f"{repo.full}#{ticket.number}") == node:
                return repo, ticket
    raise RefusedError(200, f"Could not resolve to a node with the global id of '{node}'")
