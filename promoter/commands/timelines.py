"""What pins said over time: git's past read with today's eyes.

Old files are read with the setters of today; where a pin is not found in an old file, its past ends
there and says so. Each distinct file content is parsed once, that of today not again, and git is asked once
for all pins.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from promoter.commands.view import View
from promoter.commands.workspace import Workspace
from promoter.frozen import frozen
from promoter.history import Step, Timeline, action_of, timeline
from promoter.images import SETTERS, setter_pins, where
from promoter.images.charts import value_file_pins
from promoter.images.helm_values import CHART
from promoter.images.reference import normalised
from promoter.images.retagged import retagged
from promoter.images.versions import compare
from promoter.kustomize import Graph, join
from promoter.model import Image, Pin, Snapshot, blob_id
from promoter.repository import Past, are_many, begin_past, read_past
from promoter.repository.past import State

# Contents that are in memory at one time; asking git for many together costs what asking for one does.
_AT_ONCE: Final = 256

_Reader = Callable[[Graph], Iterable[Pin]]
Kind = tuple[str, str, str]
"""A pin's setter, its image's normalised name, and the placeholder that stands for it."""


@frozen
class Watched:
    """Some pins whose versions are looked at together, and whose trailers count for them."""

    pins: tuple[Pin, ...]
    apps: tuple[str, ...]
    environment: str


@frozen
class _Content:
    """One content of a file, its blob id, and the pins that are read in it."""

    blob: str
    content: bytes
    pins: tuple[Pin, ...]


@frozen
class _Place:
    """A pin of today with what finds it again in an older file: its kind, and its turn among equals."""

    pin: Pin
    kind: Kind
    turn: int

    def among(self, then: Iterable[Pin]) -> Pin | None:
        """The pin of the older file that is this one: same setter and name, and same turn among equals."""
        alike = [each for each in then if _kind(each) == self.kind]
        if len(alike) > 1:
            for each in alike:
                if each.field == self.pin.field and each.document == self.pin.document:
                    return each
        return alike[self.turn] if self.turn < len(alike) else None


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
        past = read_past(workspace.repository, _revision(workspace, view), sorted(readers))
        today = {path: _today(view, path, own) for path, own in readers.items()}
        parsed = {(path, own.blob): own.pins for path, own in today.items()}
        contents = [
            (path, blob)
            for path in sorted(readers)
            for blob in dict.fromkeys(blob for _, blob in past.changes[path] if blob)
            if (path, blob) not in parsed
        ]
        last = dict(today)
        for path, blob, content in _contents(workspace, contents):
            found = retagged(last[path].content, last[path].pins, content)
            if found is None:
                found = _read(Graph(Snapshot.of({**_beside(view, path), path: content})), readers[path])
                last[path] = _Content(blob, content, found)
            parsed[path, blob] = found
        return cls(past, parsed)

    @staticmethod
    def begin(workspace: Workspace, view: View, apps: Collection[str] = ()) -> None:
        """Let git begin to look for the past of the pins of some apps, all when none is named.

        It is worth it where many pins are likely, and before they are looked for: git then works beside us.
        """
        wanted = (each for each in view.deployables if not each.reason and (not apps or each.app in apps))
        if are_many(sum(1 for _ in wanted)):
            begin_past(workspace.repository, _revision(workspace, view))

    @property
    def is_complete(self) -> bool:
        """False where a shallow clone cuts the past off."""
        return self._past.complete

    def timeline(self, watched: Watched) -> Timeline:
        """The periods of the watched pins' versions."""
        places = _places(watched.pins)
        paths = tuple(sorted({pin.path for pin in watched.pins}))
        return timeline([self._step(state, watched, places) for state in self._past.states(paths)])

    def _step(self, state: State, watched: Watched, places: Sequence[_Place]) -> Step:
        commit = state.commit
        values = self._values(state, places)
        action = action_of(commit.trailers, watched.apps, watched.environment)
        return Step(commit.id, commit.time, commit.author, values, action)

    def _values(self, state: State, places: Sequence[_Place]) -> tuple[Image, ...] | None:
        found: list[Image] = []
        for place in places:
            blob = state.blobs[place.pin.path]
            then = place.among(self._parsed[place.pin.path, blob]) if blob is not None else None
            if then is None:
                return None
            found.append(then.image)
        return tuple(found)


def _revision(workspace: Workspace, view: View) -> str:
    """What the past of a view leads up to: its own commit, or HEAD's for the work tree."""
    return view.snapshot.revision or workspace.head or "HEAD"


def _contents(workspace: Workspace, wanted: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str, bytes]]:
    """Each wanted path and blob id with the blob's content; not all are in memory at one time."""
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        read = workspace.repository.blobs.read_many([blob for _, blob in some])
        yield from ((path, blob, read[blob]) for path, blob in some)


def _today(view: View, path: str, readers: Sequence[_Reader]) -> _Content:
    """A file as the view has it: it is parsed already, and most of its past differs in one tag."""
    content = view.snapshot[path]
    return _Content(blob_id(content), content, _read(view.graph, readers))


def _read(graph: Graph, readers: Iterable[_Reader]) -> tuple[Pin, ...]:
    found = (pin for reader in readers for pin in reader(graph))
    return tuple(sorted(found, key=lambda pin: (pin.document, pin.location)))


def _readers(workspace: Workspace, pins: Iterable[Pin]) -> dict[str, list[_Reader]]:
    """For each file the ways in which its pins are written today, and no others."""
    names: dict[str, set[str]] = {}
    for pin in pins:
        names.setdefault(pin.path, set()).add(pin.setter)
    readers: dict[str, list[_Reader]] = {
        path: [partial(setter_pins, path=path, name=each.name) for each in SETTERS if each.name in own]
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


def _places(pins: Sequence[Pin]) -> tuple[_Place, ...]:
    """Each pin with its kind, and its turn among the pins of its kind in its file."""
    kinds = [(pin.path, _kind(pin)) for pin in pins]
    equals = [[pins[index] for index, other in enumerate(kinds) if other == kind] for kind in kinds]
    return tuple(
        _Place(pin, kind, same.index(pin)) for pin, (_, kind), same in zip(pins, kinds, equals, strict=True)
    )


def _kind(pin: Pin) -> Kind:
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
