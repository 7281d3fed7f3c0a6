"""Makes the Snapshot of a commit or of the work tree, without a checkout.

Must not change anything, the index included. Callers may rely on this: listing reads no unchanged file,
contents are read when asked for (manifests in batches), and a file of the work tree that was read once
stays as it was for the life of the snapshot, whatever happens on disk.
"""

import os
import stat
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha1
from io import FileIO
from pathlib import Path
from typing import Final

from promoter.errors import RepositoryError
from promoter.frozen import frozen
from promoter.model import (
    REGULAR,
    SUBMODULE,
    SYMLINK,
    Entry,
    Snapshot,
    blob_id,
    directories_of,
    parents,
)
from promoter.repository.blobs import Blobs
from promoter.repository.process import Begun, Git

EXECUTABLE: Final = "100755"
UNREADABLE: Final = "0" * 40
_KEPT_BYTES: Final = 1 << 20
_CHUNK: Final = 1 << 20
_AHEAD: Final = 128
_MANIFESTS: Final = (".yaml", ".yml", "ustomization")


def of_commit(git: Git, blobs: Blobs, commit: str) -> Snapshot:
    """The snapshot of a commit, given by its full id. Raises RepositoryError when it cannot be read."""
    listing = os.fsdecode(git.run("ls-tree", "-r", "-z", "--full-tree", commit).out)
    entries: dict[str, Entry] = {}
    for record in listing.split("\0")[:-1]:
        about, _, path = record.partition("\t")
        entries[path] = Entry(about[:6], about.rpartition(" ")[2])
    return Snapshot(commit, entries, _OfCommit(entries, blobs), directories_of(entries))


@frozen(eq=False)
class Look:
    """git on its way over a work tree: it looks at every file on disk, and reads the index, at once."""

    untracked: Begun
    changed: Begun
    index: Begun

    @classmethod
    def begin(cls, git: Git) -> "Look":
        """A look that has begun. Raises RepositoryError when git cannot be started."""
        untracked = git.begin("ls-files", "-z", "--others", "--exclude-standard")
        changed = git.begin("diff-files", "-z", "--name-only", "--ignore-submodules=all")
        return cls(untracked, changed, git.begin("ls-files", "--stage", "-z"))

    def tracked(self) -> dict[str, Entry | None]:
        """The index's entries by path; None for a path in conflict. To be asked once, as the others."""
        found: dict[str, Entry | None] = {}
        for record in _records(self.index):
            about, _, path = record.partition("\t")
            mode, blob, stage = about.split(" ")
            found[path] = Entry(mode, blob) if stage == "0" else None
        return found

    def others(self) -> list[str]:
        """The tracked paths whose file on disk may differ from the index, and those that are not in it."""
        # A repository inside the repository that is no submodule is a folder to git.
        new = [path for path in _records(self.untracked) if not path.endswith("/")]
        return [*_records(self.changed), *new]

    def close(self) -> None:
        """End what still runs."""
        for each in (self.untracked, self.changed, self.index):
            each.close()


def _records(begun: Begun) -> list[str]:
    return os.fsdecode(begun.ran().out).split("\0")[:-1]


def of_work_tree(look: Look, blobs: Blobs, top: str) -> Snapshot:
    """The snapshot of the work tree at `top`: tracked files and untracked ones that are not ignored.

    A tracked file that is gone from disk is left out; a repository inside the repository that is not a
    submodule is left out too, as git does. The blob id of an unchanged file is the index's, even where
    line ends are converted on checkout; `UNREADABLE` stands for a file that may not be read.
    """
    with closing(look):
        tracked = look.tracked()
        tracked |= dict.fromkeys(look.others())
    contents = _OfWorkTree(top, blobs)
    entries: dict[str, Entry] = {}
    for path in sorted(tracked):
        entry = tracked[path] or contents.entry(path)
        if entry is not None:
            entries[path] = entry
    contents.entries = entries
    return Snapshot(None, entries, contents, directories_of(entries))


class _OfCommit(Mapping[str, bytes]):
    """The contents of a commit's files, read from the object database.

    Whoever reads one manifest reads its neighbours next, and asking git for a hundred costs what asking
    for two does: manifests are read ahead, in path order.
    """

    __slots__ = ("_blobs", "_entries", "_kept", "_manifests")

    def __init__(self, entries: Mapping[str, Entry], blobs: Blobs) -> None:
        self._entries, self._blobs = entries, blobs
        self._manifests = [
            path for path, entry in entries.items() if path.endswith(_MANIFESTS) and entry.mode != SUBMODULE
        ]
        self._kept: dict[str, bytes] = {}

    def __getitem__(self, path: str) -> bytes:
        entry = self._entries[path]
        if entry.mode == SUBMODULE:
            raise KeyError(path)
        if entry.blob not in self._kept:
            self._read_ahead(path, entry)
        return self._kept[entry.blob] if entry.blob in self._kept else self._blobs.read(entry.blob)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def _read_ahead(self, path: str, entry: Entry) -> None:
        if not path.endswith(_MANIFESTS):
            return
        start = bisect_left(self._manifests, path)
        near = (self._entries[name].blob for name in self._manifests[start : start + _AHEAD])
        wanted = [entry.blob, *(blob for blob in near if blob not in self._kept)]
        self._kept |= {
            blob: content
            for blob, content in self._blobs.read_many(wanted).items()
            if len(content) <= _KEPT_BYTES
        }


@dataclass(slots=True, eq=False)
class _OfWorkTree(Mapping[str, bytes]):
    """The contents of the work tree's files, read from disk and kept when small."""

    top: str
    blobs: Blobs
    entries: Mapping[str, Entry] = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)

    def entry(self, path: str) -> Entry | None:
        """What lies on disk at `path`; None when it is no file and no symlink."""
        if behind_symlink(self.top, path):
            return None
        full = self._full(path)
        try:
            found = full.lstat()
            if stat.S_ISLNK(found.st_mode):
                return Entry(SYMLINK, blob_id(os.fsencode(full.readlink())))
            if not stat.S_ISREG(found.st_mode):
                return None
            mode = EXECUTABLE if found.st_mode & stat.S_IXUSR else REGULAR
            return Entry(mode, self._hashed(path, found.st_size))
        except PermissionError:
            return Entry(REGULAR, UNREADABLE)
        except OSError:
            return None

    def __getitem__(self, path: str) -> bytes:
        entry = self.entries[path]
        if entry.mode == SUBMODULE:
            raise KeyError(path)
        if path not in self.kept:
            content = self._read(path, entry)
            if len(content) > _KEPT_BYTES:
                return content
            self.kept[path] = content
        return self.kept[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def _read(self, path: str, entry: Entry) -> bytes:
        full = f"{self.top}/{path}"
        try:
            if entry.mode == SYMLINK:
                return os.fsencode(self._full(path).readlink())
            # A tree has thousands of files: this is twice as quick as Path.read_bytes.
            with FileIO(full) as file:
                return file.readall()
        except FileNotFoundError:
            # A sparse checkout has the file in its index only.
            return self.blobs.read(entry.blob)
        except OSError as error:
            raise RepositoryError(f"cannot read the file: {error.strerror}", where=path) from error

    def _hashed(self, path: str, size: int) -> str:
        with self._full(path).open("rb") as file:
            if size <= _KEPT_BYTES:
                self.kept[path] = file.read()
                return blob_id(self.kept[path])
            digest = sha1(b"blob %d\0" % size, usedforsecurity=False)
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
            return digest.hexdigest()

    def _full(self, path: str) -> Path:
        return Path(self.top, path)


def behind_symlink(top: str, path: str) -> bool:
    """Whether a directory on the way from `top` to `path` is a symlink, so that git sees nothing there."""
    return any(parent and Path(top, parent).is_symlink() for parent in parents(path))
