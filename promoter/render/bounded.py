"""Programs that build, run in an environment of our own with bounds: memory, processor time, time, output.

What a program prints is returned as values; one that exceeds a bound is killed and that is an answer too.
Nothing here knows what is built.
"""

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from promoter.render.inputs import Answer
from promoter.render.limits import Limits
from promoter.yamldoc import parse, value

_LIMIT_HINTS: Final = ("out of memory", "cannot allocate memory")
_TOO_LARGE: Final = "file too large"
_MARGIN: Final = 1 << 20  # a page more than allowed tells "too much" from "just enough"


def answer(
    command: Sequence[str], directory: Path, environment: Mapping[str, str], limits: Limits
) -> Answer:
    """What the program answers: the objects that it prints as YAML, or its error text.

    `command` is the whole argument list, `environment` all of the program's environment. It prints into a
    file, so that the system can bound what it writes.
    """
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - the program was chosen by us or the configuration
            command,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=said,
            cwd=directory,
            env=dict(environment),
        )
        _bound(process.pid, limits)
        try:
            process.wait(timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return Answer(error=f"the build took longer than {limits.seconds:g} s", limited=True)
        printed.seek(0)
        said.seek(0)
        output, errors = printed.read(limits.bytes + 1), said.read(_MARGIN).decode(errors="replace")
    if len(output) > limits.bytes or _TOO_LARGE in errors:
        return Answer(error=f"the build printed more than {limits.bytes} bytes", limited=True)
    return _objects(output) if process.returncode == 0 else _error(process.returncode, errors)


def _bound(pid: int, limits: Limits) -> None:
    """Bound a started process where the system can (Linux); elsewhere wall time alone bounds it.

    Address space would be the wrong measure: Go reserves much more of it than it uses.
    """
    if sys.platform != "linux":
        return
    import resource

    seconds, written = int(limits.seconds) + 1, limits.bytes + _MARGIN
    try:
        resource.prlimit(pid, resource.RLIMIT_DATA, (limits.memory, limits.memory))
        resource.prlimit(pid, resource.RLIMIT_CPU, (seconds, seconds))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (written, written))
    except (ProcessLookupError, PermissionError):
        return


def _objects(output: bytes) -> Answer:
    file = parse("output", output)
    if file.error is not None:
        return Answer(error=f"the engine's output is not readable: {file.error.message}")
    return Answer([body for document in file.documents if isinstance(body := value(document), dict)])


def _error(code: int, errors: str) -> Answer:
    if code < 0 or any(hint in errors for hint in _LIMIT_HINTS):
        return Answer(error="the build needed more memory or processor time than it may use", limited=True)
    return Answer(error=errors.strip() or f"the engine ended with code {code} and no message")
