"""What a baseline keeps of a run, and which files are none."""

import pytest

from promoter.errors import UsageError
from promoter.lint import baseline
from promoter.model import Finding, Location, Severity

OLD, NEW = (
    Finding("IMG001", "latest-tag", Severity.WARNING, message, Location(path, 3))
    for message, path in (("old", "a.yaml"), ("new", "b.yaml"))
)


def test_an_update_takes_what_is_new_only_when_that_is_accepted() -> None:
    known = baseline.create([OLD])
    assert baseline.update(known, [OLD, NEW]) == known
    assert baseline.update(known, [OLD, NEW], accept_new=True) == baseline.create([OLD, NEW])


def test_an_update_drops_what_is_gone() -> None:
    assert baseline.update(baseline.create([OLD, NEW]), [NEW]) == baseline.create([NEW])


def test_a_written_baseline_is_read_as_it_was() -> None:
    known = baseline.create([OLD, OLD, NEW])
    assert baseline.load("b.json", baseline.dump(known).encode()) == known


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"schema": "other", "entries": []}',
        f'{{"schema": "{baseline.SCHEMA}", "entries": {{}}}}',
        f'{{"schema": "{baseline.SCHEMA}", "entries": ["a"]}}',
        f'{{"schema": "{baseline.SCHEMA}", "entries": [{{"fingerprint": 1}}]}}',
    ],
)
def test_a_file_that_is_no_baseline_is_refused_with_its_place(content: str) -> None:
    with pytest.raises(UsageError) as caught:
        baseline.load("b.json", content.encode())
    assert caught.value.where == "b.json"
