"""How long work tells that it goes on, without knowing where that is shown.

The shell passes a bar on a terminal, `::group::` lines in Actions and silence in a pipe; the core
never prints.
"""

from typing import Protocol


class Progress(Protocol):
    """Something that is told about steps of known or unknown length."""

    def step(self, title: str, total: int | None = None) -> None:
        """Begin a step named `title` of `total` items (None: unknown)."""

    def advance(self, count: int = 1) -> None:
        """Say that `count` more items of the current step are done."""

    def note(self, message: str) -> None:
        """Tell one line that the user should see once, on standard error."""


class Silent:
    """The progress of a pipe and of tests: nothing is shown."""

    def step(self, title: str, total: int | None = None) -> None:
        """Show nothing."""

    def advance(self, count: int = 1) -> None:
        """Show nothing."""

    def note(self, message: str) -> None:
        """Show nothing."""


SILENT: Progress = Silent()
