"""The test GitHub's answers in GitHub's shapes, every required field included.

The contract test holds each answer to GitHub's own description, so a shape cannot drift from it.
"""

from base64 import b64encode
from urllib.parse import quote

from github_state import CheckRun, Comment, Deployment, Repo, Status, Ticket, User, World

_USER_LINKS = (
    *("followers", "following", "gists", "starred", "subscriptions", "organizations", "repos", "events"),
    "received_events",
)
_REPO_LINKS = (
    *("archive", "assignees", "blobs", "branches", "collaborators", "comments", "commits", "compare"),
    *("contents", "contributors", "deployments", "downloads", "events", "forks", "git_commits", "git_refs"),
    *(
        "git_tags",
        "hooks",
        "issue_comment",
        "issue_events",
        "issues",
        "keys",
        "labels",
        "languages",
        "merges",
    ),
    *("milestones", "notifications", "pulls", "releases", "stargazers", "statuses", "subscribers"),
    *("subscription", "tags", "teams", "trees"),
)
_SHARED_WITH_ISSUES = (
    *(
        "html_url",
        "number",
        "state",
        "title",
        "body",
        "user",
        "assignee",
        "assignees",
        "milestone",
        "locked",
    ),
    *("created_at", "updated_at", "closed_at"),
)
REACTIONS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes")


class Shapes:
    """Builders of answers for one server; `api` and `web` are its addresses without a last slash."""

    def __init__(self, world: World, api: str, web: str) -> None:
        self.world, self.api, self.web = world, api, web

    def node(self, kind: str, number: object) -> str:
        """A node id: opaque to clients, decodable by this server."""
        return b64encode(f"{kind}:{number}".encode()).decode()

    def user(self, user: User) -> dict:
        url = f"{self.api}/users/{quote(user.login)}"
        return {
            "login": user.login,
            "id": user.id,
            "node_id": self.node("User", user.id),
            "avatar_url": f"{self.web}/avatars/{user.id}",
            "gravatar_id": "",
            "url": url,
            "html_url": f"{self.web}/{quote(user.login)}",
            **{f"{link}_url": f"{url}/{link}" for link in _USER_LINKS},
            "type": user.kind,
            "site_admin": False,
        }

    def me(self, user: User) -> dict:
        nothing = ("name", "company", "location", "email", "hireable", "bio")
        return {
            **self.user(user),
            **dict.fromkeys(nothing),
            "blog": "",
            **dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0),
            "created_at": self.world.now,
            "updated_at": self.world.now,
        }

    def simple_repo(self, repo: Repo) -> dict:
        url = f"{self.api}/repos/{repo.full}"
        owner = self.world.user(repo.owner, "Organization" if repo.organization else "User")
        return {
            "id": repo.id,
            "node_id": self.node("Repository", repo.id),
            "name": repo.name,
            "full_name": repo.full,
            "private": repo.private,
            "owner": self.user(owner),
            "html_url": f"{self.web}/{repo.full}",
            "description": None,
            "fork": False,
            "url": url,
            **{f"{link}_url": f"{url}/{link}" for link in _REPO_LINKS},
        }

    def repo(self, repo: Repo, permission: str = "") -> dict:
        counts = (
            "forks forks_count open_issues open_issues_count watchers watchers_count stargazers_count size"
        )
        found = {
            **self.simple_repo(repo),
            **dict.fromkeys(counts.split(), 0),
            **dict.fromkeys(("homepage", "language", "mirror_url", "license")),
            **dict.fromkeys(("has_issues", "has_projects", "has_wiki"), True),
            **dict.fromkeys(
                ("has_pages", "has_downloads", "has_discussions", "archived", "disabled"), False
            ),
            "clone_url": f"{self.web}/{repo.full}.git",
            "git_url": f"git:{self.web.partition(':')[2]}/{repo.full}.git",
            "ssh_url": f"git@localhost:{repo.full}.git",
            "svn_url": f"{self.web}/{repo.full}",
            "default_branch": repo.default,
            **dict.fromkeys(("created_at", "updated_at", "pushed_at"), self.world.now),
        }
        if permission:
            order = ("pull", "triage", "push", "maintain", "admin")
            rank = {"read": 0, "triage": 1, "write": 2, "maintain": 3, "admin": 4}.get(permission, -1)
            found["permissions"] = {name: place <= rank for place, name in enumerate(order)}
        return found

    def full_repo(self, repo: Repo, permission: str) -> dict:
        return {
            **self.repo(repo, permission),
            "network_count": 0,
            "subscribers_count": 0,
            "allow_merge_commit": "merge" in repo.methods,
            "allow_squash_merge": "squash" in repo.methods,
            "allow_rebase_merge": "rebase" in repo.methods,
            "allow_auto_merge": repo.auto_merge,
            "delete_branch_on_merge": repo.delete_branches,
        }

    def label(self, repo: Repo, name: str) -> dict:
        number, color, description = repo.labels[name]
        return {
            "id": number,
            "node_id": self.node("Label", number),
            "url": f"{self.api}/repos/{repo.full}/labels/{name}",
            "name": name,
            "color": color,
            "default": False,
            "description": description,
        }

    def issue(self, repo: Repo, ticket: Ticket) -> dict:
        url = f"{self.api}/repos/{repo.full}/issues/{ticket.number}"
        kind = "pull" if ticket.head else "issues"
        html = f"{self.web}/{repo.full}/{kind}/{ticket.number}"
        found = {
            "id": repo.id * 1000 + ticket.number,
            "node_id": self.node("Issue", f"{repo.full}#{ticket.number}"),
            "url": url,
            "repository_url": f"{self.api}/repos/{repo.full}",
            "labels_url": f"{url}/labels{{/name}}",
            "comments_url": f"{url}/comments",
            "events_url": f"{url}/events",
            "html_url": html,
            "number": ticket.number,
            "state": ticket.state,
            "state_reason": None,
            "title": ticket.title,
            "body": ticket.body,
            "user": self.user(ticket.author),
            "labels": [self.label(repo, name) for name in ticket.labels],
            "assignee": None,
            "assignees": [],
            "milestone": None,
            "locked": False,
            "comments": len(ticket.comments),
            "created_at": ticket.created,
            "updated_at": ticket.updated,
            "closed_at": ticket.closed,
            "author_association": "CONTRIBUTOR",
        }
        if ticket.head:
            links = {"url": f"{self.api}/repos/{repo.full}/pulls/{ticket.number}", "html_url": html}
            links |= {"diff_url": f"{html}.diff", "patch_url": f"{html}.patch", "merged_at": ticket.merged}
            found["pull_request"] = links
        return found

    def _part(self, repo: Repo, ref: str, sha: str) -> dict:
        owner = self.world.user(repo.owner, "Organization" if repo.organization else "User")
        return {
            "label": f"{repo.owner}:{ref}",
            "ref": ref,
            "sha": sha,
            "user": self.user(owner),
            "repo": self.repo(repo),
        }

    def simple_pull(self, repo: Repo, ticket: Ticket) -> dict:
        issue = self.issue(repo, ticket)
        url = f"{self.api}/repos/{repo.full}/pulls/{ticket.number}"
        links = {
            "self": url,
            "html": issue["html_url"],
            "issue": issue["url"],
            "comments": issue["comments_url"],
            "review_comments": f"{url}/comments",
            "review_comment": f"{self.api}/repos/{repo.full}/pulls/comments{{/number}}",
            "commits": f"{url}/commits",
            "statuses": f"{self.api}/repos/{repo.full}/statuses/{ticket.head_sha}",
        }
        head_repo = self.world.repos.get(ticket.head_repo, repo)
        return {
            **{key: issue[key] for key in _SHARED_WITH_ISSUES},
            "id": repo.id * 100_000 + ticket.number,
            "node_id": self.node("PullRequest", f"{repo.full}#{ticket.number}"),
            "url": url,
            "diff_url": f"{issue['html_url']}.diff",
            "patch_url": f"{issue['html_url']}.patch",
            **{f"{key}_url": value for key, value in links.items() if key not in {"self", "html"}},
            "labels": issue["labels"],
            "merged_at": ticket.merged,
            "merge_commit_sha": ticket.merge_sha,
            "requested_reviewers": [self.user(self.world.user(login)) for login in ticket.reviewers],
            "requested_teams": [self.team(f"{repo.owner}/{slug}") for slug in ticket.teams],
            "head": self._part(head_repo, ticket.head, ticket.head_sha),
            "base": self._part(repo, ticket.base, ticket.base_sha),
            "_links": {key: {"href": value} for key, value in links.items()},
            "author_association": "CONTRIBUTOR",
            "auto_merge": self._auto_merge(ticket),
            "draft": False,
        }

    def _auto_merge(self, ticket: Ticket) -> dict | None:
        asked = ticket.auto_merge
        if asked is None:
            return None
        return {
            "enabled_by": self.user(self.world.user(asked["by"])),
            "merge_method": asked["method"],
            "commit_title": asked["title"],
            "commit_message": asked["message"],
        }

    def pull(self, repo: Repo, ticket: Ticket, mergeable: tuple[bool | None, str]) -> dict:
        files = self.files(repo, ticket)
        return {
            **self.simple_pull(repo, ticket),
            "merged": ticket.merged is not None,
            "mergeable": mergeable[0],
            "rebaseable": mergeable[0],
            "mergeable_state": mergeable[1],
            "merged_by": self.user(ticket.merged_by) if ticket.merged_by else None,
            "maintainer_can_modify": False,
            "comments": len(ticket.comments),
            "review_comments": 0,
            "commits": 1,
            "additions": sum(each["additions"] for each in files),
            "deletions": sum(each["deletions"] for each in files),
            "changed_files": len(files),
        }

    def files(self, repo: Repo, ticket: Ticket) -> list[dict]:
        """The changed files, against the merge base."""
        if not repo.sha(ticket.head_sha) or not repo.sha(ticket.base_sha):
            return []
        spread = f"{ticket.base_sha}...{ticket.head_sha}"
        kinds = dict(
            reversed(line.split("\t"))
            for line in repo.run("diff", "--no-renames", "--name-status", spread).splitlines()
        )
        found = []
        for line in repo.run("diff", "--no-renames", "--numstat", spread).splitlines():
            added, removed, path = line.split("\t")
            plus, minus = (0 if each == "-" else int(each) for each in (added, removed))
            found.append(
                {
                    "sha": repo.sha(f"{ticket.head_sha}:{path}"),
                    "filename": path,
                    "status": {"A": "added", "D": "removed"}.get(kinds[path], "modified"),
                    "additions": plus,
                    "deletions": minus,
                    "changes": plus + minus,
                    "blob_url": f"{self.web}/{repo.full}/blob/{ticket.head_sha}/{path}",
                    "raw_url": f"{self.web}/{repo.full}/raw/{ticket.head_sha}/{path}",
                    "contents_url": f"{self.api}/repos/{repo.full}/contents/{path}?ref={ticket.head_sha}",
                }
            )
        return found

    def comment(self, repo: Repo, ticket: Ticket, comment: Comment) -> dict:
        return {
            "id": comment.id,
            "node_id": self.node("IssueComment", comment.id),
            "url": f"{self.api}/repos/{repo.full}/issues/comments/{comment.id}",
            "html_url": f"{self.web}/{repo.full}/issues/{ticket.number}#issuecomment-{comment.id}",
            "issue_url": f"{self.api}/repos/{repo.full}/issues/{ticket.number}",
            "body": comment.body,
            "user": self.user(comment.author),
            "created_at": comment.created,
            "updated_at": comment.updated,
            "author_association": "CONTRIBUTOR",
        }

    def reaction(self, reaction: tuple[int, User, str]) -> dict:
        number, user, content = reaction
        return {
            "id": number,
            "node_id": self.node("Reaction", number),
            "user": self.user(user),
            "content": content,
            "created_at": self.world.now,
        }

    def review(self, repo: Repo, ticket: Ticket, review: tuple[int, User, str, str]) -> dict:
        number, user, state, sha = review
        html = f"{self.web}/{repo.full}/pull/{ticket.number}#pullrequestreview-{number}"
        pull = f"{self.api}/repos/{repo.full}/pulls/{ticket.number}"
        return {
            "id": number,
            "node_id": self.node("Review", number),
            "user": self.user(user),
            "body": "",
            "state": state,
            "html_url": html,
            "pull_request_url": pull,
            "_links": {"html": {"href": html}, "pull_request": {"href": pull}},
            "commit_id": sha,
            "author_association": "CONTRIBUTOR",
            "submitted_at": self.world.now,
        }

    def status(self, repo: Repo, status: Status, *, simple: bool = False) -> dict:
        found = {
            "url": f"{self.api}/repos/{repo.full}/statuses/{status.sha}",
            "avatar_url": None,
            "id": status.id,
            "node_id": self.node("Status", status.id),
            "state": status.state,
            "description": status.description,
            "target_url": status.target,
            "context": status.context,
            "created_at": status.created,
            "updated_at": status.created,
        }
        return found if simple else {**found, "creator": self.user(status.creator)}

    def check_run(self, repo: Repo, run: CheckRun) -> dict:
        output = {key: run.output.get(key) for key in ("title", "summary", "text")}
        url = f"{self.api}/repos/{repo.full}/check-runs/{run.id}"
        return {
            "id": run.id,
            "node_id": self.node("CheckRun", run.id),
            "head_sha": run.sha,
            "name": run.name,
            "external_id": run.external,
            "url": url,
            "html_url": f"{self.web}/{repo.full}/runs/{run.id}",
            "details_url": None,
            "status": run.status,
            "conclusion": run.conclusion,
            "started_at": run.created,
            "completed_at": run.created if run.status == "completed" else None,
            "output": {**output, "annotations_count": 0, "annotations_url": f"{url}/annotations"},
            "check_suite": None,
            "app": None,
            "pull_requests": [],
        }

    def deployment(self, repo: Repo, made: Deployment) -> dict:
        url = f"{self.api}/repos/{repo.full}/deployments/{made.id}"
        return {
            "url": url,
            "id": made.id,
            "node_id": self.node("Deployment", made.id),
            "sha": made.sha,
            "ref": made.ref,
            "task": made.task,
            "payload": made.payload,
            "original_environment": made.environment,
            "environment": made.environment,
            "description": made.description,
            "creator": self.user(made.creator),
            "created_at": made.created,
            "updated_at": made.created,
            "statuses_url": f"{url}/statuses",
            "repository_url": f"{self.api}/repos/{repo.full}",
            "transient_environment": False,
            "production_environment": made.production,
        }

    def deployment_status(self, repo: Repo, made: Deployment, status: tuple[int, str, str]) -> dict:
        number, state, description = status
        url = f"{self.api}/repos/{repo.full}/deployments/{made.id}"
        return {
            "url": f"{url}/statuses/{number}",
            "id": number,
            "node_id": self.node("DeploymentStatus", number),
            "state": state,
            "creator": self.user(made.creator),
            "description": description,
            "environment": made.environment,
            "target_url": f"{self.web}/{repo.full}/deployments",
            "created_at": self.world.now,
            "updated_at": self.world.now,
            "deployment_url": url,
            "repository_url": f"{self.api}/repos/{repo.full}",
        }

    def team(self, name: str) -> dict:
        org, _, slug = name.partition("/")
        url = f"{self.api}/orgs/{org}/teams/{slug}"
        return {
            "id": sum(name.encode()),
            "node_id": self.node("Team", name),
            "url": url,
            "members_url": f"{url}/members{{/member}}",
            "name": slug,
            "slug": slug,
            "description": None,
            "privacy": "closed",
            "permission": "pull",
            "html_url": f"{self.web}/orgs/{org}/teams/{slug}",
            "repositories_url": f"{url}/repos",
            "parent": None,
            "type": "organization",
        }

    def full_team(self, name: str) -> dict:
        org = name.partition("/")[0]
        url = f"{self.api}/orgs/{org}"
        lists = ("repos", "events", "hooks", "issues")
        counts = ("public_repos", "public_gists", "followers", "following")
        organization = {
            "login": org,
            "id": self.world.user(org, "Organization").id,
            "node_id": self.node("Organization", org),
            "url": url,
            **{f"{each}_url": f"{url}/{each}" for each in lists},
            "members_url": f"{url}/members{{/member}}",
            "public_members_url": f"{url}/public_members{{/member}}",
            "avatar_url": f"{self.web}/avatars/{org}",
            "description": None,
            "html_url": f"{self.web}/{org}",
            "has_organization_projects": True,
            "has_repository_projects": True,
            **dict.fromkeys(counts, 0),
            "archived_at": None,
            "created_at": self.world.now,
            "updated_at": self.world.now,
            "type": "Organization",
        }
        return {
            **{key: value for key, value in self.team(name).items() if key != "parent"},
            "created_at": self.world.now,
            "updated_at": self.world.now,
            "members_count": len(self.world.teams[name]),
            "repos_count": 0,
            "organization": organization,
        }

    def ref(self, repo: Repo, ref: str, sha: str) -> dict:
        return {
            "ref": ref,
            "node_id": self.node("Ref", ref),
            "url": f"{self.api}/repos/{repo.full}/git/{ref}",
            "object": {
                "type": "commit",
                "sha": sha,
                "url": f"{self.api}/repos/{repo.full}/git/commits/{sha}",
            },
        }
