"""The help is made from the grammar, and the grammar reads its own help."""

import pytest

from promoter.chatops import Verb, help_text, parse, usage

SAMPLES = {
    "APP[@VERSION]": "shop@1.4.2",
    "APP@VERSION": "shop@1.4.2",
    "APP": "shop",
    "ENV": "prod",
    "VERSION": "1.4.1",
    "N": "2",
    "TIME": "3d",
    "DATE": "2026-12-24",
    "GATE[,GATE…]": "soak,window",
    "GATE": "irreversible",
    "COMMAND": "hold",
}


@pytest.mark.parametrize("verb", list(Verb))
def test_the_usage_with_every_option_is_understood(verb):
    words = usage(verb).replace("APP[@VERSION]", "shop@1.4.2").replace("GATE[,GATE…]", "soak").split()
    shape = " ".join(words)
    while " | " in shape:
        start = shape.index(" | ")
        shape = shape[:start] + shape[shape.index("]", start) :]
    sentence = " ".join(SAMPLES.get(word, word) for word in shape.replace("[", "").replace("]", "").split())

    comment = parse(sentence)

    assert comment.problems == ()
    assert comment.commands[0].verb is verb


def test_the_help_names_every_command_once():
    lines = help_text().splitlines()

    assert [line.split()[1].strip("`/") for line in lines if line.startswith("- `")] == list(Verb)


def test_the_help_for_one_command_shows_only_it():
    assert help_text("hold").startswith('- `/hold APP in ENV [for TIME] [because "TEXT"]`')
    assert "freeze" not in help_text("hold")


def test_the_help_writes_the_prefix():
    assert "`/gitops hold APP in ENV" in help_text(prefix="/gitops")


def test_alternatives_are_shown_together():
    assert "[to VERSION | --steps N | --undo]" in usage(Verb.ROLLBACK)
