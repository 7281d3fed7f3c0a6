"""Who somebody is to a repository: the effective permission, and the teams that were asked about.

The answer comes from GitHub each time; `author_association` of an event says nothing about rights. A
team that the token may not look into is reported as unknown, never as membership or its absence.
"""

from collections.abc import Iterable

from promoter.errors import ForgeError
from promoter.forge.github.api import Api
from promoter.forge.github.reading import text
from promoter.gates import Actor


def permission(api: Api, repository: str, login: str) -> str:
    """The role of a login in `owner/name`: none, read, triage, write, maintain or admin."""
    found = api.find(f"/repos/{repository}/collaborators/{login}/permission")
    return text(found, "role_name") or text(found, "permission") or "none"


def actor(api: Api, repository: str, login: str, teams: Iterable[str]) -> Actor:
    """The login with its permission and its place in each of the teams (`org/slug`)."""
    answers = {team: _is_member(api, team, login) for team in sorted(set(teams))}
    return Actor(
        login,
        permission(api, repository, login),
        frozenset(team for team, member in answers.items() if member),
        frozenset(team for team, member in answers.items() if member is None),
    )


def _is_member(api: Api, team: str, login: str) -> bool | None:
    """Whether the login is an active member; None when the token cannot tell.

    GitHub answers 404 both for a stranger and for a team that the token cannot see, so the team itself
    is asked for before a 404 counts as no.
    """
    organization, _, slug = team.partition("/")
    base = f"/orgs/{organization}/teams/{slug}"
    try:
        found = api.find(f"{base}/memberships/{login}")
        if found is not None:
            return text(found, "state") == "active"
        return False if api.find(base) is not None else None
    except ForgeError as error:
        if error.status == 403:  # noqa: PLR2004 - HTTP's own number
            return None
        raise
