"""The repository that is open: where it lies, and everything that can be read from it.

Must not change anything: writing is in `commits`, `refs`, `landing` and `files`. Callers may rely on
this: reading leaves even the index as it was, whatever git cannot do is an error that says what to do,
and paths go in and out as `model` writes them.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from promoter.errors import RepositoryError, UsageError
from promoter.frozen import frozen
from promoter.model import Snapshot
from promoter.repository import revisions, snapshot
from promoter.repository.blobs import Blobs
from promoter.repository.process import Git
from promoter.repository.walk import Walks


@frozen(eq=False)
class Repository:
    """An open repository; a context manager that ends its reading process.

    `work_tree` is the top of the work tree, None for a bare repository; `git_dir` the git directory of
    this work tree; `common_dir` the one that all linked work trees share; `prefix` the directory inside
    the repository that was opened ("" for the top).
    """

    git: Git
    work_tree: str | None
    git_dir: str
    common_dir: str
    prefix: str
    blobs: Blobs
    walks: Walks
    _commits: set[str] = field(default_factory=set, repr=False)
    _looks: list[snapshot.Look] = field(default_factory=list, repr=False)

    @classmethod
    def open(cls, path: str | os.PathLike[str] = ".") -> "Repository":
        """The repository that `path` lies in, found as git finds it.

        The caller's GIT_DIR and GIT_WORK_TREE count only where `path` lies in no repository. Raises
        UsageError when `path` is no directory, RepositoryError when it is in no repository.
        """
        directory = Path(path).absolute()
        if not directory.is_dir():
            raise UsageError(
                f"{os.fspath(path)!r} is not a directory",
                hint="name the folder of a repository: promoter -C DIR …",
            )
        git, told = _located(Git(str(directory)))
        git_dir, common, inside = told[:3]
        common_dir = str((directory / common).resolve())
        if inside != "true":
            at = Git(git_dir, git.settings)
            return cls(at, None, git_dir, common_dir, "", Blobs(at), Walks(at))
        top, prefix = told[3], told[4].removesuffix("/")
        at = Git(top, git.settings)
        return cls(at, top, git_dir, common_dir, prefix, Blobs(at), Walks(at))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes that read; the repository stays usable and starts others."""
        self.blobs.close()
        self.walks.close()
        while self._looks:
            self._looks.pop().close()

    # --- reading ------------------------------------------------------------------------------

    def snapshot(self, revision: str | None = None) -> Snapshot:
        """The files of a revision, or (None) of the work tree: tracked, and untracked but not ignored.

        Raises UsageError when no commit has that name, RepositoryError when a bare repository is asked
        for its work tree.
        """
        if revision is not None:
            return snapshot.of_commit(self.git, self.blobs, self.resolve(revision))
        top = self.top
        look = self._looks.pop() if self._looks else snapshot.Look.begin(self.git)
        return snapshot.of_work_tree(look, self.blobs, top)

    def look(self) -> None:
        """Nothing; git begins to look at the work tree, and the next snapshot of it is what git finds.

        Whoever has something else to do until then need not wait for git. A bare repository has nothing
        to look at.
        """
        if self.work_tree is not None and not self._looks:
            self._looks.append(snapshot.Look.begin(self.git))

    @property
    def top(self) -> str:
        """The work tree's top directory. Raises RepositoryError in a bare repository."""
        if self.work_tree is None:
            raise RepositoryError(
                "a bare repository has no work tree", hint="name a revision, as in `prod@main`"
            )
        return self.work_tree

    @property
    def is_shallow(self) -> bool:
        """Whether the clone's history was cut off, so that old values cannot be known."""
        return revisions.is_shallow(self.git)

    def resolve(self, revision: str) -> str:
        """The full id of the commit that `revision` names.

        Raises UsageError (with a suggestion) when there is none, RepositoryError when the repository
        has no commit at all.
        """
        # What was found to be a commit's full id once stays one.
        if revision in self._commits:
            return revision
        commit = revisions.resolve(self.git, revision)
        self._commits.add(commit)
        return commit

    def committed_at(self, revision: str) -> int:
        """When the commit of a revision was made, in seconds since 1970. Raises as `resolve` does."""
        return revisions.committed_at(self.git, self.resolve(revision))

    def message(self, commit: str) -> str | None:
        """What the commit with this id says, None where it is not here."""
        return revisions.message(self.git, commit)

    def head(self) -> str | None:
        """The full id of the commit that HEAD names; None right after `git init`."""
        commit = revisions.find(self.git, "HEAD")
        if commit is not None:
            self._commits.add(commit)
        return commit

    def head_branch(self) -> str | None:
        """The branch that is checked out; None when HEAD is detached."""
        return revisions.head_branch(self.git)

    def default_branch(self, configured: str | None = None) -> str:
        """The name of the branch that pins live on; see `revisions.default_branch`."""
        return revisions.default_branch(self.git, configured)

    def branch_tip(self, name: str) -> str | None:
        """The commit of the branch `name`, here or (else) at origin; None when there is none."""
        return revisions.branch_tip(self.git, name)

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor of two revisions, None when there is none. Raises UsageError."""
        here, there = self.resolve(one), self.resolve(other)
        base = here if here == there else revisions.merge_base(self.git, here, there)
        if base is not None:
            self._commits.add(base)
        return base

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether the history of the revision `newer` holds `older`. Raises UsageError."""
        return revisions.is_ancestor(self.git, self.resolve(older), self.resolve(newer))

    def remote_urls(self) -> Mapping[str, str]:
        """The address of each remote by name."""
        return revisions.remote_urls(self.git)

    def dirty(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Those of `paths` with changes (staged or not) or untracked files, ordered."""
        wanted = tuple(paths)
        if not wanted:
            return ()
        ran = self.git.run(
            "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--", *wanted
        )
        return tuple(sorted({record[3:] for record in os.fsdecode(ran.out).split("\0")[:-1]}))


_QUESTIONS: Final = (
    *("--absolute-git-dir", "--git-common-dir", "--is-inside-work-tree"),
    *("--show-toplevel", "--show-prefix"),
)
_OF_ANY: Final = 3  # of the questions, those that a repository without a work tree answers too


def _located(git: Git) -> tuple[Git, tuple[str, ...]]:
    """`git` as it finds a repository (by its directory, else by the caller's GIT_DIR), and its answers."""
    answers, said = _answers(git)
    named = {name: os.environ[name] for name in ("GIT_DIR", "GIT_WORK_TREE") if os.environ.get(name)}
    if not answers and "GIT_DIR" in named:
        git = Git(git.directory, {name: str(Path(path).absolute()) for name, path in named.items()})
        answers, _ = _answers(git)
    if answers:
        return git, answers
    if "not a git repository" in said:
        raise RepositoryError(
            f"{git.directory!r} is not in a git repository",
            hint="run promoter inside one, name one with `-C DIR`, or start one with `git init`",
        )
    raise RepositoryError(
        f"git cannot read {git.directory!r}: {said.removeprefix('fatal: ')}",
        hint="`git status` in that folder says more",
    )


def _answers(git: Git) -> tuple[tuple[str, ...], str]:
    """What git says to the questions, nothing where it finds no repository; and its words for people.

    One process answers them all: outside a work tree it stops at the first that needs one.
    """
    ran = git.run("rev-parse", *_QUESTIONS, accept=(0, 128))
    answers = tuple(ran.text.split("\n")) if ran.out else ()
    if not answers or len(answers) == (len(_QUESTIONS) if ran.status == 0 else _OF_ANY):
        return answers, ran.err
    # A path holds a line feed: one process a question keeps the answers apart.
    asked = _QUESTIONS if ran.status == 0 else _QUESTIONS[:_OF_ANY]
    return tuple(git.text("rev-parse", question) for question in asked), ran.err
