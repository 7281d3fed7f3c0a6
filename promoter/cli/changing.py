"""Commands that change something: promote, rollback, land."""

from typing import Annotated

import typer

from promoter.cli import options
from promoter.cli.app import app


def _app_versions(texts: list[str]) -> tuple[tuple[str, str | None], ...]:
    """`shop` and `shop@1.4.2` as names and versions."""
    from promoter.errors import UsageError

    found = []
    for text in texts:
        name, at, version = text.partition("@")
        if not name or (at and not version):
            raise UsageError(f"expected APP or APP@VERSION, found {text!r}")
        found.append((name, version or None))
    return tuple(found)


@app.command()
def promote(
    apps: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[APP[@VERSION]]...", help="Apps; all when none is named.", autocompletion=options.apps
        ),
    ] = None,
    source: Annotated[
        str,
        typer.Option("--from", metavar="ADDRESS", help="Where the versions run: ENV[@REV] or ./DIR[@REV]."),
    ] = "",
    target: Annotated[
        str, typer.Option("--to", metavar="ADDRESS", help="The environment, group or directory to change.")
    ] = "",
    image: options.OnlyImages = None,
    dry_run: options.DryRun = False,
    write: options.Write = False,
    unproven: options.Unproven = False,
    shared: options.Shared = False,
    override: options.Override = None,
    because: options.Because = "",
    format_: options.Format = options.TextOrJson.TEXT,
) -> None:
    """Make an environment run the versions of another one, by a pull request proved by rendering.

    Example: promoter promote shop --from staging --to prod
    """
    from promoter.commands.promote import PromoteRequest
    from promoter.commands.promote import promote as run
    from promoter.errors import UsageError
    from promoter.model import EnvRef

    if not target:
        raise UsageError("to which environment?", hint="say --to ENV")
    asked = PromoteRequest(
        EnvRef.parse(source) if source else None,
        EnvRef.parse(target),
        _app_versions(apps or []),
        tuple(image or ()),
        options.mode(dry_run=dry_run, write=write),
        unproven=unproven,
        shared=shared,
        override=tuple(override or ()),
        because=because,
    )
    with options.workspace() as workspace:
        options.show_promotion(run(workspace, asked), format_)


@app.command()
def rollback(
    apps: Annotated[list[str] | None, typer.Argument(metavar="APP...", autocompletion=options.apps)] = None,
    target: Annotated[
        str, typer.Option("--in", metavar="ENV", help="The environment, group or directory to take back.")
    ] = "",
    version: Annotated[
        str, typer.Option("--to", metavar="VERSION", help="This version, instead of the one before.")
    ] = "",
    steps: Annotated[int, typer.Option("--steps", min=1, help="How many versions back.")] = 1,
    undo: Annotated[bool, typer.Option("--undo", help="Go back to what the last rollback left.")] = False,
    image: options.OnlyImages = None,
    hold: Annotated[
        str,
        typer.Option("--hold", metavar="DURATION", help="Hold it for 2h, 7d, …; else until released."),
    ] = "",
    no_hold: Annotated[bool, typer.Option("--no-hold", help="Do not hold the app afterwards.")] = False,
    because: options.Because = "",
    dry_run: options.DryRun = False,
    write: options.Write = False,
    unproven: options.Unproven = False,
    shared: options.Shared = False,
    override: options.Override = None,
    format_: options.Format = options.TextOrJson.TEXT,
) -> None:
    """Take a version back, and hold it there until it is released.

    Example: promoter rollback shop --in prod --because "500s since 14:00"
    """
    from promoter.commands.rollback import RollbackRequest
    from promoter.commands.rollback import rollback as run
    from promoter.errors import UsageError
    from promoter.model import EnvRef

    if not target:
        raise UsageError("in which environment?", hint="say --in ENV")
    if not apps and "/" not in target:
        raise UsageError("which app?", hint="name it: promoter rollback APP --in ENV")
    asked = RollbackRequest(
        tuple(apps or ()),
        EnvRef.parse(target),
        version or None,
        steps,
        undo,
        tuple(image or ()),
        "none" if no_hold else hold or None,
        because,
        mode=options.mode(dry_run=dry_run, write=write),
        unproven=unproven,
        shared=shared,
        override=tuple(override or ()),
    )
    with options.workspace() as workspace:
        options.show_promotion(run(workspace, asked), format_)


@app.command()
def land(
    requests: Annotated[
        list[str] | None, typer.Argument(metavar="[NUMBER|BRANCH]...", help="The only open one by default.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every open pull request of ours.")] = False,
    override: Annotated[
        list[str] | None,
        typer.Option("--override", metavar="GATE", help="Open a gate by hand, for this landing only."),
    ] = None,
) -> None:
    """Merge promotion pull requests, after asking the gates once more.

    Example: promoter land 3
    """
    from promoter.cli.terminal import write_out
    from promoter.commands.land import land as run

    with options.workspace() as workspace:
        for landed in run(workspace, tuple(requests or ()), tuple(override or ()), everything=everything):
            request = landed.pull_request
            write_out(f"landed #{request.number} {request.title} in {request.base} as {landed.commit[:12]}")


@app.command()
def reconcile(
    apps: options.Apps = None,
    dry_run: options.DryRun = False,
    format_: options.Format = options.TextOrJson.TEXT,
) -> None:
    """Propose, rebuild, land and close whatever is due now, for every app and environment.

    Example: promoter reconcile --dry-run
    """
    from promoter.commands.reconcile import reconcile as run
    from promoter.report.reconcile import json, text

    with options.workspace() as workspace:
        options.show(format_, run(workspace, tuple(apps or ()), dry_run=dry_run), text.render, json.render)


@app.command()
def init(
    force: Annotated[bool, typer.Option("--force", help="Overwrite promoter.yaml.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print it instead of writing it.")] = False,
) -> None:
    """Write promoter.yaml from what the repository shows.

    Example: promoter init --dry-run
    """
    from promoter.cli.terminal import write_err, write_out
    from promoter.commands.init import draft
    from promoter.commands.init import init as run

    with options.workspace() as workspace:
        made = draft(workspace) if dry_run else run(workspace, force=force)
        write_err(made.told)
        write_out(made.text if dry_run else "")
