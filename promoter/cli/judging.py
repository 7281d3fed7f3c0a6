"""Commands that judge: lint and rules."""

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from promoter.cli import options
from promoter.cli.app import app

if TYPE_CHECKING:
    from promoter.commands.workspace import Workspace
    from promoter.lint.report import LintReport


class LintFormat(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    JUNIT = "junit"
    MARKDOWN = "markdown"


class FailOn(StrEnum):
    """From which severity on findings make the exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"


@app.command()
def lint(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH]...", help="Files or directories; `-` for standard input."),
    ] = None,
    select: Annotated[
        list[str] | None, typer.Option("--select", metavar="RULE,...", help="Codes, prefixes, names, ALL.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="RULE,...", help="The same.")
    ] = None,
    profile: Annotated[
        str,
        typer.Option(
            "--profile", metavar="NAME", help="structure, baseline, recommended, restricted, production."
        ),
    ] = "",
    kubernetes: Annotated[
        str, typer.Option("--kubernetes", metavar="VERSION", help="The version to judge for, as in 1.34.")
    ] = "",
    fail_on: Annotated[
        FailOn | None, typer.Option("--fail-on", help="Exit 1 from this severity on.")
    ] = None,
    baseline: Annotated[
        str, typer.Option("--baseline", metavar="FILE", help="Findings that are known and not reported.")
    ] = "",
    since: Annotated[
        str, typer.Option("--changed-since", metavar="REV", help="Only what was not found at REV.")
    ] = "",
    fix: Annotated[bool, typer.Option("--fix", help="Apply the fixes that are safe.")] = False,
    unsafe_fixes: Annotated[
        bool, typer.Option("--unsafe-fixes", help="Apply the others too: read what they change.")
    ] = False,
    preview: Annotated[
        bool, typer.Option("--diff", help="Show what the fixes would change, and write nothing.")
    ] = False,
    open_issues: Annotated[
        bool,
        typer.Option(
            "--open-issues", help="Keep one issue on GitHub for each rule and file with findings."
        ),
    ] = False,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="FORMAT[=FILE]",
            help="text, json, sarif, github, junit, markdown; may be repeated with files.",
        ),
    ] = None,
    shard: options.OneShard = "",
    shard_file: options.ShardFile = "",
) -> None:
    """Judge sources and rendered manifests; every finding is at the line that causes it.

    Example: promoter lint --format text --format sarif=findings.sarif
    """
    repository = options.repository()
    import sys

    from promoter.commands.lint import LintRequest
    from promoter.commands.lint import lint as run

    named = tuple(path for path in paths or () if path != "-")
    extra = {"<stdin>": sys.stdin.buffer.read()} if "-" in (paths or ()) else {}
    asked = LintRequest(
        tuple(path.removeprefix("./").rstrip("/") for path in named), extra, _parts(select), _parts(ignore),
        profile, kubernetes, baseline, since, _fix(fix=fix, unsafe=unsafe_fixes, preview=preview), preview,
    )  # fmt: skip
    if shard or shard_file:
        from promoter.commands.sharing import lint_shard

        refused = {
            "`-`": bool(extra), "--fix, --unsafe-fixes or --diff": asked.fix != "none",
            "--open-issues": open_issues, "--format": bool(formats), "--fail-on": fail_on is not None,
        }  # fmt: skip
        options.write_shard(shard, shard_file, refused, partial(lint_shard, request=asked), repository)
        return
    outputs = [output(text) for text in formats or ["text"]]
    with options.workspace(repository) as opened:
        report = run(opened, asked)
        configured = opened.config.lint.fail_on
        if open_issues:
            _keep_issues(opened, report)
    finish(report, outputs, fail_on, configured)


def finish(
    report: "LintReport", outputs: list[tuple[LintFormat, str]], fail_on: FailOn | None, configured: str
) -> NoReturn:
    """Write the report in each format and leave with its exit code.

    Without `fail_on` the configuration's severity counts, and nothing fails where SARIF alone is written.
    """
    from promoter.lint.report import exit_code
    from promoter.model import Severity

    for format_, file in outputs:
        _write(report, format_, file)
    only_sarif = all(format_ is LintFormat.SARIF for format_, _ in outputs)
    least = fail_on or (FailOn.NEVER if only_sarif else configured)
    raise typer.Exit(exit_code(report, None if least == FailOn.NEVER else Severity(least)))


def _keep_issues(workspace: "Workspace", report: "LintReport") -> None:
    from promoter.cli.terminal import write_err
    from promoter.commands.tickets import tickets_on

    for line in tickets_on(workspace, report):
        write_err(line)


def _fix(*, fix: bool, unsafe: bool, preview: bool) -> str:
    return "unsafe" if unsafe else "safe" if fix or preview else "none"


def _parts(texts: list[str] | None) -> tuple[str, ...]:
    return tuple(part.strip() for text in texts or () for part in text.split(",") if part.strip())


def output(text: str) -> tuple[LintFormat, str]:
    """What `FORMAT[=FILE]` spells. Raises UsageError for an unknown format."""
    from promoter.errors import check_known

    name, _, file = text.partition("=")
    check_known("format", name, map(str, LintFormat))
    return LintFormat(name), file


def _write(report: "LintReport", format_: LintFormat, file: str) -> None:
    import sys
    from pathlib import Path

    from promoter.cli.terminal import wants_colour, write_out

    if format_ is LintFormat.TEXT:
        from promoter.report.lint import text

        said = text.render(report, colour=not file and wants_colour(sys.stdout))
    else:
        from promoter.report.lint import github, json, junit, markdown, sarif

        formats = {"json": json, "sarif": sarif, "github": github, "junit": junit, "markdown": markdown}
        said = formats[format_].render(report)
    if file:
        Path(file).write_text(said, encoding="utf-8")
    else:
        write_out(said)


@app.command()
def rules(
    name: Annotated[str, typer.Argument(metavar="[RULE]", help="A code, a prefix or a name.")] = "",
    format_: options.Format = options.TextOrJson.TEXT,
) -> None:
    """List the rules, or explain one: what, why, an example, the fix, the options.

    Example: promoter rules latest-tag
    """
    import sys

    from promoter.cli.terminal import wants_colour, write_out
    from promoter.commands.rules import rules as find
    from promoter.report.rules import json, markdown, text

    found = find(name)
    if format_ is options.TextOrJson.JSON:
        write_out(json.render(found))
    elif name and len(found) == 1:
        write_out(markdown.page(found[0]))
    else:
        write_out(text.listed(found, colour=wants_colour(sys.stdout)))


@app.command()
def baseline(
    action: Annotated[str, typer.Argument(metavar="ACTION", help="create, update or prune.")],
    file: Annotated[str, typer.Option("--baseline", metavar="FILE", help="Where it is kept.")] = "",
    accept_new: Annotated[
        bool, typer.Option("--accept-new", help="With update: take new findings too.")
    ] = False,
) -> None:
    """Keep the findings that are known, so that lint reports only new ones.

    Example: promoter baseline create
    """
    from promoter.cli.terminal import write_out
    from promoter.commands.baselines import baseline as run
    from promoter.commands.lint import LintRequest
    from promoter.errors import check_known

    actions = ("create", "update", "prune")
    check_known("action", action, actions)
    with options.workspace() as opened:
        write_out(run(opened, action, LintRequest(baseline=file), accept_new=accept_new))
