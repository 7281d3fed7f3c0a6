"""What each gate says, word for word: people read it in comments and checks, and act on it."""

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from promoter.config import Approvals, Checks, Environment, Window, Windows
from promoter.errors import UsageError
from promoter.gates import (
    OVERRIDABLE,
    Candidate,
    Facts,
    GateState,
    Landed,
    Note,
    State,
    Verdict,
    check_overridable,
    covering,
    judge,
    next_start,
    window_gate,
)
from promoter.gates.windows import controller_gate

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
LATER = NOW + timedelta(hours=1)
DAY = 86400


def said(environment, gate, **facts):
    given = {"now": NOW, "state": State({}, {}, {})} | facts
    (verdict,) = (
        v for v in judge(Candidate("shop", environment, "1.5.0"), Facts(**given)) if v.gate == gate
    )
    return str(verdict.state), verdict.reason


def landed(hours, until=None):
    return Landed("1.5.0", NOW - timedelta(hours=hours), until=until)


def test_gates_that_nothing_is_asked_of_say_so_each_under_its_own_name():
    verdicts = judge(Candidate("shop", Environment("dev"), "1.5.0"), Facts(NOW, State({}, {}, {})))

    assert [(verdict.gate, verdict.reason) for verdict in verdicts] == [
        ("hold", "not held"),
        ("skip", "not skipped"),
        ("freeze", "not frozen"),
        ("order", "needs no other environment first"),
        ("soak", "no soak time asked"),
        ("window", "no window closes it now"),
        ("checks", "no checks asked"),
    ]


@pytest.mark.parametrize(
    ("note", "why"),
    [
        (Note(), ""),
        (Note(by="kim"), " by kim"),
        (Note(because="500s"), " because '500s'"),
        (Note(until=LATER), " until 2026-03-04 13:00 UTC"),
        (Note(problem="unreadable"), " (unreadable)"),
        (
            Note(because="500s", by="kim", until=LATER, problem="unreadable"),
            " by kim until 2026-03-04 13:00 UTC because '500s' (unreadable)",
        ),
    ],
)
def test_what_somebody_closed_says_who_until_when_and_why_as_far_as_it_is_known(note, why):
    prod = Environment("prod-eu", group="prod")
    skipped = State({}, {("shop", "1.5.0"): note}, {})

    assert said(prod, "hold", state=State({("prod-eu", "shop"): note}, {}, {})) == (
        "refused",
        f"shop is held in prod-eu{why}; `promoter release shop --in prod-eu` lets it go",
    )
    assert said(prod, "skip", state=skipped) == (
        "refused",
        f"shop@1.5.0 is skipped{why}; `promoter unskip shop@1.5.0` allows it again",
    )
    assert said(prod, "freeze", state=State({}, {}, {"prod": note})) == (
        "refused",
        f"prod is frozen{why}; `promoter unfreeze prod` ends it",
    )


@pytest.fixture
def _in_tokyo(monkeypatch):
    """A machine whose own time zone is not UTC."""
    with monkeypatch.context() as machine:
        machine.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_in_tokyo")
def test_the_end_of_a_hold_is_told_in_utc_wherever_it_was_set():
    until = LATER.astimezone(timezone(timedelta(hours=5)))
    held = State({("prod-eu", "shop"): Note(until=until)}, {}, {})

    assert " until 2026-03-04 13:00 UTC;" in said(Environment("prod-eu"), "hold", state=held)[1]


def test_a_skip_and_a_freeze_that_are_over_close_nothing():
    over = Note(until=NOW)

    assert said(Environment("p"), "skip", state=State({}, {("shop", "1.5.0"): over}, {}))[0] == "allowed"
    assert said(Environment("p"), "freeze", state=State({}, {}, {"p": over}))[0] == "allowed"


def test_a_group_that_is_not_set_is_not_a_group_that_is_frozen():
    assert said(Environment("p"), "freeze", state=State({}, {}, {"": Note()}))[0] == "allowed"


def test_order_names_those_that_have_the_version_and_all_that_lack_it():
    both = Environment("p", needs=("a", "b"))

    assert said(both, "order", running={"a": landed(1), "b": landed(1)}) == ("allowed", "a, b run it")
    assert said(both, "order") == ("pending", "1.5.0 has to run in a, b first")
    either = Environment("p", needs=("a", "b"), needs_mode="any")
    assert said(either, "order", running={"b": landed(1)}) == ("allowed", "b runs it")


def test_soak_says_for_every_needed_environment_what_it_waits_for():
    environment = Environment("p", needs=("a", "b", "c", "d"), soak=DAY)
    running = {"b": landed(1), "c": landed(30, until=NOW - timedelta(hours=10)), "d": landed(24)}

    assert said(environment, "soak", running=running) == (
        "pending",
        "soaks for 1d: a never ran it; in b until 2026-03-05 11:00 UTC; c ran it for too short a time",
    )


def test_one_soaked_environment_is_enough_only_when_any_is_asked():
    running = {"b": landed(24)}

    either = Environment("p", needs=("a", "b"), needs_mode="any", soak=DAY)
    assert said(either, "soak", running=running) == ("allowed", "soaked for 1d")
    every = Environment("p", needs=("a", "b"), soak=DAY)
    assert said(every, "soak", running=running) == ("pending", "soaks for 1d: a never ran it")


@pytest.mark.usefixtures("_in_tokyo")
def test_soak_ends_are_told_in_utc_wherever_the_commit_was_made():
    since = datetime.fromisoformat("2026-03-04T10:00:00+09:00")
    environment = Environment("p", needs=("a",), soak=DAY)

    assert said(environment, "soak", running={"a": Landed("1.5.0", since)}) == (
        "pending",
        "soaks for 1d: in a until 2026-03-05 01:00 UTC",
    )


def test_no_soak_is_asked_of_an_environment_that_needs_no_other():
    assert said(Environment("p", soak=DAY), "soak") == ("allowed", "no soak time asked")
    assert said(Environment("p", needs=("a",)), "soak") == ("allowed", "no soak time asked")


@pytest.mark.parametrize(
    ("seconds", "span"), [(2 * DAY, "2d"), (3600, "1h"), (90 * 60, "90m"), (61, "61s"), (3601, "3601s")]
)
def test_a_soak_time_is_told_in_the_largest_unit_that_fits(seconds, span):
    running = {"a": landed(100)}

    assert said(Environment("p", needs=("a",), soak=seconds), "soak", running=running) == (
        "allowed",
        f"soaked for {span}",
    )


@pytest.mark.parametrize(
    ("reported", "result"),
    [
        ({"x": "success", "y": "success"}, ("allowed", "x, y passed {}")),
        ({}, ("pending", "waits for x, y {}")),
        ({"x": "failure", "y": "error"}, ("refused", "x, y failed {}")),
        ({"x": "pending", "y": "error"}, ("refused", "y failed {}")),
    ],
)
def test_checks_are_named_with_where_they_ran(reported, result):
    environment = Environment("p", checks=Checks(active=("x", "y"), proposed=("x", "y")))
    state, reason = result

    assert said(environment, "checks", checks=reported) == (state, reason.format("where it runs already"))
    assert said(environment, "proposed", proposed=reported) == (state, reason.format("on the pull request"))


def test_too_few_approvals_keep_a_pull_request_waiting():
    environment = Environment("p", approvals=Approvals(2))

    assert said(environment, "approvals", proposed={}, approvals=frozenset({"kim"})) == (
        "pending",
        "1 of 2 approvals",
    )
    assert said(environment, "approvals", proposed={}) == ("pending", "0 of 2 approvals")
    assert said(environment, "approvals", proposed={}, approvals=frozenset({"kim", "jo"})) == (
        "allowed",
        "2 of 2 approvals",
    )


OFFICE = Window("0 9 * * *", 4 * 3600)


def test_an_open_window_says_until_when_and_a_closed_one_when_it_opens():
    morning = NOW - timedelta(hours=5)

    opened = window_gate(Windows("UTC", allow=(OFFICE,)), NOW)
    assert (opened.gate, str(opened.state), opened.reason) == (
        "window",
        "allowed",
        "open until Wed 2026-03-04 13:00 UTC",
    )
    closed = window_gate(Windows("UTC", allow=(OFFICE,)), morning)
    assert (closed.gate, str(closed.state), closed.reason) == (
        "window",
        "pending",
        "opens Wed 2026-03-04 09:00 UTC",
    )


def test_a_window_of_no_length_never_covers_and_one_of_a_second_does():
    start = NOW - timedelta(hours=3)

    assert window_gate(Windows("UTC", deny=(Window("0 9 * * *", 0),)), start).passed
    assert not window_gate(Windows("UTC", deny=(Window("0 9 * * *", 1),)), start).passed


def test_a_controllers_denial_counts_in_its_own_time_zone():
    windows = Windows("Asia/Tokyo", deny=(Window("0 21 * * *", 3600),))  # 12:00 UTC

    verdict = controller_gate((windows,), NOW)
    assert (verdict.gate, str(verdict.state)) == ("window", "pending")
    assert controller_gate((windows,), LATER) == window_gate(Windows("UTC"), LATER)


def test_a_window_that_closes_is_told_by_its_name_or_its_start_and_its_end():
    named, nameless = (Windows("UTC", deny=(Window("0 9 * * *", 4 * 3600, name),)) for name in ("stop", ""))

    assert window_gate(named, NOW) == Verdict(
        "window", GateState.PENDING, "closed by the window 'stop' until Wed 2026-03-04 13:00 UTC"
    )
    assert "'0 9 * * *'" in window_gate(nameless, NOW).reason


def test_ends_and_starts_are_told_in_the_windows_own_time_zone():
    tokyo = Window("0 20 * * *", 2 * 3600)  # 11:00 to 13:00 UTC

    assert (
        window_gate(Windows("Asia/Tokyo", allow=(tokyo,)), NOW).reason
        == "open until Wed 2026-03-04 22:00 JST"
    )
    assert (
        window_gate(Windows("Asia/Tokyo", allow=(tokyo,)), LATER).reason == "opens Thu 2026-03-05 20:00 JST"
    )


def test_the_earliest_of_several_windows_is_the_one_that_opens():
    windows = Windows("UTC", allow=(Window("0 20 * * *", 60), Window("0 15 * * *", 60)))

    assert window_gate(windows, NOW).reason == "opens Wed 2026-03-04 15:00 UTC"


def test_an_opening_is_the_window_with_its_end():
    opening = covering(OFFICE, "UTC", NOW)

    assert opening is not None
    assert (opening.window, opening.ends) == (OFFICE, NOW + timedelta(hours=1))
    assert covering(OFFICE, "UTC", LATER) is None
    assert covering(OFFICE, "UTC", NOW - timedelta(hours=3)) is not None
    assert next_start(OFFICE, "UTC", NOW) == NOW + timedelta(hours=21)


def test_a_controller_that_does_not_sync_now_is_told_with_the_first_reason():
    later, early = (Windows("UTC", allow=(Window(f"0 {hour} * * *", 60),)) for hour in (15, 20))

    assert controller_gate((later, early), NOW) == Verdict(
        "window",
        GateState.PENDING,
        "the controller does not sync now: opens Wed 2026-03-04 15:00 UTC",
    )


def test_a_controller_that_syncs_now_is_told_by_the_window_that_is_open():
    closed, opened = Windows("UTC", allow=(Window("0 15 * * *", 60),)), Windows("UTC", allow=(OFFICE,))
    told = Verdict("window", GateState.ALLOWED, "open until Wed 2026-03-04 13:00 UTC")

    assert controller_gate((closed, opened), NOW) == told
    assert controller_gate((Windows("UTC"), opened), NOW) == told
    assert controller_gate((Windows("UTC"),), NOW) == Verdict(
        "window", GateState.ALLOWED, "no window closes it now"
    )


@pytest.mark.parametrize(
    ("windows", "told"),
    [
        (
            Windows("UTC", allow=(Window("@every 1h", 60, "AppProject shop"),)),
            "the window '@every 1h' of AppProject shop cannot be read",
        ),
        (
            Windows("UTC", deny=(Window("0 0 30 2 *", 60, "AppProject shop"),)),
            "the window '0 0 30 2 *' of AppProject shop cannot be read",
        ),
        (
            Windows("Europe/Nowhere", deny=(Window("* * * * *", 60, "AppProject shop"),)),
            "the time zone 'Europe/Nowhere' of a window of AppProject shop is not known",
        ),
        (
            Windows("../etc", allow=(Window("* * * * *", 60, "AppProject shop"),)),
            "the time zone '../etc' of a window of AppProject shop is not known",
        ),
    ],
)
def test_a_controllers_window_that_cannot_be_read_closes_and_is_named(windows, told):
    always = Windows("UTC", allow=(Window("* * * * *", 60),))

    assert controller_gate((always, windows), NOW) == Verdict("window", GateState.PENDING, told)


def test_the_controllers_windows_are_asked_once_the_environments_own_let_it_through():
    closing = Windows("UTC", deny=(OFFICE,))
    opening = Windows("UTC", allow=(OFFICE,))

    assert said(Environment("p", windows=opening), "window")[1] == "open until Wed 2026-03-04 13:00 UTC"
    assert said(Environment("p", windows=opening), "window", windows=(closing,))[0] == "pending"
    assert said(Environment("p", windows=closing), "window", windows=(opening,))[0] == "pending"


def test_every_gate_that_opens_by_hand_may_be_named():
    check_overridable(OVERRIDABLE)
    check_overridable(())


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("soack", "did you mean 'soak'?"),
        ("hold", f"gates that open by hand: {', '.join(OVERRIDABLE)}"),
        ("skip", f"gates that open by hand: {', '.join(OVERRIDABLE)}"),
    ],
)
def test_a_gate_that_does_not_open_by_hand_is_told_with_those_that_do(name, hint):
    with pytest.raises(UsageError) as error:
        check_overridable(("order", name))

    assert (error.value.message, error.value.hint) == (f"the gate {name!r} does not open by hand", hint)
