"""What an environment ran together, from what it ran of each image."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from promoter.commands.candidates import Ran, states
from promoter.gates import Landed

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
API, WEB = ("shop", "api"), ("shop", "web")


def ran(version, since, until=None):
    """A version that ran from `since` to `until` hours ago."""
    ended = None if until is None else NOW - timedelta(hours=until)
    return Landed(version, NOW - timedelta(hours=since), f"{version}@{since}", ended)


def told(*found: Ran):
    return [(each.commit, each.versions) for each in found]


def test_each_change_of_one_image_begins_a_state_of_all():
    found = states({API: (ran("1.11", 26), ran("1.10", 90, 26)), WEB: (ran("2.1", 1), ran("2.0", 80, 1))})

    assert told(*found) == [
        ("2.1@1", {API: "1.11", WEB: "2.1"}),
        ("1.11@26", {API: "1.11", WEB: "2.0"}),
        ("2.0@80", {API: "1.10", WEB: "2.0"}),
    ]


def test_a_time_of_which_one_image_is_not_known_is_left_out():
    found = states({API: (ran("1.11", 2), ran("1.10", 90, 50)), WEB: (ran("2.1", 1), ran("2.0", 40, 1))})

    assert told(*found) == [
        ("2.1@1", {API: "1.11", WEB: "2.1"}),
        ("1.11@2", {API: "1.11", WEB: "2.0"}),
    ]


def test_nothing_ran_where_nothing_is_known():
    assert list(states({})) == []


@given(st.lists(st.lists(st.integers(1, 200), min_size=1, max_size=5, unique=True), min_size=1, max_size=3))
def test_every_state_is_what_each_image_ran_at_its_beginning(changes):
    pasts = {}
    for image, hours in enumerate(changes):
        ends = [None, *sorted(hours)]
        pasts["shop", str(image)] = tuple(
            ran(f"{since}", since, until) for since, until in zip(sorted(hours), ends, strict=False)
        )

    for state in states(pasts):
        for key, version in state.versions.items():
            (at,) = [
                each
                for each in pasts[key]
                if each.since <= state.since and (each.until is None or state.since < each.until)
            ]
            assert at.version == version
