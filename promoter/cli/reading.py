"""Commands that only read: render, config."""

from typing import Annotated

import typer

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
