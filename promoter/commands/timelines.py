"""What pins said over time: git's past read with today's eyes.

Old files are read with the setters of today; where a pin is not found in an old file, its past ends
there and says so. Each distinct file content is parsed once, and git is asked once for all pins.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from promoter.commands.view import View
from promoter.commands.workspace import Workspace
from promoter.history import Step, Timeline, action_of, timeline
from promoter.images import SETTERS, where
from promoter.images.charts import value_file_pins
from promoter.images.helm_values import CHART
from promoter.images.reference import normalised
from promoter.images.retagged import retagged
from promoter.images.versions import compare
from promoter.kustomize import Graph, join
from promoter.model import Image, Pin, Snapshot
from promoter.repository import Past, read_past
from promoter.repository.past import State

# Contents that are in memory at one time; asking git for many together costs what asking for one does.
_AT_ONCE: Final = 256


@dataclass(frozen=True, slots=True)
class Watched:
    """Some pins whose versions are looked at together, and whose trailers count for them."""

    pins: tuple[Pin, ...]
    apps: tuple[str, ...]
    environment: str


class Chronicle:
    """The past of many pins up to one revision."""

    def __init__(self, past: Past, parsed: Mapping[tuple[str, str], tuple[Pin, ...]]) -> None:
        self._past, self._parsed = past, parsed

    @classmethod
    def of(cls, workspace: Workspace, view: View, pins: Iterable[Pin]) -> "Chronicle":
        """The past of a view's pins: one walk of git, and each content their files ever had parsed once.

        Of the work tree it is the past up to HEAD.
        """
        readers = _readers(workspace, pins)
        past = read_past(workspace.repository, view.snapshot.revision or "HEAD", sorted(readers))
        contents = [
            (path, blob)
            for path in sorted(readers)
            for blob in dict.fromkeys(blob for _, blob in past.changes[path] if blob)
        ]
        parsed: dict[tuple[str, str], tuple[Pin, ...]] = {}
        last: dict[str, tuple[bytes, tuple[Pin, ...]]] = {}
        for start in range(0, len(contents), _AT_ONCE):
            some = contents[start : start + _AT_ONCE]
            read = workspace.repository.blobs.read_many([blob for _, blob in some])
            for path, blob in some:
                found = retagged(*last[path], read[blob]) if path in last else None
                if found is None:
                    graph = Graph(Snapshot.of({**_beside(view, path), path: read[blob]}))
                    each = (pin for reader in readers[path] for pin in reader(graph))
                    found = tuple(sorted(each, key=lambda pin: (pin.document, pin.location)))
                    last = {path: (read[blob], found)}
                parsed[path, blob] = found
        return cls(past, parsed)

    @property
    def is_complete(self) -> bool:
        """False where a shallow clone cuts the past off."""
        return self._past.complete

    def timeline(self, watched: Watched) -> Timeline:
        """The periods of the watched pins' versions."""
        paths = tuple(sorted({pin.path for pin in watched.pins}))
        return timeline([self._step(state, watched) for state in self._past.states(paths)])

    def _step(self, state: State, watched: Watched) -> Step:
        commit = state.commit
        values = self._values(state, watched.pins)
        action = action_of(commit.trailers, watched.apps, watched.environment)
        return Step(commit.id, commit.time, commit.author, values, action)

    def _values(self, state: State, pins: Sequence[Pin]) -> tuple[Image, ...] | None:
        found: list[Image] = []
        for pin in pins:
            blob = state.blobs[pin.path]
            if blob is None:
                return None
            then = counterpart(pin, self._parsed[pin.path, blob], pins)
            if then is None:
                return None
            found.append(then.image)
        return tuple(found)


def _readers(
    workspace: Workspace, pins: Iterable[Pin]
) -> dict[str, list[Callable[[Graph], Iterable[Pin]]]]:
    """For each file the ways in which its pins are written today, and no others."""
    names: dict[str, set[str]] = {}
    for pin in pins:
        names.setdefault(pin.path, set()).add(pin.setter)
    readers: dict[str, list[Callable[[Graph], Iterable[Pin]]]] = {
        path: [partial(each.find, path=path) for each in SETTERS if each.name in own]
        for path, own in names.items()
    }
    asked = {path: frozenset(own) for path, own in names.items()}
    for app in workspace.config.apps.values():
        for target in (target for targets in app.where.values() for target in targets):
            if where.name in asked.get(target.file, ()):
                readers[target.file].append(partial(where.configured, target=target))
                names[target.file].discard(where.name)
    for path in (path for path, own in names.items() if where.name in own):
        readers[path].append(partial(value_file_pins, path=path))
    return readers


def _beside(view: View, path: str) -> dict[str, bytes]:
    """The chart of today that a file lies beside: its values carry the chart's name."""
    chart = join(path.rpartition("/")[0], CHART)
    return {chart: view.snapshot[chart]} if view.snapshot.is_file(chart) else {}


def counterpart(pin: Pin, then: Iterable[Pin], pins: Sequence[Pin]) -> Pin | None:
    """The pin of an older file that is this one: same setter and name, and same turn among equals."""
    turn = [each for each in pins if each.path == pin.path and _kind(each) == _kind(pin)].index(pin)
    alike = [each for each in then if _kind(each) == _kind(pin)]
    exact = [each for each in alike if each.field == pin.field and each.document == pin.document]
    if len(alike) > 1 and exact:
        return exact[0]
    return alike[turn] if turn < len(alike) else None


def _kind(pin: Pin) -> tuple[str, str, str]:
    alias = "" if "#" in pin.image.name else pin.alias or ""
    return pin.setter, normalised(pin.image.name), alias


def by_image(pins: Iterable[Pin]) -> Mapping[str, tuple[Pin, ...]]:
    """Pins grouped by their image's normalised name, in order."""
    found: dict[str, list[Pin]] = {}
    for pin in pins:
        found.setdefault(normalised(pin.image.name), []).append(pin)
    return {name: tuple(group) for name, group in found.items()}


def is_older(version: str, than: str) -> bool:
    """Whether a version is older than another one, for what nobody asked for by name.

    Only where both are semantic versions: nothing else has an order unless the configuration says so.
    """
    return compare(than, version, "semver") == -1
