"""The gate on what registries say: what each policy makes of each answer."""

import pytest

from promoter.gates import GateState, Verdict, existence_gate
from promoter.model import Image, Presence, Published, unknown

ONE, TWO = Image("x/shop", "1.2"), Image("x/cart", "1.2")
THERE = Published(Presence.THERE, "sha256:" + "a" * 64)
ABSENT = Published(Presence.ABSENT, reason="x/shop has no 1.2")
SILENT = unknown("x did not answer")


@pytest.mark.parametrize("policy", ["warn", "require"])
def test_what_is_there_passes_without_a_warning(policy):
    verdict = existence_gate(policy, {ONE: THERE, TWO: THERE})

    assert (verdict.passed, verdict.warning) == (True, False)
    assert verdict.reason == "x/shop:1.2, x/cart:1.2 are there"


@pytest.mark.parametrize(
    ("policy", "answer", "incident", "state", "warning"),
    [
        ("warn", ABSENT, False, GateState.ALLOWED, True),
        ("warn", SILENT, False, GateState.ALLOWED, True),
        ("require", ABSENT, False, GateState.REFUSED, False),
        ("require", SILENT, False, GateState.PENDING, False),
        ("require", ABSENT, True, GateState.REFUSED, False),
        ("require", SILENT, True, GateState.ALLOWED, True),
    ],
)
def test_what_is_absent_or_unknown_follows_the_policy(policy, answer, incident, state, warning):
    verdict = existence_gate(policy, {ONE: answer, TWO: THERE}, incident=incident)

    assert (verdict.state, verdict.warning) == (state, warning)
    assert answer.reason in verdict.reason


def test_an_absent_image_weighs_more_than_an_unknown_one_and_both_are_told():
    verdict = existence_gate("require", {TWO: SILENT, ONE: ABSENT})

    assert verdict.state is GateState.REFUSED
    assert verdict.reason == "x/shop has no 1.2; x did not answer"


@pytest.mark.parametrize("policy", ["warn", "require"])
@pytest.mark.parametrize(
    ("found", "told"), [({}, "no image"), ({ONE: THERE}, "x/shop:1.2 is there")], ids=["none", "one"]
)
def test_an_open_gate_names_the_images_that_are_there(policy, found, told):
    assert existence_gate(policy, found) == Verdict("exists", GateState.ALLOWED, told)


@pytest.mark.parametrize(
    ("policy", "answer", "state", "told", "warning"),
    [
        ("warn", ABSENT, GateState.ALLOWED, "x/shop has no 1.2", True),
        ("warn", SILENT, GateState.ALLOWED, "not verified: x did not answer", True),
        ("require", ABSENT, GateState.REFUSED, "x/shop has no 1.2", False),
        ("require", SILENT, GateState.PENDING, "not verified: x did not answer", False),
    ],
)
def test_each_answer_is_told_under_the_gates_name_and_a_promotion_is_no_incident(
    policy, answer, state, told, warning
):
    assert existence_gate(policy, {ONE: answer}) == Verdict("exists", state, told, warning)


def test_one_reason_of_several_images_is_told_once():
    assert existence_gate("warn", {ONE: SILENT, TWO: SILENT}).reason == "not verified: x did not answer"
