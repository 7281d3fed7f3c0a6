"""Each gate: open, closed, and what a missing fact does."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from promoter.config import AccessRule, App, Approvals, Checks, Environment, Window, Windows
from promoter.gates import Actor, Candidate, Facts, Landed, Note, State, access_gate, judge, window_gate
from promoter.gates.windows import controller_gate

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
PROD = Environment("prod-eu", tier="prod", group="prod", needs=("staging", "qa"), soak=86400)


def verdicts(environment=PROD, **facts):
    given = {"now": NOW, "state": State({}, {}, {})} | facts
    return {v.gate: v for v in judge(Candidate("shop", environment, "1.5.0"), Facts(**given))}


def runs(**ages):
    return {name: Landed("1.5.0", NOW - timedelta(hours=hours)) for name, hours in ages.items()}


def test_an_environment_without_rules_is_open():
    assert all(verdict.passed for verdict in verdicts(Environment("dev")).values())


def test_order_waits_for_every_needed_environment():
    assert verdicts(running=runs(staging=1))["order"].reason == "1.5.0 has to run in qa first"
    assert verdicts(running=runs(staging=1, qa=1))["order"].passed


def test_order_is_content_with_one_when_the_mode_is_any():
    assert verdicts(Environment("p", needs=("a", "b"), needs_mode="any"), running=runs(b=1))["order"].passed


def test_soak_counts_from_when_the_version_landed_upstream():
    waiting = verdicts(running=runs(staging=30, qa=20))["soak"]

    assert not waiting.passed
    assert waiting.reason == "soaks for 1d: in qa until 2026-03-04 16:00 UTC"
    assert verdicts(running=runs(staging=30, qa=24))["soak"].passed


def test_soak_of_another_version_does_not_count():
    running = runs(staging=30) | {"qa": Landed("1.4.9", NOW - timedelta(days=9))}

    assert not verdicts(running=running)["soak"].passed


def test_a_hold_closes_until_it_is_over_and_says_how_to_release_it():
    held = {("prod-eu", "shop"): Note(because="500s", by="kim", until=NOW + timedelta(hours=1))}

    verdict = verdicts(state=State(held, {}, {}))["hold"]

    assert not verdict.passed
    assert "kim" in verdict.reason
    assert "`promoter release shop --in prod-eu`" in verdict.reason
    assert verdicts(state=State(held, {}, {}), now=NOW + timedelta(hours=1))["hold"].passed


def test_a_skip_closes_for_that_version_only():
    assert not verdicts(state=State({}, {("shop", "1.5.0"): Note()}, {}))["skip"].passed
    assert verdicts(state=State({}, {("shop", "1.4.0"): Note()}, {}))["skip"].passed


@pytest.mark.parametrize("frozen", ["prod-eu", "prod"])
def test_a_freeze_of_the_environment_or_its_group_closes(frozen):
    assert not verdicts(state=State({}, {}, {frozen: Note()}))["freeze"].passed


def test_a_check_that_nobody_reported_is_pending_never_success():
    environment = Environment("p", checks=Checks(active=("healthy",), proposed=("lint",)))

    assert verdicts(environment)["checks"].state == "pending"
    assert verdicts(environment, checks={"healthy": "failure"})["checks"].state == "refused"
    assert verdicts(environment, checks={"healthy": "success"})["checks"].passed
    assert verdicts(environment, proposed={})["proposed"].state == "pending"


def test_approvals_are_counted():
    environment = Environment("p", approvals=Approvals(2))

    assert (
        verdicts(environment, proposed={}, approvals=frozenset({"kim"}))["approvals"].reason
        == "1 of 2 approvals"
    )
    assert verdicts(environment, proposed={}, approvals=frozenset({"kim", "jo"}))["approvals"].passed


WINDOWS = Windows(
    "Europe/Stockholm",
    allow=(Window("0 9 * * mon-thu", 7 * 3600),),
    deny=(Window("0 0 20 12 *", 14 * 86400, "holidays"),),
)


@pytest.mark.parametrize(
    ("local", "open_now"),
    [
        ("2026-03-04T08:59", False),
        ("2026-03-04T09:00", True),
        ("2026-03-04T15:59", True),
        ("2026-03-04T16:00", False),
        ("2026-03-06T10:00", False),
        ("2026-12-21T10:00", False),
        ("2027-01-04T10:00", True),
    ],
)
def test_windows_follow_the_clock_on_the_wall_and_deny_beats_allow(local, open_now):
    moment = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Europe/Stockholm"))

    assert window_gate(WINDOWS, moment).passed is open_now


def test_a_closed_window_says_when_it_opens():
    assert window_gate(WINDOWS, NOW + timedelta(days=2)).reason == "opens Mon 2026-03-09 09:00 CET"


RULES = (
    AccessRule(("promote", "rollback"), "tier:nonprod", ("permission:write",)),
    AccessRule(("promote",), "group:prod", ("team:acme/sre", "owners")),
)


@pytest.mark.parametrize(
    ("actor", "verb", "environment", "may"),
    [
        (Actor("kim", "write"), "promote", Environment("dev"), True),
        (Actor("kim", "maintain"), "promote", Environment("dev"), True),
        (Actor("kim", "triage"), "promote", Environment("dev"), False),
        (Actor("kim", "admin"), "promote", PROD, False),
        (Actor("kim", "read", frozenset({"acme/sre"})), "promote", PROD, True),
        (Actor("kim", "read", frozenset({"acme/shop-team"})), "promote", PROD, True),
        (Actor("kim", "admin", frozenset({"acme/sre"})), "rollback", PROD, False),
        (Actor("kim", "root"), "promote", Environment("dev"), False),
    ],
)
def test_access_is_by_verb_environment_and_person(actor, verb, environment, may):
    assert access_gate(RULES, actor, verb, environment, App("shop", owners=("shop-team",))).passed is may


def test_a_team_that_cannot_be_looked_up_is_said_so_and_refused():
    actor = Actor("kim", "write", unknown_teams=frozenset({"acme/sre"}))

    verdict = access_gate(RULES, actor, "promote", PROD, App("shop"))

    assert not verdict.passed
    assert "cannot check whether kim belongs to team:acme/sre" in verdict.reason


def test_no_rules_let_nobody_do_anything():
    assert not access_gate((), Actor("kim", "admin"), "promote", Environment("dev"), App("shop")).passed


ALLOWED = Windows("UTC", allow=(Window("0 9 * * *", 3600, "AppProject shop"),))
DENIED = Windows("UTC", deny=(Window("0 9 * * *", 3600, "AppProject shop"),))
ELSEWHERE = Windows("Asia/Tokyo", allow=(Window("0 9 * * *", 3600, "AppProject shop"),))
NINE = datetime(2026, 3, 4, 9, 30, tzinfo=ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("windows", "passed"),
    [
        ((), True),
        ((ALLOWED,), True),
        ((ELSEWHERE,), False),
        ((ELSEWHERE, ALLOWED), True),
        ((ALLOWED, DENIED), False),
        ((DENIED,), False),
    ],
)
def test_a_controllers_own_windows_close_too_and_one_open_window_is_enough(windows, passed):
    assert controller_gate(windows, NINE).passed is passed


def test_the_environments_own_window_is_asked_before_the_controllers():
    environment = Environment("prod", windows=Windows("UTC", deny=(Window("0 9 * * *", 3600, "lunch"),)))
    facts = Facts(NINE, State({}, {}, {}), windows=(ELSEWHERE,))
    own = next(each for each in judge(Candidate("shop", environment, "1"), facts) if each.gate == "window")
    other = Candidate("shop", Environment("prod"), "1")
    controllers = next(each for each in judge(other, facts) if each.gate == "window")

    assert "'lunch'" in own.reason
    assert controllers.reason.startswith("the controller does not sync now: opens ")


def test_a_window_that_begins_again_within_the_minute_still_covers():
    always = Windows("UTC", deny=(Window("* * * * *", 3600, "always"),))

    assert not window_gate(always, NINE + timedelta(seconds=29)).passed
