"""Work on several machines: merge-results, which prints what one machine would print."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from promoter.cli import comparing, judging, options, reading
from promoter.cli.app import app

if TYPE_CHECKING:
    from promoter.commands.shards import Shard

_Format = TypeVar("_Format", bound=StrEnum)


@app.command("merge-results")
def merge_results(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="What the shards are in.")],
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="FORMAT[=FILE]",
            help="Those of lint (may be repeated), or one of diff or render.",
        ),
    ] = None,
    fail_on: Annotated[
        judging.FailOn | None, typer.Option("--fail-on", help="Of lint: exit 1 from this severity on.")
    ] = None,
    side_by_side: Annotated[
        bool, typer.Option("--side-by-side", help="Of diff: before on the left, after on the right.")
    ] = False,
    exit_code: Annotated[
        bool,
        typer.Option("--exit-code", help="Of diff: leave with 1 on differences, 3 when a build breaks."),
    ] = False,
    redact: Annotated[
        bool, typer.Option("--redact", help="Of render: hide values of Secrets, keys and tokens.")
    ] = False,
) -> None:
    """Print what one machine would print, of a lint, diff or render that was divided into shards.

    Example: promoter merge-results shard-1.json.gz shard-2.json.gz
    """
    from promoter.commands.shards import join, read

    joined = join([read(file) for file in files])
    given = {
        "lint": {"--fail-on": fail_on is not None},
        "diff": {"--side-by-side": side_by_side, "--exit-code": exit_code},
        "render": {"--redact": redact},
    }
    for owner in (owner for owner in given if owner != joined.command):
        options.refuse(given[owner], f"belongs to {owner}, and these are shards of {joined.command}")
    if joined.command == "lint":
        _lint(joined, formats or ["text"], fail_on)
    elif joined.command == "diff":
        _diff(joined, formats or ["text"], side_by_side=side_by_side, exit_code=exit_code)
    else:
        _render(joined, formats or ["yaml"], redact=redact)


def _lint(joined: "Shard", formats: list[str], fail_on: judging.FailOn | None) -> None:
    from promoter.commands.sharing import merge_lint

    outputs = [judging.output(text) for text in formats]
    with options.workspace() as opened:
        report = merge_lint(opened, joined)
        configured = opened.config.lint.fail_on
    judging.finish(report, outputs, fail_on, configured)


def _diff(joined: "Shard", formats: list[str], *, side_by_side: bool, exit_code: bool) -> None:
    from promoter.commands.sharing import merge_diff
    from promoter.diff import Redactor

    format_ = _one(formats, comparing.DiffFormat, "diff")
    with options.workspace() as opened:
        report = merge_diff(opened, joined, Redactor.fresh())
    comparing.finish(report, format_, side_by_side=side_by_side, exit_code=exit_code)


def _render(joined: "Shard", formats: list[str], *, redact: bool) -> None:
    from promoter.commands.sharing import merge_render

    format_ = _one(formats, reading.ManifestFormat, "render")
    with options.workspace() as opened:
        found = merge_render(opened, joined)
    reading.finish(found, format_, redact=redact)


def _one(formats: list[str], known: type[_Format], command: str) -> _Format:
    """The format that is named. Raises UsageError for several, and for one that the command has not."""
    from promoter.errors import UsageError, nearest

    names = [str(each) for each in known]
    if len(formats) != 1 or formats[0] not in names:
        found = ", ".join(formats)
        hint = nearest(found, names, "known formats")
        raise UsageError(f"expected one format of {command}, found {found!r}", hint=hint)
    return known(formats[0])
