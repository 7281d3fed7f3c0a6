"""Kills a process that owes an answer for too long.

One thread sleeps beside the process, whatever the number of requests: starting a timer for each of them
costs a large render a tenth of its time.
"""

import subprocess
import threading
import time


class Watch:
    """The clock of one process, which has `seconds` for each of its answers."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self._process, self._seconds = process, seconds
        self._due: float | None = None
        self._late = False
        self._turn = threading.Lock()
        self.ended = threading.Event()

    def begin(self) -> None:
        """From now on an answer is owed."""
        self._due = time.monotonic() + self._seconds

    def rest(self) -> bool:
        """Whether the answer came too late, and the process is killed; else nothing is owed any more."""
        with self._turn:
            self._due = None
            return self._late

    def run(self) -> None:
        """Wait until the process is killed for being late, or has ended."""
        while not self.ended.wait(self._left()):
            with self._turn:
                if self._left() <= 0:
                    self._late = True
                    self._process.kill()
                    return

    def _left(self) -> float:
        """The seconds for which nothing can be late; a request that begins meanwhile has more."""
        due = self._due
        return self._seconds if due is None else due - time.monotonic()
