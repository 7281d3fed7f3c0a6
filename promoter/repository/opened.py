"""The repository that is open: where it lies, and everything that can be read from it.

Must not change anything: writing is in `commits`, `refs`, `landing` and `files`. Callers may rely on
this: reading leaves even the index as it was, whatever git cannot do is an error that says what to do,
and paths go in and out as `model` writes them.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from promoter.errors import RepositoryError, UsageError
from promoter.model import Snapshot
from promoter.repository import revisions, snapshot
from promoter.repository.blobs import Blobs
from promoter.repository.process import Git


@dataclass(frozen=True, slots=True, eq=False)
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
        git = _located(Git(str(directory)))
        git_dir = git.text("rev-parse", "--absolute-git-dir")
        common_dir = str((directory / git.text("rev-parse", "--git-common-dir")).resolve())
        if git.text("rev-parse", "--is-inside-work-tree") != "true":
            at = Git(git_dir, git.settings)
            return cls(at, None, git_dir, common_dir, "", Blobs(at))
        top = git.text("rev-parse", "--show-toplevel")
        prefix = git.text("rev-parse", "--show-prefix").removesuffix("/")
        at = Git(top, git.settings)
        return cls(at, top, git_dir, common_dir, prefix, Blobs(at))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process that reads objects; the repository stays usable and starts another."""
        self.blobs.close()

    # --- reading ------------------------------------------------------------------------------

    def snapshot(self, revision: str | None = None) -> Snapshot:
        """The files of a revision, or (None) of the work tree: tracked, and untracked but not ignored.

        Raises UsageError when no commit has that name, RepositoryError when a bare repository is asked
        for its work tree.
        """
        if revision is not None:
            return snapshot.of_commit(self.git, self.blobs, self.resolve(revision))
        return snapshot.of_work_tree(self.git, self.blobs, self.top)

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
        return revisions.resolve(self.git, revision)

    def has_commits(self) -> bool:
        """Whether HEAD names a commit; not so right after `git init`."""
        return revisions.find(self.git, "HEAD") is not None

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
        return revisions.merge_base(self.git, self.resolve(one), self.resolve(other))

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether the history of the revision `newer` holds `older`. Raises UsageError."""
        return revisions.is_ancestor(self.git, self.resolve(older), self.resolve(newer))

    def remote_urls(self) -> Mapping[str, str]:
        """The address of each remote by name."""
        return revisions.remote_urls(self.git)

    def changed_paths(self, before: str, after: str | None = None) -> tuple[str, ...]:
        """The paths that differ between two revisions (after None: the work tree), ordered.

        A renamed file counts as its old and its new path. Raises UsageError.
        """
        if after is None:
            old, new = self.snapshot(before).entries, self.snapshot(None).entries
            return tuple(sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path)))
        ends = (self.resolve(before), self.resolve(after))
        ran = self.git.run("diff-tree", "-r", "-z", "--name-only", "--no-renames", *ends)
        return tuple(sorted(os.fsdecode(ran.out).split("\0")[:-1]))

    def dirty(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Those of `paths` with changes (staged or not) or untracked files, ordered."""
        wanted = tuple(paths)
        if not wanted:
            return ()
        ran = self.git.run(
            "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--", *wanted
        )
        return tuple(sorted({record[3:] for record in os.fsdecode(ran.out).split("\0")[:-1]}))


def _located(git: Git) -> Git:
    """`git` as it finds a repository: by its directory, else by the caller's GIT_DIR."""
    found = git.run("rev-parse", "--git-dir", accept=(0, 128))
    if found.status == 0:
        return git
    named = {name: os.environ[name] for name in ("GIT_DIR", "GIT_WORK_TREE") if os.environ.get(name)}
    if (
        "GIT_DIR" in named
        and git.run("rev-parse", "--git-dir", settings=named, accept=(0, 128)).status == 0
    ):
        return Git(git.directory, {name: str(Path(path).absolute()) for name, path in named.items()})
    if "not a git repository" in found.err:
        raise RepositoryError(
            f"{git.directory!r} is not in a git repository",
            hint="run promoter inside one, name one with `-C DIR`, or start one with `git init`",
        )
    raise RepositoryError(
        f"git cannot read {git.directory!r}: {found.err.removeprefix('fatal: ')}",
        hint="`git status` in that folder says more",
    )
