"""Every message of an error says where it is or what to do next, but for those of a reviewed list."""

import ast
from functools import cache
from pathlib import Path

import pytest

from promoter import errors

PACKAGE = Path(errors.__file__).parent
FAMILY = {
    name
    for name, each in vars(errors).items()
    if isinstance(each, type) and issubclass(each, errors.PromoterError)
}
FORM = "the form that is expected is what to write"
GITHUB = "what GitHub says is all that is known"
NEVER = "a guard: promoter makes these names itself"
COMPLETE = {
    "action/event.py: expected an object in the event file, found …": GITHUB,
    "action/runner.py: the output … holds its own delimiter": NEVER,
    "cli/changing.py: expected APP or APP@VERSION, found …": FORM,
    "cli/comparing.py: expected at most two addresses, found …": FORM,
    "cli/stating.py: expected APP@VERSION, found …": FORM,
    "commands/lint_inputs.py: expected a version of Kubernetes such as 1.34, found …": FORM,
    "commands/stating.py: expected a duration like 90s, 24h or 7d, found …": FORM,
    "commands/stop_files.py: expected a duration like 2h for the hold, found …": FORM,
    "diff/noise.py: expected [KIND[/NAME]:]PATH, found …": FORM,
    "forge/github/api.py: GitHub refused …: …": GITHUB,
    "forge/local.py: expected one of …, found …": FORM,
    "gates/state.py: expected a name of letters, digits, '.', '_' and '-', found …": FORM,
    "model/places.py: expected ENV, ENV@REV or ./DIR[@REV], found …": FORM,
    "render/dask.py: expected --executor …HOST:PORT, found …": FORM,
    "repository/commits.py: … is not a path inside the repository; nothing was written": NEVER,
    "repository/revisions.py: expected a revision (a branch, tag or commit), found …": FORM,
}
"""The messages that need neither a place nor a hint, each with the reason."""


def messages(text):
    """Each error made in the source text: its line, its message, and whether it names a place or a hint."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FAMILY:
            yield node.lineno, said(node.args[0]), {"hint", "where"} & {each.arg for each in node.keywords}


def said(node):
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(said(part) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return "…"


@cache
def bare():
    """The messages of the code that have neither, with their lines."""
    return tuple(_bare())


def _bare():
    for path in sorted(PACKAGE.rglob("*.py")):
        module = path.relative_to(PACKAGE).as_posix()
        # What cannot be built is told beside the address of the deployable that it is about.
        if not module.startswith("deployables/builds/"):
            for line, message, told in messages(path.read_text()):
                if not told:
                    yield f"{module}: {message}", line


def test_each_message_says_where_or_what_to_do_next():
    assert [f"{message} (line {line})" for message, line in bare() if message not in COMPLETE] == []


def test_the_reviewed_list_holds_nothing_that_is_gone():
    assert sorted(COMPLETE.keys() - {message for message, _ in bare()}) == []


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("raise UsageError('no such thing')", set()),
        ("raise UsageError('no such thing', hint='make one')", {"hint"}),
        ("problem = ConfigError(f'{name} is wrong', where=str(place))", {"where"}),
    ],
)
def test_a_message_without_both_is_noticed(source, told):
    assert [each[2] for each in messages(source)] == [told]
