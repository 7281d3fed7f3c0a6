"""What files were at each first-parent commit: one walk of git for any number of files.

Must not read contents: it gives blob ids, so that a thousand pins cost one git command and each distinct
content is parsed once. Callers may rely on this: a merge counts as one commit with the trailers of what
it merged, and a file keeps its past when it was renamed.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from promoter.repository.messages import Commit, read_commits
from promoter.repository.opened import Repository
from promoter.repository.process import Git
from promoter.repository.revisions import find

NO_BLOB: Final = "0" * 40
# With more files than this one walk of everything is quicker than git's matching of every path.
_FEW: Final = 4
_MARK: Final = "\x02"


@dataclass(frozen=True, slots=True)
class State:
    """After `commit`, each file (by its name of today) had this blob; None: it was not there."""

    commit: Commit
    blobs: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Past:
    """The first-parent past of some files, up to one revision.

    `order` numbers the commits of the first-parent line from the newest (0); `changes` gives for each
    path the commits that touched it and the blob that they left (None: removed); `complete` is False
    where a shallow clone cuts the line off.
    """

    order: Mapping[str, int]
    commits: Mapping[str, Commit]
    changes: Mapping[str, tuple[tuple[str, str | None], ...]]
    complete: bool

    def states(self, paths: Iterable[str]) -> tuple[State, ...]:
        """What `paths` were after each commit that touched one of them, oldest first.

        Raises KeyError for a path that the past was not read for.
        """
        wanted = tuple(paths)
        touched: dict[str, dict[str, str | None]] = {}
        for path in wanted:
            for commit, blob in self.changes[path]:
                touched.setdefault(commit, {})[path] = blob
        states: list[State] = []
        blobs: dict[str, str | None] = dict.fromkeys(wanted)
        for commit in sorted(touched, key=self.order.__getitem__, reverse=True):
            blobs = {**blobs, **touched[commit]}
            states.append(State(self.commits[commit], blobs))
        return tuple(states)


def read_past(repository: Repository, revision: str, paths: Sequence[str]) -> Past:
    """The past of `paths` (their names at `revision`) up to `revision`.

    Costs one walk of the first-parent line, however many paths there are. Raises UsageError when there is
    no such revision, RepositoryError when git fails.
    """
    tip = repository.resolve(revision)
    line = repository.git.text("rev-list", "--first-parent", tip).split("\n")
    changes: dict[str, list[tuple[str, str | None]]] = {path: [] for path in paths}
    if changes and len(changes) <= _FEW:
        _follow_few(repository.git, tip, {path: path for path in changes}, changes)
    elif changes:
        _follow_many(repository.git, tip, changes)
    order = {commit: position for position, commit in enumerate(line)}
    complete = not repository.is_shallow
    ids = {commit for found in changes.values() for commit, _ in found}
    commits = read_commits(repository.blobs, ids, order.keys() if complete else None)
    return Past(order, commits, {path: tuple(found) for path, found in changes.items()}, complete)


def _follow_many(git: Git, tip: str, changes: dict[str, list[tuple[str, str | None]]]) -> None:
    """Fill `changes` from one walk over everything, following renames as they come."""
    names = {path: path for path in changes}
    for commit, records in _walk(git, tip, ()):
        renamed: dict[str, str] = {}
        for record in records:
            today = names.get(record.path)
            if today is not None:
                changes[today].append((commit, record.blob))
                if record.was is not None:
                    renamed[record.path] = record.was
        if renamed:
            moved = {was: names.pop(path) for path, was in renamed.items()}
            names |= moved


def _follow_few(
    git: Git, start: str, names: dict[str, str], changes: dict[str, list[tuple[str, str | None]]]
) -> None:
    """Fill `changes` from a walk over `names` (name there to name of today), which git can cut short.

    Limited to some paths, git shows a renamed file as added, so each beginning is looked at once more.
    """
    begun: dict[str, str] = {}
    for commit, records in _walk(git, start, tuple(names)):
        for record in records:
            changes[names[record.path]].append((commit, record.blob))
            begun.pop(record.path, None)
            if record.added:
                begun[record.path] = commit
    for commit in dict.fromkeys(begun.values()):
        before = find(git, f"{commit}^1")
        was = _renamed(git, before, commit) if before is not None else {}
        moved = {was[path]: names[path] for path, its in begun.items() if its == commit and path in was}
        if before is not None and moved:
            _follow_few(git, before, moved, changes)


@dataclass(frozen=True, slots=True)
class _Record:
    """One file of one commit: its name after it, its blob (None: removed), and its name before a rename."""

    path: str
    blob: str | None
    added: bool
    was: str | None


def _walk(git: Git, tip: str, paths: tuple[str, ...]) -> Iterator[tuple[str, list[_Record]]]:
    """The commits of the first-parent line, newest first, each with the files it touched."""
    ran = git.run(
        *("-c", "log.follow=false", "log", "--first-parent", "--diff-merges=first-parent", "--raw", "-z"),
        *(
            "--no-abbrev",
            "--find-renames",
            "--no-show-signature",
            "--no-color",
            "--no-relative",
            "--no-notes",
        ),
        *(f"--format={_MARK}%H", tip, "--", *paths),
    )
    tokens = iter(os.fsdecode(ran.out).split("\0"))
    commit, records = "", list[_Record]()
    for token in tokens:
        if token.startswith(_MARK):
            if commit:
                yield commit, records
            commit, records = token[1:], []
        elif token:
            records += _record(token, tokens)
    if commit:
        yield commit, records


def _renamed(git: Git, before: str, after: str) -> dict[str, str]:
    """The former names of the files that were renamed between two commits."""
    ran = git.run("diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--find-renames", before, after)
    tokens = iter(os.fsdecode(ran.out).split("\0"))
    records = [record for token in tokens if token for record in _record(token, tokens)]
    return {record.path: record.was for record in records if record.was}


def _record(about: str, tokens: Iterator[str]) -> Iterator[_Record]:
    """The records of one line of raw output: `:mode mode blob blob status`, a path, after R another."""
    blob, status = about.rsplit(" ", 2)[1:]
    path = next(tokens)
    if status[0] == "R":
        was, path = path, next(tokens)
        yield _Record(was, None, added=False, was=None)
        yield _Record(path, blob, added=False, was=was)
    else:
        yield _Record(path, None if blob == NO_BLOB else blob, added=status == "A", was=None)
