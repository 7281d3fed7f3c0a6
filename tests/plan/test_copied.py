"""What the proof of a copy lets pass, whoever made the edits."""

import pytest
from promotions import graph

from promoter.errors import EditError
from promoter.model import Carried, Edit, Location
from promoter.plan.copied import check_copy

HERE, THERE = "dev.yaml", "prod.yaml"


def check(
    source: str, target: str, *parts: tuple[str, Edit], keep: tuple[tuple[str, ...], ...] = ()
) -> None:
    both = graph({HERE: source, THERE: target})
    made = [Carried(Location(THERE, 1, 1, 1, 1), field, HERE, (edit,)) for field, edit in parts]
    check_copy(both, both, made, keep)


def edit(start: int, end: int, text: str) -> Edit:
    return Edit(THERE, start, end, text)


def refused(*arguments, **more) -> str:
    with pytest.raises(EditError) as error:
        check(*arguments, **more)
    assert error.value.where == THERE
    return error.value.message


def test_a_part_that_reads_as_in_the_source_passes():
    check("a: 1\n", "a: 0\nb: 2\n", ("/a", edit(3, 4, "1")))


def test_two_parts_are_looked_at_together():
    check("a: 1\nb: 1\n", "a: 0\nb: 0\n", ("/a", edit(3, 4, "1")), ("/b", edit(8, 9, "1")))


def test_a_part_that_reads_otherwise_is_refused():
    assert refused("a: 1\n", "a: 0\n", ("/a", edit(3, 4, "2"))) == "/a would read '2', not '1'"


def test_a_change_beside_the_part_is_refused():
    said = refused("a: 1\n", "a: 0\nb: 2\n", ("/a", edit(3, 9, "1\nb: 3")))

    assert said == "/b would read '3', not '2'"


def test_a_key_that_comes_beside_the_part_is_refused():
    said = refused("a: 1\n", "a: 0\n", ("/a", edit(3, 4, "1\nb: 3")))

    assert said == "/b would read '3', not None"


def test_a_key_that_goes_beside_the_part_is_refused():
    said = refused("a: 1\n", "a: 0\nb: 2\n", ("/a", edit(3, 10, "1\n")))

    assert said == "/b would read None, not '2'"


def test_what_is_kept_reads_as_before():
    check("a: {b: 1, c: 1}\n", "a: {b: 0, c: 0}\n", ("/a", edit(7, 8, "1")), keep=(("a", "c"),))


def test_what_is_kept_may_not_become_the_source_s():
    changed = ("/a", edit(7, 14, "1, c: 1"))

    said = refused("a: {b: 1, c: 1}\n", "a: {b: 0, c: 0}\n", changed, keep=(("a", "c"),))

    assert said == "/a/c would read '1', not '0'"


def test_a_file_that_would_not_parse_is_refused():
    said = refused("a: 1\n", "a: 0\n", ("/a", edit(3, 4, "[")))

    assert said.startswith("copying would break the file: while parsing a flow")
