"""promoter in a process of its own that is killed before a chosen one of its writes.

A write is a git command that writes, or a file of the place that is opened for writing, moved, linked or
removed. Each run is a fork of one process that has imported everything, so that many are cheap.
"""

import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from fault_points import WRITING

_HERE = Path(__file__).resolve().parent
_CHANGING = frozenset({"os.link", "os.remove", "os.rename", "os.symlink"})
_FOR_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code (-9: killed), the writes that it came to, what it said."""

    code: int
    writes: tuple[str, ...]
    said: str

    @property
    def was_killed(self) -> bool:
        return self.code == -signal.SIGKILL


class Runner:
    """Runs promoter in places (a folder with a repository `work`); one at a time."""

    def __init__(self, server: subprocess.Popen[str], cache: Path) -> None:
        self._server, self._cache = server, cache

    def run(self, folder: Path, *arguments: str, stop: int = 0) -> Ended:
        """How promoter ended in the folder, killed before its `stop`-th write (1-based; 0: never)."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        asked = {"folder": str(folder), "cache": str(self._cache), "arguments": arguments, "stop": stop}
        self._server.stdin.write(json.dumps(asked) + "\n")
        self._server.stdin.flush()
        ended = json.loads(self._server.stdout.readline())
        return Ended(ended["code"], tuple(ended["writes"]), Path(folder, "said").read_text("utf-8"))


@contextmanager
def runner(cache: Path) -> Iterator[Runner]:
    """A runner whose runs share one render cache; it ends with the block."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {
        "PYTHONPATH": str(_HERE.parent),
        "PROMOTER_CACHE_DIR": str(cache),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    command = [sys.executable, str(Path(__file__).resolve())]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, text=True, stdin=pipe, stdout=pipe) as server:
        yield Runner(server, cache)


def _serve() -> None:
    """Answers each line of standard input, which is one run, with a line about how it ended."""
    import promoter
    from promoter.cli import run

    for found in pkgutil.walk_packages(promoter.__path__, "promoter."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    # What the command line imports when it reads arguments; the command itself finds no folder.
    sys.argv = ["promoter", "-C", os.devnull, "promote", "shop", "--to", "staging"]
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        run()
    for line in sys.stdin:
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            os._exit(_one(json.loads(line), writer))
        os.close(writer)
        with os.fdopen(reader) as told:
            writes = told.read().splitlines()
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(json.dumps({"code": code, "writes": writes}) + "\n")
        sys.stdout.flush()


def _one(asked: dict, told: int) -> int:
    from promoter.cli import run

    folder = asked["folder"]
    output = os.open(f"{folder}/said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(output, stream)
    sys.argv = ["promoter", "-C", f"{folder}/work", *asked["arguments"]]
    count = 0

    def look(event: str, details: tuple) -> None:
        nonlocal count
        write = _write(event, details, folder)
        if write is None:
            return
        count += 1
        os.write(told, f"{write}\n".encode())
        if count == asked["stop"]:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look)
    code = int(run())
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def _write(event: str, details: tuple, folder: str) -> str | None:
    """What an event of the interpreter is about to write in the folder, None when it writes nothing."""
    if event == "subprocess.Popen":
        words = details[1]
        command = next((word for word in words if word in WRITING), None)
        return f"git {command}" if words[0] == "git" and command else None
    if event == "open":
        path, _, flags = details
        return (
            f"open {path}"
            if isinstance(path, str) and _inside(path, folder) and flags & _FOR_WRITING
            else None
        )
    paths = [path for path in details if isinstance(path, str) and _inside(path, folder)]
    return f"{event} {paths[0]}" if event in _CHANGING and paths else None


def _inside(path: str, folder: str) -> bool:
    return path.startswith(f"{folder}/")


if __name__ == "__main__":
    _serve()
