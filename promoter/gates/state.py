"""Holds, skips and freezes: one small committed file each, readable and writable by people.

`holds/<environment>/<app>.yaml`, `skips/<app>/<version>.yaml` and `freezes/<environment>.yaml` below the
state directory. A file that cannot be read as one of these still counts, with its place as the reason:
a hold never opens because somebody made a typing error.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from urllib.parse import quote, unquote

from promoter.errors import UsageError
from promoter.frozen import frozen
from promoter.model import Snapshot
from promoter.yamldoc import at, parse, text, written

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@frozen
class Note:
    """Who set something, when, why, and until when (None: until it is taken away).

    Times are aware; `problem` says what is wrong with the file, empty when nothing is.
    """

    because: str = ""
    by: str = ""
    since: datetime | None = None
    until: datetime | None = None
    version: str = ""
    problem: str = ""

    def is_over(self, now: datetime) -> bool:
        """Whether its time has passed."""
        return self.until is not None and now >= self.until


@frozen
class State:
    """Everything below the state directory. Holds by (environment, app), skips by (app, version)."""

    holds: dict[tuple[str, str], Note]
    skips: dict[tuple[str, str], Note]
    freezes: dict[str, Note]


def read_state(snapshot: Snapshot, directory: str) -> State:
    """The state that a snapshot holds; empty where there are no files."""
    state = State({}, {}, {})
    for path, parts in _files(snapshot, directory):
        match parts:
            case ["holds", environment, app]:
                state.holds[unquote(environment), unquote(app)] = _note(snapshot, path)
            case ["skips", app, version]:
                state.skips[unquote(app), unquote(version)] = _note(snapshot, path)
            case ["freezes", environment]:
                state.freezes[unquote(environment)] = _note(snapshot, path)
            case _:
                continue
    return state


def _files(snapshot: Snapshot, directory: str) -> Iterator[tuple[str, list[str]]]:
    if not snapshot.is_directory(directory):
        return
    for path in snapshot.entries:
        if path.startswith(f"{directory}/") and path.endswith(".yaml"):
            yield path, path[len(directory) + 1 : -len(".yaml")].split("/")


def _note(snapshot: Snapshot, path: str) -> Note:
    file = parse(path, snapshot[path])
    root = file.documents[0] if file.documents else None
    problem = file.error.message if file.error else ""
    times: dict[str, datetime | None] = {}
    for key in ("since", "until"):
        spelt = text(at(root, key))
        times[key] = _time(spelt) if spelt else None
        if spelt and times[key] is None:
            problem = f"{path}: expected {key} like 2026-01-31T09:00:00+01:00, found {spelt!r}"
    return Note(
        because=text(at(root, "because")) or "",
        by=text(at(root, "by")) or "",
        since=times["since"],
        until=times["until"],
        version=text(at(root, "version")) or "",
        problem=problem,
    )


def _time(spelt: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(spelt)
    except ValueError:
        return None
    return found.astimezone() if found.tzinfo is None else found


def note_file(note: Note) -> bytes:
    """The file that says this note: one line for each thing that is known."""
    lines = {
        "version": note.version,
        "because": note.because,
        "by": note.by,
        "since": note.since.isoformat(timespec="seconds") if note.since else "",
        "until": note.until.isoformat(timespec="seconds") if note.until else "",
    }
    said = {
        key: value if key in ("since", "until") else written(value, "plain")
        for key, value in lines.items()
        if value
    }
    return "".join(f"{key}: {value}\n" for key, value in said.items()).encode()


def hold_path(directory: str, environment: str, app: str) -> str:
    """Where an app's hold in an environment is written. Raises UsageError for a name with a path in it."""
    return f"{directory}/holds/{_checked(environment)}/{_checked(app)}.yaml"


def skip_path(directory: str, app: str, version: str) -> str:
    """Where the skip of a version of an app is written; odd characters of the version are escaped."""
    return f"{directory}/skips/{_checked(app)}/{quote(version, safe='')}.yaml"


def freeze_path(directory: str, environment: str) -> str:
    """Where the freeze of an environment is written. Raises UsageError for a name with a path in it."""
    return f"{directory}/freezes/{_checked(environment)}.yaml"


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UsageError(f"expected a name of letters, digits, '.', '_' and '-', found {name!r}")
    return name
