import pytest

from promoter.history import Misplaced, Places, Step, named, timeline
from promoter.model import Image

A, B, C = "a" * 40, "b" * 40, "c" * 40
REF = Places((0,), (0,), (1,))


def stood(*vectors):
    """The past of an image and a ref beside it, and their values of now."""
    steps = [
        Step(f"c{number}", float(number), "Ada", (Image("shop", tag), Image("host/x/config", ref)))
        for number, (tag, ref) in enumerate(vectors)
    ]
    assert steps[-1].values is not None
    return timeline(steps), steps[-1].values


def commit(found):
    return found.period and found.period.commit, found.along


def test_latest_time_at_which_an_asked_pin_had_it_comes_first():
    past = stood(("1", A), ("2", A), ("1", B), ("2", B))
    assert commit(named(*past, "1", REF)) == ("c2", ())


def test_ref_of_the_same_thing_by_name_leads_to_the_time_and_moves_along():
    past = stood(("1", A), ("2", B))
    assert commit(named(*past, A, Places((0,), (0,), (1,), frozenset({1})))) == ("c0", (1,))


def test_ref_that_once_said_the_same_as_the_image_is_of_the_same_thing():
    past = stood((A, A), ("1", B), ("2", C))
    assert commit(named(*past, B, REF)) == ("c1", (1,))


def test_ref_of_something_else_does_not_lead_to_a_time():
    past = stood((C, A), (C, B))
    assert named(*past, A, REF) == Misplaced(0, 1)


@pytest.mark.parametrize(
    ("tag", "ref", "wanted", "misplaced"),
    [
        ("0.4.1", A, B, True),  # a commit, and only the ref has commits
        ("0.4.1", "v2", B, False),  # a commit, and nothing here has commits
        (A, "v0.4.1", "v0.4.2", True),  # a number, and only the ref has numbers
        ("0.4.1", A, "0.4.2", False),
        ("0.4.1", A, "latest", False),  # a word tells nothing
        ("latest", A, B, False),  # an image that had only words may get anything
        ("0.4.1", A, f"sha256:{'d' * 64}", False),  # a digest is an image's
        ("0.4.1", A, "20240101", False),  # digits alone are a number
    ],
)
def test_version_without_a_past_is_refused_where_it_is_written_like_another_kind_of_pin(
    tag, ref, wanted, misplaced
):
    found = named(*stood((tag, ref)), wanted, REF)
    assert isinstance(found, Misplaced) is misplaced


def test_form_that_an_image_had_long_ago_is_still_its_own():
    past = stood((A, "v1"), ("1", B), ("2", B))
    assert commit(named(*past, C, REF)) == (None, ())
