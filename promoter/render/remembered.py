"""What contents say, carried from run to run: the memo of the core, kept in the user's cache by repository.

A lost or damaged file costs time and nothing else. Written by moving a finished file into place, so that
concurrent runs never see half of one; the later one wins.
"""

import json
import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Final

from promoter import __version__
from promoter.kustomize import Memo
from promoter.render.cache import default_directory

_FORMAT: Final = "1"


def recall(memo: Memo, repository: str, directory: Path | None = None) -> None:
    """Give the memo what an earlier run on this repository (an absolute path) kept."""
    try:
        kept = json.loads(_file(repository, directory).read_bytes())
    except (OSError, ValueError):
        return
    if isinstance(kept, dict) and all(isinstance(answers, dict) for answers in kept.values()):
        memo.load(kept)


def remember(memo: Memo, repository: str, directory: Path | None = None) -> None:
    """Keep what the memo used in this run, if any of it is new; a full or read-only disk is no error."""
    if not memo.fresh:
        return
    path = _file(repository, directory)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with os.fdopen(handle, "w") as file:
                # `dumps` is written in C, `dump` is not: ten times the speed.
                file.write(json.dumps(memo.dump(), separators=(",", ":")))
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError:
        return
    memo.fresh = False


def _file(repository: str, directory: Path | None) -> Path:
    name = sha256(f"{__version__}\n{repository}".encode()).hexdigest()[:32]
    return (directory or default_directory()) / f"memo-{_FORMAT}" / f"{name}.json"
