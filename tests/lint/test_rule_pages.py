import runpy
import sys
from pathlib import Path

import pytest

from promoter.commands.rules import ordered, rules
from promoter.errors import UsageError
from promoter.report.rules import json, markdown, text

DOCS = Path(__file__).parents[2] / "docs"


def test_the_generated_pages_are_up_to_date(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["generate_rules.py", "--check"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(DOCS / "generate_rules.py"), run_name="__main__")
    assert ended.value.code == 0, capsys.readouterr().out


def test_a_page_says_what_why_and_how_to_mend():
    page = markdown.page(rules("KUS020")[0])
    for heading in (
        "## What it does",
        "## Why",
        "## Example",
        "## Instead",
        "## Fix safety",
        "## Suppressing",
    ):
        assert heading in page


def test_a_prefix_lists_its_family():
    assert {rule.code[:3] for rule in rules("LNT")} == {"LNT"}
    assert text.listed(rules("LNT")).count("\n") == len(rules("LNT"))


def test_an_unknown_rule_is_named_with_the_nearest():
    with pytest.raises(UsageError) as caught:
        rules("latest-tags")
    assert caught.value.hint == "did you mean 'latest-tag'?"


def test_json_lists_every_rule():
    assert json.render(ordered()).count('"code"') == len(ordered())
