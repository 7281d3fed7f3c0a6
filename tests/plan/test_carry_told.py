"""Carried configuration: where it lands in every style of YAML, and what is refused."""

import pytest
from promotions import graph

from promoter.config import Carry
from promoter.errors import RefusedError
from promoter.model import Skipped
from promoter.plan.carry import carried

HERE, THERE = "dev.yaml", "prod.yaml"


def carry(source: str, target: str, *paths: str, keep: tuple[str, ...] = ()):
    given = graph({HERE: source, THERE: target})
    found, skipped = carried(given, given, [Carry("{env}.yaml", paths)], ("dev", "prod"), keep)
    edits = tuple(edit for part in found for edit in part.edits)
    return given.snapshot.with_edits(edits)[THERE].decode(), found, skipped


def result(source: str, target: str, *paths: str, keep: tuple[str, ...] = ()) -> str:
    return carry(source, target, *paths, keep=keep)[0]


def refusal(source: str, target: str, path: str, *keep: str) -> tuple[str, str | None, str | None]:
    with pytest.raises(RefusedError) as error:
        carry(source, target, path, keep=keep)
    return error.value.message, error.value.where, error.value.hint


def test_each_part_says_its_place_in_the_target_its_pointer_and_its_source():
    _, (first, second), skipped = carry("a: 1\nb: 2\n", "x: 0\na: 0\n", "/a", "/b")

    assert (str(first.location), first.field, first.source) == ("prod.yaml:2:4", "/a", HERE)
    assert (str(second.location), second.field, second.source) == ("prod.yaml:1:1", "/b", HERE)
    assert skipped == ()


def test_a_part_of_mappings_says_the_place_of_the_mapping():
    _, (part,), _ = carry("a:\n  b: 1\n", "a:\n  b: 2\n", "/a")

    assert (str(part.location), part.field, part.source) == ("prod.yaml:2:3", "/a", HERE)


def test_equal_parts_give_nothing_though_they_are_written_in_other_ways():
    text, found, skipped = carry("a: {b: 1}\nc: 'x'\n", "a:\n  b: 1\nc: x\n", "/a", "/c")

    assert (text, found, skipped) == ("a:\n  b: 1\nc: x\n", (), ())


def test_a_mapping_whose_only_differences_are_kept_gives_nothing():
    _, found, skipped = carry("a:\n  b: 1\n", "a:\n  b: 2\n", "/a", keep=("/a/b",))

    assert (found, skipped) == ((), ())


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ("x: 1\n", "a: 1\n", "dev.yaml has nothing there"),
        ("a: [\n", "a: 1\n", "dev.yaml does not parse, or has more than one document"),
        ("a: 1\n", "a: [\n", "prod.yaml does not parse, or has more than one document"),
        ("a: 1\n---\nb: 1\n", "a: 1\n", "dev.yaml does not parse, or has more than one document"),
        ("a: 1\n", "", "prod.yaml does not parse, or has more than one document"),
        ("a: 1\n", "- 1\n", "it is no value of a mapping"),
    ],
)
def test_what_cannot_be_copied_is_told_with_the_file_that_is_the_reason(source, target, reason):
    assert carry(source, target, "/a")[2] == (Skipped("prod.yaml/a", reason),)


def test_an_item_of_a_list_is_no_value_of_a_mapping():
    text, _, skipped = carry("a:\n- x\n", "a:\n- y\n", "/a/0")

    assert (text, skipped) == ("a:\n- y\n", (Skipped("prod.yaml/a/0", "it is no value of a mapping"),))


def test_a_part_whose_place_the_target_lacks_is_told():
    assert carry("a: {b: 1}\n", "x: 1\n", "/a/b")[2] == (
        Skipped("prod.yaml/a/b", "it is no value of a mapping"),
    )


@pytest.mark.parametrize(("missing", "files"), [(HERE, {THERE: "a: 1\n"}), (THERE, {HERE: "a: 1\n"})])
def test_a_missing_file_is_told_by_its_own_name_and_the_other_parts_go_on(missing, files):
    given = graph({**files, "more-dev.yaml": "a: 1\n", "more-prod.yaml": "a: 2\n"})
    carries = [Carry("{env}.yaml", ("/a", "/b")), Carry("more-{env}.yaml", ("/a",))]

    found, skipped = carried(given, given, carries, ("dev", "prod"), ())

    assert skipped == tuple(
        Skipped(f"prod.yaml{path}", f"there is no file {missing}") for path in ("/a", "/b")
    )
    assert [part.source for part in found] == ["more-dev.yaml"]


def test_parts_after_one_that_cannot_be_copied_are_copied():
    text, _, skipped = carry("b: 1\n", "a: 0\nb: 0\n", "/a", "/b")

    assert text == "a: 0\nb: 1\n"
    assert len(skipped) == 1


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        # deeper and shallower indentation, with blank lines that stay empty
        ("a:\n    b:\n        c: 1\n", "a:\n  x: 1\n  b:\n    c: 2\n", "a:\n  b:\n    c: 1\n"),
        ("a:\n  b:\n  - 1\n\n  - 2\n", "a:\n    b: 0\n", "a:\n    b:\n    - 1\n\n    - 2\n"),
        ("a:\n      b:\n      - 1\n      - 2\n", "a:\n  b: 0\n", "a:\n  b:\n  - 1\n  - 2\n"),
        ("a:\n  b:\n  - 1\n  - 2\n", "a:\n   b: 0\n", "a:\n   b:\n   - 1\n   - 2\n"),
        ("a:\n  b:\n  - 1\n  - 2\n", "a:\r\n  b: 0\r\n", "a:\r\n  b:\r\n  - 1\r\n  - 2\r\n"),
        ("a: BOX\n", "a:\n- 1\n- 2\n", "a: BOX\n"),
        ("a: 1\n", "a:\n- BOX\n- BOX\nx: 1\n", "a: 1\nx: 1\n"),
        # new keys come after the last one, before what follows, in the line ends of the target
        ("a:\n  b: 1\n  c: 2\n", "a:\n  b: 1 # c\nx: 1\n", "a:\n  b: 1 # c\n  c: 2\nx: 1\n"),
        ("a:\n  b: 1\n  c: 2\n", "a:\r\n  b: 1\r\nx: 1\r\n", "a:\r\n  b: 1\r\n  c: 2\r\nx: 1\r\n"),
        ("a:\r\n  b: 1\r\n  c:\r\n  - 2\r\n", "a:\n  b: 1\n", "a:\n  b: 1\n  c:\n  - 2\n"),
        ("a:\n  b: 1\n  c: 2\n", "a:\n  b: 1", "a:\n  b: 1\n  c: 2"),
        ("a: {b: 1, c: 2}\n", "a:\n  b: 1\n", "a:\n  b: 1\n  c: 2\n"),
        ("a: {b: 1, c: 2}\n", "a: {b: 1} # d\n", "a: {b: 1, c: 2} # d\n"),
        ("a:\n  b: |\n    x\n  c: 2\n", "a:\n  b: 0\n  c: 2\n", "a:\n  b: |\n    x\n  c: 2\n"),
        ("a: {b: 1, c: 2}\n", "a: {b: , c: 2} # d\n", "a: {b: 1, c: 2} # d\n"),
        ("a: {b: 1, c: 2}\n", "a: {b, c: 2} # d\n", "a: {b: 1, c: 2} # d\n"),
        ("a:\n- 1\n", "x: 1\ny: why?\na: 0\n", "x: 1\ny: why?\na:\n- 1\n"),
        # what the source does not have goes with its line, also at the end of the file
        ("a:\n  c: 1\n", "a:\n  b: 1 # gone\n  c: 1\n", "a:\n  c: 1\n"),
        ("a:\n  c: 1\n", "a:\n  c: 1\n  b: 1", "a:\n  c: 1"),
        ("a:\n  c: 1\n", "a:\n  c: 1\n  b: |\n    x\n    y\nz: 1\n", "a:\n  c: 1\nz: 1\n"),
        # one value becomes another kind of value
        ("a: 1\n", "a:\n  b: 1\nx: 1\n", "a: 1\nx: 1\n"),
        ("a:\n  b: 1\n", "a: 1\nx: 1\n", "a:\n  b: 1\nx: 1\n"),
        ("a:\n  b: 1\n", "a: {b: 2} # c\nx: 1\n", "a: {b: 1} # c\nx: 1\n"),
        ("a:\n  b:\n    c: 1\n", "a:\n  b: {c: 2} # c\n", "a:\n  b:\n    c: 1 # c\n"),
        ("a:\n- 1\n", "a: [2]\nx: 1\n", "a:\n- 1\nx: 1\n"),
        ("a: [1]\n", "a:\n- 2\nx: 1\n", "a: [1]\nx: 1\n"),
        ("a:\n- 1\n", "a: # c\n  - 2\nx: 1\n", "a: # c\n  - 1\nx: 1\n"),
        ("a: 1\n", "a:\nx: 1\n", "a: 1\nx: 1\n"),
        ("a: {}\n", "a:\n  b: 1\n  c: 1\nx: 1\n", "a: {}\nx: 1\n"),
        ("a: [1, 2]\n", "a: [1]   # c\n", "a: [1, 2]   # c\n"),
        ("a: |\n  1\nx: 1\n", "a: |\n  2\n  3\nx: 2\n", "a: |\n  1\nx: 2\n"),
    ],
)
def test_the_part_is_written_in_the_targets_own_style(source, target, expected):
    assert result(source, target, "/a") == expected


def test_a_part_that_the_target_lacks_is_added_below_its_own_mapping():
    assert result("a:\n  b: 1\n", "a:\n  x: 0\nz: 1\n", "/a/b") == "a:\n  x: 0\n  b: 1\nz: 1\n"


def test_only_the_kept_key_itself_stays_and_not_what_begins_like_it():
    source, target = "a:\n  b: 1\n  bb: 1\n", "a:\n  b: 2\n  bb: 2\n"

    assert result(source, target, "/a", keep=("/a/b",)) == "a:\n  b: 2\n  bb: 1\n"


def test_what_is_kept_is_neither_added_nor_taken_away():
    source, target = "a:\n  b: 1\n  new: 1\n", "a:\n  b: 1\n  own:\n    x: 1\n"

    assert carry(source, target, "/a", keep=("/a/new", "/a/own"))[1] == ()


def test_a_key_is_taken_away_beside_one_that_is_kept():
    target = "a:\n  b: 1\n  own: 1\n  gone: 1\n"

    assert result("a:\n  b: 1\n", target, "/a", keep=("/a/own",)) == "a:\n  b: 1\n  own: 1\n"


def test_a_key_that_an_environment_keeps_inside_of_a_flow_mapping_is_refused():
    told = refusal("a:\n  b: {c: 1, d: 1}\n", "a:\n  b: {c: 2, d: 2}\n", "/a", "/a/b/c")

    assert told == (
        "a part of this is kept, and it is no block mapping",
        "prod.yaml:2:6",
        "write it in block style, or keep the whole",
    )


def test_a_flow_mapping_is_copied_whole_where_what_is_kept_lies_elsewhere():
    text = result("a:\n  b: {c: 1}\n", "a:\n  b: {c: 2}\n", "/a", keep=("/a/x/c", "/b"))

    assert text == "a:\n  b: {c: 1}\n"


@pytest.mark.parametrize(
    ("source", "target", "message", "where"),
    [
        ("x: &s 1\na: *s\n", "a: 2\n", "cannot copy what is shared through YAML anchors", "dev.yaml:1:7"),
        ("a: 1\n", "x: &s 2\na: *s\n", "cannot copy what is shared through YAML anchors", "prod.yaml:1:7"),
        (
            "x: &s 1\na: [0, *s]\n",
            "b: 2\n",
            "cannot copy what is shared through YAML anchors",
            "dev.yaml:2:4",
        ),
    ],
)
def test_what_has_no_safe_edit_is_refused_with_its_place(source, target, message, where):
    assert refusal(source, target, "/a") == (message, where, None)


@pytest.mark.parametrize(
    ("source", "target", "message", "where", "hint"),
    [
        (
            "a: 1\n",
            "{}\n",
            "cannot add to an empty mapping",
            "prod.yaml:1:1",
            "carry the mapping itself, or write a key in it",
        ),
        (
            "a: {b: 1}\n",
            "a: {b: 1, c: 2}\n",
            "cannot take `c` away: it has no line of its own",
            "prod.yaml:1:11",
            "write the mapping in block style, one key a line",
        ),
    ],
)
def test_what_could_be_edited_in_another_style_is_refused_with_what_to_do(
    source, target, message, where, hint
):
    assert refusal(source, target, "/a") == (message, where, hint)


@pytest.mark.parametrize(
    ("source", "target", "text"),
    [
        ("a: {b: 1, c: x\n   y}\n", "a:\n  b: 1\n  c: {z: 1}\n", 'a:\n  b: 1\n  c: "x y"\n'),
        ("a: {b: 1, c: {x: 1\n}}\n", "a:\n    b: 1\n    c: [z]\n", "a:\n    b: 1\n    c: {x: 1}\n"),
        ("a: {c: x\n y}\n", "a:\n  b: 1\n", 'a:\n  c: "x y"\n'),
        ("a:\n  c: [x,\ny]\n", "a:\n  b: 1\n", "a:\n  c: [x, y]\n"),
    ],
)
def test_what_has_less_room_on_its_further_lines_than_its_new_place_gives_goes_on_one(source, target, text):
    assert result(source, target, "/a") == text


def test_a_mapping_that_shares_no_key_gets_every_key_in_place_of_its_own():
    assert result("a:\n  c: 1\n  d: 2\n", "a:\n  b: 0 # ours\nz: 1\n", "/a") == "a:\n  c: 1\n  d: 2\nz: 1\n"


def test_new_keys_follow_the_last_one_that_stays():
    text = result("a:\n  b: 1\n  d: 2\n", "a:\n  b: 1 # ours\n  c: 0\nz: 1\n", "/a")

    assert text == "a:\n  b: 1 # ours\n  d: 2\nz: 1\n"


def test_a_mapping_that_replaces_a_list_below_its_key_is_indented():
    assert result("a:\n    c: x\n", "a:\n- y\nz: 1\n", "/a") == "a:\n    c: x\nz: 1\n"


def test_a_key_in_braces_that_begins_its_line_is_not_taken_away():
    message, where, _ = refusal("a: {b: 1}\n", "a: {b: 1,\n  c: 2,\n  d: 3}\n", "/a")

    assert (message, where) == ("cannot take `c` away: it has no line of its own", "prod.yaml:2:3")


@pytest.mark.parametrize(
    ("source", "target", "text"),
    [
        ("a: 1\n", 'a: !!bool "true"\n', "a: 1\n"),
        ('a: !!bool "true"\n', "a: 1\n", 'a: !!bool "true"\n'),
        ("a: {b: 1}\n", 'a: {b: !!bool "true"}\n', "a: {b: 1}\n"),
    ],
)
def test_a_tag_goes_with_its_value(source, target, text):
    assert result(source, target, "/a") == text


@pytest.mark.parametrize(
    ("source", "target", "text"),
    [
        ("b: 1\n", "a: 0\nb: 0\n", "b: 1\n"),
        ("b: 1\n", "a: 0\n", "\nb: 1\n"),
        ("a: 1\n", "a: 0\nb: 0\n", "a: 1\n"),
        ("a: 1\nc: 1\n", "# ours\na: 0\nb: 0\n", "# ours\na: 1\nc: 1\n"),
    ],
)
def test_a_whole_file_travels_key_by_key(source, target, text):
    assert result(source, target, "") == text


def test_an_empty_file_of_braces_takes_no_whole_file():
    _, found, skipped = carry("a: 1\n", "{}\n", "")

    assert (found, skipped) == ((), (Skipped("prod.yaml", "it is no value of a mapping"),))


@pytest.mark.parametrize(
    ("source", "target", "text"),
    [
        ("a:\r\n  b: 1\r\n", "a:\r\n  b: 1\r\n  c: 0\r\nz: 1\r\n", "a:\r\n  b: 1\r\nz: 1\r\n"),
        ("a:\r\n  b: 1\r\n", "a:\r\n  c: 0\r\n  b: 1\r\n", "a:\r\n  b: 1\r\n"),
    ],
)
def test_a_key_that_goes_takes_its_whole_line_end_along(source, target, text):
    assert result(source, target, "/a") == text


@pytest.mark.parametrize(
    ("source", "target", "text"),
    [
        ("a:\n   b:\n    - 1\n", "a:\n- 2\n- 3\n", "a:\n   b:\n    - 1\n"),
        ("a:\n - 1\n", "a:\n  x: 2\n", "a:\n  - 1\n"),
        ("a:\n x: 2\n", "a: # ours\n - 1\n", "a: # ours\n x: 2\n"),
        ("a:\n- 1\n- 2\n", "a:\n  x: 2\n", "a:\n- 1\n- 2\n"),
        ("a: |\n  x\n\n  y\n", "a: 1\n", "a: |\n  x\n\n  y\n"),
        ("a: |\n  x\n   \n  y\n", "a: 1\n", "a: |\n  x\n   \n  y\n"),
        (
            "a:\n  b: |\n    x\n     \n\n    y\n",
            "a:\n      b: 1\n",
            "a:\n      b: |\n        x\n         \n\n        y\n",
        ),
        ("a:\n  c:\n  - 1\n  - 2\n", "a:\n  c: 0\n", "a:\n  c:\n  - 1\n  - 2\n"),
        ("a:\n  c: [x,\n   y]\n", "a:\n  c: z\n", "a:\n  c: [x,\n   y]\n"),
        ("a:\n  c: [x,\n  y]\n", "a:\n  c: z\n", "a:\n  c: [x, y]\n"),
    ],
)
def test_a_value_of_another_form_has_the_room_it_needs(source, target, text):
    assert result(source, target, "/a") == text


def test_the_order_of_keys_is_no_difference():
    one, other = "a:\n  x: {b: 1, c: 2}\n", "a:\n  x: {c: 2, b: 1}\n"

    assert carry(one, other, "/a")[1:] == ((), ())
    assert carry(other, one, "/a")[1:] == ((), ())


def test_true_is_not_one():
    assert result("a: true\nb:\n  c: 1\n", "a: 1\nb:\n  c: true\n", "/a", "/b") == "a: true\nb:\n  c: 1\n"


def test_a_key_that_follows_one_that_goes_at_the_same_depth_and_deeper_are_both_there():
    text = result("a:\n  c:\n    e: 1\n  f: 2\n", "a:\n  c:\n    d: 0\nz: 1\n", "/a")

    assert text == "a:\n  c:\n    e: 1\n  f: 2\nz: 1\n"


def test_a_mapping_of_which_nothing_would_be_left_is_refused():
    refused = refusal("a:\n  b: 1\n", "a:\n  c: 1\n", "/a", "/a/b")

    assert refused == (
        "nothing would be left in this mapping: all that the source has in it is kept",
        "prod.yaml:2:3",
        "keep the whole, or carry less",
    )


def test_lines_in_brackets_that_have_room_stay_as_they_are():
    assert result("a:\n  c: [x,\n      y]\n", "a:\n    c: z\n", "/a") == "a:\n    c: [x,\n        y]\n"


def test_two_parts_of_one_file_are_proven_together():
    text = result("a: 1\nb: {c: 1}\n", "a: 0\nb: {c: 0}\nd: 1\n", "/b/c", "/a")

    assert text == "a: 1\nb: {c: 1}\nd: 1\n"
