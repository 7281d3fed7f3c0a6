"""Files of the user's cache: written whole or not at all, and named after the code that made them.

A file that cannot be read, or not written, is a miss and no error. Concurrent runs never see half of one;
the later one wins.
"""

import os
import tempfile
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import promoter

_TELLING: Final = ("deployables", "images", "kustomize", "model", "yamldoc")


@cache
def made_by() -> str:
    """The name of the code that reads repositories: another code may give other answers."""
    top = Path(promoter.__file__).parent
    digest = sha256(promoter.__version__.encode())
    for path in sorted(path for package in _TELLING for path in top.joinpath(package).rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def store(path: Path, content: bytes) -> bool:
    """Whether the file now has this content; its folder is made where it is missing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError:
        return False
    return True


def tidy(folder: Path, most: int) -> None:
    """Remove the files of a folder that were used longest ago, until only so many are left."""
    with suppress(OSError):
        found = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in found[most:]:
            path.unlink()
