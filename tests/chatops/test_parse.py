"""Comments to commands: the grammar, what is left alone, and what strangers may write."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promoter.chatops import Command, Comment, Verb, parse
from promoter.chatops.grammar import FORMS
from promoter.chatops.parse import MOST_PROBLEMS

DIGEST = "sha256:" + "0a" * 32


def one(text: str, prefix: str = "") -> Command:
    comment = parse(text, prefix)
    assert comment.problems == ()
    (command,) = comment.commands
    return command


def problem(text: str, prefix: str = "") -> str:
    comment = parse(text, prefix)
    assert comment.commands == ()
    return comment.problems[0].message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/promote", Command(Verb.PROMOTE)),
        ("/promote shop to prod", Command(Verb.PROMOTE, subject="shop", target="prod")),
        ("/promote to prod", Command(Verb.PROMOTE, target="prod")),
        (
            '/promote shop@1.4.2 from staging to prod-eu --dry-run because "asked for"',
            Command(
                Verb.PROMOTE,
                subject="shop",
                version="1.4.2",
                source="staging",
                target="prod-eu",
                because="asked for",
                dry_run=True,
            ),
        ),
        (
            f"/promote shop@1.4.2@{DIGEST} to prod",
            Command(Verb.PROMOTE, subject="shop", version=f"1.4.2@{DIGEST}", target="prod"),
        ),
        (
            f"/promote shop@{DIGEST} to prod",
            Command(Verb.PROMOTE, subject="shop", version=DIGEST, target="prod"),
        ),
        (
            "/promote shop@newest to staging",
            Command(Verb.PROMOTE, subject="shop", version="newest", target="staging"),
        ),
        (
            '/rollback shop in prod because "500s"',
            Command(Verb.ROLLBACK, subject="shop", target="prod", because="500s"),
        ),
        (
            "/rollback shop in prod because 500s",
            Command(Verb.ROLLBACK, subject="shop", target="prod", because="500s"),
        ),
        (
            "/rollback shop in prod because “500s on checkout” to 1.4.1 hold 3d",
            Command(
                Verb.ROLLBACK,
                subject="shop",
                target="prod",
                version="1.4.1",
                hold=3 * 86_400,
                because="500s on checkout",
            ),
        ),
        (
            "/rollback shop in prod --steps 2 --no-hold because x",
            Command(Verb.ROLLBACK, subject="shop", target="prod", steps=2, unheld=True, because="x"),
        ),
        (
            "/rollback shop in prod --undo because x",
            Command(Verb.ROLLBACK, subject="shop", target="prod", undo=True, because="x"),
        ),
        ("/hold shop in prod", Command(Verb.HOLD, subject="shop", target="prod")),
        ("/hold shop in prod for 30m", Command(Verb.HOLD, subject="shop", target="prod", hold=1800)),
        ("/release shop in prod", Command(Verb.RELEASE, subject="shop", target="prod")),
        (
            '/freeze prod until 2026-12-24T18:00+01:00 because "holidays"',
            Command(
                Verb.FREEZE,
                target="prod",
                until=datetime(2026, 12, 24, 17, tzinfo=UTC),
                because="holidays",
            ),
        ),
        (
            "/freeze prod until 2026-12-24 because holidays",
            Command(
                Verb.FREEZE, target="prod", until=datetime(2026, 12, 24, tzinfo=UTC), because="holidays"
            ),
        ),
        ("/unfreeze prod", Command(Verb.UNFREEZE, target="prod")),
        (
            '/skip shop@1.5.0 because "leaks"',
            Command(Verb.SKIP, subject="shop", version="1.5.0", because="leaks"),
        ),
        ("/unskip shop@1.5.0", Command(Verb.UNSKIP, subject="shop", version="1.5.0")),
        (
            '/override soak,window because "incident 12"',
            Command(Verb.OVERRIDE, gates=("soak", "window"), because="incident 12"),
        ),
        ("/retry", Command(Verb.RETRY)),
        ("/status", Command(Verb.STATUS)),
        ("/status shop in prod", Command(Verb.STATUS, subject="shop", target="prod")),
        ("/status in prod", Command(Verb.STATUS, target="prod")),
        (
            "/diff shop from staging to prod",
            Command(Verb.DIFF, subject="shop", source="staging", target="prod"),
        ),
        ("/plan", Command(Verb.PLAN)),
        ("/help", Command(Verb.HELP)),
        ("/help rollback", Command(Verb.HELP, topic="rollback")),
        ("/help /rollback", Command(Verb.HELP, topic="rollback")),
        ("/Promote shop to prod", Command(Verb.PROMOTE, subject="shop", target="prod")),
        ("/promote\tshop  to   prod  ", Command(Verb.PROMOTE, subject="shop", target="prod")),
    ],
)
def test_reads_the_sentence(text, expected):
    assert one(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "shipped it",
        "please /promote shop to prod",
        " /promote shop to prod",
        "\t/promote shop to prod",
        "> /promote shop to prod",
        "    /promote shop to prod",
        "```\n/promote shop to prod\n```",
        "~~~sh\n/promote shop to prod\n~~~",
        "```\n/promote shop to prod",
        "````\n```\n/promote shop to prod\n````",
        "- ```\n  x\n  ```\n\n  /promote shop to prod",
        "<!-- hidden\n/promote shop to prod\n-->",
        "text <!-- hidden\n/promote shop to prod\n--> text",
        "<!--\n/promote shop to prod",
        "a `span\n/promote shop to prod\nof` code",
        "<details>\n/promote shop to prod\n</details>",
        "/shrug",
        "/lgtm",
        "/usr/bin/promote is a path",
        "/retest",
        "/rebase",
        "//promote shop to prod",
        "[a]:\n/promote",
    ],
)
def test_leaves_alone_what_is_not_said_to_it(text):
    assert parse(text) == Comment()


def test_finds_the_command_between_other_lines_and_tells_its_line():
    command = one("Looks good.\r\n\r\n```\r\nlog\r\n```\r\n/promote shop to prod\r\nthanks")

    assert (command.subject, command.line) == ("shop", 6)


def test_a_name_in_code_marks_is_not_dropped_from_the_command():
    assert "`?shop?` is not a name" in problem("/promote `shop` to prod")


def test_unpaired_marks_hide_nothing():
    assert one("a ` tick and <!-- an arrow\n/promote shop to prod").subject == "shop"


@pytest.mark.parametrize("above", ["> quoted", "- item", "1. item"])
def test_says_when_the_line_belongs_to_the_quote_or_list_above(above):
    assert "leave a line empty" in problem(f"{above}\n/promote shop to prod")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/promot shop to prod", "did you mean `/promote`?"),
        ("/rolback shop in prod", "did you mean `/rollback`?"),
        ("/\u0440romote shop to prod", "did you mean `/promote`?"),
        ("/promote shop", "`to ENV` is missing"),
        ("/rollback shop in prod", '`because "TEXT"` is missing'),
        ("/freeze prod", '`because "TEXT"` is missing'),
        ("/rollback", "`APP` is missing"),
        ("/skip shop because x", "has no version"),
        ("/promote shop to", "`to` is the last word"),
        ("/promote shop prod", "`prod` is not expected here"),
        ("/promote to prod shop", "`shop` is not expected here"),
        ("/promote shop to prod to staging", "`to` is not expected here"),
        ("/rollback shop in prod because it broke", "Put a reason between quotes"),
        ("/rollback shop in prod because --no-hold", "`--no-hold` stands where `because` needs"),
        ('/rollback shop in prod because "it broke', "does not end"),
        ('/rollback shop in prod because "  "', "the reason is empty"),
        ("/rollback shop in prod to 1 --undo because x", "exclude each other"),
        ("/rollback shop in prod --steps 0 because x", "not a number of steps"),
        ("/rollback shop in prod --steps ٣ because x", "not a number of steps"),
        ("/hold shop in prod for ever", "not a length of time"),
        ("/hold shop in prod for 99999w", "not a length of time"),
        ("/hold shop in prod for 0m", "not a length of time"),
        ("/freeze prod until tomorrow because x", "not a time"),
        ('/promote "shop" to prod', "`shop` is not expected here"),
        ('/promote shop to "prod"', "`to` takes ENV without quotes"),
        ("/promote --to=x", "`--to=x` is not expected here"),
        ("/promote ../../x to prod", "is not a name"),
        ("/promote shop to ../prod", "is not a name"),
        ("/promote a/b to prod", "is not a name"),
        ("/promote shop..x to prod", "is not a name"),
        ("/promote -x to prod", "is not expected here"),
        ("/promote @alice to prod", "is not a name"),
        ("/promote shop@1.0;rm to prod", "is not a version"),
        ("/promote shop@sha256:12 to prod", "is not a version"),
        ("/promote shop@$(id) to prod", "is not a version"),
        ("/promote sh\u043ep to prod", "U+043E CYRILLIC SMALL LETTER O"),
        ("/promote shop\u202e to prod", "U+202E RIGHT-TO-LEFT OVERRIDE in column 14"),
        ("/promote sh\u200bop to prod", "U+200B ZERO WIDTH SPACE"),
        ("/promote shop\x07 to prod", "U+0007"),
        ("/promote shop\x1bto prod", "U+001B"),
        ("/promote " + "x" * 101 + " to prod", "is not a name"),
        ("/promote shop to prod because " + "x" * 2000, "at most 1000"),
        ("/rollback shop in prod because " + "x" * 600, "at most 500"),
        ("/help dance", "is not a command"),
        ("/plan shop", "`shop` is not expected here"),
        ("/override Soak! because x", "does not name gates"),
    ],
)
def test_tells_what_was_not_understood(text, said):
    assert said in problem(text)


def test_two_changing_commands_run_neither():
    comment = parse("/promote shop to prod\n\n/hold shop in staging\n/status")

    assert comment.commands == ()
    assert "both change something" in comment.problems[0].message


def test_many_reading_commands_and_one_changing_command_are_fine():
    comment = parse("/status\n/diff shop from staging to prod\n/promote shop to prod")

    assert [command.verb for command in comment.commands] == [Verb.STATUS, Verb.DIFF, Verb.PROMOTE]
    assert comment.changing == comment.commands[2]


def test_a_slip_beside_a_command_runs_neither():
    assert parse("/promote shop to prod\n/staus").commands == ()


def test_with_a_prefix_only_the_prefix_counts():
    assert parse("/hold shop in prod", "/gitops") == Comment()
    assert one("/gitops hold shop in prod", "/gitops").verb is Verb.HOLD
    assert one("/gitops", "/gitops").verb is Verb.HELP
    assert "did you mean `/gitops rollback`?" in problem("/gitops rolback shop", "/gitops")
    assert "`/gitops help` lists them" in problem("/gitops dance", "/gitops")
    assert parse("/gitopsx hold shop in prod", "/gitops") == Comment()


def test_an_untrusted_word_cannot_break_out_of_its_quotes_in_the_reply():
    said = problem("/promote shop`![x](http://e)` to prod")

    assert said.startswith("`shop?![x](http://e)?` is not a name")


@pytest.mark.parametrize(
    "text",
    [
        "> " * 30_000,
        "- " * 30_000,
        "`" * 60_000,
        "``` \n" * 12_000,
        "<!--" * 15_000,
        "[" * 60_000,
        "".join("`" * n + " " for n in range(1, 340)),
        "/promote a to b\n" * 3_750,
        "/x\n" * 20_000,
        "/" + "p" * 59_000,
        "/promote " * 6_000,
        "/promot\n\n" * 6_000,
        "\x00" * 60_000,
    ],
    ids=range(13),
)
def test_a_huge_comment_gets_a_short_answer(text):
    comment = parse(text[:60_000])

    assert len(comment.problems) <= MOST_PROBLEMS
    assert sum(len(each.message) for each in comment.problems) < 2_000


def test_a_comment_longer_than_github_allows_is_refused():
    assert "longer than" in problem("/status\n" * 10_000)


WORDS = st.sampled_from(
    (
        *("/promote", "/rollback", "/freeze", "shop", "to", "in", "because", "--undo", "--steps", "2"),
        *(
            '"',
            "`",
            ">",
            "\n",
            "@",
            "../",
            "<!--",
            "-->",
            "```",
            "\u202e",
            "\0",
            "é",
            "until",
            "2026-12-24",
        ),
        *("hold", "3d", "1.10"),
    )
)


@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=40).map(" ".join)))
def test_any_text_gives_commands_of_safe_words_or_sentences(text):
    comment = parse(text)

    assert not (comment.commands and comment.problems)
    assert len([command for command in comment.commands if command.verb.changes]) <= 1
    for command in comment.commands:
        for word in (command.subject, command.source, command.target):
            assert word is None or (
                word.isascii() and word.isprintable() and not set(word) & set(" /\\:~^?*[@")
            )
            assert word is None or (word[0] not in "-." and ".." not in word)
        assert command.because is None or command.because.isprintable()
    for each in comment.problems:
        assert each.message.isprintable()
        assert 1 <= each.line <= text.count("\n") + text.count("\r") + 1


NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}", fullmatch=True).filter(
    lambda name: name.lower() not in {"to", "from", "in", "because"}
)
TAGS = st.one_of(
    st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,40}", fullmatch=True),
    st.sampled_from(["1.10", "0123456", "6e5", "on", "null", "~1"[1:], "v1"]),
)


@given(NAMES, TAGS, NAMES)
def test_names_and_versions_come_back_as_written(app, tag, environment):
    command = one(f"/promote {app}@{tag} to {environment}")

    assert (command.subject, command.version, command.target) == (app, tag, environment)


@given(st.sampled_from([verb for verb in Verb if FORMS[verb].clauses]), st.text(max_size=40))
def test_no_quote_fence_or_indent_lets_a_command_through(verb, rest):
    line = f"/{verb} {' '.join(rest.split())}"

    for wrapped in (f"> {line}", f"```\n{line.replace('`', '')}\n```", f"    {line}", f"so: {line}"):
        assert parse(wrapped).commands == ()
