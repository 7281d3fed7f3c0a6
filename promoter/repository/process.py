"""Runs git: argument lists only, a cleaned environment, a time limit, errors that say what to do.

Must not know what the commands mean. Callers may rely on this: no shell, no prompt, no pager, no locale
but C, paths taken literally (never as patterns), and no command refreshes the user's index on its own.
"""

import os
import subprocess
import weakref
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import IO, Final

from promoter.errors import RepositoryError
from promoter.frozen import frozen

LOCAL_SECONDS: Final = 120.0
NETWORK_SECONDS: Final = 600.0

# What `git rev-parse --local-env-vars` lists, without the variables that carry `git -c` settings:
# a hook's environment must not send our commands to another repository or index.
_OF_ANOTHER_REPOSITORY: Final = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_DIR", "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_INTERNAL_SUPER_PREFIX", "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE", "GIT_WORK_TREE",
)  # fmt: skip
_OF_A_TERMINAL: Final = ("GIT_DIFF_OPTS", "GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_GLOB_PATHSPECS")
_OURS: Final = {
    "LC_ALL": "C",
    "LANGUAGE": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_PAGER": "cat",
    # Else git writes each commit by itself into a pipe, and its reader wakes up for each.
    "GIT_FLUSH": "0",
}


@frozen
class Ran:
    """What a git command gave: its exit status, its output, and its words for people."""

    status: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """The output as text without its last newline; bytes that are not UTF-8 survive as surrogates."""
        return os.fsdecode(self.out).removesuffix("\n")


@frozen
class Git:
    """git in one directory; `settings` are environment variables that every command gets."""

    directory: str
    settings: Mapping[str, str] = field(default_factory=dict, hash=False)

    def run(
        self,
        *arguments: str,
        stdin: bytes = b"",
        settings: Mapping[str, str] | None = None,
        accept: tuple[int, ...] = (0,),
        seconds: float = LOCAL_SECONDS,
    ) -> Ran:
        """What `git ARGUMENTS` gave. Raises RepositoryError unless it ends in an accepted status."""
        try:
            done = subprocess.run(  # noqa: S603 - an argument list, and no shell
                ["git", *arguments],  # noqa: S607 - the git of the user's PATH is the one that is meant
                cwd=self.directory,
                env=self.environment(settings),
                input=stdin,
                capture_output=True,
                timeout=seconds,
                check=False,
            )
        except FileNotFoundError as error:
            raise _no_git(self.directory, error) from error
        except subprocess.TimeoutExpired as error:
            raise _too_slow(arguments, seconds) from error
        ran = Ran(done.returncode, done.stdout, _words(done.stderr))
        if ran.status not in accept:
            raise failed(arguments, ran)
        return ran

    def begin(self, *arguments: str) -> "Begun":
        """`git ARGUMENTS` on its way. Raises RepositoryError when git cannot be started."""
        return Begun(self, arguments)

    def text(self, *arguments: str) -> str:
        """The output of `git ARGUMENTS` as text, without its last newline. Raises RepositoryError."""
        return self.run(*arguments).text

    def environment(self, settings: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment for a git process: the caller's, without what would mislead git."""
        unwanted = {*_OF_ANOTHER_REPOSITORY, *_OF_A_TERMINAL}
        inherited = {name: value for name, value in os.environ.items() if name not in unwanted}
        return {**inherited, **_OURS, **self.settings, **(settings or {})}


class Begun:
    """A git command that runs beside us, into a file of its own, so that it never waits for its reader."""

    __slots__ = ("__weakref__", "_arguments", "_output", "_process", "_stop")

    def __init__(self, git: Git, arguments: tuple[str, ...]) -> None:
        from tempfile import TemporaryFile

        self._arguments = arguments
        self._output = TemporaryFile()  # noqa: SIM115 - it is closed with the process
        try:
            self._process = start(git, arguments, subprocess.DEVNULL, self._output, subprocess.PIPE)
        except RepositoryError:
            self._output.close()
            raise
        self._stop = weakref.finalize(self, _finish, self._process, self._output)

    def ran(self, seconds: float = LOCAL_SECONDS) -> Ran:
        """What the command gave, once it has ended; to be asked once. Raises RepositoryError as `run`."""
        try:
            _, said = self._process.communicate(timeout=seconds)
            self._output.seek(0)
            ran = Ran(self._process.returncode, self._output.read(), _words(said))
        except subprocess.TimeoutExpired as error:
            raise _too_slow(self._arguments, seconds) from error
        finally:
            self.close()
        if ran.status != 0:
            raise failed(self._arguments, ran)
        return ran

    def close(self) -> None:
        """End the command, if it still runs."""
        self._stop()


def _finish(process: subprocess.Popen[bytes], output: IO[bytes]) -> None:
    output.close()
    if process.stderr is not None:
        process.stderr.close()
    process.kill()
    process.wait()


def _words(said: bytes) -> str:
    return said.decode(errors="replace").strip()


def _too_slow(arguments: tuple[str, ...], seconds: float) -> RepositoryError:
    return RepositoryError(
        f"git {_command(arguments)} did not end within {seconds:.0f} seconds",
        hint="is another git waiting in this repository, or the network unreachable?",
    )


def start(
    git: Git, arguments: tuple[str, ...], stdin: int, stdout: int | IO[bytes], stderr: int
) -> subprocess.Popen[bytes]:
    """The git command, begun and not waited for; the streams are those of `Popen`.

    Raises RepositoryError when there is no git, or no directory to run it in.
    """
    try:
        return subprocess.Popen(  # noqa: S603 - an argument list, and no shell
            ["git", *arguments],  # noqa: S607 - the git of the user's PATH is the one that is meant
            cwd=git.directory,
            env=git.environment(),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
        )
    except FileNotFoundError as error:
        raise _no_git(git.directory, error) from error


def _no_git(directory: str, error: OSError) -> RepositoryError:
    """The error for a git that could not be started in `directory`."""
    if not Path(directory).is_dir():
        return RepositoryError(
            f"the directory {directory!r} is gone", hint="change to a folder that exists"
        )
    return RepositoryError(f"git could not be started: {error.strerror}", hint="install git 2.31 or newer")


def failed(arguments: tuple[str, ...], ran: Ran) -> RepositoryError:
    """The error for a git command that ended badly, in git's own words."""
    said = [line.removeprefix("fatal: ").removeprefix("error: ") for line in ran.err.splitlines()]
    lines = [line for line in said if line.strip()] or [f"exit status {ran.status}"]
    hint = "\n  ".join(line.removeprefix("hint: ").strip() for line in lines[1:6]) or None
    return RepositoryError(f"git {_command(arguments)}: {lines[0]}", hint=hint)


def _command(arguments: tuple[str, ...]) -> str:
    """The command among git's arguments: what comes after the settings of `-c`."""
    start = 0
    while arguments[start] == "-c":
        start += 2
    return arguments[start]
