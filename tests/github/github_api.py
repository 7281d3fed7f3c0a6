"""The REST and GraphQL operations of the test GitHub: one function an operation, listed in ROUTES."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import github_graphql
from github_merging import RefusedError, checks, merge, merge_when_green, mergeable, refresh
from github_shapes import REACTIONS, Shapes
from github_state import CheckRun, Comment, Deployment, Repo, Status, Ticket, Token, User, World

LONGEST_BODY = 65_536


@dataclass
class Request:
    """One call, after its token was looked up."""

    method: str
    path: str
    query: dict[str, str]
    body: dict
    token: Token | None
    world: World
    shapes: Shapes
    groups: tuple[str, ...] = ()

    @property
    def repo(self) -> Repo:
        return self.world.repos[f"{self.groups[0]}/{self.groups[1]}"]

    @property
    def who(self) -> User:
        assert self.token is not None
        return self.token.user

    @property
    def ticket(self) -> Ticket:
        found = self.repo.tickets.get(int(self.groups[2]))
        if found is None:
            raise RefusedError(404, "Not Found")
        return found

    @property
    def pull(self) -> Ticket:
        if not self.ticket.head:
            raise RefusedError(404, "Not Found")
        return self.ticket


@dataclass
class Answer:
    body: object = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def _invalid(resource: str, message: str, code: str = "custom") -> RefusedError:
    return RefusedError(
        422, "Validation Failed", errors=[{"resource": resource, "code": code, "message": message}]
    )


def page(request: Request, items: list) -> Answer:
    """One page of the items with GitHub's Link header."""
    size = min(int(request.query.get("per_page", "30")), 100)
    number = int(request.query.get("page", "1"))
    chosen = items[(number - 1) * size : number * size]
    headers = {}
    if number * size < len(items):
        query = {**request.query, "per_page": str(size), "page": str(number + 1)}
        text = "&".join(f"{key}={value}" for key, value in query.items())
        headers["Link"] = f'<{request.shapes.api}{request.path}?{text}>; rel="next"'
    return Answer(chosen, headers=headers)


# --- identity and access ------------------------------------------------------------------------


def get_user(request: Request) -> Answer:
    if request.token is not None and request.token.installation:
        raise RefusedError(403, "Resource not accessible by integration")
    return Answer(request.shapes.me(request.who))


def get_rate_limit(request: Request) -> Answer:
    used = request.token.used if request.token else 0
    rate = {
        "limit": request.world.hourly,
        "remaining": request.world.hourly - used,
        "reset": 1,
        "used": used,
    }
    return Answer({"resources": {"core": rate, "search": rate}, "rate": rate})


def get_permission(request: Request) -> Answer:
    login = request.groups[2]
    if login not in request.world.users:
        raise RefusedError(404, "Not Found")
    role = request.world.permission(request.repo, login)
    legacy = {"maintain": "write", "triage": "read"}.get(role, role)
    user = request.shapes.user(request.world.user(login))
    return Answer({"permission": legacy, "role_name": role, "user": {**user, "role_name": role}})


def get_team(request: Request) -> Answer:
    name = "/".join(request.groups)
    if name not in request.world.teams:
        raise RefusedError(404, "Not Found")
    return Answer(request.shapes.full_team(name))


def get_membership(request: Request) -> Answer:
    org, slug, login = request.groups
    if login not in request.world.teams.get(f"{org}/{slug}", ()):
        raise RefusedError(404, "Not Found")
    url = f"{request.shapes.api}/orgs/{org}/teams/{slug}/memberships/{login}"
    return Answer({"url": url, "role": "member", "state": "active"})


def get_installation(request: Request) -> Answer:
    number, slug = next(((number, slug) for number, (slug, _) in request.world.apps.items()), (0, ""))
    web = request.shapes.web
    return Answer(
        {
            "id": number,
            "app_id": number,
            "app_slug": slug,
            "target_id": 1,
            "target_type": "Organization",
            "single_file_name": None,
            "repository_selection": "selected",
            "access_tokens_url": f"{request.shapes.api}/app/installations/{number}/access_tokens",
            "repositories_url": f"{request.shapes.api}/installation/repositories",
            "html_url": f"{web}/settings/installations/{number}",
            "events": [],
            "account": request.shapes.user(request.world.user(request.groups[0], "Organization")),
            "permissions": {"contents": "write"},
            "created_at": request.world.now,
            "updated_at": request.world.now,
            "suspended_by": None,
            "suspended_at": None,
        }
    )


def create_installation_token(request: Request) -> Answer:
    slug, _ = request.world.apps[int(request.groups[0])]
    secret = f"ghs_{request.world.next_id()}"
    request.world.token(secret, f"{slug}[bot]", bot=True)
    return Answer(
        {"token": secret, "expires_at": "2099-01-01T00:00:00Z", "permissions": {"contents": "write"}}, 201
    )


# --- repository and refs ------------------------------------------------------------------------


def get_repo(request: Request) -> Answer:
    role = request.world.permission(request.repo, request.who.login) if request.token else "read"
    return Answer(request.shapes.full_repo(request.repo, role))


def get_ref(request: Request) -> Answer:
    ref = f"refs/{request.groups[2]}"
    sha = request.repo.sha(ref)
    if sha is None:
        raise RefusedError(404, "Not Found")
    return Answer(request.shapes.ref(request.repo, ref, sha))


def create_ref(request: Request) -> Answer:
    ref, sha = request.body["ref"], request.body["sha"]
    if request.repo.sha(ref):
        raise RefusedError(422, "Reference already exists")
    if request.repo.sha(sha) is None:
        raise RefusedError(422, "Object does not exist")
    request.repo.run("update-ref", ref, sha, "")
    return Answer(request.shapes.ref(request.repo, ref, sha), 201)


def delete_ref(request: Request) -> Answer:
    ref = f"refs/{request.groups[2]}"
    if request.repo.sha(ref) is None:
        raise RefusedError(422, "Reference does not exist")
    request.repo.run("update-ref", "-d", ref)
    return Answer(status=204)


# --- pull requests ------------------------------------------------------------------------------


def list_pulls(request: Request) -> Answer:
    state, head, base = (request.query.get(key, "") for key in ("state", "head", "base"))
    found = [
        ticket
        for ticket in request.repo.tickets.values()
        if ticket.head
        and state in {"all", ticket.state, "" if ticket.state == "open" else "-"}
        and (not head or f"{ticket.head_repo.partition('/')[0]}:{ticket.head}" == head)
        and (not base or ticket.base == base)
    ]
    found.sort(key=lambda ticket: ticket.number, reverse=request.query.get("direction", "desc") == "desc")
    return page(request, [request.shapes.simple_pull(request.repo, ticket) for ticket in found])


def create_pull(request: Request) -> Answer:
    repo, body = request.repo, request.body
    owner, _, head = body["head"].rpartition(":")
    sha, base = repo.branch(head), repo.branch(body["base"])
    if sha is None or base is None:
        field_name = "head" if sha is None else "base"
        raise RefusedError(
            422,
            "Validation Failed",
            errors=[{"resource": "PullRequest", "field": field_name, "code": "invalid"}],
        )
    if any(
        (each.head, each.head_repo, each.base, each.state) == (head, repo.full, body["base"], "open")
        for each in repo.tickets.values()
    ):
        raise _invalid("PullRequest", f"A pull request already exists for {owner or repo.owner}:{head}.")
    if repo.is_ancestor(sha, base):
        raise _invalid("PullRequest", f"No commits between {body['base']} and {head}")
    _check_body(body)
    ticket = request.world.ticket(repo, request.who.login, body["title"], body.get("body") or "")
    ticket.head, ticket.base, ticket.head_repo = head, body["base"], repo.full
    ticket.head_sha, ticket.base_sha = sha, base
    return Answer(request.shapes.pull(repo, ticket, (None, "unknown")), 201)


def _check_body(body: dict) -> None:
    if len(body.get("body") or "") > LONGEST_BODY:
        raise _invalid("PullRequest", f"body is too long (maximum is {LONGEST_BODY} characters)")


def get_pull(request: Request) -> Answer:
    state = mergeable(request.repo, request.pull) if request.pull.state == "open" else (None, "unknown")
    return Answer(request.shapes.pull(request.repo, request.pull, state))


def edit_pull(request: Request) -> Answer:
    _edit(request, request.pull)
    if request.body.get("base"):
        request.pull.base = request.body["base"]
    return get_pull(request)


def _edit(request: Request, ticket: Ticket) -> None:
    _check_body(request.body)
    ticket.title = request.body.get("title", ticket.title)
    if request.body.get("body", ticket.body) != ticket.body:
        ticket.body, ticket.editor, ticket.edited = request.body["body"], request.who, request.world.now
    state = request.body.get("state", ticket.state)
    if ticket.merged and state == "open":
        raise _invalid("PullRequest", "state cannot be changed. The pull request is merged.")
    if state != ticket.state:
        ticket.state, ticket.closed = state, request.world.now if state == "closed" else None
    ticket.updated = request.world.now


def merge_pull(request: Request) -> Answer:
    if request.repo.queue:
        raise RefusedError(405, "Changes must be made through the merge queue")
    body = request.body
    made = merge(
        request.world,
        request.repo,
        request.pull,
        request.who,
        body.get("merge_method", "merge"),
        body.get("sha", ""),
        body.get("commit_title", ""),
        body.get("commit_message", ""),
    )
    return Answer({"sha": made, "merged": True, "message": "Pull Request successfully merged"})


def list_files(request: Request) -> Answer:
    return page(request, request.shapes.files(request.repo, request.pull))


def list_reviews(request: Request) -> Answer:
    return page(
        request, [request.shapes.review(request.repo, request.pull, each) for each in request.pull.reviews]
    )


def request_reviewers(request: Request) -> Answer:
    for login in request.body.get("reviewers", []):
        if request.world.permission(request.repo, login) == "none" or login not in request.world.users:
            raise RefusedError(422, "Reviews may only be requested from collaborators.")
        if login == request.pull.author.login:
            raise RefusedError(422, "Review cannot be requested from pull request author.")
        request.pull.reviewers += [login] * (login not in request.pull.reviewers)
    for slug in request.body.get("team_reviewers", []):
        if f"{request.repo.owner}/{slug}" not in request.world.teams:
            raise RefusedError(422, "Could not resolve to a node with the global id.")
        request.pull.teams += [slug] * (slug not in request.pull.teams)
    return Answer(request.shapes.simple_pull(request.repo, request.pull), 201)


# --- issues, comments, labels -------------------------------------------------------------------


def list_issues(request: Request) -> Answer:
    state = request.query.get("state", "open")
    wanted = set(filter(None, request.query.get("labels", "").split(",")))
    creator = request.query.get("creator", "")
    found = [
        ticket
        for ticket in request.repo.tickets.values()
        if state in {"all", ticket.state}
        and wanted <= set(ticket.labels)
        and creator in {"", ticket.author.login}
    ]
    found.sort(key=lambda ticket: -ticket.number)
    return page(request, [request.shapes.issue(request.repo, ticket) for ticket in found])


def create_issue(request: Request) -> Answer:
    _check_body(request.body)
    ticket = request.world.ticket(
        request.repo, request.who.login, request.body["title"], request.body.get("body") or ""
    )
    _label(request, ticket, request.body.get("labels", []))
    return Answer(request.shapes.issue(request.repo, ticket), 201)


def edit_issue(request: Request) -> Answer:
    _edit(request, request.ticket)
    if "labels" in request.body:
        request.ticket.labels.clear()
        _label(request, request.ticket, request.body["labels"])
    return Answer(request.shapes.issue(request.repo, request.ticket))


def _label(request: Request, ticket: Ticket, names: list[str]) -> None:
    for name in names:
        request.repo.labels.setdefault(name, (request.world.next_id(), "ededed", ""))
        ticket.labels += [name] * (name not in ticket.labels)


def list_comments(request: Request) -> Answer:
    return page(
        request,
        [request.shapes.comment(request.repo, request.ticket, each) for each in request.ticket.comments],
    )


def create_comment(request: Request) -> Answer:
    _check_body(request.body)
    if not request.body["body"].strip():
        raise _invalid("IssueComment", "body cannot be blank", "missing_field")
    made = request.world.comment(
        request.repo, request.ticket.number, request.who.login, request.body["body"]
    )
    return Answer(request.shapes.comment(request.repo, request.ticket, made), 201)


def _comment(request: Request) -> tuple[Ticket, Comment]:
    for ticket in request.repo.tickets.values():
        for comment in ticket.comments:
            if comment.id == int(request.groups[2]):
                return ticket, comment
    raise RefusedError(404, "Not Found")


def get_comment(request: Request) -> Answer:
    return Answer(request.shapes.comment(request.repo, *_comment(request)))


def edit_comment(request: Request) -> Answer:
    _check_body(request.body)
    ticket, comment = _comment(request)
    comment.body, comment.updated = request.body["body"], request.world.now
    return Answer(request.shapes.comment(request.repo, ticket, comment))


def create_reaction(request: Request) -> Answer:
    content = request.body["content"]
    if content not in REACTIONS:
        raise _invalid("Reaction", f"content must be one of {', '.join(REACTIONS)}")
    _, comment = _comment(request)
    for reaction in comment.reactions:
        if reaction[1:] == (request.who, content):
            return Answer(request.shapes.reaction(reaction))
    comment.reactions.append((request.world.next_id(), request.who, content))
    return Answer(request.shapes.reaction(comment.reactions[-1]), 201)


def list_reactions(request: Request) -> Answer:
    return page(request, [request.shapes.reaction(each) for each in _comment(request)[1].reactions])


def delete_reaction(request: Request) -> Answer:
    _, comment = _comment(request)
    comment.reactions[:] = [each for each in comment.reactions if each[0] != int(request.groups[3])]
    return Answer(status=204)


def add_labels(request: Request) -> Answer:
    _label(request, request.ticket, request.body["labels"])
    return Answer([request.shapes.label(request.repo, name) for name in request.ticket.labels])


def list_labels(request: Request) -> Answer:
    return page(request, [request.shapes.label(request.repo, name) for name in sorted(request.repo.labels)])


def create_label(request: Request) -> Answer:
    name = request.body["name"]
    if name in request.repo.labels:
        raise _invalid("Label", "name already exists", "already_exists")
    color, text = request.body.get("color", "ededed"), request.body.get("description", "")
    request.repo.labels[name] = (request.world.next_id(), color, text)
    return Answer(request.shapes.label(request.repo, name), 201)


# --- statuses, checks, deployments --------------------------------------------------------------


def _sha(request: Request) -> str:
    reference = request.groups[2]
    found = request.repo.branch(reference) or request.repo.sha(reference)
    if found is None:
        raise RefusedError(422, f"No commit found for SHA: {reference}")
    return found


def create_status(request: Request) -> Answer:
    sha, body = _sha(request), request.body
    if len(body.get("description") or "") > len("d" * 140):
        raise _invalid("Status", "description is too long (maximum is 140 characters)")
    made = Status(
        request.world.next_id(),
        sha,
        body.get("context", "default"),
        body["state"],
        body.get("description"),
        body.get("target_url"),
        request.who,
        request.world.now,
    )
    request.repo.statuses.append(made)
    return Answer(request.shapes.status(request.repo, made), 201)


def combined_status(request: Request) -> Answer:
    sha = _sha(request)
    newest = {each.context: each for each in request.repo.statuses if each.sha == sha}
    states = {each.state for each in newest.values()}
    state = (
        "failure" if states & {"failure", "error"} else "success" if states == {"success"} else "pending"
    )
    url = f"{request.shapes.api}/repos/{request.repo.full}/commits/{sha}"
    chosen = page(
        request, [request.shapes.status(request.repo, each, simple=True) for each in newest.values()]
    )
    body = {
        "state": state,
        "sha": sha,
        "total_count": len(newest),
        "statuses": chosen.body,
        "repository": request.shapes.simple_repo(request.repo),
        "commit_url": url,
        "url": f"{url}/status",
    }
    return Answer(body, headers=chosen.headers)


def list_check_runs(request: Request) -> Answer:
    sha = _sha(request)
    runs = [each for each in request.repo.checks if each.sha == sha]
    chosen = page(request, [request.shapes.check_run(request.repo, each) for each in runs])
    return Answer({"total_count": len(runs), "check_runs": chosen.body}, headers=chosen.headers)


def create_check_run(request: Request) -> Answer:
    body = request.body
    if not (request.token and request.token.installation):
        raise RefusedError(403, "You must authenticate via a GitHub App.")
    made = CheckRun(
        request.world.next_id(),
        body["head_sha"],
        body["name"],
        body.get("status", "completed" if "conclusion" in body else "queued"),
        body.get("conclusion"),
        body.get("output", {}),
        body.get("external_id", ""),
        request.world.now,
    )
    request.repo.checks.append(made)
    return Answer(request.shapes.check_run(request.repo, made), 201)


def list_deployments(request: Request) -> Answer:
    query = request.query
    found = [
        each
        for each in reversed(request.repo.deployments)
        if all(
            query.get(key, getattr(each, key)) == getattr(each, key)
            for key in ("environment", "sha", "task")
        )
    ]
    return page(request, [request.shapes.deployment(request.repo, each) for each in found])


def create_deployment(request: Request) -> Answer:
    repo, body = request.repo, request.body
    sha = repo.branch(body["ref"]) or repo.sha(body["ref"])
    if sha is None:
        raise RefusedError(422, f"No ref found for: {body['ref']}")
    if body.get("auto_merge", True) and not repo.is_ancestor(str(repo.branch(repo.default)), sha):
        return Answer({"message": f"Auto-merged {repo.default} into {body['ref']} on deployment."}, 202)
    if body.get("required_contexts") is None and "failure" in checks(repo, sha).values():
        raise RefusedError(409, "Conflict: Commit status checks failed for the ref.")
    made = Deployment(
        request.world.next_id(),
        sha,
        body["ref"],
        body.get("environment", "production"),
        body.get("task", "deploy"),
        body.get("payload", {}),
        body.get("description") or "",
        body.get("production_environment", body.get("environment", "production") == "production"),
        request.who,
        request.world.now,
    )
    repo.deployments.append(made)
    return Answer(request.shapes.deployment(repo, made), 201)


def _deployment(request: Request) -> Deployment:
    for each in request.repo.deployments:
        if each.id == int(request.groups[2]):
            return each
    raise RefusedError(404, "Not Found")


def create_deployment_status(request: Request) -> Answer:
    made = _deployment(request)
    made.statuses.append(
        (request.world.next_id(), request.body["state"], request.body.get("description", ""))
    )
    return Answer(request.shapes.deployment_status(request.repo, made, made.statuses[-1]), 201)


def list_deployment_statuses(request: Request) -> Answer:
    made = _deployment(request)
    shapes = [
        request.shapes.deployment_status(request.repo, made, each) for each in reversed(made.statuses)
    ]
    return page(request, shapes)


# --- GraphQL ------------------------------------------------------------------------------------


def graphql(request: Request) -> Answer:
    """What REST does not have: who wrote a text last, auto-merge and the merge queue."""
    if not request.body["query"].startswith("query"):
        _check_right(request, "contents:write")
    return Answer(github_graphql.answered(request))


# --- routes -------------------------------------------------------------------------------------

_R = "/repos/([^/]+)/([^/]+)"
_N = "([0-9]+)"

ROUTES: tuple[tuple[str, str, str, Callable[[Request], Answer]], ...] = (
    ("GET", "/user", "", get_user),
    ("GET", "/rate_limit", "", get_rate_limit),
    ("GET", f"{_R}/installation", "", get_installation),
    ("POST", f"/app/installations/{_N}/access_tokens", "", create_installation_token),
    ("GET", f"{_R}/collaborators/([^/]+)/permission", "metadata:read", get_permission),
    ("GET", "/orgs/([^/]+)/teams/([^/]+)", "members:read", get_team),
    ("GET", "/orgs/([^/]+)/teams/([^/]+)/memberships/([^/]+)", "members:read", get_membership),
    ("GET", _R, "metadata:read", get_repo),
    ("GET", f"{_R}/git/ref/(.+)", "contents:read", get_ref),
    ("POST", f"{_R}/git/refs", "contents:write", create_ref),
    ("DELETE", f"{_R}/git/refs/(.+)", "contents:write", delete_ref),
    ("GET", f"{_R}/pulls", "pull_requests:read", list_pulls),
    ("POST", f"{_R}/pulls", "pull_requests:write", create_pull),
    ("GET", f"{_R}/pulls/{_N}", "pull_requests:read", get_pull),
    ("PATCH", f"{_R}/pulls/{_N}", "pull_requests:write", edit_pull),
    ("PUT", f"{_R}/pulls/{_N}/merge", "contents:write", merge_pull),
    ("GET", f"{_R}/pulls/{_N}/files", "pull_requests:read", list_files),
    ("GET", f"{_R}/pulls/{_N}/reviews", "pull_requests:read", list_reviews),
    ("POST", f"{_R}/pulls/{_N}/requested_reviewers", "pull_requests:write", request_reviewers),
    ("GET", f"{_R}/issues", "issues:read", list_issues),
    ("POST", f"{_R}/issues", "issues:write", create_issue),
    ("PATCH", f"{_R}/issues/{_N}", "issues:write", edit_issue),
    ("GET", f"{_R}/issues/{_N}/comments", "issues:read", list_comments),
    ("POST", f"{_R}/issues/{_N}/comments", "issues:write", create_comment),
    ("GET", f"{_R}/issues/comments/{_N}", "issues:read", get_comment),
    ("PATCH", f"{_R}/issues/comments/{_N}", "issues:write", edit_comment),
    ("POST", f"{_R}/issues/comments/{_N}/reactions", "issues:write", create_reaction),
    ("GET", f"{_R}/issues/comments/{_N}/reactions", "issues:read", list_reactions),
    ("DELETE", f"{_R}/issues/comments/{_N}/reactions/{_N}", "issues:write", delete_reaction),
    ("POST", f"{_R}/issues/{_N}/labels", "issues:write", add_labels),
    ("GET", f"{_R}/labels", "issues:read", list_labels),
    ("POST", f"{_R}/labels", "issues:write", create_label),
    ("POST", f"{_R}/statuses/([0-9a-f]+)", "statuses:write", create_status),
    ("GET", f"{_R}/commits/(.+)/status", "statuses:read", combined_status),
    ("GET", f"{_R}/commits/(.+)/check-runs", "checks:read", list_check_runs),
    ("POST", f"{_R}/check-runs", "checks:write", create_check_run),
    ("GET", f"{_R}/deployments", "deployments:read", list_deployments),
    ("POST", f"{_R}/deployments", "deployments:write", create_deployment),
    ("GET", f"{_R}/deployments/{_N}/statuses", "deployments:read", list_deployment_statuses),
    ("POST", f"{_R}/deployments/{_N}/statuses", "deployments:write", create_deployment_status),
    ("POST", "/graphql", "contents:read", graphql),
)
_COMPILED = tuple((method, re.compile(pattern), right, run) for method, pattern, right, run in ROUTES)
_LEVELS = {"": 0, "none": 0, "read": 1, "write": 2}


def answer(request: Request) -> Answer:
    """What GitHub says to the request; a refusal is an answer too."""
    try:
        return _answered(request)
    except RefusedError as refusal:
        body = {
            "message": str(refusal),
            **refusal.extra,
            "documentation_url": "https://docs.github.com/rest",
            "status": str(refusal.status),
        }
        headers = body.pop("headers", {})
        return Answer(body, refusal.status, headers)


def _answered(request: Request) -> Answer:
    for method, pattern, right, run in _COMPILED:
        match = pattern.fullmatch(request.path)
        if match is None or method != request.method:
            continue
        request.groups = match.groups()
        if request.path.startswith("/repos/"):
            full = "/".join(request.groups[:2])
            if full in request.world.renamed:
                new = request.shapes.api + request.path.replace(full, request.world.renamed[full], 1)
                return Answer({"message": "Moved Permanently", "url": new}, 301, {"Location": new})
            if full not in request.world.repos:
                raise RefusedError(404, "Not Found")
            refresh(request.world, request.repo)
        _check_right(request, right)
        found = run(request)
        if request.path.startswith("/repos/") and request.method != "GET":
            merge_when_green(request.world, request.repo)
        return found
    raise RefusedError(404, "Not Found")


def _check_right(request: Request, right: str) -> None:
    """Refuses as GitHub does when the token lacks the right, naming it in the header."""
    if not right:
        return
    if request.token is None:
        raise RefusedError(401, "Requires authentication")
    name, _, level = right.partition(":")
    if _LEVELS[request.token.rights.get(name, "")] < _LEVELS[level]:
        kind = "integration" if request.token.installation else "personal access token"
        raise RefusedError(
            403,
            f"Resource not accessible by {kind}",
            headers={"X-Accepted-GitHub-Permissions": f"{name}={level}"},
        )
