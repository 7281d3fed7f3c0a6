"""Whether somebody may do what a comment asks, by the access rules of the default branch.

Asked twice: when the comment is read, and again just before anything is written, with the rules and
memberships of that moment.
"""

from collections.abc import Iterable

from promoter.action.job import Job
from promoter.commands.workspace import Workspace
from promoter.config import AccessRule, App
from promoter.errors import RefusedError
from promoter.gates import Actor, access_gate
from promoter.gates.access import rank

ANSWERED = rank("triage")


def actor_of(job: Job, login: str, apps: Iterable[str]) -> Actor:
    """The login with its permission and its place in the teams that a rule or an owner line names."""
    config = job.workspace.config
    organization = job.github.repository.partition("/")[0]
    teams = {
        who.removeprefix("team:") for rule in config.access for who in rule.who if who.startswith("team:")
    }
    if any("owners" in rule.who for rule in config.access):
        configured = job.workspace.view(job.workspace.base(fresh=False)).configured
        owners = [name for app in apps if app in configured for name in configured[app].owners]
        # An owner may be a login or a team; a login is a team that nobody can look into.
        teams |= {name if "/" in name else f"{organization}/{name}" for name in map(_team, owners) if name}
    return job.github.actor(login, teams)


def _team(name: str) -> str:
    """The team that an owner may be; empty for `user:…`."""
    return "" if name.startswith("user:") else name.removeprefix("team:")


def is_outsider(actor: Actor, rules: Iterable[AccessRule]) -> bool:
    """Whether somebody gets no text: no role here, in no team that has a say, named by no rule."""
    named = f"user:{actor.login}".lower()
    by_name = any(who.lower() == named for rule in rules for who in rule.who)
    return rank(actor.permission) < ANSWERED and not actor.teams and not by_name


def permit(workspace: Workspace, actor: Actor, verb: str, names: Iterable[str], app: str) -> None:
    """Nothing, when the actor may do `verb` with the app in every one of the environments.

    Raises RefusedError with every reason.
    """
    known = workspace.view(workspace.base(fresh=False)).configured.get(app, App(app))
    verdicts = [
        access_gate(workspace.config.access, actor, verb, workspace.environment(name), known)
        for name in names
    ]
    reasons = dict.fromkeys(verdict.reason for verdict in verdicts if not verdict.passed)
    if reasons:
        raise RefusedError(
            "; ".join(reasons), hint="`access` in promoter.yaml on the default branch decides"
        )
