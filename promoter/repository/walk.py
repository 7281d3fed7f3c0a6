"""git's walk of a first-parent line: which files each commit touched, and the blob that each became.

Must not read contents. Callers may rely on this: a walk of everything can begin before it is asked for, and
git then works beside us; nothing is lost when nobody asks.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from promoter.errors import RepositoryError
from promoter.frozen import frozen
from promoter.repository.process import Begun, Git, Ran

NO_BLOB: Final = "0" * 40
_MARK: Final = "\x02"
_WORDS: Final = (
    *("-c", "log.follow=false", "log", "--first-parent", "--diff-merges=first-parent", "--raw", "-z"),
    *("--no-abbrev", "--find-renames", "--no-show-signature", "--no-color", "--no-relative", "--no-notes"),
    f"--format={_MARK}%H",
)


@frozen
class Record:
    """One file of one commit: its name after it, its blob (None: removed), and its name before a rename."""

    path: str
    blob: str | None
    added: bool
    was: str | None


Touched = tuple[str, list[Record]]
"""The full id of a commit, and the files that it touched."""


class Walks:
    """The walks of everything that have begun, by the commit that they start from."""

    __slots__ = ("_begun", "_git")

    def __init__(self, git: Git) -> None:
        self._git = git
        self._begun: dict[str, Begun] = {}

    def begin(self, tip: str) -> None:
        """Let git walk from a commit, given by its full id, while we do something else.

        Where there is no room for what it says, nothing begins.
        """
        if tip not in self._begun:
            with suppress(OSError):
                self._begun[tip] = self._git.begin(*_words(tip, ()))

    def everything(self, tip: str) -> Iterator[Touched]:
        """Every commit of the line from a commit (a full id), newest first, with the files it touched.

        Raises RepositoryError when git fails.
        """
        begun = self._begun.pop(tip, None)
        if begun is not None:
            # A full disk stops what has begun, and nothing else: then git is waited for.
            with suppress(RepositoryError):
                return _commits(begun.ran())
        return _commits(self._git.run(*_words(tip, ())))

    def close(self) -> None:
        """End the walks that nobody asked for."""
        for begun in self._begun.values():
            begun.close()
        self._begun.clear()


def walk(git: Git, tip: str, paths: tuple[str, ...]) -> Iterator[Touched]:
    """The commits of the first-parent line that touched one of the paths, newest first, with those files.

    Raises RepositoryError when git fails.
    """
    return _commits(git.run(*_words(tip, paths)))


def renamed(git: Git, before: str, after: str) -> dict[str, str]:
    """The former names of the files that were renamed between two commits, by their new names."""
    ran = git.run("diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--find-renames", before, after)
    tokens = iter(os.fsdecode(ran.out).split("\0"))
    records = [record for token in tokens if token for record in _record(token, tokens)]
    return {record.path: record.was for record in records if record.was}


def _words(tip: str, paths: tuple[str, ...]) -> tuple[str, ...]:
    return (*_WORDS, tip, "--", *paths)


def _commits(ran: Ran) -> Iterator[Touched]:
    tokens = iter(os.fsdecode(ran.out).split("\0"))
    commit, records = "", list[Record]()
    for token in tokens:
        if token.startswith(_MARK):
            if commit:
                yield commit, records
            commit, records = token[1:], []
        elif token:
            records += _record(token, tokens)
    if commit:
        yield commit, records


def _record(about: str, tokens: Iterator[str]) -> tuple[Record, ...]:
    """The records of one line of raw output: `:mode mode blob blob status`, a path, after R another."""
    blob, status = about.rsplit(" ", 2)[1:]
    path = next(tokens)
    if status[0] == "R":
        was, path = path, next(tokens)
        removed = Record(was, None, added=False, was=None)
        return removed, Record(path, blob, added=False, was=was)
    return (Record(path, None if blob == NO_BLOB else blob, added=status == "A", was=None),)
