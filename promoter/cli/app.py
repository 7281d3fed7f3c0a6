"""The Typer application: global options, and the commands in the order that help shows them."""

from dataclasses import dataclass
from typing import Annotated

import typer

from promoter import __version__

app = typer.Typer(
    name="promoter",
    help="Lints GitOps repositories, shows what a change does to every environment, and promotes image "
    "versions by pull requests that it has proved to change nothing else.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@dataclass(slots=True)
class Globals:
    """What was said before the command's name."""

    directory: str = "."
    verbose: bool = False
    executor: str = ""


SAID = Globals()


def _version(context: typer.Context, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    from promoter.cli.terminal import write_out

    write_out(f"promoter {__version__}")
    if SAID.verbose:
        from promoter.commands.version import engines

        write_out(engines())
    raise typer.Exit


def _verbose(wanted: bool) -> bool:
    SAID.verbose = wanted
    return wanted


@app.callback()
def globals_(
    directory: Annotated[
        str, typer.Option("-C", metavar="DIR", help="Work as if started in DIR, as in git.")
    ] = ".",
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", is_eager=True, callback=_verbose, help="Say more; with --version, the engine."
        ),
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, help="Print the version and leave.")
    ] = False,
    executor: Annotated[
        str,
        typer.Option(
            "--executor",
            metavar="dask://HOST:PORT",
            envvar="PROMOTER_EXECUTOR",
            help="Build on a Dask cluster instead of on this machine.",
        ),
    ] = "",
) -> None:
    """Global options."""
    del verbose, version
    SAID.directory = directory
    SAID.executor = executor


from promoter.cli import (  # noqa: E402, F401 - they add their commands to app
    acting,
    changing,
    comparing,
    demo,
    judging,
    reading,
    sharing,
    stating,
)
