"""Reads blobs through one long-lived `git cat-file --batch`, whichever threads ask.

Must not cache or interpret contents. Callers may rely on this: the process starts with the first
question, answers are never mixed up between threads, and `close` (or the garbage collector) ends it.
"""

import subprocess
import weakref
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Final

from promoter.errors import RepositoryError
from promoter.repository.partial import Partial
from promoter.repository.process import Git, start

# 256 questions of 41 bytes fit any pipe's buffer, so asking never blocks while git waits to answer.
_QUESTIONS: Final = 256


class Blobs:
    """The objects of a repository by id, each read when asked for."""

    __slots__ = ("__weakref__", "_git", "_lock", "_partial", "_process", "_stop")

    def __init__(self, git: Git) -> None:
        self._git = git
        self._lock = Lock()
        self._partial: Partial | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._stop: weakref.finalize[..., Blobs] | None = None

    def read(self, blob: str) -> bytes:
        """The bytes of a blob. Raises RepositoryError when the object is not there."""
        return next(iter(self.read_many((blob,)).values()))

    def read_many(self, blobs: Sequence[str]) -> dict[str, bytes]:
        """The bytes of many blobs by id; much quicker than one by one. Raises as `read` does."""
        wanted = tuple(dict.fromkeys(blobs))
        with self._lock:
            if len(wanted) > 1:
                self._partial = self._partial or Partial(self._git)
                self._partial.fetch(wanted)
            return dict(self._answers(wanted))

    def close(self) -> None:
        """End the process, if one runs; the next question starts another."""
        with self._lock:
            self._end()

    def _answers(self, wanted: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        try:
            for start in range(0, len(wanted), _QUESTIONS):
                chunk = wanted[start : start + _QUESTIONS]
                process = self._running()
                assert process.stdin is not None
                process.stdin.write("".join(f"{blob}\n" for blob in chunk).encode())
                process.stdin.flush()
                for blob in chunk:
                    yield blob, _answer(process, blob)
        except BaseException:
            # Answers that nobody read would be taken for those of the next question.
            self._end()
            raise

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            asked = ("cat-file", "--batch")
            self._process = start(self._git, asked, subprocess.PIPE, subprocess.PIPE, subprocess.DEVNULL)
            self._stop = weakref.finalize(self, _finish, self._process)
        return self._process

    def _end(self) -> None:
        if self._stop is not None:
            self._stop()
        self._process = self._stop = None


def _answer(process: subprocess.Popen[bytes], blob: str) -> bytes:
    assert process.stdout is not None
    header = process.stdout.readline().decode().split()
    if len(header) != 3:  # noqa: PLR2004 - "<id> <type> <size>"; anything else says that it is missing
        raise RepositoryError(
            f"the object {blob} is not in this repository",
            hint="in a partial or damaged clone, run `git fetch --refetch` or `git fsck`",
        )
    size = int(header[2])
    content = process.stdout.read(size + 1)
    if len(content) != size + 1:
        raise RepositoryError(f"git ended while it gave the object {blob}", hint="run `git fsck`")
    return content[:-1]


def _finish(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    process.kill()
    process.wait()
