"""One command of a comment with everything it takes, and the right to do it.

Asks and decides, writes nothing. A right is looked up each time it is asked for, never remembered.
"""

from dataclasses import replace

from promoter.action import rights
from promoter.action.job import Job
from promoter.chatops import Command
from promoter.commands.workspace import Workspace
from promoter.errors import RefusedError, UsageError
from promoter.frozen import frozen
from promoter.model import EnvRef, PullRequest
from promoter.report.promotion.message import said
from promoter.repository import fetch


@frozen
class Answer:
    """What to tell (Markdown), and whether anything was changed or proposed."""

    text: str
    changed: bool = False
    pulls: tuple[PullRequest, ...] = ()


@frozen
class About:
    """The promotion that a pull request of ours is: what its trailers say."""

    pull: PullRequest
    action: str
    app: str
    environment: str
    versions: tuple[str, ...]


@frozen
class Task:
    """One command with everything it takes: who asked, and the pull request it was written on, if any."""

    job: Job
    command: Command
    login: str
    about: About | None

    @property
    def workspace(self) -> Workspace:
        """The repository."""
        return self.job.workspace

    @property
    def subject(self) -> str:
        """The app that the command is about: named, or that of the pull request. Raises UsageError."""
        if self.command.subject:
            return self.command.subject
        return self.promotion.app

    @property
    def promotion(self) -> About:
        """The promotion of this pull request. Raises UsageError elsewhere."""
        if self.about is None:
            verb = self.command.verb
            raise UsageError(
                f"/{verb} without an app works on a promotion's pull request, and this is none",
                hint=f"write `/help {verb}` to see how to name it",
            )
        return self.about

    def names(self, target: str | None) -> tuple[str, ...]:
        """The environments that a target stands for. Raises UsageError for an unknown one."""
        view = self.workspace.view(self.workspace.base(fresh=False))
        return self.workspace.names(EnvRef(target or self.promotion.environment), view)

    @property
    def verbs(self) -> tuple[str, ...]:
        """The rights that the command takes: its own, and `override` where it opens a gate besides."""
        return tuple(dict.fromkeys((str(self.command.verb), *(["override"] if self.command.gates else []))))

    def permit(self, names: tuple[str, ...], app: str) -> None:
        """Asks for the rights as they are now. Raises RefusedError."""
        actor = rights.actor_of(self.job, self.login, [app])
        for verb in self.verbs:
            rights.permit(self.workspace, actor, verb, names, app)

    def check_head(self, pull: PullRequest) -> None:
        """Raises RefusedError when the branch of an open request was pushed to after the comment."""
        comment = self.job.event.comment
        remote = self.workspace.remote
        if pull.state != "open" or comment is None or remote is None:
            return
        fetch(self.workspace.repository, remote, pull.branch)
        if self.workspace.repository.committed_at(pull.head) > (comment.moment or 0):
            raise RefusedError(
                f"#{pull.number} was pushed to after you asked",
                hint="look at what it does now, then ask again",
            )

    def permit_again(self, names: tuple[str, ...], app: str) -> None:
        """Asks once more, with the rules that the default branch has by now. Raises RefusedError."""
        tip = self.workspace.base(fresh=True)
        fresh = Workspace.open(self.job.settings.directory, config_revision=tip)
        try:
            again = replace(self, job=replace(self.job, workspace=fresh))
            actor = rights.actor_of(self.job, self.login, [app])
            for verb in self.verbs:
                rights.permit(again.workspace, actor, verb, names, app)
        finally:
            fresh.close()
        if self.about is not None and self.command.subject is None:
            self.check_head(self.about.pull)
            pull = self.job.github.pull_request(self.about.pull.number)
            if pull.head != self.about.pull.head:
                raise RefusedError(
                    f"the head of #{pull.number} moved since you asked", hint="look, then ask again"
                )


def about(job: Job) -> About | None:
    """The promotion of the pull request that was commented on; None when it is none of ours."""
    if not job.event.is_pull_request:
        return None
    pull = job.github.pull_request(job.event.number)
    trailers = said(pull.body)
    action, app, env = (trailers.get(key, ("",))[0] for key in ("Action", "App", "Env"))
    own = pull.branch.startswith(job.workspace.config.pull_requests.branch.partition("{")[0])
    return About(pull, action, app, env, trailers.get("To", ())) if own and action and app and env else None
