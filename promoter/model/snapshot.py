"""The files of one revision as one value, read lazily and never changed.

Paths are strings with `/`, relative to the repository's root, never starting with `./`; the root itself
is the empty string.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha1
from typing import Final, NamedTuple

from promoter.frozen import frozen
from promoter.model.places import Edit, splice

SYMLINK: Final = "120000"
SUBMODULE: Final = "160000"
REGULAR: Final = "100644"


class Entry(NamedTuple):
    """One file of a snapshot: git's mode (`100644`, `100755`, `120000`, `160000`) and blob id.

    A tuple, for there is one for each file of each revision: they are made and compared by thousands.
    """

    mode: str
    blob: str


def blob_id(content: bytes) -> str:
    """git's id (SHA-1, 40 hex digits) of a blob with this content."""
    return sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def parents(path: str) -> Iterator[str]:
    """The directories above `path`, nearest first, the root (empty string) last."""
    while path:
        path = path.rpartition("/")[0]
        yield path


@frozen(eq=False)
class Snapshot:
    """The files of one revision, read lazily and never changed.

    `revision` is the full commit id, or None for the work tree. `entries` is ordered by path and names
    every file, symlink and submodule. `contents` gives the bytes of a file (a symlink's target text)
    and may read them only when asked; it raises KeyError for what is no file.
    """

    revision: str | None
    entries: Mapping[str, Entry]
    contents: Mapping[str, bytes]
    directories: frozenset[str]

    @classmethod
    def of(cls, files: Mapping[str, bytes], revision: str | None = None) -> "Snapshot":
        """A snapshot that holds `files` in memory, as tests and generated trees use."""
        entries = {path: Entry(REGULAR, blob_id(files[path])) for path in sorted(files)}
        return cls(revision, entries, dict(files), directories_of(entries))

    def __contains__(self, path: str) -> bool:
        return path in self.entries

    def __getitem__(self, path: str) -> bytes:
        return self.contents[path]

    def is_directory(self, path: str) -> bool:
        """Whether some file lies below `path`."""
        return path in self.directories

    def is_file(self, path: str) -> bool:
        """Whether `path` is a file (or a symlink), not a submodule or directory."""
        entry = self.entries.get(path)
        return entry is not None and entry.mode != SUBMODULE

    def with_files(self, files: Mapping[str, bytes | None]) -> "Snapshot":
        """This snapshot with some files replaced, added, or (None) removed; the revision is dropped."""
        entries = dict(self.entries)
        for path, content in files.items():
            if content is None:
                entries.pop(path, None)
            else:
                mode = entries[path].mode if path in entries else REGULAR
                entries[path] = Entry(mode, blob_id(content))
        written = {path: content for path, content in files.items() if content is not None}
        ordered = dict(sorted(entries.items())) if len(entries) != len(self.entries) else entries
        directories = self.directories if ordered.keys() == self.entries.keys() else directories_of(ordered)
        return Snapshot(None, ordered, _Overlaid(self.contents, written, ordered), directories)

    def with_edits(self, edits: Iterable[Edit]) -> "Snapshot":
        """This snapshot with the edits spliced in. Raises EditError as `splice` does."""
        by_path: dict[str, list[Edit]] = {}
        for edit in edits:
            by_path.setdefault(edit.path, []).append(edit)
        return self.with_files({path: splice(self[path], group) for path, group in by_path.items()})


def directories_of(entries: Iterable[str]) -> frozenset[str]:
    """Every directory that holds one of the paths, the root (empty string) included."""
    found: set[str] = {""}
    for path in entries:
        parent = path.rpartition("/")[0]
        while parent not in found:
            found.add(parent)
            parent = parent.rpartition("/")[0]
    return frozenset(found)


class _Overlaid(Mapping[str, bytes]):
    """Contents with some files laid over others, limited to the paths that still exist."""

    __slots__ = ("_below", "_entries", "_written")

    def __init__(
        self, below: Mapping[str, bytes], written: Mapping[str, bytes], entries: Mapping[str, Entry]
    ) -> None:
        self._below, self._written, self._entries = below, written, entries

    def __getitem__(self, path: str) -> bytes:
        if path not in self._entries:
            raise KeyError(path)
        return self._written[path] if path in self._written else self._below[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
