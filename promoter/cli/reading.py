"""Commands that only read: apps, images, render, status, history, config."""

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from promoter.cli import options
from promoter.cli.app import app

if TYPE_CHECKING:
    from promoter.report.render import ManifestsReport

config = typer.Typer(help="Validate promoter.yaml, print its JSON schema.", no_args_is_help=True)
app.add_typer(config, name="config")


class ManifestFormat(StrEnum):
    """How manifests are written."""

    YAML = "yaml"
    JSON = "json"


@config.command()
def check(
    file: Annotated[str, typer.Argument(metavar="[FILE]", help="The file; promoter.yaml by default.")] = "",
) -> None:
    """Say whether promoter.yaml is understood, or where it is not.

    Example: promoter config check
    """
    from promoter.cli.app import SAID
    from promoter.cli.terminal import write_out
    from promoter.commands.config import check_file

    write_out(check_file(SAID.directory, file))


@app.command()
def apps(
    names: options.Apps = None,
    explain: Annotated[
        str,
        typer.Option("--explain", metavar="APP", help="What decided app, environment and path of APP."),
    ] = "",
    at: options.At = "",
    format_: options.Format = options.TextOrJson.TEXT,
) -> None:
    """Show what each controller deploys from here: where from, where to, as which environment.

    Example: promoter apps --explain shop
    """
    from promoter.commands.apps import apps as run
    from promoter.report.apps import json, text

    with options.workspace() as workspace:
        report = run(workspace, tuple(names or ()), at or None, explain)
        options.show(format_, report, text.render, json.render)


@app.command()
def images(
    addresses: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ADDRESS]...", help="ENV[@REV] or ./DIR[@REV].", autocompletion=options.environments
        ),
    ] = None,
    format_: Annotated[
        options.TextJsonOrCsv, typer.Option("--format", help="How the result is written.")
    ] = options.TextJsonOrCsv.TEXT,
) -> None:
    """Show every image that environments run, what runs it, and the line where its version is written.

    Example: promoter images prod --format csv
    """
    from promoter.cli.terminal import write_out
    from promoter.commands.images import images as run
    from promoter.model import EnvRef
    from promoter.report.images import csv, json, text

    with options.workspace() as workspace:
        report = run(workspace, tuple(EnvRef.parse(each) for each in addresses or ()))
        if format_ is options.TextJsonOrCsv.CSV:
            write_out(csv.render(report))
        else:
            options.show(options.TextOrJson(format_), report, text.render, json.render)


@app.command()
def render(
    address: Annotated[
        str,
        typer.Argument(
            metavar="ADDRESS|PATH", help="ENV[@REV] or ./DIR[@REV].", autocompletion=options.environments
        ),
    ],
    app_: options.OnlyApps = None,
    at: options.At = "",
    redact: Annotated[
        bool, typer.Option("--redact", help="Hide values of Secrets, keys and tokens, as reports do.")
    ] = False,
    format_: Annotated[
        ManifestFormat, typer.Option("--format", help="How the result is written.")
    ] = ManifestFormat.YAML,
    shard: options.OneShard = "",
    shard_file: options.ShardFile = "",
) -> None:
    """Print the manifests of an environment or directory, as the controller would build them.

    Example: promoter render prod --app shop
    """
    from promoter.commands.render import RenderRequest
    from promoter.commands.render import render as run

    asked = RenderRequest(options.at_revision(address, at), tuple(app_ or ()))
    if shard or shard_file:
        from promoter.commands.sharing import render_shard

        refused = {"--redact": redact, "--format": format_ is not ManifestFormat.YAML}
        options.write_shard(shard, shard_file, refused, partial(render_shard, request=asked))
        return
    with options.workspace() as workspace:
        found = run(workspace, asked)
    finish(found, format_, redact=redact)


def finish(found: "ManifestsReport", format_: ManifestFormat, *, redact: bool) -> NoReturn:
    """Write the manifests, tell what has none, and leave with the exit code."""
    from promoter.cli.terminal import write_err, write_out
    from promoter.diff import Redactor
    from promoter.report.render import exit_code, json, notes, problems, redacted, yaml

    shown = redacted(found, Redactor.fresh()) if redact else found
    write_out(json.render(shown) if format_ is ManifestFormat.JSON else yaml.render(shown))
    for line in (*notes(found), *problems(found)):
        write_err(line)
    raise typer.Exit(exit_code(found))


@app.command()
def status(
    apps: options.Apps = None,
    at: options.At = "",
    format_: options.Format = options.TextOrJson.TEXT,
) -> None:
    """Show what every environment runs, who is behind, and what could be promoted now.

    Example: promoter status shop
    """
    repository = options.repository()
    from promoter.commands.status import status as run
    from promoter.report.status import json, text

    with options.workspace(repository) as workspace:
        report = run(workspace, tuple(apps or ()), at or None)
        options.show(format_, report, text.render, json.render)


@app.command()
def history(
    app_name: options.App,
    target: Annotated[
        str,
        typer.Option(
            "--in", metavar="ENV", help="Only this environment.", autocompletion=options.environments
        ),
    ] = "",
    format_: options.Format = options.TextOrJson.TEXT,
) -> None:
    """Show every version that an app ran, when, by which commit, and what was rolled back.

    Example: promoter history shop --in prod
    """
    from promoter.commands.history import history as run
    from promoter.model import EnvRef
    from promoter.report.history import json, text

    with options.workspace() as workspace:
        report = run(workspace, app_name, EnvRef.parse(target) if target else None)
        options.show(format_, report, text.render, json.render)


@config.command()
def schema() -> None:
    """Print the JSON schema of promoter.yaml, for editors.

    Example: promoter config schema > promoter.schema.json
    """
    from importlib.resources import files

    from promoter.cli.terminal import write_out

    write_out(files("promoter.config").joinpath("schema.json").read_text())
