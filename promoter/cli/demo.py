"""`promoter demo`: a small repository walked from a defect to production and back.

Every step runs the real command on a real git repository, and shows what it printed; nothing is staged.
"""

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from promoter.cli.app import app

_STEPS: Final[tuple[tuple[str, str], ...]] = (
    (
        "Four environments of one app, deployed by Argo CD. What runs where?",
        "promoter status",
    ),
    (
        "dev was bumped by hand: `newTag: 1.10`. To YAML that is a number, and the build of dev fails.",
        "promoter lint",
    ),
    (
        "The fix is safe, so promoter can make it: two characters.",
        "promoter lint --fix",
    ),
    (
        "What does that change in every environment that is rendered?",
        "promoter diff",
    ),
    (
        "That is what was meant.",
        "git commit --quiet --all --message 'Quote the version of dev'",
    ),
    (
        "Promote it to staging: a branch and a pull request, after proving by two renders\n"
        "that only the image of staging changes.",
        "promoter promote shop --from dev --to staging",
    ),
    (
        "The branch holds exactly the characters of the version.",
        "git diff --unified=0 main promote/shop/staging",
    ),
    (
        "No forge here, so the pull request is a file beside git's own. Merge it.",
        "promoter land",
    ),
    (
        "prod is a group of two environments, so there are two pull requests.",
        "promoter promote shop --from staging --to prod",
    ),
    (
        "",
        "promoter land --all",
    ),
    (
        "03:00. prod-eu answers with 500s: one command, and it stays where it was put.",
        "promoter rollback shop --in prod-eu --because '500s since 02:40'",
    ),
    (
        "",
        "promoter land",
    ),
    (
        "And so it stands.",
        "promoter status",
    ),
    (
        "",
        "promoter history shop --in prod-eu",
    ),
)


@app.command()
def demo(
    directory: Annotated[
        str, typer.Argument(metavar="[DIR]", help="An empty or new folder; promoter-demo by default.")
    ] = "promoter-demo",
) -> None:
    """Make a small GitOps repository and walk it: lint, fix, diff, promote, roll back.

    Example: promoter demo
    """
    from promoter.cli.terminal import wants_colour, write_out
    from promoter.report.paint import Paint

    folder = _made(Path(directory))
    paint = Paint(wants_colour(sys.stdout))
    for told, command in _STEPS:
        if told:
            write_out("\n" + "\n".join(paint(f"# {line}", "cyan") for line in told.splitlines()))
        write_out(paint(f"$ {command}", "", bold=True))
        _run(folder, shlex.split(command))
    write_out(f"\nThe repository is yours to play with: cd {directory}")


def _made(folder: Path) -> Path:
    """A new git repository with the demonstration's files. Raises UsageError for a folder in use."""
    from promoter.cli.demo_tree import tree
    from promoter.errors import UsageError

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} exists and is not empty", hint="name another folder: promoter demo DIR")
    for path, text in tree().items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, newline="\n")
    _git(folder, "init", "--quiet", "--initial-branch=main")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "Deploy the shop to four environments")
    return folder


def _run(folder: Path, command: list[str]) -> None:
    if command[0] == "git":
        from promoter.cli.terminal import write_out

        write_out(_git(folder, *command[1:]))
    else:
        with _inside(folder):
            _promoter(command[1:])


def _promoter(arguments: list[str]) -> None:
    """The command in this process, as a process of its own would run it; its exit code is only shown."""
    from promoter.cli.run import run
    from promoter.cli.terminal import write_out

    said, sys.argv = sys.argv, ["promoter", *arguments]
    try:
        code = run()
    finally:
        sys.argv = said
    if code:
        write_out(f"(exit code {code})")


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _git(folder: Path, *arguments: str) -> str:
    """What git printed, with a name and address of its own where the user has none."""
    from promoter.repository.process import Git

    identity = {
        f"GIT_{who}_{what}": text
        for who in ("AUTHOR", "COMMITTER")
        for what, text in (("NAME", "Demo"), ("EMAIL", "demo@example.com"))
    }
    return Git(str(folder)).run("-c", "commit.gpgSign=false", *arguments, settings=identity).text
