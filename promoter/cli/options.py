"""Options that several commands share, each written once, and how a command gets its workspace."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Protocol, TypeVar

import typer

if TYPE_CHECKING:
    from promoter.commands.shards import Shard
    from promoter.commands.workspace import Workspace
    from promoter.deployables.share import Share
    from promoter.report.promotion import PromotionReport
    from promoter.repository import Repository


_Report = TypeVar("_Report")
_Report_contra = TypeVar("_Report_contra", contravariant=True)


class TextOrJson(StrEnum):
    """How a result is written."""

    TEXT = "text"
    JSON = "json"


class TextJsonOrCsv(StrEnum):
    """How a list is written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


Format = Annotated[TextOrJson, typer.Option("--format", help="How the result is written.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the plan and the diff, change nothing.")]
Write = Annotated[bool, typer.Option("--write", help="Edit the work tree and stop there: no commit.")]
Because = Annotated[str, typer.Option("--because", metavar="TEXT", help="Why; it is kept in the history.")]
At = Annotated[str, typer.Option("--at", metavar="REV", help="This revision, instead of the work tree.")]
OnlyImages = Annotated[
    list[str] | None, typer.Option("--image", metavar="NAME", help="Only this image; may be repeated.")
]
OneShard = Annotated[
    str, typer.Option("--shard", metavar="I/N", help="Only render, and only part I of N, into --output.")
]
ShardFile = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE", help="The shard for merge-results (.gz: smaller).")
]


def repository() -> "Repository":
    """The repository that `-C` names; git looks at its work tree while the rest of the program loads."""
    from promoter.cli.app import SAID
    from promoter.repository import Repository

    opened = Repository.open(SAID.directory)
    opened.look()
    return opened


@contextmanager
def workspace(begun: "Repository | None" = None) -> Iterator["Workspace"]:
    """The workspace of what `repository` gave, or else of the repository that `-C` names, until it ends."""
    located = begun or repository()
    from promoter.cli.app import SAID
    from promoter.cli.terminal import progress
    from promoter.commands.workspace import Workspace

    opened = Workspace.of(located, progress())
    opened.executor = SAID.executor
    try:
        yield opened
    finally:
        opened.close()


def refuse(given: Mapping[str, bool], why: str, hint: str = "leave it out") -> None:
    """Nothing when none of the options was given. Raises UsageError that names the first that was."""
    from promoter.errors import UsageError

    for name in (name for name, is_given in given.items() if is_given):
        raise UsageError(f"{name} {why}", hint=hint)


def write_shard(
    share: str,
    file: str,
    refused: Mapping[str, bool],
    made: Callable[["Workspace", "Share"], "Shard"],
    begun: "Repository | None" = None,
) -> None:
    """Make the shard `I/N` of what `repository` gave (else of what `-C` names) and write it to the file.

    Raises UsageError for one of these two without the other, for an option of `refused` that was given,
    and for a file that would be among what is judged.
    """
    from promoter.cli.terminal import write_err
    from promoter.commands.shards import check_place, write
    from promoter.deployables.share import Share
    from promoter.errors import UsageError

    if not share or not file:
        lacking = "--output FILE" if share else "--shard I/N"
        hint = "a shard holds manifests with their Secrets, so it is never printed"
        raise UsageError(f"expected {lacking} too", hint=hint)
    refuse(refused, "and --shard exclude each other", hint="merge-results judges and prints")
    part = Share.parse(share)
    with workspace(begun) as opened:
        check_place(opened, file)
        shard = made(opened, part)
        write(shard, file)
    write_err(f"wrote {file}: shard {part}, builds: {len(shard.kept)}")


def environments(incomplete: str) -> list[str]:
    """Completions of an environment's name; none where there is no repository."""
    return _names(incomplete, "environments")


def apps(incomplete: str) -> list[str]:
    """Completions of an app's name; none where there is no repository."""
    return _names(incomplete, "apps")


def _names(incomplete: str, what: str) -> list[str]:
    from promoter.errors import PromoterError

    try:
        with workspace() as opened:
            view = opened.view()
            names = view.apps if what == "apps" else opened.ordered(view.environments)
    except PromoterError:
        return []
    return [name for name in names if name.startswith(incomplete)]


App = Annotated[str, typer.Argument(metavar="APP", help="An app.", autocompletion=apps)]
Apps = Annotated[list[str] | None, typer.Argument(metavar="[APP]...", autocompletion=apps)]
OnlyApps = Annotated[
    list[str] | None,
    typer.Option("--app", metavar="APP", help="Only this app; may be repeated.", autocompletion=apps),
]
RequiredIn = Annotated[
    str,
    typer.Option("--in", metavar="ENV", help="An environment or group.", autocompletion=environments),
]
Unproven = Annotated[
    bool,
    typer.Option(
        "--unproven", help="Accept a change that cannot be rendered here; it is said in the request."
    ),
]
Shared = Annotated[
    bool, typer.Option("--shared", help="Allow to edit a file that other environments read too.")
]
Override = Annotated[
    list[str] | None,
    typer.Option("--override", metavar="GATE", help="Open a gate by hand; needs --because."),
]


def mode(*, dry_run: bool, write: bool) -> str:
    """How far a change goes: `plan`, `write` or `propose`. Raises UsageError when both are asked."""
    from promoter.errors import UsageError

    if dry_run and write:
        raise UsageError(
            "--dry-run and --write exclude each other",
            hint="leave one out; `promote --help` says what each does",
        )
    return "plan" if dry_run else "write" if write else "propose"


def at_revision(address: str, revision: str) -> str:
    """The address at the revision that `--at` names. Raises UsageError when it names one itself."""
    from promoter.errors import UsageError

    if revision and "@" in address:
        raise UsageError(f"{address} names a revision itself, and --at another", hint="leave one out")
    return f"{address}@{revision}" if revision else address


class _Text(Protocol[_Report_contra]):
    """A reporter that may use colours."""

    def __call__(self, report: _Report_contra, /, *, colour: bool) -> str:
        """The report as text."""


def show(
    format_: TextOrJson, report: _Report, text: _Text[_Report], json: Callable[[_Report], str]
) -> None:
    """Write a result to standard output, as text (with colours where they are wanted) or JSON."""
    import sys

    from promoter.cli.terminal import wants_colour, write_out

    as_json = format_ is TextOrJson.JSON
    write_out(json(report) if as_json else text(report, colour=wants_colour(sys.stdout)))


def show_promotion(report: "PromotionReport", format_: TextOrJson) -> None:
    """Write a promotion's or rollback's report to standard output."""
    from promoter.report.promotion import json, text

    show(format_, report, text.render, json.render)


def user() -> str:
    """The name of whoever runs this, as git knows them; empty when git does not."""
    from promoter.cli.app import SAID
    from promoter.errors import RepositoryError
    from promoter.repository import Repository

    with Repository.open(SAID.directory) as repository:
        try:
            return repository.git.text("config", "user.name")
        except RepositoryError:
            return ""
