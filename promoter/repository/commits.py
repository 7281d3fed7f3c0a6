"""Builds commits in the object database.

Must not move a ref, touch the user's index or the work tree: until a ref points at it, a commit is only
an object that nobody sees, so that a run killed here leaves nothing. Callers may rely on this: files that
are not named keep their bytes and modes, and the same input at the same time gives the same commit.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from promoter.errors import RefusedError
from promoter.frozen import frozen
from promoter.model import REGULAR, SUBMODULE
from promoter.repository.opened import Repository
from promoter.repository.process import Git

NOTHING: Final = "0" * 40


@frozen
class Identity:
    """Who wrote a commit."""

    name: str
    email: str


# Who commits where the user never told git a name, as on a fresh build machine.
PROMOTER: Final = Identity("promoter", "promoter@localhost")


def write_commit(
    repository: Repository,
    parent: str,
    files: Mapping[str, bytes | None],
    message: str,
    *,
    author: Identity | None = None,
    when: float | None = None,
    reuse: str | None = None,
) -> str:
    """The id of a commit on `parent` (a full id) in which `files` have these contents (None: removed).

    When nothing would change, it is `parent` itself. When the commit `reuse` (a branch's present tip,
    say) already has this parent, these files and this message, it is that one: running twice makes no
    second commit. `author` None is the user's git identity; `when` counts seconds since 1970, None is
    now. Raises RepositoryError.
    """
    git = repository.git
    tree = write_tree(git, parent, files)
    if tree == git.text("rev-parse", f"{parent}^{{tree}}"):
        return parent
    text = message.rstrip("\n") + "\n"
    if reuse is not None and _is_same(git, reuse, (parent,), tree, text):
        return reuse
    return store_commit(git, tree, (parent,), text, author=author, when=when)


def write_tree(git: Git, base: str, files: Mapping[str, bytes | None]) -> str:
    """The id of `base`'s tree with `files` replaced, added or (None) removed; existing modes stay.

    A submodule in the way is replaced. Raises RefusedError for a path that lies outside, RepositoryError
    when git fails.
    """
    for path in files:
        check_path(path)
    modes = _modes(git, base, tuple(files))
    records = []
    for path, content in sorted(files.items()):
        if content is None:
            records.append(f"0 {NOTHING}\t{path}\0")
        else:
            blob = git.run("hash-object", "-w", "--stdin", stdin=content).text
            records.append(f"{modes.get(path, REGULAR)} {blob}\t{path}\0")
    # git's own index and not GitPython's, which writes every tree anew: 13,000 loose objects and ten
    # seconds for one edit among 12,000 files.
    with TemporaryDirectory(prefix="promoter-") as private:
        index = {"GIT_INDEX_FILE": str(Path(private, "index"))}
        git.run("read-tree", base, settings=index)
        git.run(
            *("update-index", "--add", "--remove", "--replace", "-z", "--index-info"),
            stdin="".join(records).encode(errors="surrogateescape"),
            settings=index,
        )
        return git.run("write-tree", settings=index).text


def check_path(path: str) -> None:
    """Raise RefusedError unless `path` lies inside the repository and outside git's own directory."""
    steps = path.split("/")
    if "\0" in path or {"", ".", ".."} & set(steps) or any(step.lower() == ".git" for step in steps):
        raise RefusedError(f"{path!r} is not a path inside the repository; nothing was written")


def store_commit(
    git: Git,
    tree: str,
    commit_parents: tuple[str, ...],
    message: str,
    *,
    author: Identity | None = None,
    when: float | None = None,
    authored: float | None = None,
) -> str:
    """The id of a commit of `tree`; `authored` differs from `when` where a commit is applied anew."""
    committer = _configured(git, "GIT_COMMITTER_IDENT") or PROMOTER
    written = author or _configured(git, "GIT_AUTHOR_IDENT") or PROMOTER
    now = when if when is not None else time.time()
    settings = {
        "GIT_AUTHOR_NAME": written.name,
        "GIT_AUTHOR_EMAIL": written.email,
        "GIT_AUTHOR_DATE": f"@{int(authored if authored is not None else now)} +0000",
        "GIT_COMMITTER_NAME": committer.name,
        "GIT_COMMITTER_EMAIL": committer.email,
        "GIT_COMMITTER_DATE": f"@{int(now)} +0000",
    }
    above = [word for commit in commit_parents for word in ("-p", commit)]
    return git.run(
        *("-c", "i18n.commitEncoding=UTF-8", "commit-tree", tree, *above, "-F", "-"),
        stdin=message.encode(errors="surrogateescape"),
        settings=settings,
    ).text


def _modes(git: Git, base: str, paths: tuple[str, ...]) -> dict[str, str]:
    listing = git.run("ls-tree", "-r", "-z", "--full-tree", base, "--", *paths).text if paths else ""
    records = (record.partition("\t") for record in listing.split("\0")[:-1])
    return {path: about[:6] for about, _, path in records if about[:6] != SUBMODULE}


def _is_same(git: Git, commit: str, parents: tuple[str, ...], tree: str, message: str) -> bool:
    ran = git.run("show", "--no-patch", "--no-show-signature", "--format=%T %P%x00%B", commit)
    about, _, body = ran.text.partition("\0")
    return about.split(" ") == [tree, *parents] and body.rstrip("\n") == message.rstrip("\n")


def _configured(git: Git, variable: str) -> Identity | None:
    """What `git var` answers, None where git knows no name or address."""
    ran = git.run("var", variable, accept=(0, 128))
    name, _, rest = ran.text.partition(" <")
    return Identity(name, rest.partition(">")[0]) if ran.status == 0 and name else None
