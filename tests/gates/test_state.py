"""Holds, skips and freezes as files."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promoter.errors import UsageError
from promoter.gates import Note, freeze_path, hold_path, note_file, read_state, skip_path
from promoter.model import Snapshot

NOTE = Note("the 500s: #12", "kim", datetime(2026, 3, 4, 12, tzinfo=UTC), None, "1.10")


def test_what_is_written_reads_back():
    files = {
        hold_path(".promoter", "prod", "shop"): note_file(NOTE),
        skip_path(".promoter", "shop", "v1/odd:tag@sha256:0"): note_file(NOTE),
        freeze_path(".promoter", "prod"): note_file(NOTE),
    }

    state = read_state(Snapshot.of(files), ".promoter")

    assert state.holds == {("prod", "shop"): NOTE}
    assert state.skips == {("shop", "v1/odd:tag@sha256:0"): NOTE}
    assert state.freezes == {"prod": NOTE}


@given(st.text(max_size=40), st.text(max_size=20))
def test_any_reason_and_version_round_trip(because, version):
    note = Note(because=because, version=version)

    files = {hold_path("s", "e", "a"): note_file(note)}

    assert read_state(Snapshot.of(files), "s").holds["e", "a"] == note


def test_a_file_that_cannot_be_read_still_holds_and_says_what_is_wrong():
    state = read_state(Snapshot.of({"s/holds/e/a.yaml": b"until: soon\n"}), "s")

    assert "expected until like" in state.holds["e", "a"].problem


@pytest.mark.parametrize("name", ["../x", "a/b", "", "-x", "a b"])
def test_a_name_with_a_path_in_it_is_refused(name):
    with pytest.raises(UsageError):
        hold_path("s", "e", name)
