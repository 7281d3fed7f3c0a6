"""The command that the GitHub Action calls."""

import typer

from promoter.cli.app import app


@app.command()
def action() -> None:
    """Do what the event of a workflow run asks for; the GitHub Action calls this.

    Everything is read from the environment and the event file: see action.yml.

    Example: promoter action
    """
    import os
    import sys

    from promoter.action import run_action
    from promoter.cli.terminal import progress

    raise typer.Exit(run_action(os.environ, sys.stdout, progress()))
