"""One run of the action: its event, its settings, the repository and the forge it works with."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from promoter.action.event import Event, read_event
from promoter.action.runner import Runner
from promoter.commands.workspace import Workspace
from promoter.errors import RepositoryError, UsageError, check_known
from promoter.frozen import frozen
from promoter.progress import Progress

if TYPE_CHECKING:
    from promoter.forge.github import GitHubForge

COMMANDS: Final = ("auto", "check", "reconcile", "comment", "drift", "promote", "rollback")
_BY_EVENT: Final = {
    "pull_request": "check",
    "merge_group": "check",
    "issue_comment": "comment",
    "push": "reconcile",
    "schedule": "reconcile",
    "workflow_dispatch": "reconcile",
    "repository_dispatch": "reconcile",
}


@frozen
class Settings:
    """The action's inputs. Empty texts stand for what the event or the configuration says."""

    command: str = "auto"
    app: str = ""
    environment: str = ""
    source: str = ""
    version: str = ""
    because: str = ""
    fail_on: str = ""
    prefix: str = ""
    open_issues: bool = False
    directory: str = "."

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Settings":
        """The inputs as action.yml hands them over, in variables. Raises UsageError."""

        def given(name: str, otherwise: str = "") -> str:
            return environment.get(f"PROMOTER_{name}", "").strip() or otherwise

        command = given("COMMAND", "auto")
        check_known("command", command, COMMANDS)
        return cls(
            command,
            given("APP"),
            given("ENVIRONMENT"),
            given("FROM"),
            given("VERSION"),
            given("BECAUSE"),
            given("FAIL_ON"),
            given("PREFIX"),
            given("OPEN_ISSUES") == "true",
            given("DIRECTORY", "."),
        )

    def chosen(self, event: Event) -> str:
        """The command to run for the event. Raises UsageError for an event that has none."""
        if event.name == "pull_request_target":
            raise UsageError(
                "promoter does not run on pull_request_target, which hands rights to strangers' code",
                hint="use pull_request",
            )
        if self.command != "auto":
            return self.command
        if event.name not in _BY_EVENT:
            raise UsageError(f"nothing to do for the event {event.name}", hint="set the input `command`")
        return _BY_EVENT[event.name]


@frozen
class Job:
    """What every part of the action works with.

    `workspace` has the configuration of the default branch, whatever was checked out. `forge` is None
    where the run may not write: on pull requests from forks.
    """

    event: Event
    settings: Settings
    runner: Runner
    workspace: Workspace
    forge: "GitHubForge | None"
    url: str
    scratch: Path

    @property
    def github(self) -> "GitHubForge":
        """The forge, where the work cannot be done without. Raises UsageError."""
        if self.forge is None:
            raise UsageError(
                "this run has no rights on GitHub: it is for a pull request from a fork",
                hint="what writes runs on the push to the default branch, or by a comment",
            )
        return self.forge


def open_job(environment: Mapping[str, str], runner: Runner, progress: Progress) -> Job:
    """The job that the environment describes. Raises UsageError, ForgeError, RepositoryError."""
    event, settings = read_event(environment), Settings.of(environment)
    forge = None if event.from_fork else _forge(environment)
    if forge is not None:
        # git is handed the token through its environment: never on a command line, never in a file.
        os.environ.update(forge.git_settings())
    workspace = Workspace.open(settings.directory, progress, _trusted(settings.directory, event))
    if forge is not None:
        workspace.forge = forge
    server, repository, run = (
        environment.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID")
    )
    url = f"{server}/{repository}/actions/runs/{run}" if run else ""
    scratch = Path(environment.get("RUNNER_TEMP") or environment.get("TMPDIR") or "/tmp")  # noqa: S108 - a fallback
    return Job(event, settings, runner, workspace, forge, url, scratch)


def _forge(environment: Mapping[str, str]) -> "GitHubForge":
    from promoter.forge.github import connect

    return connect(environment)


def _trusted(directory: str, event: Event) -> str:
    """The revision whose configuration counts: the default branch, at the remote where it is known."""
    from promoter.repository import Repository

    with Repository.open(directory) as repository:
        branch = event.default_branch or repository.default_branch()
        for name in (f"refs/remotes/origin/{branch}", f"refs/heads/{branch}"):
            try:
                return repository.resolve(name)
            except UsageError:
                continue
    raise RepositoryError(
        f"the default branch {branch!r} is not in this clone, and its promoter.yaml is the one that counts",
        hint="check out with `fetch-depth: 0`",
    )
