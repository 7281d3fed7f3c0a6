"""Writes files into the user's work tree, whole or not at all.

Must not touch the index or a ref. Callers may rely on this: everything is checked before the first file
changes, each file is replaced in one step and keeps its mode, and nothing is written through a symlink.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

from promoter.errors import RefusedError
from promoter.repository.commits import check_path
from promoter.repository.opened import Repository
from promoter.repository.snapshot import behind_symlink


def write_files(repository: Repository, files: Mapping[str, bytes | None]) -> tuple[str, ...]:
    """The paths that were changed, ordered: each of `files` now has this content (None: is gone).

    A file that is so already is left alone, even where it has uncommitted changes. Raises RefusedError,
    with nothing written, when another one has changes that git could not bring back, or lies outside the
    work tree or behind a symlink; RepositoryError in a bare repository.
    """
    top = repository.top
    for path in files:
        _check_place(top, path)
    wanted = {path: content for path, content in sorted(files.items()) if _present(top, path) != content}
    in_the_way = sorted(_unsaved(repository, wanted))
    if in_the_way:
        raise RefusedError(
            f"{', '.join(in_the_way)}: the file has changes that are not committed",
            hint="commit or stash them first; nothing was written",
        )
    for path, content in wanted.items():
        if content is None:
            Path(top, path).unlink()
        else:
            _replace(repository.git_dir, Path(top, path), content)
    return tuple(wanted)


def _check_place(top: str, path: str) -> None:
    check_path(path)
    if behind_symlink(top, path) or Path(top, path).is_symlink():
        raise RefusedError(
            "the path goes through a symlink; nothing was written",
            where=path,
            hint="name the file that the link points at",
        )


def _present(top: str, path: str) -> bytes | None:
    """What is on disk now; None when there is no file. Raises RefusedError for what is no file."""
    try:
        return Path(top, path).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise RefusedError(
            f"cannot read the file: {error.strerror}; nothing was written", where=path
        ) from error


def _unsaved(repository: Repository, paths: Mapping[str, bytes | None]) -> Iterator[str]:
    """Those of `paths` that hold something git could not bring back: changed, untracked or ignored."""
    if not paths:
        return
    tracked = {
        *os.fsdecode(repository.git.run("ls-files", "-z", "--cached", "--", *paths).out).split("\0")[:-1]
    }
    dirty = set(repository.dirty(paths))
    for path in paths:
        exists = Path(repository.top, path).exists()
        if (path in dirty and (exists or path in tracked)) or (exists and path not in tracked):
            yield path


def _replace(git_dir: str, path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Beside git's own files a run that is killed leaves no litter that the user sees.
    aside = Path(git_dir) if Path(git_dir).stat().st_dev == path.parent.stat().st_dev else path.parent
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o644
    with NamedTemporaryFile(dir=aside, prefix=".promoter-", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            temporary.chmod(mode)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
