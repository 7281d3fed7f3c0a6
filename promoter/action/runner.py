"""What a step tells the Actions runner: outputs, the step summary, lines of the log.

The formats are GitHub's ("Workflow commands for GitHub Actions"). Nothing that is
written here can smuggle in a command or a second output. Files are appended to, as the runner expects.
"""

import secrets
from collections.abc import Iterable, Mapping
from itertools import accumulate, islice
from pathlib import Path
from typing import Final, TextIO

from promoter.errors import UsageError
from promoter.frozen import frozen

LARGEST_SUMMARY: Final = 1 << 20
"""Bytes of a step's summary at most; GitHub drops a larger one whole."""


@frozen
class Runner:
    """The runner of this step: where it reads from, by its variables, and the log."""

    log: TextIO
    outputs: Path | None = None
    summary: Path | None = None

    @classmethod
    def of(cls, environment: Mapping[str, str], log: TextIO) -> "Runner":
        """The runner that the environment describes."""
        outputs, summary = (environment.get(name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"))
        return cls(log, Path(outputs) if outputs else None, Path(summary) if summary else None)

    def output(self, name: str, value: str) -> None:
        """Sets an output of the step; a value may have any characters and lines."""
        if self.outputs is None:
            return
        delimiter = f"promoter-{secrets.token_hex(16)}"
        if delimiter in value:
            raise UsageError(f"the output {name} holds its own delimiter")
        with self.outputs.open("a", encoding="utf-8", newline="\n") as file:
            file.write(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")

    def summarize(self, markdown: str) -> None:
        """Adds to the step's summary, as much as GitHub shows."""
        if self.summary is None:
            return
        written = self.summary.stat().st_size if self.summary.exists() else 0
        with self.summary.open("a", encoding="utf-8", newline="\n") as file:
            file.write(clamp(markdown, LARGEST_SUMMARY - written))

    def say(self, message: str, *, commands: bool = False) -> None:
        """Lines of the log; without `commands` they can be no command, whatever they hold."""
        for line in message.splitlines():
            print(line if commands or not line.lstrip().startswith("::") else f"| {line}", file=self.log)


def clamp(markdown: str, room: int) -> str:
    """The text in at most `room` bytes of UTF-8, cut between lines, with open fences and folds closed."""
    if len(markdown.encode()) <= room:
        return markdown
    lines = markdown.split("\n")
    used = accumulate((len(line.encode()) + 1 for line in lines), initial=len(_REST.encode()) * 2)
    kept = [line for line, size in zip(lines, islice(used, 1, None), strict=True) if size <= room]
    return "\n".join([*kept, *_closing(kept), _REST]) if kept else ""


_REST: Final = "\n*Cut here: the whole is in the log and in the uploaded report.*\n"


def _closing(lines: Iterable[str]) -> list[str]:
    """What ends the fence and the folds that the lines leave open, innermost first."""
    fence = ""
    folds = 0
    for line in lines:
        stripped = line.strip()
        mark = stripped[: len(stripped) - len(stripped.lstrip("`"))]
        if len(mark) >= len("```") and (not fence or (stripped == mark and len(mark) >= len(fence))):
            fence = "" if fence else mark
        elif not fence:
            folds += stripped.count("<details") - stripped.count("</details>")
    return [*([fence] if fence else []), *(["</details>"] * folds)]
