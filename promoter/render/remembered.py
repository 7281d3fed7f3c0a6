"""What a repository says, carried from run to run in the user's cache.

Two things are: the memo of the core, by repository and part, and what was discovered in a tree, kept by
everything that it was told from. A lost or damaged file costs time and nothing else.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from promoter.kustomize import Memo
from promoter.model import Json, hash_of
from promoter.render.cache import default_directory
from promoter.render.stored import made_by, store, tidy

_PARTS: Final = 1024  # parts of memos that are kept, of all repositories: sixteen of each
_TREES: Final = 16  # trees whose discovery is kept, of all repositories


def recall(memo: Memo, repository: str, directory: Path | None = None) -> None:
    """Let the memo have what an earlier run on this repository (an absolute path) kept, when it asks."""
    memo.carry(lambda part: _topics(_read(_memo(repository, part, directory))))


def remember(memo: Memo, repository: str, directory: Path | None = None) -> None:
    """Keep the parts of the memo in which something is new; a full or read-only disk is no error."""
    grown = {_memo(repository, part, directory): (part, topics) for part, topics in memo.dump().items()}
    for path, (part, topics) in grown.items():
        if store(path, _written(topics)):
            memo.fresh.discard(part)
    for folder in {path.parent for path in grown}:
        tidy(folder, _PARTS)


def _topics(kept: Json) -> dict[str, dict[str, Json]]:
    named = kept.items() if isinstance(kept, dict) else ()
    return {topic: answers for topic, answers in named if isinstance(answers, dict)}


def recall_tree(key: str, directory: Path | None = None) -> Json:
    """What was kept under the key; None for nothing."""
    path = _tree(key, directory)
    kept = _read(path)
    with suppress(OSError):
        os.utime(path)
    return kept


def remember_tree(key: str, found: Json, directory: Path | None = None) -> None:
    """Keep a tree's discovery under its key, and the trees that were used last beside it."""
    path = _tree(key, directory)
    if store(path, _written(found)):
        tidy(path.parent, _TREES)


def _memo(repository: str, part: str, directory: Path | None) -> Path:
    return _place("memo", f"{part} {repository}", directory)


def _tree(key: str, directory: Path | None) -> Path:
    return _place("trees", key, directory)


def _place(kind: str, name: str, directory: Path | None) -> Path:
    return (directory or default_directory()) / kind / f"{hash_of(made_by(), name)[:32]}.json"


def _read(path: Path) -> Json:
    try:
        kept: Json = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return kept


def _written(found: Json | Mapping[str, Mapping[str, Json]]) -> bytes:
    # `dumps` is written in C, `dump` is not: ten times the speed.
    return json.dumps(found, separators=(",", ":")).encode()
