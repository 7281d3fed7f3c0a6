"""The process around a command: every way it can end, and the exit code of each.

Typer alone would turn an uncaught exception into exit code 1, which here means "found".
"""

import gc

from promoter.cli.terminal import write_err
from promoter.errors import ExitCode, PromoterError


def run() -> int:
    """The exit code of the command that `sys.argv` spells; it never raises."""
    tune()
    from promoter.cli.app import app

    try:
        app(prog_name="promoter")
    except SystemExit as stop:
        return _code(stop)
    except Exception as error:  # noqa: BLE001 - a bug is reported, never dumped
        return _told(error)
    return ExitCode.OK


def tune() -> None:
    """Nothing; it makes the process look for cycles seldom.

    Parsed files are many, live until the end and hold no cycles: looking for them often is a waste.
    """
    gc.set_threshold(100_000, 50, 50)


def _told(error: Exception) -> int:
    """The exit code of an error, after saying it on standard error."""
    if isinstance(error, PromoterError) and error.exit_code is not ExitCode.INTERNAL:
        write_err(f"error: {error}")
        return error.exit_code
    return _internal(error)


def _code(stop: SystemExit) -> int:
    """The exit code that the command ended with; of an interrupt Typer makes 130 and says nothing."""
    if stop.code == ExitCode.INTERRUPTED:
        write_err("interrupted: nothing is half written")
    return stop.code if isinstance(stop.code, int) else ExitCode.USAGE


def _internal(error: BaseException) -> int:
    """Write the details where the user can find them; the message itself stays short."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="promoter-", suffix=".log", delete=False) as log:
        traceback.print_exception(error, file=log)
    kind = type(error).__name__
    write_err(
        f"internal error: {kind}: {error}\n  this is a bug in promoter; the details are in {log.name}"
    )
    return ExitCode.INTERNAL
