"""Commands that only read: status, history, config."""

from typing import Annotated

import typer

from promoter.cli import options
from promoter.cli.app import app

config = typer.Typer(help="Validate promoter.yaml, print its JSON schema.", no_args_is_help=True)
app.add_typer(config, name="config")


@config.command()
def check(
    file: Annotated[str, typer.Argument(metavar="[FILE]", help="The file; promoter.yaml by default.")] = "",
) -> None:
    """Say whether promoter.yaml is understood, or where it is not."""
    from promoter.cli.app import SAID
    from promoter.cli.terminal import write_out
    from promoter.commands.config import check_file

    write_out(check_file(SAID.directory, file))


@app.command()
def status(
    apps: Annotated[
        list[str] | None, typer.Argument(metavar="[APP]...", autocompletion=options.apps)
    ] = None,
    at: Annotated[
        str, typer.Option("--at", metavar="REV", help="This revision, instead of the work tree.")
    ] = "",
    format_: options.Format = options.TextOrJson.TEXT,
) -> None:
    """Show what every environment runs, who is behind, and what could be promoted now.

    Example: promoter status shop
    """
    from promoter.commands.status import status as run
    from promoter.report.status import json, text

    with options.workspace() as workspace:
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
