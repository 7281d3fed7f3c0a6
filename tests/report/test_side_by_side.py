from promoter.report.diff.side_by_side import columns, rows
from promoter.report.paint import Paint

BEFORE = ["a", "b", "c", "d", "e", "f", "g", "h"]
AFTER = ["a", "b", "c", "D", "e", "f", "g", "h", "i"]


def test_lines_that_belong_together_stand_beside_each_other():
    assert list(rows(BEFORE, AFTER)) == [
        ("⋯", "", ""),
        (" ", "b", "b"),
        (" ", "c", "c"),
        ("~", "d", "D"),
        (" ", "e", "e"),
        (" ", "f", "f"),
        (" ", "g", "g"),
        (" ", "h", "h"),
        ("+", "", "i"),
    ]


def test_columns_have_the_same_width_and_fit():
    lines = list(columns(["one", "two"], ["one", "three"], Paint(), 80))

    assert lines == ["one" + " " * 35 + " │ one", "two" + " " * 35 + " │ three"]


def test_a_long_line_is_wrapped_and_never_cut():
    long = "x" * 100

    lines = list(columns([long], ["y"], Paint(), 83))

    assert "".join(line.partition("│")[0].strip() for line in lines) == long
    assert all(len(line) <= 83 for line in lines)


def test_every_line_of_a_long_text_with_many_equal_lines_is_told():
    before = ["  },", "  {"] * 1_000
    after = ["  },", "  [", "  {"] * 1_000

    found = list(rows(before, after))

    assert sum(mark in "+~" and right == "  [" for mark, _, right in found) == 1_000
