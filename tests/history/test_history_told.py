"""What going back tells: the reason and hint of every refusal, what was passed over, and notes."""

import pytest

from promoter.history import (
    Misplaced,
    Named,
    PassedOver,
    Places,
    Refusal,
    Step,
    Target,
    action_of,
    choose,
    find,
    named,
    spelling,
    timeline,
    undo,
)
from promoter.model import Image

D1, D2 = "sha256:" + "a" * 64, "sha256:" + "B" * 64
ACTIONS = {"!": "promote", "<": "rollback", "~": "undo"}


def past(*versions: str | None):
    """`v2!` is promoted by trailer, `v1<` rolled back by trailer, None cannot be read."""
    made = []
    for number, version in enumerate(versions):
        values = None if version is None else (Image("shop", version.rstrip("!<~")),)
        action = ACTIONS.get(version[-1]) if version else None
        made.append(Step(f"c{number}" * 10, float(number), "Ada", values, action))
    return timeline(made)


def vectors(*given: tuple[str, ...]):
    return timeline(
        [
            Step(
                f"c{number}" * 10,
                float(number),
                "Ada",
                tuple(Image(f"app{i}", v) for i, v in enumerate(each)),
            )
            for number, each in enumerate(given)
        ]
    )


def reasons(chosen: Target | Refusal) -> list[tuple[str, str]]:
    return [(each.period.values[0].version, each.reason) for each in chosen.passed_over]


def test_a_shallow_clone_is_told_how_to_be_deepened():
    assert choose(past("v1", "v2"), complete=False) == Refusal(
        "the clone is shallow, so older versions cannot be known",
        "run `git fetch --unshallow --filter=blob:none`, or name the version with `--to`",
    )


def test_where_nothing_can_be_read_the_version_has_to_be_named():
    assert choose(past()) == Refusal("no version can be read here", "name the version with `--to`")


def test_what_changed_after_the_question_is_told_with_what_it_is_now():
    assert choose(past("v1", "v2"), asked=0.5) == Refusal(
        "it changed to v2 after this was asked", "look again (`promoter status`), then ask again"
    )
    assert isinstance(choose(past("v1", "v2"), asked=1.0), Target)


def test_a_bundle_of_which_some_moved_names_them_and_the_step():
    members = {0: "cart", 1: "shop", 2: "mail"}
    given = vectors(("1", "1", "1"), ("1", "2", "2"))

    assert choose(given, members=members) == Refusal(
        "only mail, shop moved in the last step (c1c1c1c1c1); the others were there before",
        "name the version of mail with `--to`; the others go to what ran beside it",
    )


def test_one_app_with_several_pins_is_no_bundle():
    chosen = choose(vectors(("1", "1"), ("2", "1")), members={0: "shop", 1: "shop"})

    assert isinstance(chosen, Target)


def test_a_bundle_that_has_one_value_only_has_nothing_to_go_back_to():
    assert choose(vectors(("1", "1")), members={0: "cart", 1: "shop"}) == Refusal(
        "no other version ever ran here", "name the version with `--to VERSION`"
    )


def test_where_everything_is_passed_over_each_reason_is_told_in_the_order_of_going_back():
    refused = choose(
        past("v0", "v1", "v2", "v1<"), skipped=lambda values: "slow" if values[0].tag == "v0" else None
    )

    assert isinstance(refused, Refusal)
    assert refused.hint == "name the version with `--to VERSION`"
    assert refused.reason == (
        "no earlier version can be used: v2: it was rolled back from (c3c3c3c3c3); v0: it is skipped: slow"
    )
    assert reasons(refused) == [
        ("v2", "it was rolled back from (c3c3c3c3c3)"),
        ("v0", "it is skipped: slow"),
    ]


def test_before_a_commit_that_cannot_be_read_nothing_is_found():
    assert choose(past("v1", None, "v2")) == Refusal(
        "no earlier version can be used, and before c1c1c1c1c1 none can be read",
        "name the version with `--to VERSION`",
    )


def test_a_skip_without_a_reason_is_a_skip():
    chosen = choose(past("v1", "v2", "v3"), skipped=lambda values: "" if values[0].tag == "v2" else None)

    assert reasons(chosen) == [("v2", "it is skipped")]


def test_values_between_are_told_when_more_than_one_step_back_is_asked():
    chosen = choose(past("v1", "v2", "v3", "v4"), back=3)

    assert isinstance(chosen, Target)
    assert chosen.period.values[0].tag == "v1"
    assert reasons(chosen) == [
        ("v3", "3 versions back were asked for"),
        ("v2", "3 versions back were asked for"),
    ]


def test_a_value_that_ran_twice_is_passed_over_once():
    chosen = choose(past("v0", "v2!", "v1!", "v2!", "v1<"), back=1)

    assert reasons(chosen) == [("v2", "it was rolled back from (c4c4c4c4c4)")]


def test_the_latest_rollback_that_left_a_value_is_the_one_that_is_told():
    chosen = choose(past("v0", "v2!", "v1<", "v2", "v1<", "v3!"), back=2)

    assert ("v2", "it was rolled back from (c4c4c4c4c4)") in reasons(chosen)


def test_each_value_is_told_with_the_rollback_that_left_it():
    chosen = choose(past("v0", "v1", "v2!", "v1<", "v3!", "v1<"))

    assert reasons(chosen) == [
        ("v3", "it was rolled back from (c5c5c5c5c5)"),
        ("v2", "it was rolled back from (c3c3c3c3c3)"),
    ]


def test_halves_are_told_only_where_the_present_value_is_whole():
    whole = choose(vectors(("1", "1"), ("2", "1"), ("2", "2")))
    halves = choose(vectors(("1", "1"), ("2", "1"), ("3", "2")))

    assert isinstance(halves, Target)
    assert [image.tag for image in halves.period.values] == ["2", "1"]
    assert [each.reason for each in whole.passed_over] == ["it was promoted by halves: 2, 1"]


def test_notes_name_each_version_without_a_digest_once_in_order_and_the_end_of_the_past():
    steps = [
        Step("cut" * 10, 0, "Ada", None),
        Step("c1", 1, "Ada", (Image("b", "2"), Image("a", "1"), Image("c", "2"), Image("d", "3", D1))),
        Step("c2", 2, "Ada", (Image("b", "4"), Image("a", "4"), Image("c", "5"), Image("d", "4", D2))),
    ]

    chosen = choose(timeline(steps))

    assert isinstance(chosen, Target)
    assert chosen.notes == (
        "no digest was recorded for 1: nothing proves that the tag is the same image today",
        "no digest was recorded for 2: nothing proves that the tag is the same image today",
        "before cutcutcutc the versions cannot be read",
    )


def test_undo_gives_what_the_rollback_left_with_its_notes():
    given = past("v1", "v2", "v1<")

    assert undo(given) == Target(
        given.periods[1],
        (),
        ("no digest was recorded for v2: nothing proves that the tag is the same image today",),
    )


@pytest.mark.parametrize("versions", [(), ("v1",), ("v1", "v2"), ("v1", "v2", "v1~")])
def test_undo_without_a_rollback_that_runs_now_is_refused(versions):
    assert undo(past(*versions)) == Refusal(
        "the version that runs was not rolled back to", "name the version with `--to`"
    )


def test_the_latest_earlier_time_of_a_version_is_found_and_never_the_present_one():
    given = past("v1", "v2", "v1", "v3", "v1")

    assert find(given, lambda values: values[0].tag == "v1") == given.periods[2]


def test_a_period_tells_who_began_it_and_when_and_until_when_it_lasted():
    steps = [
        Step("c0", 10, "Ada", (Image("shop", "v1"),), "promote"),
        Step("c1", 20, "Bob", (Image("shop", "1"),)),
        Step("c2", 30, "Cyd", (Image("shop", "v2"),), "rollback"),
    ]

    first, second = timeline(steps).periods

    assert (first.commit, first.author, first.since, first.until) == ("c0", "Ada", 10, 30)
    assert (first.action, first.bad) == ("promote", True)
    assert (second.commit, second.author, second.since, second.until) == ("c2", "Cyd", 30, None)
    assert (second.action, second.bad) == ("rollback", False)
    assert timeline(steps).cut is None


def test_the_last_commit_that_cannot_be_read_cuts_the_past():
    given = past(None, "v1", None, "v2")

    assert given.cut is not None
    assert given.cut.commit == "c2" * 10
    assert len(given.periods) == 1


def test_a_spelling_is_the_tag_without_a_leading_v_and_the_digest_in_lower_case():
    assert spelling((Image("a", "V1.2", D2),)) == spelling((Image("b", "1.2", D2.lower()),))
    assert spelling((Image("a", "v1"),)) != spelling((Image("a", "v2"),))
    assert spelling((Image("a", None, D1),)) != spelling((Image("a", None, D2),))
    assert spelling((Image("a", "release-v1"),)) == spelling((Image("a", "release-1"),))
    assert spelling((Image("a", "dev1"),)) != spelling((Image("a", "de1"),))
    assert spelling((Image("a"),)) == spelling((Image("b", ""),))


@pytest.mark.parametrize(
    ("trailers", "said"),
    [
        ([("Promoter-App", "cart , shop"), ("Promoter-Action", " promote ")], "promote"),
        ([("Promoter-App", "cart shop"), ("Promoter-Action", "promote")], None),
        ([("Promoter-App", "cart"), ("PROMOTER-APP", "shop"), ("Promoter-Action", "undo")], "undo"),
        ([("Promoter-App", ","), ("Promoter-Action", "undo")], "undo"),
        ([("Promoter-Env", "dev, prod"), ("Promoter-Action", "rollback")], "rollback"),
        ([("Promoter-Env", "dev"), ("Promoter-App", "shop"), ("Promoter-Action", "rollback")], None),
        ([("Promoter-Action", "rollback, shrug")], "rollback"),
        ([("Promoter-Action", "rollback, undo")], None),
    ],
)
def test_trailers_of_several_names_and_spellings_say_what_they_are_about(trailers, said):
    assert action_of(trailers, ["shop"], "prod") == said


def stood(*rows: tuple[str, str]):
    """The past of an image and a ref beside it, and their values of now."""
    given = [(Image("shop", tag), Image("host/x/config", ref)) for tag, ref in rows]
    steps = [Step(f"c{number}", float(number), "Ada", values) for number, values in enumerate(given)]
    return timeline(steps), given[-1]


@pytest.mark.parametrize("wanted", ["1.4.1", "v1.4.1"])
def test_a_version_is_found_with_and_without_its_v(wanted):
    given, now = stood(("v1.4.1", "r1"), ("2", "r2"))

    assert named(given, now, wanted, Places((0,), (0,))) == Named(given.periods[0])


def test_a_version_is_found_by_its_digest_or_by_tag_and_digest():
    steps = [
        Step("c0", 0, "Ada", (Image("shop", "1", D1),)),
        Step("c1", 1, "Ada", (Image("shop", "2", D2),)),
    ]
    given = timeline(steps)

    for wanted in (f"1@{D1}", D1.partition(":")[2]):
        assert named(given, steps[1].values, wanted, Places((0,), (0,))) == Named(given.periods[0])


def test_a_version_that_never_ran_and_that_nothing_else_has_is_written():
    given, now = stood(("1", "2"), ("2", "3"))

    assert named(given, now, "9", Places((0,), (0,), (1,))) == Named(None, ())


def test_a_version_that_no_asked_pin_can_take_is_never_misplaced():
    commit = "abc" * 10
    given, now = stood(("1", commit), ("2", "d" + commit))

    assert named(given, now, commit, Places((0,), (), (1,))) == Named(None)
    assert named(given, now, commit, Places((0,), (0,), (1,))) == Misplaced(0, 1)


def test_a_word_that_only_an_unrelated_pin_ever_said_is_misplaced():
    given, now = stood(("1", "main"), ("2", "next"))

    assert named(given, now, "main", Places((0,), (0,), (1,))) == Misplaced(0, 1)
    assert named(given, now, "next", Places((0,), (0,), (1,))) == Misplaced(0, 1)
    assert named(given, now, "other", Places((0,), (0,), (1,))) == Named(None)


def test_a_digest_is_never_taken_for_that_of_a_pin_of_another_kind():
    steps = [
        Step(f"c{n}", n, "Ada", (Image("shop", "1"), Image("oci/config", None, digest)))
        for n, digest in enumerate((D1, D2))
    ]

    found = named(timeline(steps), steps[1].values, D1, Places((0,), (0,), (1,)))

    assert found == Named(None)


def test_two_pins_that_never_said_anything_are_not_of_the_same_thing():
    given, now = stood(("", ""), ("1", "abcdef0"), ("2", "abcdef1"))

    assert named(given, now, "abcdef0", Places((0,), (0,), (1,))) == Misplaced(0, 1)


def test_only_the_refs_that_had_the_version_move_along():
    steps = [
        Step("c0", 0, "Ada", (Image("s", "1"), Image("r", "abcdef0"), Image("q", "abcdef9"))),
        Step("c1", 1, "Ada", (Image("s", "2"), Image("r", "abcdef1"), Image("q", "abcdef9"))),
    ]
    given = timeline(steps)

    found = named(given, steps[1].values, "abcdef0", Places((0,), (0,), (1, 2), frozenset({1, 2})))

    assert found == Named(given.periods[0], (1,))


def test_what_is_passed_over_is_a_period_and_a_reason():
    given = past("v1", "v2", "v3", "v2<")

    chosen = choose(given)

    assert isinstance(chosen, Target)
    assert chosen.passed_over == (PassedOver(given.periods[2], "it was rolled back from (c3c3c3c3c3)"),)
    assert chosen.along == ()
