"""What the test GitHub knows: people, teams, tokens, and repositories with real git behind them."""

import subprocess
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

PERMISSIONS = ("none", "read", "triage", "write", "maintain", "admin")
CLEAN = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "LC_ALL": "C.UTF-8"}
_WRITTEN = ("contents", "pull_requests", "issues", "statuses", "checks", "deployments")
FULL_RIGHTS = dict.fromkeys(_WRITTEN, "write") | {"members": "read", "metadata": "read"}


@dataclass
class User:
    """A person or a bot."""

    login: str
    id: int
    kind: str = "User"


@dataclass
class Token:
    """Who a token speaks for, and which rights it has (`contents` → `read` or `write`)."""

    user: User
    rights: dict[str, str]
    installation: bool = False
    used: int = 0


@dataclass
class Comment:
    id: int
    author: User
    body: str
    created: str
    updated: str
    reactions: list[tuple[int, User, str]] = field(default_factory=list)


@dataclass
class Ticket:
    """An issue or, with `head`, a pull request."""

    number: int
    title: str
    body: str
    author: User
    created: str
    updated: str
    state: str = "open"
    closed: str | None = None
    labels: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    reviews: list[tuple[int, User, str, str]] = field(default_factory=list)
    reviewers: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    head: str = ""
    base: str = ""
    head_repo: str = ""
    head_sha: str = ""
    base_sha: str = ""
    merged: str | None = None
    merged_by: User | None = None
    merge_sha: str | None = None
    auto_merge: dict[str, str] | None = None
    editor: User | None = None
    edited: str | None = None


@dataclass
class Status:
    id: int
    sha: str
    context: str
    state: str
    description: str | None
    target: str | None
    creator: User
    created: str


@dataclass
class CheckRun:
    id: int
    sha: str
    name: str
    status: str
    conclusion: str | None
    output: dict[str, object]
    external: str
    created: str


@dataclass
class Deployment:
    id: int
    sha: str
    ref: str
    environment: str
    task: str
    payload: object
    description: str
    production: bool
    creator: User
    created: str
    statuses: list[tuple[int, str, str]] = field(default_factory=list)


@dataclass
class Repo:
    """One repository; `git` is a bare repository on disk."""

    owner: str
    name: str
    git: Path
    id: int
    default: str = "main"
    organization: bool = True
    private: bool = False
    methods: set[str] = field(default_factory=lambda: {"merge", "squash", "rebase"})
    auto_merge: bool = True
    delete_branches: bool = False
    queue: bool = False
    required: list[str] = field(default_factory=list)
    approvals: int = 0
    collaborators: dict[str, str] = field(default_factory=dict)
    tickets: dict[int, Ticket] = field(default_factory=dict)
    labels: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    statuses: list[Status] = field(default_factory=list)
    checks: list[CheckRun] = field(default_factory=list)
    deployments: list[Deployment] = field(default_factory=list)

    @property
    def full(self) -> str:
        return f"{self.owner}/{self.name}"

    def run(self, *arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
        """git's output; raises CalledProcessError."""
        argv = ["git", *(("-C", str(cwd)) if cwd else ("--git-dir", str(self.git))), *arguments]
        done = subprocess.run(
            argv, capture_output=True, text=True, check=True, timeout=60, env=_env() | (env or {})
        )
        return done.stdout.strip()

    def sha(self, reference: str) -> str | None:
        """The commit (or tag object) of a full ref or id, None when there is none."""
        try:
            return self.run("rev-parse", "--verify", "--quiet", f"{reference}^{{}}")
        except subprocess.CalledProcessError:
            return None

    def branch(self, name: str) -> str | None:
        """The head commit of a branch."""
        return self.sha(f"refs/heads/{name}")

    def heads(self, merged: str = "") -> dict[str, str]:
        """The head commit of every branch, or of those that the commit `merged` contains."""
        only = (f"--merged={merged}",) if merged else ()
        said = self.run("for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", *only, "refs/heads")
        return {name: sha for sha, name in (line.split(" ", 1) for line in said.splitlines())}

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether `newer` contains `older`."""
        try:
            self.run("merge-base", "--is-ancestor", older, newer)
        except subprocess.CalledProcessError:
            return False
        return True


def _env() -> dict[str, str]:
    import os

    return {key: value for key, value in os.environ.items() if not key.startswith("GIT_")} | CLEAN


class World:
    """Everything on the test GitHub. Its time is the real one, and moves ahead by `pass_time`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.users: dict[str, User] = {}
        self.tokens: dict[str, Token] = {}
        self.teams: dict[str, set[str]] = {}
        self.repos: dict[str, Repo] = {}
        self.renamed: dict[str, str] = {}
        self.apps: dict[int, tuple[str, str]] = {}
        self.hourly = 5000
        self.events: list[tuple[str, str, dict[str, object]]] = []
        self._ids = count(1001)
        self._ahead = timedelta()

    def next_id(self) -> int:
        return next(self._ids)

    @property
    def now(self) -> str:
        return (datetime.now(UTC) + self._ahead).strftime("%Y-%m-%dT%H:%M:%SZ")

    def pass_time(self, **span: float) -> None:
        self._ahead += timedelta(**span)

    def user(self, login: str, kind: str = "User") -> User:
        """The user of that name, made on first use."""
        return self.users.setdefault(login, User(login, self.next_id(), kind))

    def token(
        self, secret: str, login: str, rights: dict[str, str] | None = None, *, bot: bool = False
    ) -> Token:
        """A token for a user; of an App's installation when `bot`."""
        kind = "Bot" if bot else "User"
        chosen = FULL_RIGHTS if rights is None else rights
        self.tokens[secret] = Token(self.user(login, kind), chosen, installation=bot)
        return self.tokens[secret]

    def repo(self, full: str) -> Repo:
        """A new repository with one empty commit on main."""
        owner, _, name = full.partition("/")
        git = self.folder / f"{owner}__{name}.git"
        repo = Repo(owner, name, git, self.next_id())
        subprocess.run(
            ["git", "init", "-q", "--bare", "-b", "main", git], check=True, env=_env(), timeout=60
        )
        repo.run("config", "http.receivepack", "true")
        repo.run("config", "uploadpack.allowFilter", "true")
        self.repos[full] = repo
        return repo

    def member(self, team: str, login: str) -> None:
        """Makes a user a member of `org/team`."""
        self.teams.setdefault(team, set()).add(self.user(login).login)

    def permission(self, repo: Repo, login: str) -> str:
        """The role of a user in a repository, `none` to `admin`; everyone reads a public one."""
        floor = "none" if repo.private else "read"
        return repo.collaborators.get(login, floor)

    def commit(self, repo: Repo, files: dict[str, str | None], message: str, branch: str = "main") -> str:
        """A commit on a branch, as somebody's push would make it; its id."""
        parent = repo.branch(branch)
        with tempfile.TemporaryDirectory() as scratch:
            env = {"GIT_INDEX_FILE": f"{scratch}/index", **self.signature("Dev", "dev@example.org")}
            if parent:
                repo.run("read-tree", parent, env=env)
            for path, content in files.items():
                if content is None:
                    repo.run("update-index", "--force-remove", path, env=env)
                    continue
                source = Path(scratch) / "content"
                source.write_text(content, newline="")
                blob = repo.run("hash-object", "-w", str(source), env=env)
                repo.run("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", env=env)
            tree = repo.run("write-tree", env=env)
            made = repo.run(
                "commit-tree", tree, "-m", message, *(("-p", parent) if parent else ()), env=env
            )
        repo.run("update-ref", f"refs/heads/{branch}", made)
        return made

    def signature(self, name: str, email: str) -> dict[str, str]:
        """git's environment for a commit by that person now."""
        return {
            "GIT_AUTHOR_NAME": name,
            "GIT_AUTHOR_EMAIL": email,
            "GIT_AUTHOR_DATE": self.now,
            "GIT_COMMITTER_NAME": name,
            "GIT_COMMITTER_EMAIL": email,
            "GIT_COMMITTER_DATE": self.now,
        }

    def comment(self, repo: Repo, number: int, login: str, body: str) -> Comment:
        """A comment that a person writes."""
        made = Comment(self.next_id(), self.user(login), body, self.now, self.now)
        repo.tickets[number].comments.append(made)
        return made

    def ticket(self, repo: Repo, login: str, title: str, body: str = "") -> Ticket:
        """An issue that a person opens."""
        number = max(repo.tickets, default=0) + 1
        repo.tickets[number] = Ticket(number, title, body, self.user(login), self.now, self.now)
        return repo.tickets[number]

    def status(self, repo: Repo, sha: str, context: str, state: str, login: str = "ci") -> None:
        """A commit status that another system sets."""
        repo.statuses.append(
            Status(self.next_id(), sha, context, state, None, None, self.user(login, "Bot"), self.now)
        )
