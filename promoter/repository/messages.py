"""Reads commit objects: when, by whom, and what the `Promoter-*` trailers say.

Must not judge what the trailers mean; they are hints. Callers may rely on this: a merge carries the
trailers of the commits that it merged, and lines of a squashed message count wherever they stand.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Final

from promoter.frozen import frozen
from promoter.repository.blobs import Blobs

_TRAILER: Final = re.compile(r"^(Promoter-[A-Za-z-]+):[ \t]*(.*?)[ \t\r]*$", re.MULTILINE)
# How many commits deep a merged branch is looked into; a promotion's branch has one.
_DEPTH: Final = 100


@frozen
class Commit:
    """A commit. `time` counts seconds since 1970 and is the committer's: when it landed.

    `trailers` are its `Promoter-*` lines in order, and a merge's also those of the commits it merged.
    """

    id: str
    time: float
    author: str
    subject: str
    trailers: tuple[tuple[str, str], ...] = ()
    parents: tuple[str, ...] = ()


def read_commits(blobs: Blobs, ids: Iterable[str], line: Collection[str] | None) -> dict[str, Commit]:
    """The commits with these ids, by id. Raises RepositoryError when one is missing.

    `line` is the first-parent line, where a merged branch began; None leaves merged branches alone, as
    in a shallow clone, where they may be missing.
    """
    found = _read(blobs, ids)
    if line is None:
        return found
    merges = {id_: commit for id_, commit in found.items() if len(commit.parents) > 1}
    merged = _merged(blobs, merges, line)
    said = {
        id_: tuple(dict.fromkeys(pair for one in merged[id_] for pair in one.trailers)) for id_ in merges
    }
    return found | {
        id_: replace(commit, trailers=commit.trailers + said[id_]) for id_, commit in merges.items()
    }


def _merged(blobs: Blobs, merges: Mapping[str, Commit], line: Collection[str]) -> dict[str, list[Commit]]:
    """The commits that each merge brought in, all merges at once, a generation a round."""
    brought: dict[str, list[Commit]] = {id_: [] for id_ in merges}
    seen: set[str] = set(line)
    waiting = {parent: id_ for id_, commit in merges.items() for parent in commit.parents[1:]}
    for _ in range(_DEPTH):
        waiting = {id_: merge for id_, merge in waiting.items() if id_ not in seen}
        if not waiting:
            break
        seen |= waiting.keys()
        read = _read(blobs, waiting)
        for id_, commit in read.items():
            brought[waiting[id_]].append(commit)
        waiting = {parent: waiting[id_] for id_, commit in read.items() for parent in commit.parents}
    return brought


def _read(blobs: Blobs, ids: Iterable[str]) -> dict[str, Commit]:
    return {id_: parse_commit(id_, raw) for id_, raw in blobs.read_many(tuple(ids)).items()}


def parse_commit(id_: str, raw: bytes) -> Commit:
    """The commit that a raw commit object says; bytes that are no text in its encoding are replaced."""
    head, _, body = raw.partition(b"\n\n")
    headers: dict[str, list[str]] = {}
    for line in head.decode(errors="replace").split("\n"):
        key, _, value = line.partition(" ")
        headers.setdefault(key, []).append(value)
    message = _decoded(body, headers.get("encoding", ["utf-8"])[0])
    author = headers.get("author", [""])[0].partition(" <")[0]
    stamp = headers.get("committer", [" 0 +0000"])[0].rsplit(" ", 2)[1]
    return Commit(
        id_,
        float(stamp) if stamp.isdecimal() else 0.0,
        author,
        message.partition("\n")[0],
        tuple(_TRAILER.findall(message)),
        tuple(headers.get("parent", ())),
    )


def _decoded(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding, errors="replace")
    except LookupError:
        return body.decode(errors="replace")
