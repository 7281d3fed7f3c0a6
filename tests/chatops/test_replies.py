"""What people read when a comment was not understood, and how long each part of a command may be."""

import time
from datetime import UTC

import pytest

from promoter.chatops import Comment, help_text, parse
from promoter.chatops.words import LONGEST_NAME, LONGEST_REASON, LONGEST_SPAN

HOLD = '`/hold APP in ENV [for TIME] [because "TEXT"]`'


def said(text: str, prefix: str = "") -> list[tuple[int, str]]:
    comment = parse(text, prefix)
    assert comment.commands == ()
    return [(each.line, each.message) for each in comment.problems]


def test_the_help_ends_with_the_two_rules_of_comments():
    assert help_text().endswith(
        "  shows this list, or one command. Alone: the list.\n"
        "\n"
        "A command stands alone at the start of a line, outside quotes and code. "
        "One comment holds at most one command that changes something."
    )


def test_the_help_for_one_command_says_what_it_means_alone_where_it_may_stand_alone():
    assert help_text("status") == (
        "- `/status [APP] [in ENV]`\n"
        "  shows which version runs where, and what stops the next one. Alone: every app."
    )
    assert help_text("plan") == "- `/plan`\n  shows what this pull request's promotion would do now."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "/help dance",
            "`dance` is not a command: there are promote, rollback, hold, release, freeze, unfreeze, skip, "
            "unskip, override, retry, status, diff, plan, help",
        ),
        (
            "/hold shop in prod it broke",
            f'`it` is not expected here: {HOLD}. Put a reason between quotes: because "…".',
        ),
        ('/hold shop in prod "it broke"', f"`it broke` is not expected here: {HOLD}."),
        ("/plan shop", "`shop` is not expected here: `/plan`."),
        ('/hold shop in prod because ""', "the reason is empty: write a few words between the quotes"),
        (
            "/hold sh\x07op in prod",
            "the line holds a character that cannot be seen: U+0007 in column 9. Type the command again",
        ),
        ("/hold", f"`APP` is missing: {HOLD}"),
    ],
)
def test_the_reply_says_what_was_found_and_what_to_write(text, expected):
    assert said(text) == [(1, expected)]


def test_two_changing_commands_are_named_with_the_lines_they_stand_on():
    assert said("/promote shop to prod\n\nand\n\n/hold shop in staging") == [
        (5, "`/promote` (line 1) and `/hold` both change something: write one comment for each")
    ]


def test_the_shape_in_a_reply_carries_the_prefix():
    assert said("/gitops hold shop", "/gitops") == [
        (1, '`in ENV` is missing: `/gitops hold APP in ENV [for TIME] [because "TEXT"]`')
    ]


def test_a_line_swallowed_by_a_quote_is_named_by_its_number():
    assert said("hello\n\n> quoted\n/hold shop in prod") == [
        (4, "this line belongs to the quote above: leave a line empty")
    ]


def test_a_comment_too_long_is_answered_on_its_first_line():
    assert said("/status\n" * 10_000) == [(1, "the comment is longer than 65536 characters")]


def test_every_mistake_of_a_comment_is_told_at_once():
    assert [line for line, _ in said("/hold shop\n/skip shop because x\n/rolback")] == [1, 2, 3]


def test_the_eleventh_command_is_the_one_too_many():
    assert len(parse("/status\n" * 10).commands) == 10
    assert said("/status\n" * 11) == [(11, "a comment holds at most 10 commands")]


def test_a_command_of_a_thousand_characters_is_read_and_one_more_is_not():
    assert len(parse("/status".ljust(999) + "x").commands) == 1
    assert said("/status".ljust(1000) + "x") == [
        (1, "the line has 1001 characters; a command has at most 1000")
    ]


def test_a_comment_of_the_longest_length_is_read():
    assert len(parse("/status\n\n".ljust(65_536, "x")).commands) == 1


def test_names_reasons_spans_and_gates_may_reach_their_longest():
    name, reason = "a" * LONGEST_NAME, "r" * LONGEST_REASON
    assert parse(f"/status {name}").commands[0].subject == name
    assert parse(f"/unfreeze {name}").commands[0].target == name
    assert parse(f"/hold shop in prod because {reason}").commands[0].because == reason
    assert parse("/hold shop in prod for 3650d").commands[0].hold == LONGEST_SPAN
    assert parse(f"/override {name} because x").commands[0].gates == (name,)


@pytest.mark.parametrize(("length", "shown"), [(60, "x" * 60), (61, "x" * 60 + "…")])
def test_a_long_word_is_cut_in_the_reply_with_an_ellipsis(length, shown):
    assert said("/plan " + "x" * length) == [(1, f"`{shown}` is not expected here: `/plan`.")]


def test_a_time_comes_back_in_utc_whatever_its_zone(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        zoned = parse("/freeze prod until 2026-12-24T18:00+01:00 because x").commands[0].until
        plain = parse("/freeze prod until 2026-12-24T17:00 because x").commands[0].until
    finally:
        monkeypatch.undo()
        time.tzset()

    assert zoned is not None
    assert zoned == plain
    assert zoned.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "truth"),
    [("thanks", False), ("", False), ("/status", True), ("/rolback shop", True)],
)
def test_a_comment_is_true_when_promoter_has_something_to_do_or_to_answer(text, truth):
    assert bool(parse(text)) is truth


def test_a_lone_carriage_return_ends_a_line():
    assert [(each.verb, each.line) for each in parse("/plan\r/status\rthanks").commands] == [
        ("plan", 1),
        ("status", 2),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a <!-- x --> b <!-- y\n/plan\n--> c\n/status",
        "a <!-- x\n/plan\n--> b <!-- y --> c\n/status\nd <!-- z -->",
        "a <!--> b -->\n/status\n<!-- `\n/plan\n` -->",
        "``a\n/plan`` b `c\n/plan\n`\n/status",
        "`a`<!-- \n/plan -->\n/status",
        "a <!-- ` x\n/plan\n--> ` b\n/status",
        "a <!-- ` -- ` --> `b\n/plan`\n/status",
        "a `b` <!-- open\n/status",
        "`a` b\n/status\nc `d`",
    ],
)
def test_only_the_command_outside_marks_counts(text):
    comment = parse(text)

    assert [command.verb for command in comment.commands] == ["status"]
    assert comment.commands[0].line == text[: text.index("/status")].count("\n") + 1


def test_a_line_after_the_quote_has_ended_is_an_ordinary_line():
    assert parse("> quoted\n\n/status").commands[0].verb == "status"
    assert parse("- item\n\ntext\n/status").commands[0].verb == "status"


@pytest.mark.parametrize("above", ["> # heading", "> ```\n> code\n> ```", "- # heading"])
def test_a_line_right_below_a_quoted_heading_or_code_is_an_ordinary_line(above):
    assert parse(f"{above}\n/status").commands[0].verb == "status"


def test_a_sentence_before_a_quote_keeps_its_command():
    assert parse("/status\n> quoted") != Comment()
    assert [command.line for command in parse("/status\n> quoted").commands] == [1]
