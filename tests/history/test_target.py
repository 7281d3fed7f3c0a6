import pytest
from hypothesis import given
from hypothesis import strategies as st

from promoter.history import Refusal, Step, Target, choose, find, shown, timeline, undo
from promoter.model import Image


def past(*versions):
    """`v2!` is promoted by trailer, `v1<` rolled back by trailer, None cannot be read."""
    made = []
    for number, version in enumerate(versions):
        action = {"!": "promote", "<": "rollback", "~": "undo"}.get(version[-1:] if version else "")
        values = None if version is None else (Image("shop", version.rstrip("!<~")),)
        made.append(Step(f"c{number}", float(number), "Ada", values, action))
    return timeline(made)


def tag(choice):
    assert isinstance(choice, Target), choice
    return choice.period.values[0].tag


def bundle(*vectors):
    return timeline([
        Step(f"c{number}", float(number), "Ada", tuple(Image(f"app{i}", v) for i, v in enumerate(vector)))
        for number, vector in enumerate(vectors)
    ])  # fmt: skip


def test_target_is_the_value_before():
    assert tag(choose(past("v1", "v2", "v3"))) == "v2"


def test_rolling_back_twice_goes_further_and_does_not_flip_flop():
    assert tag(choose(past("v1", "v2", "v3", "v2<"))) == "v1"
    assert tag(choose(past("v1", "v2", "v3", "v2"))) == "v1"


def test_value_promoted_after_two_rollbacks_goes_back_to_the_last_good_one():
    assert tag(choose(past("v1", "v2", "v3", "v2", "v1", "v4"))) == "v1"


def test_hand_edit_back_marks_what_it_left():
    chosen = choose(past("v1", "v2", "v3", "v2", "v1", "v4", "v1", "v5"))
    assert tag(chosen) == "v1"
    assert [item.period.values[0].tag for item in choose(past("v0", "v1", "v4", "v1")).passed_over] == [
        "v4"
    ]


def test_bad_version_promoted_again_on_purpose_leaves_the_next_one_good():
    assert tag(choose(past("v1!", "v2!", "v3!", "v2<", "v5!", "v3!"))) == "v5"


def test_same_answer_where_squashing_lost_the_trailers():
    assert tag(choose(past("v1", "v2", "v3", "v2", "v5", "v3"))) == "v5"


def test_what_is_passed_over_is_listed_with_the_commit_that_left_it():
    chosen = choose(past("v1", "v2", "v3", "v2<", "v4"))
    again = choose(past("v0", "v1", "v2", "v1<"))
    assert tag(chosen) == "v2"
    assert tag(again) == "v0"
    assert [item.reason for item in again.passed_over] == ["it was rolled back from (c3)"]


def test_skipped_version_is_passed_over_with_its_reason():
    chosen = choose(
        past("v1", "v2", "v3"), skipped=lambda values: "500s" if values[0].tag == "v2" else None
    )
    assert tag(chosen) == "v1"
    assert [item.reason for item in chosen.passed_over] == ["it is skipped: 500s"]


def test_steps_back_count_usable_values():
    versions = ("v1", "v2", "v3", "v2<", "v4")
    assert tag(choose(past(*versions), back=2)) == "v1"
    assert isinstance(choose(past(*versions), back=3), Refusal)


def test_undo_goes_back_to_what_the_rollback_left():
    assert tag(undo(past("v1", "v2", "v1<"))) == "v2"
    assert isinstance(undo(past("v1", "v2")), Refusal)
    assert isinstance(undo(past("v1", "v2", "v1<", "v3!")), Refusal)


def test_version_that_a_person_names_is_found_in_its_old_spelling():
    found = find(past("1.4.1", "v1.5", "v2"), lambda values: values[0].tag.removeprefix("v") == "1.4.1")
    assert found.values[0].tag == "1.4.1"
    assert find(past("v1", "v2"), lambda values: values[0].tag == "v2") is None


def test_shallow_history_is_refused_with_the_command_that_deepens_it():
    refused = choose(past("v1", "v2"), complete=False)
    assert "git fetch --unshallow" in refused.hint


def test_case_06_tag_without_digest_is_said_to_prove_nothing():
    assert choose(past("v1", "v2")).notes == (
        "no digest was recorded for v1: nothing proves that the tag is the same image today",
    )
    with_digest = timeline([
        Step(f"c{i}", i, "Ada", (Image("shop", f"v{i}", "sha256:" + "a" * 64),)) for i in range(2)
    ])  # fmt: skip
    assert choose(with_digest).notes == ()


def test_case_12_first_deployment_has_nothing_to_go_back_to():
    refused = choose(past("v1"))
    assert refused.reason == "no other version ever ran here"
    assert "--to" in refused.hint


def test_case_13_history_that_begins_with_the_present_value_asks_for_the_version():
    assert isinstance(choose(past("v7", "v7")), Refusal)
    assert choose(past()).reason == "no version can be read here"


def test_case_14_walk_stops_where_todays_reading_finds_nothing_and_says_so():
    refused = choose(past("v1", None, "v2"))
    assert "before c1 none can be read" in refused.reason
    chosen = choose(past("v1", None, "v2", "v3"))
    assert tag(chosen) == "v2"
    assert "before c1 the versions cannot be read" in chosen.notes


def test_case_15_other_spelling_of_the_present_value_is_no_target():
    assert tag(choose(past("1.4.0", "v1.4.1", "1.4.1"))) == "1.4.0"


def test_case_16_what_was_asked_before_the_present_value_came_is_refused():
    times = past("v1", "v2", "v1<")
    assert tag(choose(past("v0", "v1", "v2"), asked=2.0)) == "v1"
    refused = choose(times, asked=1.5)
    assert refused.reason == "it changed to v1 after this was asked"
    assert "ask again" in refused.hint


def test_case_18_bundle_of_which_one_member_moved_since_asks_which():
    members = {0: "cart", 1: "shop"}
    refused = choose(bundle(("1", "1"), ("2", "2"), ("3", "2")), members=members)
    assert "only cart moved" in refused.reason
    assert refused.hint == "name the version of cart with `--to`; the others go to what ran beside it"


def test_bundle_goes_back_as_one_vector():
    chosen = choose(bundle(("1", "1"), ("2", "2")), members={0: "cart", 1: "shop"})
    assert [image.tag for image in chosen.period.values] == ["1", "1"]


def test_half_promoted_state_is_no_target():
    chosen = choose(bundle(("1", "1"), ("2", "1"), ("2", "2")))
    assert [image.tag for image in chosen.period.values] == ["1", "1"]
    assert [item.reason for item in chosen.passed_over] == ["it was promoted by halves: 2, 1"]


def test_images_with_versions_of_their_own_go_back_one_at_a_time():
    chosen = choose(bundle(("1", "7"), ("2", "7"), ("2", "8")))
    assert [image.tag for image in chosen.period.values] == ["2", "7"]


def test_versions_are_shown_once_each():
    assert shown((Image("a", "v1"), Image("b", "v1"), Image("c", "v2"))) == "v1, v2"
    assert shown(()) == "nothing"


@given(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=12))
def test_rolling_back_again_and_again_never_returns_to_a_version_it_left(versions):
    """Each rollback is committed with its trailer; a value it left must not be offered again."""
    log, left = list(versions), set()
    while isinstance(chosen := choose(past(*log)), Target):
        left.add(log[-1].rstrip("<"))
        assert tag(chosen) not in left
        log.append(f"{tag(chosen)}<")
    assert len(left) < 6


@pytest.mark.parametrize("count", [2, 5])
def test_every_version_in_turn_is_reached(count):
    versions = [f"v{number}" for number in range(count)]
    log = list(versions)
    reached = []
    while isinstance(chosen := choose(past(*log)), Target):
        reached.append(tag(chosen))
        log.append(f"{tag(chosen)}<")
    assert reached == versions[-2::-1]
