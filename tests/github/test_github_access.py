"""Rights as GitHub tells them: every role, teams, and teams that cannot be looked into."""

import pytest
from github_state import PERMISSIONS

from promoter.config import AccessRule, App, Environment
from promoter.errors import ForgeError
from promoter.forge.github import connect
from promoter.gates import Actor, access_gate

VERBS = ("promote", "rollback", "hold", "release", "freeze", "unfreeze", "skip", "unskip", "override")
RULES = (
    AccessRule(("promote", "rollback", "hold", "release"), "tier:nonprod", ("permission:write",)),
    AccessRule(("promote", "rollback"), "group:prod", ("team:acme/sre", "permission:admin")),
    AccessRule(("hold", "release", "override"), "group:prod", ("team:acme/sre",)),
)
STAGING = Environment("staging")
PROD = Environment("prod-eu", tier="prod", group="prod")


@pytest.mark.parametrize("role", PERMISSIONS)
def test_tells_the_role_and_not_the_old_permission(server, repo, forge, role):
    repo.private = True
    repo.collaborators[server.world.user("somebody").login] = role

    assert forge.actor("somebody", ()).permission == role


def test_an_unknown_login_has_no_permission(forge):
    assert forge.actor("nobody-at-all", ()).permission == "none"


def test_tells_membership_of_teams(server, forge):
    server.world.member("acme/sre", "writeer")
    server.world.member("acme/dba", "adminer")

    actor = forge.actor("writeer", ["acme/sre", "acme/dba"])

    assert actor == Actor("writeer", "write", frozenset({"acme/sre"}))


def test_a_team_that_is_not_to_be_seen_is_unknown_and_never_a_no(server, repo, environment, patience):
    server.world.member("acme/sre", "writeer")
    rights = {"metadata": "read", "contents": "write"}
    server.world.token("ghs_blind", "blind[bot]", rights, bot=True)
    forge = connect(environment | {"GITHUB_TOKEN": "ghs_blind"}, waiting=patience.waiting, pace=0)

    actor = forge.actor("writeer", ["acme/sre", "acme/none"])

    assert actor == Actor("writeer", "write", frozenset(), frozenset({"acme/sre", "acme/none"}))


def test_a_team_that_does_not_exist_is_unknown(forge):
    assert forge.actor("writeer", ["acme/none"]).unknown_teams == {"acme/none"}


@pytest.mark.parametrize("environment_", [STAGING, PROD], ids=["nonprod", "prod"])
@pytest.mark.parametrize("member", [True, False], ids=["member", "stranger"])
@pytest.mark.parametrize("role", PERMISSIONS)
def test_the_permission_matrix(server, repo, forge, role, member, environment_):
    repo.private = True
    repo.collaborators[server.world.user("somebody").login] = role
    server.world.member("acme/sre", "somebody" if member else "another")

    actor = forge.actor("somebody", ["acme/sre"])
    may = {verb for verb in VERBS if access_gate(RULES, actor, verb, environment_, App("shop")).passed}

    writes = role in {"write", "maintain", "admin"}
    expected = {
        (STAGING, True): {"promote", "rollback", "hold", "release"} if writes else set(),
        (STAGING, False): {"promote", "rollback", "hold", "release"} if writes else set(),
        (PROD, True): {"promote", "rollback", "hold", "release", "override"},
        (PROD, False): {"promote", "rollback"} if role == "admin" else set(),
    }
    assert may == expected[environment_, member]


def test_a_server_that_fails_is_no_answer_about_a_team(server, forge):
    server.world.member("acme/sre", "writeer")
    server.fault("409", path="/teams/", times=9)

    with pytest.raises(ForgeError, match="Conflict"):
        forge.actor("writeer", ["acme/sre"])
