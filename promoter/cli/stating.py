"""Commands that set and clear small committed state: holds, skips, freezes."""

from typing import Annotated

import typer

from promoter.cli import options
from promoter.cli.app import app

_For = Annotated[
    str, typer.Option("--for", metavar="DURATION", help="How long: 2h, 7d, …; else until it is undone.")
]
_Target = Annotated[
    str, typer.Argument(metavar="ENV", help="An environment or group.", autocompletion=options.environments)
]
_Version = Annotated[str, typer.Argument(metavar="APP@VERSION", help="A version of an app.")]


def _say(text: str) -> None:
    from promoter.cli.terminal import write_out

    write_out(text)


def _app_version(text: str) -> tuple[str, str]:
    from promoter.errors import UsageError

    name, _, version = text.partition("@")
    if not name or not version:
        raise UsageError(f"expected APP@VERSION, found {text!r}")
    return name, version


@app.command()
def hold(
    app_name: options.App, target: options.RequiredIn, lasting: _For = "", because: options.Because = ""
) -> None:
    """Keep an app at the version it runs: nothing promotes it until it is released.

    Example: promoter hold shop --in prod --because "investigating"
    """
    from promoter.commands import stating

    with options.workspace() as workspace:
        _say(stating.hold(workspace, app_name, target, stating.note(because, options.user(), lasting)))


@app.command()
def release(app_name: options.App, target: options.RequiredIn, because: options.Because = "") -> None:
    """Let a held app be promoted again.

    Example: promoter release shop --in prod
    """
    from promoter.commands import stating

    with options.workspace() as workspace:
        _say(stating.release(workspace, app_name, target, stating.note(because, options.user())))


@app.command()
def freeze(target: _Target, lasting: _For = "", because: options.Because = "") -> None:
    """Let an environment or group take nothing until it is unfrozen.

    Example: promoter freeze prod --for 14d --because holidays
    """
    from promoter.commands import stating

    with options.workspace() as workspace:
        _say(stating.freeze(workspace, target, stating.note(because, options.user(), lasting)))


@app.command()
def unfreeze(target: _Target, because: options.Because = "") -> None:
    """End a freeze.

    Example: promoter unfreeze prod
    """
    from promoter.commands import stating

    with options.workspace() as workspace:
        _say(stating.unfreeze(workspace, target, stating.note(because, options.user())))


@app.command()
def skip(version: _Version, lasting: _For = "", because: options.Because = "") -> None:
    """Never promote a version of an app.

    Example: promoter skip shop@1.5.0 --because "corrupts carts"
    """
    from promoter.commands import stating

    name, number = _app_version(version)
    with options.workspace() as workspace:
        _say(stating.skip(workspace, name, number, stating.note(because, options.user(), lasting)))


@app.command()
def unskip(version: _Version, because: options.Because = "") -> None:
    """Allow a skipped version again.

    Example: promoter unskip shop@1.5.0
    """
    from promoter.commands import stating

    name, number = _app_version(version)
    with options.workspace() as workspace:
        _say(stating.unskip(workspace, name, number, stating.note(because, options.user())))
