"""Holds, skips and freezes as people find them in the repository: paths, texts, and files that are odd."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from promoter.errors import UsageError
from promoter.gates import Note, State, freeze_path, hold_path, note_file, read_state, skip_path
from promoter.model import Snapshot

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def held(content: bytes) -> Note:
    return read_state(Snapshot.of({"s/holds/prod/shop.yaml": content}), "s").holds["prod", "shop"]


def test_each_kind_of_note_has_a_path_that_tells_what_it_is_about():
    assert hold_path(".promoter", "prod-eu", "shop_1") == ".promoter/holds/prod-eu/shop_1.yaml"
    assert freeze_path(".promoter", "prod.eu") == ".promoter/freezes/prod.eu.yaml"
    assert skip_path("s", "shop", "v1/odd:tag") == "s/skips/shop/v1%2Fodd%3Atag.yaml"


@pytest.mark.parametrize(
    "path",
    [
        lambda name: hold_path("s", name, "shop"),
        lambda name: hold_path("s", "prod", name),
        lambda name: skip_path("s", name, "v1"),
        lambda name: freeze_path("s", name),
    ],
)
def test_a_name_that_would_leave_the_directory_is_refused_in_every_path(path):
    with pytest.raises(UsageError) as error:
        path("../x")

    assert error.value.message == "expected a name of letters, digits, '.', '_' and '-', found '../x'"


def test_a_note_is_a_line_for_each_thing_that_is_known():
    everything = Note("it: broke", "kim", NOON, NOON + timedelta(microseconds=5), "1.10")

    assert note_file(everything) == (
        b'version: "1.10"\n'
        b'because: "it: broke"\n'
        b"by: kim\n"
        b"since: 2026-03-04T12:00:00+00:00\n"
        b"until: 2026-03-04T12:00:00+00:00\n"
    )
    assert note_file(Note(by="kim")) == b"by: kim\n"
    assert note_file(Note()) == b""


def test_a_written_note_is_read_with_every_field():
    content = (
        b"version: v1\nbecause: slow\nby: kim\nsince: 2026-03-04T12:00:00Z\nuntil: 2026-03-05T12:00:00Z\n"
    )

    assert held(content) == Note("slow", "kim", NOON, NOON + timedelta(days=1), "v1", "")


def test_an_empty_file_holds_without_a_reason():
    assert held(b"") == Note()


@pytest.mark.parametrize("key", ["since", "until"])
def test_a_time_that_is_none_is_told_with_the_form_and_the_file(key):
    note = held(f"{key}: tomorrow\nby: kim\n".encode())

    assert (note.by, note.since, note.until) == ("kim", None, None)
    assert note.problem == (
        f"s/holds/prod/shop.yaml: expected {key} like 2026-01-31T09:00:00+01:00, found 'tomorrow'"
    )


def test_a_time_without_a_zone_is_one_of_this_machine_and_never_naive():
    until = held(b"until: 2026-03-05T12:00:00\n").until

    assert until is not None
    assert until.tzinfo is not None
    assert until.replace(tzinfo=None) == datetime(2026, 3, 5, 12)  # noqa: DTZ001 - the clock on the wall


def test_a_zone_of_the_file_is_kept():
    until = held(b"until: 2026-03-05T12:00:00+02:00\n").until

    assert until is not None
    assert until.tzinfo == timezone(timedelta(hours=2))


def test_a_file_that_does_not_parse_holds_and_says_why():
    note = held(b"because: [\n")

    assert note.problem
    assert (note.because, note.by, note.version) == ("", "", "")


def test_only_files_of_the_three_kinds_at_their_depth_are_notes():
    paths = (
        *(
            "holds/prod.yaml",
            "holds/prod/shop/x.yaml",
            "skips/shop.yaml",
            "freezes/a/b.yaml",
            "other/a.yaml",
        ),
        *("holds/prod/shop.yml", "holds/prod/shop.yaml.bak", "README.md"),
    )

    assert read_state(Snapshot.of({f"s/{path}": b"" for path in paths}), "s") == State({}, {}, {})


def test_a_file_that_is_no_note_hides_none_after_it():
    files = {"s/aside/of/all/kinds.yaml": b"", "s/freezes/prod.yaml": b""}

    assert list(read_state(Snapshot.of(files), "s").freezes) == ["prod"]


def test_a_directory_beside_with_a_longer_name_is_not_the_state():
    files = {"state/freezes/a.yaml": b"", "state-old/freezes/b.yaml": b"", "old/state/freezes/c.yaml": b""}

    assert list(read_state(Snapshot.of(files), "state").freezes) == ["a"]


def test_without_a_state_directory_there_is_no_state():
    assert read_state(Snapshot.of({"s": b"a file"}), "s") == State({}, {}, {})
    assert read_state(Snapshot.of({}), "s") == State({}, {}, {})


def test_escaped_names_are_read_back_in_every_part():
    files = dict.fromkeys(
        ("s/holds/a%20b/c%2Fd.yaml", "s/skips/e%20f/g%3Ah.yaml", "s/freezes/i%20j.yaml"), b""
    )

    state = read_state(Snapshot.of(files), "s")

    assert list(state.holds) == [("a b", "c/d")]
    assert list(state.skips) == [("e f", "g:h")]
    assert list(state.freezes) == ["i j"]


def test_a_note_is_over_from_its_last_moment_on():
    note = Note(until=NOON)

    assert not note.is_over(NOON - timedelta(seconds=1))
    assert note.is_over(NOON)
    assert not Note().is_over(NOON)
