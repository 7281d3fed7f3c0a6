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
    image: Annotated[
        list[str] | None, typer.Option("--image", metavar="NAME", help="Only this image; may be repeated.")
    ] = None,
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
