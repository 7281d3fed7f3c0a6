"""Who may do what: each way in which a rule names people, and what somebody is told who may not."""

import pytest

from promoter.config import AccessRule, App, Environment
from promoter.gates import Actor, Verdict, access_gate
from promoter.gates.verdict import GateState

PROD = Environment("prod-eu", tier="prod", group="live")
SHOP = App("shop", owners=("kim", "user:jo", "shop-team", "acme/cart-team", "team:acme/ops", "team:web"))


def ask(actor: Actor, *who: str, verb: str = "promote", app: App = SHOP) -> Verdict:
    return access_gate((AccessRule((verb,), "*", who),), actor, "promote", PROD, app)


@pytest.mark.parametrize("env", ["*", "prod-eu", "tier:prod", "group:live"])
def test_a_rule_names_an_environment_its_tier_its_group_or_all(env):
    rules = (AccessRule(("promote",), env, ("user:kim",)),)

    assert access_gate(rules, Actor("kim"), "promote", PROD, SHOP).passed


@pytest.mark.parametrize("env", ["prod", "tier:live", "group:prod", "tier:prod-eu", ""])
def test_a_rule_of_another_environment_lets_nobody_in(env):
    rules = (AccessRule(("promote",), env, ("user:kim",)),)

    assert access_gate(rules, Actor("kim"), "promote", PROD, SHOP) == Verdict(
        "access", GateState.REFUSED, "no rule of access lets anybody promote in prod-eu"
    )


def test_a_rule_of_every_verb_covers_this_one_and_a_rule_of_another_does_not():
    assert ask(Actor("kim"), "user:kim", verb="*").passed
    assert not ask(Actor("kim"), "user:kim", verb="rollback").passed


@pytest.mark.parametrize(
    ("actor", "who", "may"),
    [
        (Actor("Kim"), "user:kIM", True),
        (Actor("kim"), "user:kimi", False),
        (Actor("kim", "write"), "permission:write", True),
        (Actor("kim", "admin"), "permission:read", True),
        (Actor("kim", "triage"), "permission:write", False),
        (Actor("kim", "none"), "permission:none", False),
        (Actor("kim", "admin"), "permission:none", False),
        (Actor("kim", "admin"), "permission:root", False),
        (Actor("kim", "root"), "permission:read", False),
        (Actor("kim", teams=frozenset({"acme/sre"})), "team:acme/sre", True),
        (Actor("kim", teams=frozenset({"acme/sre"})), "team:sre", False),
        (Actor("kim"), "owners", True),
        (Actor("jo"), "owners", True),
        (Actor("lou"), "owners", False),
        (Actor("lou", teams=frozenset({"acme/shop-team"})), "owners", True),
        (Actor("lou", teams=frozenset({"acme/cart-team"})), "owners", True),
        (Actor("lou", teams=frozenset({"other/cart-team"})), "owners", False),
        (Actor("lou", teams=frozenset({"acme/ops"})), "owners", True),
        (Actor("lou", teams=frozenset({"other/ops"})), "owners", False),
        (Actor("lou", teams=frozenset({"acme/web"})), "owners", True),
        (Actor("web"), "owners", False),
        (Actor("lou", teams=frozenset({"acme/team:web"})), "owners", False),
        (Actor("lou", "admin"), "everybody", False),
    ],
)
def test_people_are_named_by_login_permission_team_or_as_owners(actor, who, may):
    assert ask(actor, who).passed is may


def test_who_may_is_told_as_whom():
    assert ask(Actor("kim", "write"), "user:lou", "permission:write") == Verdict(
        "access", GateState.ALLOWED, "kim may promote in prod-eu as permission:write"
    )


def test_who_may_not_is_told_everybody_who_may_once():
    rules = (
        AccessRule(("promote",), "*", ("user:jo", "team:acme/sre")),
        AccessRule(("rollback",), "*", ("user:lou",)),
        AccessRule(("*",), "*", ("user:jo", "owners")),
    )

    assert access_gate(rules, Actor("lou"), "promote", PROD, SHOP) == Verdict(
        "access",
        GateState.REFUSED,
        "lou may not promote in prod-eu: it takes user:jo or team:acme/sre or owners",
    )


def test_teams_that_could_not_be_looked_up_are_told_in_order():
    actor = Actor("lou", unknown_teams=frozenset({"acme/sre", "acme/dev", "acme/not-asked"}))

    assert ask(actor, "team:acme/sre", "user:kim", "team:acme/dev") == Verdict(
        "access",
        GateState.REFUSED,
        "cannot check whether lou belongs to team:acme/dev, team:acme/sre: the token may not list members",
    )


def test_a_rule_after_a_team_that_could_not_be_looked_up_may_still_let_in():
    actor = Actor("kim", unknown_teams=frozenset({"acme/sre"}))

    assert ask(actor, "team:acme/sre", "user:kim").passed
