"""The work of one command divided over machines: a file from each, and one result from all files.

Only renders are divided. The merge runs the same command over renders that were kept, so that its result is
the one of a single machine; files that do not belong together, or not to this checkout, are refused.
"""

import gzip
import json
import os
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeVar

from promoter import __version__
from promoter.commands.workspace import Result, Workspace
from promoter.config import FILE_NAME
from promoter.deployables.share import Share
from promoter.errors import RefusedError, UsageError
from promoter.frozen import frozen
from promoter.model import Json, hash_of
from promoter.render.recorded import NotKeptError, Recorder, Replayer, dump, load

_Report = TypeVar("_Report")
_GZIP: Final = b"\x1f\x8b"
_HERE: Final = ("promoter", "commit", FILE_NAME, "files")
_AGREED: Final = (*_HERE, "command", "request", "engine", "charts", "revisions")


@frozen
class Shard:
    """What one machine did: its share, what it speaks of (texts by the names above), and its renders.

    `file` is for messages. Once joined, a shard stands for all machines.
    """

    file: str
    share: Share
    about: Mapping[str, str]
    request: Mapping[str, Json]
    kept: Mapping[str, Result]

    @property
    def command(self) -> str:
        """The command that was divided: `lint`, `diff` or `render`."""
        return self.about["command"]


def record(
    workspace: Workspace,
    share: Share,
    command: str,
    request: Mapping[str, Json],
    work: Callable[[], object],
) -> Shard:
    """What `work` renders when it does this share of the command. `request` is what was asked, as JSON.

    Raises whatever the work raises, and RenderError when there is no engine.
    """
    recorder = Recorder(workspace.renderer, workspace.policy)
    workspace.renderer, workspace.share = recorder, share
    work()
    about = {
        **_here(workspace),
        "command": command,
        "request": json.dumps(request),
        "engine": recorder.engine,
        "charts": recorder.charts,
        "revisions": " ".join(workspace.commits),
    }
    return Shard("", share, about, request, recorder.kept)


def _here(workspace: Workspace) -> dict[str, str]:
    """What this checkout and this promoter are, as far as a result depends on it."""
    snapshot = workspace.view().snapshot
    entries = (f"{path}\0{entry.mode}\0{entry.blob}" for path, entry in snapshot.entries.items())
    config = snapshot.contents.get(FILE_NAME, b"")
    return {
        "promoter": __version__,
        "commit": workspace.head or "none",
        FILE_NAME: sha256(config).hexdigest(),
        "files": hash_of(*entries),
    }


# --- files -------------------------------------------------------------------------------------


def check_place(workspace: Workspace, file: str) -> None:
    """Nothing for a file that is no part of what is judged. Raises UsageError for another."""
    top, path = workspace.repository.work_tree, Path(file).resolve()
    if top is None or not path.is_relative_to(Path(top).resolve()):
        return
    asked = ("check-ignore", "-q", "--", str(path))
    unheard = {"GIT_LITERAL_PATHSPECS": "0"}  # check-ignore takes paths as they are, and refuses to be told
    if workspace.repository.git.run(*asked, settings=unheard, accept=(0, 1)).status:
        raise UsageError(
            f"the shard {file} would lie among the files that are judged",
            hint="write it outside of the repository, or to a path that git ignores",
        )


def write(shard: Shard, file: str) -> None:
    """Write the shard for its owner alone; compressed when the name ends in `.gz`. Raises UsageError."""
    said = {
        "shard": str(shard.share),
        "about": shard.about,
        "results": {name: dump(result) for name, result in sorted(shard.kept.items())},
    }
    content = json.dumps(said, separators=(",", ":")).encode()
    content = gzip.compress(content, mtime=0) if file.endswith(".gz") else content
    try:
        with open(file, "wb", opener=_private) as out:
            out.write(content)
    except OSError as error:
        raise UsageError(f"the shard cannot be written: {error.strerror}", where=file) from error


def _private(file: str, flags: int) -> int:
    """The file opened for its owner alone, also where there was one that others could read."""
    descriptor = os.open(file, flags, 0o600)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        Path(file).chmod(0o600)
    return descriptor


def read(file: str) -> Shard:
    """The shard that a file holds. Raises UsageError for a file that is none or cannot be read."""
    try:
        content = Path(file).read_bytes()
        return _shard(file, json.loads(gzip.decompress(content) if content[:2] == _GZIP else content))
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, UsageError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is no whole shard"
        raise UsageError(f"expected a file that --shard wrote: {why}", where=file) from error


def _shard(file: str, said: dict[str, dict[str, dict[str, Json]]]) -> Shard:
    about = {name: str(said["about"][name]) for name in _AGREED}
    kept = {name: load(each, about["engine"]) for name, each in said["results"].items()}
    return Shard(file, Share.parse(str(said["shard"])), about, json.loads(about["request"]), kept)


# --- merging -----------------------------------------------------------------------------------


def join(shards: Sequence[Shard]) -> Shard:
    """All shards as one. Raises RefusedError when one is missing, doubled, or speaks of something else."""
    first = shards[0]
    for each in shards[1:]:
        _check(each, first.about, _AGREED, f"as {first.file} does")
    _check_whole(shards)
    kept: dict[str, Result] = {}
    for each in shards:
        for name, result in each.kept.items():
            if kept.setdefault(name, result) != result:
                raise RefusedError(
                    f"two shards rendered {result.path or 'the root directory'} otherwise",
                    hint="was a limit of time or memory met on one machine? run both again",
                    where=each.file,
                )
    return replace(first, kept=kept)


def _check_whole(shards: Sequence[Shard]) -> None:
    by_share: dict[Share, Shard] = {}
    count = shards[0].share.count
    for each in shards:
        if each.share.count != count:
            raise RefusedError(
                f"it is shard {each.share}, and {shards[0].file} one of {count}",
                hint="name the shards of one division",
                where=each.file,
            )
        if each.share in by_share:
            twice = f"{by_share[each.share].file} and {each.file} are both shard {each.share}"
            raise RefusedError(twice, hint="name every shard once")
        by_share[each.share] = each
    missing = [str(Share(number, count)) for number in range(1, count + 1)]
    missing = [share for share in missing if share not in {str(each) for each in by_share}]
    if missing:
        what = f"shard {missing[0]} is" if len(missing) == 1 else f"shards {', '.join(missing)} are"
        raise RefusedError(f"{what} missing", hint="a result is printed of all shards or not at all")


def _check(shard: Shard, expected: Mapping[str, str], names: Iterable[str], like: str) -> None:
    """Refuse a shard that differs in one of the names, saying in which."""
    for name in names:
        found, wanted = shard.about[name], expected[name]
        if found != wanted:
            raise RefusedError(
                f"it speaks of another {_SPOKEN[name]}: expected {_short(wanted)} {like}, "
                f"found {_short(found)}",
                hint=_NEXT.get(name, "render every shard of one commit by the same command and promoter"),
                where=shard.file,
            )


_SPOKEN: Final = {
    "promoter": "version of promoter",
    "commit": "commit",
    FILE_NAME: FILE_NAME,
    "files": "state of the work tree",
    "command": "command",
    "request": "request",
    "engine": "render engine",
    "charts": "helm",
    "revisions": "set of revisions",
}
_NEXT: Final = {
    "files": "keep shards outside of the repository, and change nothing between",
    "revisions": "fetch the same branches on every machine",
}


def _short(text: str) -> str:
    return text[:12] if len(text) in (40, 64) else text or "none"


def merged(workspace: Workspace, joined: Shard, work: Callable[[], _Report]) -> _Report:
    """What `work`, the divided command, returns of the renders that the shards hold; nothing is rendered.

    Raises RefusedError when the shards are not of this checkout, and what the work raises.
    """
    _check(joined, _here(workspace), _HERE, "as here")
    engine, charts = joined.about["engine"], joined.about["charts"]
    workspace.renderer = Replayer(engine, workspace.policy, joined.kept, charts)
    try:
        report = work()
    except NotKeptError as error:
        _check_revisions(workspace, joined)
        raise RefusedError(
            error.message, hint="do the machines differ in the remotes or in the name of the folder?"
        ) from error
    _check_revisions(workspace, joined)
    return report


def _check_revisions(workspace: Workspace, joined: Shard) -> None:
    _check(joined, {"revisions": " ".join(workspace.commits)}, ["revisions"], "as here")
