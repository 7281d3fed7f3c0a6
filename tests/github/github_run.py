"""Runs of the action in this process: a clone as actions/checkout makes it, variables, an event file."""

import io
import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from github_merging import merge
from github_openapi import event
from github_server import GitHubServer
from github_state import Comment, Repo

from promoter.action import run_action
from promoter.cli.demo_tree import tree
from promoter.errors import PromoterError

CONFIGURATION = """\
version: 1
branch: main
environments:
  dev: {}
  staging: { needs: [dev], land: when-green, checks: { proposed: [lint] } }
  prod-eu: { tier: prod, group: prod, needs: [staging], soak: 24h }
  prod-us: { like: prod-eu }
access:
  - { may: ["*"], env: "tier:nonprod", who: ["permission:write"] }
  - { may: [promote, rollback, hold, release, unskip, override], env: "group:prod", who: ["team:acme/sre"] }
"""


def overlay(environment: str) -> str:
    return f"apps/shop/overlays/{environment}/kustomization.yaml"


def files() -> dict[str, str]:
    """The demonstration's repository with every environment on 1.9."""
    found = {
        path: text for path, text in tree().items() if "/overlays/dev/" not in path or "tag" not in path
    }
    found[overlay("dev")] = found[overlay("dev")].replace("newTag: 1.10", 'newTag: "1.9"')
    return {**found, "promoter.yaml": CONFIGURATION}


@dataclass
class Ran:
    """How a run ended: its exit code, outputs, summary and log."""

    code: int
    outputs: dict[str, str]
    summary: str
    log: str


@dataclass
class Actions:
    """The runner of one repository on the test GitHub."""

    server: GitHubServer
    repo: Repo
    folder: Path
    token: str = "ghs_bot"
    count: int = 0
    extra: dict[str, str] = field(default_factory=dict)
    asked: tuple[int, Comment] | None = None

    def version(self, environment: str, ref: str = "main") -> str:
        """The tag that an environment's overlay has on a branch."""
        text = self.repo.run("show", f"{ref}:{overlay(environment)}")
        return next(line.split('"')[1] for line in text.splitlines() if "newTag" in line)

    def bump(self, environment: str, version: str) -> str:
        """A push by a person that changes an environment's version on main."""
        text = self.repo.run("show", f"main:{overlay(environment)}") + "\n"
        changed = text.replace(f'"{self.version(environment)}"', f'"{version}"')
        return self.server.world.commit(self.repo, {overlay(environment): changed}, f"Bump {environment}")

    def opened(self) -> dict[str, int]:
        """The open pull requests by branch."""
        found = self.repo.tickets.values()
        return {each.head: each.number for each in found if each.head and each.state == "open"}

    def merge(self, branch: str, login: str = "maintainer") -> None:
        """A person merges a pull request."""
        ticket = self.repo.tickets[self.opened()[branch]]
        ticket.head_sha = self.repo.branch(branch) or ""
        by = self.server.world.user(login)
        merge(self.server.world, self.repo, ticket, by, "merge", ticket.head_sha, "", "")

    def check(self, branch: str, name: str = "lint", state: str = "success") -> None:
        """Another system reports on the head of a branch."""
        self.server.world.status(self.repo, self.repo.branch(branch) or "", name, state)

    def push(self, **inputs: str) -> Ran:
        body = event("push")
        body |= {"ref": "refs/heads/main", "after": self.repo.branch("main")}
        return self.run("push", body, **inputs)

    def schedule(self, **inputs: str) -> Ran:
        return self.run("schedule", {"schedule": "7 * * * *"}, **inputs)

    def comment(self, number: int, login: str, text: str) -> tuple[Ran, Comment]:
        """Somebody comments, and the run that it starts."""
        made = self.server.world.comment(self.repo, number, login, text)
        return self.answer(number, made), made

    def answer(self, number: int, made: Comment, **changed: object) -> Ran:
        """The run for a comment that is there."""
        body = event("issue_comment", "created")
        body["comment"] |= {
            "id": made.id,
            "body": made.body,
            "created_at": made.created,
            "updated_at": made.updated,
        }
        body["comment"]["user"] |= {"login": made.author.login, "type": made.author.kind}
        body["issue"]["number"] = number
        body["sender"]["login"] = made.author.login
        if self.repo.tickets[number].head:
            body["issue"]["pull_request"] = {"url": "x"}
        return self.run("issue_comment", {**body, **changed})

    def pull_request(self, number: int, **inputs: str) -> Ran:
        """The run for a pull request, on GitHub's test merge of it."""
        ticket = self.repo.tickets[number]
        body = event("pull_request", "opened")
        body["number"] = body["pull_request"]["number"] = number
        body["pull_request"]["head"] |= {"sha": ticket.head_sha, "ref": ticket.head}
        body["pull_request"]["head"]["repo"]["full_name"] = ticket.head_repo
        body["pull_request"]["base"] |= {"sha": ticket.base_sha}
        source = self.server.world.repos[ticket.head_repo]
        tree_ = self.repo.run(
            "merge-tree", "--write-tree", ticket.base_sha, source.branch(ticket.head) or ""
        )
        env = self.server.world.signature("GitHub", "noreply@example.org")
        made = self.repo.run(
            "commit-tree",
            tree_.splitlines()[0],
            "-p",
            ticket.base_sha,
            "-p",
            ticket.head_sha,
            "-m",
            "Merge",
            env=env,
        )
        self.repo.run("update-ref", f"refs/pull/{number}/merge", made)
        return self.run("pull_request", body, ref=f"refs/pull/{number}/merge", **inputs)

    def run(self, name: str, body: dict, ref: str = "refs/heads/main", **inputs: str) -> Ran:
        """One run of the action on a fresh clone."""
        self.count += 1
        place = self.folder / f"run-{self.count}"
        place.mkdir()
        body["repository"] = {
            **body.get("repository", {}),
            "full_name": self.repo.full,
            "default_branch": "main",
        }
        (place / "event.json").write_text(json.dumps(body))
        self._checkout(place / "work", ref)
        variables = {
            "GITHUB_API_URL": self.server.api,
            "GITHUB_SERVER_URL": self.server.web,
            "GITHUB_REPOSITORY": self.repo.full,
            "GITHUB_TOKEN": self.token,
            "GITHUB_RUN_ID": "7",
            "GITHUB_EVENT_NAME": name,
            "GITHUB_EVENT_PATH": str(place / "event.json"),
            "GITHUB_REF": ref,
            "GITHUB_OUTPUT": str(place / "output"),
            "GITHUB_STEP_SUMMARY": str(place / "summary"),
            "RUNNER_TEMP": str(place),
            "PROMOTER_DIRECTORY": str(place / "work"),
            "PROMOTER_WRITE_PAUSE": "0",
            **self.extra,
            **{f"PROMOTER_{key.upper()}": value for key, value in inputs.items()},
        }
        return self._ran(place, variables)

    def _ran(self, place: Path, variables: dict[str, str]) -> Ran:
        log = io.StringIO()
        before = dict(os.environ)
        os.environ.update(variables)
        try:
            code = int(run_action(os.environ, log))
        except PromoterError as error:
            log.write(str(error))
            code = int(error.exit_code)
        finally:
            os.environ.clear()
            os.environ.update(before)
        said = [place / "output", place / "summary"]
        output, summary = (each.read_text() if each.exists() else "" for each in said)
        return Ran(code, _outputs(output), summary, log.getvalue())

    def _checkout(self, work: Path, ref: str) -> None:
        environment = {"PATH": os.environ["PATH"], "HOME": str(work.parent), "GIT_CONFIG_NOSYSTEM": "1"}
        address = f"{self.server.web}/{self.repo.full}.git"

        def git(*arguments: str) -> None:
            subprocess.run(["git", "-C", work, *arguments], check=True, env=environment, timeout=60)

        work.mkdir()
        git("init", "-q", "-b", "main")
        git("remote", "add", "origin", address)
        git(
            "fetch",
            "-q",
            "origin",
            "+refs/heads/*:refs/remotes/origin/*",
            f"+{ref}:refs/remotes/checked/out",
        )
        if ref == "refs/heads/main":
            git("checkout", "-q", "-B", "main", "refs/remotes/origin/main")
        else:
            git("checkout", "-q", "--detach", "refs/remotes/checked/out")


def _outputs(text: str) -> dict[str, str]:
    found, lines = {}, iter(text.split("\n"))
    for line in lines:
        name, mark, delimiter = line.partition("<<")
        if mark:
            found[name] = "\n".join(iter(lambda: next(lines), delimiter))
    return found
