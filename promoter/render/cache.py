"""Results of builds on disk, by the name of everything that went into them.

An entry is written under a temporary name and moved into place, so concurrent runs never see half of one;
what cannot be read is a miss. Nothing but JSON is stored. The size is bounded: the entries that were not
used for longest go first.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from promoter.render.inputs import Answer
from promoter.render.stored import store

DEFAULT_BYTES: Final = 512 << 20
_FORMAT: Final = "1"


def default_directory() -> Path:
    """Where results are kept: `$PROMOTER_CACHE_DIR`, else promoter's folder in the user's cache."""
    chosen = os.environ.get("PROMOTER_CACHE_DIR")
    if chosen:
        return Path(chosen)
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "promoter"


class RenderCache:
    """Answers by key, in a folder that is made when the first is kept."""

    def __init__(self, directory: Path, limit: int = DEFAULT_BYTES) -> None:
        self._top: Final = directory / f"render-{_FORMAT}"
        self._limit: Final = limit
        self._written = 0

    def get(self, key: str) -> Answer | None:
        """The answer kept under the key, or None."""
        path = self._path(key)
        try:
            kept = json.loads(path.read_bytes())
            answer = Answer(kept["objects"], kept["error"], kept["limited"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        with suppress(OSError):
            os.utime(path)
        return answer

    def keep(self, key: str, answer: Answer) -> None:
        """Store the answer; a full or read-only disk is no error, the next run just builds again."""
        path = self._path(key)
        kept = {"objects": answer.objects, "error": answer.error, "limited": answer.limited}
        content = json.dumps(kept, separators=(",", ":")).encode()
        if store(path, content):
            self._written += len(content)

    def prune(self) -> None:
        """Remove the entries unused for longest until the rest is within the limit.

        Does nothing when this process has kept nothing. A concurrent run may remove the same entry.
        """
        if not self._written:
            return
        found: list[tuple[float, int, Path]] = []
        for path in self._top.glob("??/*"):
            with suppress(OSError):
                status = path.stat()
                found.append((status.st_mtime, status.st_size, path))
        size = sum(entry[1] for entry in found)
        for _, length, path in sorted(found):
            if size <= self._limit:
                break
            with suppress(OSError):
                path.unlink()
            size -= length

    def _path(self, key: str) -> Path:
        return self._top / key[:2] / key[2:]
