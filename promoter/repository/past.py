"""What files were at each first-parent commit: one walk of git for any number of files.

Must not read contents: it gives blob ids, so that a thousand pins cost one git command and each distinct
content is parsed once. Callers may rely on this: a merge counts as one commit with the trailers of what
it merged, and a file keeps its past when it was renamed.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from promoter.frozen import frozen
from promoter.repository.messages import Commit, read_commits
from promoter.repository.opened import Repository
from promoter.repository.process import Git
from promoter.repository.revisions import find
from promoter.repository.walk import Touched, renamed, walk

# With more files than this one walk of everything is quicker than git's matching of every path.
_FEW: Final = 4


@frozen
class State:
    """After `commit`, each file (by its name of today) had this blob; None: it was not there."""

    commit: Commit
    blobs: Mapping[str, str | None]


@frozen
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
    changes: dict[str, list[tuple[str, str | None]]] = {path: [] for path in paths}
    if are_many(len(changes)):
        line = _follow_many(repository.walks.everything(tip), changes)
    else:
        line = repository.git.text("rev-list", "--first-parent", tip).split("\n")
        _follow_few(repository.git, tip, {path: path for path in changes}, changes)
    order = {commit: position for position, commit in enumerate(line)}
    complete = not repository.is_shallow
    ids = {commit for found in changes.values() for commit, _ in found}
    commits = read_commits(repository.blobs, ids, order.keys() if complete else None)
    return Past(order, commits, {path: tuple(found) for path, found in changes.items()}, complete)


def begin_past(repository: Repository, revision: str) -> None:
    """Let git begin the walk that `read_past` needs for many files up to `revision`.

    Raises as `read_past` does.
    """
    repository.walks.begin(repository.resolve(revision))


def are_many(paths: int) -> bool:
    """Whether so many files have their past read from one walk over everything."""
    return paths > _FEW


def _follow_many(
    everything: Iterable[Touched], changes: dict[str, list[tuple[str, str | None]]]
) -> list[str]:
    """The commits of one walk over everything; fills `changes` from it, following renames as they come."""
    names = {path: path for path in changes}
    line: list[str] = []
    for commit, records in everything:
        line.append(commit)
        before: dict[str, str] = {}
        for record in records:
            today = names.get(record.path)
            if today is not None:
                changes[today].append((commit, record.blob))
                if record.was is not None:
                    before[record.path] = record.was
        if before:
            moved = {was: names.pop(path) for path, was in before.items()}
            names |= moved
    return line


def _follow_few(
    git: Git, start: str, names: dict[str, str], changes: dict[str, list[tuple[str, str | None]]]
) -> None:
    """Fill `changes` from a walk over `names` (name there to name of today), which git can cut short.

    Limited to some paths, git shows a renamed file as added, so each beginning is looked at once more.
    """
    begun: dict[str, str] = {}
    for commit, records in walk(git, start, tuple(names)) if names else ():
        for record in records:
            changes[names[record.path]].append((commit, record.blob))
            begun.pop(record.path, None)
            if record.added:
                begun[record.path] = commit
    for commit in dict.fromkeys(begun.values()):
        before = find(git, f"{commit}^1")
        was = renamed(git, before, commit) if before is not None else {}
        moved = {was[path]: names[path] for path, its in begun.items() if its == commit and path in was}
        if before is not None and moved:
            _follow_few(git, before, moved, changes)
