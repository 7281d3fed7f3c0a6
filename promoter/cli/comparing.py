"""Commands that show differences: diff, report."""

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from promoter.cli import options
from promoter.cli.app import app

if TYPE_CHECKING:
    from promoter.diff import DiffReport


class DiffFormat(StrEnum):
    """How a comparison is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


@app.command()
def diff(
    addresses: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[A [B]]",
            help="Environments, ./DIR or revisions; the work tree against the main branch without any.",
            autocompletion=options.environments,
        ),
    ] = None,
    app_: options.OnlyApps = None,
    hide: Annotated[
        list[str] | None,
        typer.Option("--hide", metavar="FILTER", help="Hide and count fields: [KIND[/NAME]:]PATH."),
    ] = None,
    noise: Annotated[bool, typer.Option("--noise", help="Show what is hidden by default.")] = False,
    side_by_side: Annotated[
        bool, typer.Option("--side-by-side", help="Before on the left, after on the right.")
    ] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Leave with 1 on differences, 3 when a build breaks.")
    ] = False,
    format_: Annotated[
        DiffFormat, typer.Option("--format", help="How the result is written.")
    ] = DiffFormat.TEXT,
    shard: options.OneShard = "",
    shard_file: options.ShardFile = "",
) -> None:
    """Show what a change does to every environment it reaches, or how two environments differ.

    Example: promoter diff staging prod
    """
    from promoter.errors import UsageError

    if len(addresses or ()) > 2:  # noqa: PLR2004 - two sides
        raise UsageError(f"expected at most two addresses, found {len(addresses or ())}")
    repository = options.repository()
    from promoter.commands.diff import DiffRequest
    from promoter.commands.diff import diff as run
    from promoter.diff import Filter, Redactor

    filters = tuple(Filter.parse(text) for text in hide or ())
    asked = DiffRequest(tuple(addresses or ()), tuple(app_ or ()), filters, noise, Redactor.fresh())
    if shard or shard_file:
        from promoter.commands.sharing import diff_shard

        refused = {
            "--side-by-side": side_by_side, "--exit-code": exit_code,
            "--format": format_ is not DiffFormat.TEXT,
        }  # fmt: skip
        options.write_shard(shard, shard_file, refused, partial(diff_shard, request=asked), repository)
        return
    with options.workspace(repository) as workspace:
        report = run(workspace, asked)
    finish(report, format_, side_by_side=side_by_side, exit_code=exit_code)


def finish(report: "DiffReport", format_: DiffFormat, *, side_by_side: bool, exit_code: bool) -> None:
    """Write the report, and leave with an exit code of its own when that is wanted."""
    from promoter.cli.terminal import write_out
    from promoter.errors import ExitCode

    write_out(_written(report, format_, side_by_side=side_by_side))
    if exit_code and (report.changed or report.broken):
        raise typer.Exit(ExitCode.FAILED if report.broken else ExitCode.FOUND)


def _written(report: "DiffReport", format_: DiffFormat, *, side_by_side: bool) -> str:
    import sys

    if format_ is DiffFormat.TEXT:
        from promoter.cli.terminal import wants_colour, width
        from promoter.report.diff import text

        columns = width() if side_by_side else 0
        return text.render(report, colour=wants_colour(sys.stdout), columns=columns)

    from promoter.report.diff import html, json, markdown

    if format_ is DiffFormat.JSON:
        return json.render(report)
    if format_ is DiffFormat.MARKDOWN:
        return markdown.render(report)
    return html.render(report)


@app.command()
def report(
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The file to write; else standard output.")
    ] = "",
) -> None:
    """Make one HTML page of everything: versions, timeline, drift, and the change under way.

    Example: promoter report -o report.html
    """
    from promoter.cli.terminal import write_err, write_out
    from promoter.commands.report import report as run
    from promoter.diff import Redactor
    from promoter.report.overview.html import render

    with options.workspace() as workspace:
        page = render(run(workspace, Redactor.fresh()))
    if output:
        Path(output).write_text(page, encoding="utf-8")
        write_err(f"wrote {output}")
    else:
        write_out(page)
