import pytest

from promoter.history import Step, action_of, timeline
from promoter.model import Image

SHOP = ("shop",)


def steps(*versions):
    """Steps a minute apart: `v2!` promoted by trailer, `v1<` rolled back, `v2~` undone, None unreadable."""
    made = []
    for number, version in enumerate(versions):
        action = {"!": "promote", "<": "rollback", "~": "undo"}.get(version[-1:] if version else "")
        values = None if version is None else (Image("shop", version.rstrip("!<~")),)
        made.append(Step(f"c{number}", number * 60.0, "Ada", values, action))
    return made


def told(past):
    return [
        (period.values[0].tag, period.action, period.bad, period.since, period.until)
        for period in past.periods
    ]


def test_equal_neighbours_are_one_period():
    assert told(timeline(steps("v1", "v1", "v2", "v2"))) == [
        ("v1", "other", False, 0.0, 120.0),
        ("v2", "other", False, 120.0, None),
    ]


def test_trailers_say_what_began_a_period():
    assert [period.action for period in timeline(steps("v1!", "v2!", "v3", "v2<")).periods] == [
        "promote",
        "promote",
        "other",
        "rollback",
    ]


def test_value_that_returns_without_a_trailer_was_rolled_back_to():
    past = timeline(steps("v1", "v2", "v1"))
    assert past.current.action == "rollback"
    assert [period.bad for period in past.periods] == [False, True, False]


def test_deliberate_promotion_clears_the_bad_mark():
    past = timeline(steps("v1!", "v2!", "v1<", "v2!"))
    assert [period.bad for period in past.periods] == [False, False, False, False]


def test_return_to_a_bad_value_without_a_trailer_is_meant():
    past = timeline(steps("v1", "v2", "v3", "v2", "v5", "v3"))
    assert past.current.action == "other"
    assert not any(period.bad for period in past.periods)


def test_promotion_trailer_beats_the_returning_value():
    past = timeline(steps("v1!", "v2!", "v1!"))
    assert past.current.action == "promote"
    assert not any(period.bad for period in past.periods)


def test_undone_rollback_clears_the_mark_and_leaves_none():
    past = timeline(steps("v1!", "v2!", "v1<", "v2~"))
    assert past.current.action == "promote"
    assert not any(period.bad for period in past.periods)


def test_nothing_before_an_unreadable_step_counts():
    past = timeline(steps("v1", None, "v2", "v3"))
    assert [period.values[0].tag for period in past.periods] == ["v2", "v3"]
    assert past.cut.commit == "c1"


def test_no_step_at_all_has_no_current_period():
    assert timeline([]).current is None
    assert timeline(steps("v1", None)).current is None


def test_case_05_digest_alone_makes_another_value():
    digests = ["sha256:" + digit * 64 for digit in "ab"]
    made = [Step(f"c{i}", i, "Ada", (Image("shop", "1.4", digest),)) for i, digest in enumerate(digests)]
    assert [period.values[0].digest for period in timeline(made).periods] == digests


def test_case_15_two_spellings_are_one_value_and_the_latest_is_kept():
    made = [
        Step("c0", 0, "Ada", (Image("docker.io/library/shop", "1.4.1"),)),
        Step("c1", 1, "Ada", (Image("shop", "v1.4.1"),)),
    ]
    past = timeline(made)
    assert [(period.values[0].tag, period.commit) for period in past.periods] == [("v1.4.1", "c0")]


def test_letters_after_v_are_no_number():
    assert len(timeline(steps("vnext", "next")).periods) == 2


@pytest.mark.parametrize(
    ("trailers", "said"),
    [
        ([("Promoter-Action", "promote"), ("Promoter-App", "shop"), ("Promoter-Env", "prod")], "promote"),
        ([("promoter-action", "rollback"), ("promoter-app", "cart, shop")], "rollback"),
        ([("Promoter-Action", "promote")], "promote"),
        ([("Promoter-Action", "promote"), ("Promoter-App", "cart")], None),
        ([("Promoter-Action", "promote"), ("Promoter-Env", "staging")], None),
        ([("Promoter-Action", "promote"), ("Promoter-Action", "rollback")], None),
        ([("Promoter-Action", "shrug")], None),
        ([("Promoter-App", "shop")], None),
        ([], None),
    ],
)
def test_action_that_trailers_say_of_this_app_and_environment(trailers, said):
    assert action_of(trailers, SHOP, "prod") == said
