"""Who may do what in which environment: the first rule that matches decides, none means no.

What an actor *is* (permission, teams) is asked of the forge by the shell; a team that could not be
looked up is said so and never counts as membership.
"""

from typing import Final

from promoter.config import AccessRule, App, Environment
from promoter.frozen import frozen
from promoter.gates.verdict import Verdict, allowed, refused

GATE = "access"
PERMISSIONS: Final = ("none", "read", "triage", "write", "maintain", "admin")


@frozen
class Actor:
    """Somebody who asks: login, effective permission on the repository, and teams as `org/team`.

    `unknown_teams` are teams whose members the token may not list.
    """

    login: str
    permission: str = "none"
    teams: frozenset[str] = frozenset()
    unknown_teams: frozenset[str] = frozenset()


def access_gate(
    rules: tuple[AccessRule, ...], actor: Actor, verb: str, environment: Environment, app: App
) -> Verdict:
    """Whether the actor may do `verb` with the app in the environment."""
    asked: list[str] = []
    unknown: set[str] = set()
    for rule in rules:
        if not _covers(rule, verb, environment):
            continue
        for who in rule.who:
            if _is(actor, who, app):
                return allowed(GATE, f"{actor.login} may {verb} in {environment.name} as {who}")
            asked.append(who)
            if who.partition(":")[2] in actor.unknown_teams:
                unknown.add(who)
    if unknown:
        names = ", ".join(sorted(unknown))
        return refused(
            GATE, f"cannot check whether {actor.login} belongs to {names}: the token may not list members"
        )
    if not asked:
        return refused(GATE, f"no rule of access lets anybody {verb} in {environment.name}")
    people = " or ".join(dict.fromkeys(asked))
    return refused(GATE, f"{actor.login} may not {verb} in {environment.name}: it takes {people}")


def _covers(rule: AccessRule, verb: str, environment: Environment) -> bool:
    where = ("*", environment.name, f"tier:{environment.tier}", f"group:{environment.group}")
    return rule.env in where and ("*" in rule.may or verb in rule.may)


def _is(actor: Actor, who: str, app: App) -> bool:
    kind, _, name = who.partition(":")
    match kind:
        case "permission":
            return name in PERMISSIONS and rank(actor.permission) >= rank(name) > 0
        case "team":
            return name in actor.teams
        case "user":
            return name.lower() == actor.login.lower()
        case "owners":
            return any(
                owner in (actor.login, f"user:{actor.login}") or _owns(actor, owner) for owner in app.owners
            )
        case _:
            return False


def _owns(actor: Actor, owner: str) -> bool:
    """An owner written without an organisation is a team of any organisation that was asked about."""
    name = owner.removeprefix("team:")
    return any(name in (team, team.partition("/")[2]) for team in actor.teams)


def rank(permission: str) -> int:
    """How much a permission allows; 0 for none and for words that are not GitHub's."""
    return PERMISSIONS.index(permission) if permission in PERMISSIONS else 0
