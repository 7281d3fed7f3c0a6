"""The engine that keeps one compiled worker per core, each building many overlays one at a time.

A worker gets the files of a build on its standard input and can reach nothing else. One that dies or takes
too long is replaced and its request reported as a failure; it is not tried again, because the same input
would kill the next one too.
"""

import json
import os
import queue
import re
import struct
import subprocess
import threading
from contextlib import suppress
from dataclasses import field
from pathlib import Path
from typing import BinaryIO, Final

from promoter.errors import RenderError
from promoter.frozen import frozen
from promoter.model import Json
from promoter.render.inputs import Answer, Inputs
from promoter.render.limits import Limits
from promoter.render.watch import Watch

PROTOCOL: Final = 1
KUSTOMIZE: Final = "5.8.1"
_TOP: Final = "/repository"
_LENGTH: Final = struct.Struct(">I")
_LONG_NUMBER: Final = re.compile(rb"[0-9]{19}")
_INT64_MIN, _UINT64_MAX = -(1 << 63), (1 << 64) - 1


def bundled() -> Path | None:
    """The compiled worker beside this module, None when it was not built for this installation."""
    path = Path(__file__).parent / "bin" / ("promoter-render.exe" if os.name == "nt" else "promoter-render")
    return path if path.is_file() else None


@frozen
class WorkerEngine:
    """A pool of worker processes, started when first needed. Safe to call from several threads."""

    program: Path
    limits: Limits
    name: str = "promoter-render"
    version: str = KUSTOMIZE
    _idle: "queue.SimpleQueue[_Worker]" = field(default_factory=queue.SimpleQueue, hash=False)

    def start(self) -> None:
        """Nothing; a worker starts and gets ready while its first build is being found out.

        One that cannot start says so when it is asked to build.
        """
        with suppress(RenderError):
            self._idle.put(_Worker(self.program, self.limits))

    def build(self, inputs: Inputs) -> tuple[Answer, str]:
        """The answer, and the root that its error text speaks of. Never raises for a bad build."""
        try:
            worker = self._idle.get_nowait()
        except queue.Empty:
            worker = _Worker(self.program, self.limits)
        answer = worker.ask(inputs)
        if worker.alive:
            self._idle.put(worker)
        return answer, _TOP

    def close(self) -> None:
        """End the workers that are not building."""
        with suppress(queue.Empty):
            while True:
                self._idle.get_nowait().end()


def _environment() -> dict[str, str]:
    """One thread for each worker, and on Windows what a program needs to start at all."""
    tuned = {"GOMAXPROCS": "1"}
    return {**tuned, "SYSTEMROOT": os.environ.get("SYSTEMROOT", "")} if os.name == "nt" else tuned


class _Worker:
    """One process and its two pipes; it answers one request at a time.

    What it says of itself is read before the first request, so that starting one waits for nothing.
    """

    def __init__(self, program: Path, limits: Limits) -> None:
        self._program, self._limits = program, limits
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own program beside this module
                [str(program), f"-memory={limits.memory}"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
        except OSError as error:
            raise RenderError(
                f"the render worker cannot be started: {error.strerror}",
                hint="run `make worker` again, or set `render.kustomize: kubectl`",
                where=str(program),
            ) from error
        self.alive = True
        self._known = False
        self._watch = Watch(self._process, limits.seconds)

    def _meet(self) -> None:
        """Nothing. Raises RenderError when the process speaks another protocol or of another kustomize."""
        said = _decode(self._receive() or b"null")
        if said != {"protocol": PROTOCOL, "version": f"v{KUSTOMIZE}"}:
            self.end()
            raise RenderError(
                f"the render worker does not speak protocol {PROTOCOL} with kustomize {KUSTOMIZE}: {said}",
                hint="run `make worker` again",
                where=str(self._program),
            )
        self._known = True
        threading.Thread(target=self._watch.run, daemon=True).start()

    def ask(self, inputs: Inputs) -> Answer:
        """The answer of the worker; when it dies or is late, a failure, and `alive` is False after.

        Raises RenderError, at its first request, for a process that is no such worker.
        """
        if not self._known:
            self._meet()
        try:
            self._watch.begin()
            self._send(inputs)
            body = self._receive()
        except OSError:
            body = None
        late = self._watch.rest()
        if body is None or late:
            self.end()
        if body is not None:
            return _answer(body)
        spent = f"the build took longer than {self._limits.seconds:g} s"
        return Answer(error=spent if late else "the build needed more memory than it may use", limited=True)

    def _send(self, inputs: Inputs) -> None:
        header = {
            "entry": inputs.entry,
            "files": [{"path": path, "size": len(content)} for path, content in inputs.files.items()],
            "links": [{"path": path, "target": target} for path, target in inputs.links],
            "options": {"reorder": inputs.reorder, "root_only": inputs.root_only},
        }
        body = json.dumps(header).encode()
        pipe = self._pipe(self._process.stdin)
        pipe.write(_LENGTH.pack(len(body)) + body)
        for content in inputs.files.values():
            pipe.write(content)
        pipe.flush()

    def _receive(self) -> bytes | None:
        pipe = self._pipe(self._process.stdout)
        length = pipe.read(_LENGTH.size)
        if len(length) < _LENGTH.size:
            return None
        size = _LENGTH.unpack(length)[0]
        body = pipe.read(size)
        return body if len(body) == size else None

    @staticmethod
    def _pipe(pipe: object) -> BinaryIO:
        assert pipe is not None
        return pipe  # type: ignore[return-value]

    def end(self) -> None:
        """End the process and close its pipes."""
        self.alive = False
        self._watch.ended.set()
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                self._pipe(pipe).close()
        self._process.wait()


def _answer(body: bytes) -> Answer:
    answer = _decode(body)
    assert isinstance(answer, dict)
    error, objects = answer.get("error"), answer.get("objects")
    if isinstance(error, str):
        return Answer(error=error)
    bodies = [item for item in objects if isinstance(item, dict)] if isinstance(objects, list) else []
    return Answer(bodies)


def _decode(body: bytes) -> Json:
    """The JSON as the YAML of the command line would read: an integer beyond 64 bits is a float."""
    if _LONG_NUMBER.search(body) is None:
        decoded: Json = json.loads(body)
    else:
        decoded = json.loads(body, parse_int=_number)
    return decoded


def _number(digits: str) -> int | float:
    number = int(digits)
    return number if _INT64_MIN <= number <= _UINT64_MAX else float(digits)
