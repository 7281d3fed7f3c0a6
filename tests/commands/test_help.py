"""Every command's help is there, has an example, and starts quickly enough to be read at all."""

import json
import subprocess
import sys

import pytest

from promoter import __version__
from promoter.cli import app as _  # noqa: F401 - the package must import before its parts
from promoter.cli.app import app


def commands():
    import typer.main

    root = typer.main.get_command(app)
    for name, command in sorted(root.commands.items()):
        below = getattr(command, "commands", None)
        if below is None:
            yield name, command
        else:
            yield from ((f"{name} {sub}", each) for sub, each in sorted(below.items()))


COMMANDS = dict(commands())


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_the_command_has_an_example(name):
    help_text = COMMANDS[name].help or ""

    assert f"Example: promoter {name.split()[0]}" in help_text


def test_an_unknown_command_is_a_usage_error():
    ran = subprocess.run(
        [sys.executable, "-m", "promoter", "promot"], capture_output=True, text=True, check=False
    )

    assert ran.returncode == 2
    assert "promot" in ran.stderr


def test_the_rules_are_listed_a_line_each(promoter):
    lines = promoter("rules").out.splitlines()

    assert any(line.startswith("IMG001") and "latest-tag" in line for line in lines), lines[:5]


def test_the_rules_in_json_are_those_of_the_list(promoter):
    found = json.loads(promoter("rules", "--format", "json").out)
    one = promoter("rules", "IMG001").out

    assert len({each["code"] for each in found["rules"]}) == len(found["rules"]) > 100
    assert "IMG001" in one.splitlines()[0]


def test_the_version_is_one_line_unless_more_is_asked_for(promoter):
    (line,) = promoter("--version").out.splitlines()

    assert line == f"promoter {__version__}"
    assert len(promoter("--verbose", "--version").out.splitlines()) > 1
