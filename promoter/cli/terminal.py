"""Where results and everything else are shown: stdout is the result, stderr is the rest.

Honours NO_COLOR, FORCE_COLOR and TERM=dumb (https://no-color.org, https://force-color.org). Progress is a
bar on a terminal, groups in GitHub Actions, and nothing in a pipe.
"""

import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from promoter.errors import ExitCode
from promoter.progress import SILENT, Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


def wants_colour(stream: TextIO) -> bool:
    """Whether text on the stream may carry colours."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def write_out(text: str) -> None:
    """Write a result to standard output, ending with one line feed; nothing for no text.

    The run ends where nobody reads it any more, as `| head` does. Typer would give that the exit code 1.
    """
    if text:
        try:
            sys.stdout.write(text if text.endswith("\n") else text + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(ExitCode.OK)


def write_err(text: str) -> None:
    """Write a line for people to standard error."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def width() -> int:
    """How many columns a result may take: the terminal's, or 120 in a pipe."""
    import shutil

    return shutil.get_terminal_size((120, 40)).columns if sys.stdout.isatty() else 120


def progress() -> Progress:
    """The progress that suits standard error: a bar, groups in Actions, or silence."""
    if os.environ.get("GITHUB_ACTIONS") == "true":
        return ActionsProgress()
    return BarProgress() if sys.stderr.isatty() and os.environ.get("TERM") != "dumb" else NotesOnly()


@dataclass(slots=True)
class NotesOnly:
    """Progress in a pipe: notes are told, steps are not."""

    told: set[str] = field(default_factory=set)

    def step(self, title: str, total: int | None = None) -> None:
        """Show nothing."""
        SILENT.step(title, total)

    def advance(self, count: int = 1) -> None:
        """Show nothing."""
        SILENT.advance(count)

    def note(self, message: str) -> None:
        """Tell one line, once."""
        if message not in self.told:
            self.told.add(message)
            write_err(message)


@dataclass(slots=True)
class ActionsProgress:
    """Progress in GitHub Actions: a line for each step."""

    told: set[str] = field(default_factory=set)

    def step(self, title: str, total: int | None = None) -> None:
        """Tell the step."""
        write_err(f"{title} ({total})" if total is not None else title)

    def advance(self, count: int = 1) -> None:
        """Show nothing."""
        SILENT.advance(count)

    def note(self, message: str) -> None:
        """Tell one line, once."""
        if message not in self.told:
            self.told.add(message)
            write_err(message)


class BarProgress:
    """Progress on a terminal: a bar that is gone when the step is done."""

    def __init__(self) -> None:
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._left = 0
        self._told: set[str] = set()

    def step(self, title: str, total: int | None = None) -> None:
        """Begin a bar; short steps of one item show none."""
        self.finish()
        if total is not None and total <= 1:
            return
        from rich.console import Console
        from rich.progress import Progress as NewBar

        self._bar = NewBar(console=Console(stderr=True), transient=True)
        self._bar.start()
        self._task = self._bar.add_task(title, total=total)
        self._left = total or 0

    def advance(self, count: int = 1) -> None:
        """Move the bar; the last item ends it."""
        if self._bar is None or self._task is None:
            return
        self._bar.advance(self._task, count)
        self._left -= count
        if self._left == 0:
            self.finish()

    def note(self, message: str) -> None:
        """Tell one line, once."""
        if message not in self._told:
            self._told.add(message)
            write_err(message)

    def finish(self) -> None:
        """End the bar, if one is shown."""
        if self._bar is not None:
            self._bar.stop()
        self._bar = self._task = None
