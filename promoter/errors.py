"""What can go wrong, by who must act, and the exit code of each.

```
PromoterError
├── UsageError       2  the command line asks for something that does not exist
│   └── ConfigError  2  promoter.yaml is wrong
├── FailedError      3  something outside us failed
│   ├── RepositoryError
│   ├── RenderError
│   └── ForgeError
├── RefusedError     5  a gate, a hold, the access list or the proof said no
└── EditError        4  our own post-condition broke: a bug, and nothing was written
```

A problem in the *user's repository* is a Finding or a failure value; a problem in *running* is one of
these; anything else is a bug.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import ClassVar, Final

_LISTED: Final = 30


class ExitCode(IntEnum):
    """The process's exit status; the same numbers in every command."""

    OK = 0
    FOUND = 1
    USAGE = 2
    FAILED = 3
    INTERNAL = 4
    REFUSED = 5
    INTERRUPTED = 130


class PromoterError(Exception):
    """A message for people: what was expected, what was found, where, and what to do next.

    `message` is one sentence or two; `hint` says what to do; `where` is `path`, `path:line` or
    `path:line:column` (1-based).
    """

    exit_code: ClassVar[ExitCode] = ExitCode.INTERNAL

    def __init__(self, message: str, *, hint: str | None = None, where: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def __str__(self) -> str:
        prefix = f"{self.where}: " if self.where else ""
        suffix = f"\n  {self.hint}" if self.hint else ""
        return f"{prefix}{self.message}{suffix}"

    @property
    def on_one_line(self) -> str:
        """All of it on one line, for a table or a reason."""
        return str(self).replace("\n  ", "; ")


class UsageError(PromoterError):
    """The command line names something that is not there or cannot be combined."""

    exit_code = ExitCode.USAGE


class ConfigError(UsageError):
    """`promoter.yaml` does not say what it could say."""


class FailedError(PromoterError):
    """Something outside us failed."""

    exit_code = ExitCode.FAILED


class RepositoryError(FailedError):
    """git failed, or the repository is not in a state we can read."""


class RenderError(FailedError):
    """No render engine could be started. A build that fails is a `RenderFailure` value instead."""


class ForgeError(FailedError):
    """The forge refused or did not answer; `retry` tells whether trying again may help."""

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        where: str | None = None,
        status: int | None = None,
        retry: bool = False,
    ) -> None:
        super().__init__(message, hint=hint, where=where)
        self.status = status
        self.retry = retry


class RefusedError(PromoterError):
    """A rule of safety said no; the message names the rule and what to do."""

    exit_code = ExitCode.REFUSED


class EditError(PromoterError):
    """An edit would have changed something it was not meant to change; nothing was written."""

    exit_code = ExitCode.INTERNAL


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """The hint `did you mean X?` for a misspelt `name`, or None when nothing in `known` is close."""
    from difflib import get_close_matches

    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else None


def nearest(name: str, known: Iterable[str], called: str) -> str:
    """The hint for a `name` that is not `known`: the closest one, else those that are.

    `called` is what the known names are together, such as `known apps`. Of very many only the first
    thirty are listed, in the order given; where there are none the hint says `known apps: none`.
    """
    names = list(known)
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    listed = ", ".join(names[:_LISTED]) or "none"
    return did_you_mean(name, names) or f"{called}: {listed}{more}"


def check_known(kind: str, name: str, known: Iterable[str]) -> None:
    """Raise UsageError `unknown KIND 'NAME'` with what is nearest, unless `name` is `known`."""
    names = tuple(known)
    if name not in names:
        raise UsageError(f"unknown {kind} {name!r}", hint=nearest(name, names, f"known {kind}s"))
