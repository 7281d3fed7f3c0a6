"""The pins of a file and of a build: every setter looks through each file that may hold a version, once."""

import re
from collections.abc import Iterable, Mapping
from typing import Final
from weakref import WeakKeyDictionary

from promoter.frozen import frozen
from promoter.images.setters import SETTERS, identity, setter
from promoter.kustomize import KUSTOMIZATION_NAMES, Graph, inside
from promoter.model import Location, Pin

_WORDS: Final = (
    *(
        b"mage",
        b"IMAGE",
        b"tag:",
        b'tag"',
        b"tag'",
        b"Tag",
        b"TAG",
        b"igest",
        b"DIGEST",
        b"sha256:",
        b"ref=",
    ),
    *(b"evision", b"VERSION"),
)
_VERSION: Final = re.compile(rb"(?<!api)[vV]ersion")
# The fields of a kustomization that never hold a version, addresses aside.
_PLAIN: Final = frozenset(
    {
        *("apiVersion", "kind", "metadata", "resources", "bases", "components"),
        *("namespace", "namePrefix", "nameSuffix", "labels", "commonLabels", "commonAnnotations"),
    }
)


@frozen
class _Found:
    """What was found in one file: its pins, and what each setter gave that found any, by its name."""

    pins: tuple[Pin, ...]
    of_setters: Mapping[str, tuple[Pin, ...]]


_KNOWN: Final[WeakKeyDictionary[Graph, dict[str, _Found]]] = WeakKeyDictionary()


def files(graph: Graph, directory: str) -> tuple[str, ...]:
    """The files of a directory's build, sorted: its closure; without a kustomization all below it.

    A path of a file stands for that file alone.
    """
    closure = graph.closure(directory).files
    if closure:
        return closure
    if graph.snapshot.is_file(directory):
        return (directory,)
    prefix = inside(directory)
    return tuple(
        path for path in graph.snapshot.entries if path.startswith(prefix) and graph.snapshot.is_file(path)
    )


def file_pins(graph: Graph, path: str) -> tuple[Pin, ...]:
    """Every pin of one file, in the file's order; a field that two setters know is the first one's.

    A file is looked through once, while its graph is in use: many builds read the same bases.
    """
    return _found(graph, path).pins


def setter_pins(graph: Graph, path: str, name: str) -> tuple[Pin, ...]:
    """What one setter finds in one file, in the file's order; also what `file_pins` takes for an earlier's.

    Where `file_pins` has looked through the file, nothing is looked for again.
    """
    known = _KNOWN.get(graph, {}).get(path)
    return setter(name).find(graph, path) if known is None else known.of_setters.get(name, ())


def _found(graph: Graph, path: str) -> _Found:
    known = _KNOWN.setdefault(graph, {})
    if path not in known:
        known[path] = _looked_through(graph, path) if _may_hold(graph, path) else _Found((), {})
    return known[path]


def _may_hold(graph: Graph, path: str) -> bool:
    """Whether a file has any of the words or keys without which no setter finds a pin in it."""
    if not graph.snapshot.is_file(path):
        return True
    content = graph.snapshot[path]
    if path.rpartition("/")[2] in KUSTOMIZATION_NAMES:
        known = graph.sketch(path)
        # A `ref=` in an address is a pin too, and an escape may write it otherwise.
        return known is None or not known.keys <= _PLAIN or b"=" in content or b"\\" in content
    if not path.endswith((".yaml", ".yml", ".json")):
        return True
    return any(word in content for word in _WORDS) or _VERSION.search(content) is not None


def _looked_through(graph: Graph, path: str) -> _Found:
    given = {each.name: each.find(graph, path) for each in SETTERS}
    given = {name: pins for name, pins in given.items() if pins}
    found: dict[tuple[str, int, str], Pin] = {}
    for each in given.values():
        taken = tuple(found)
        for pin in each:
            if not any(_same_field(known, pin) for known in taken):
                found.setdefault(identity(pin), pin)
    ordered = sorted(found.values(), key=lambda pin: (pin.document, pin.location, pin.field))
    return _Found(tuple(ordered), given)


def _same_field(known: tuple[str, int, str], pin: Pin) -> bool:
    return known[1] == pin.document and f"{pin.field}/".startswith(f"{known[2]}/")


def pins(graph: Graph, directory: str | None, also: Iterable[str | Location] = ()) -> tuple[Pin, ...]:
    """Every pin that a build of `directory` (None: no build) reads, by file and place, overridden ones too.

    `also` names further files that belong to the build, or the place of one object in a file, such as
    the controller's own. See `effective` for the pins that decide what runs, and `sharing` for who else
    reads a pin's file.
    """
    own = files(graph, directory) if directory is not None else ()
    found = {identity(pin): pin for path in own for pin in file_pins(graph, path)}
    for extra in also:
        path = extra if isinstance(extra, str) else extra.path
        if path in graph.snapshot and path not in own:
            number = None if isinstance(extra, str) else _document_at(graph, extra)
            for pin in file_pins(graph, path):
                if number in (None, pin.document):
                    found[identity(pin)] = pin
    return tuple(sorted(found.values(), key=lambda pin: (pin.path, pin.document, pin.location, pin.field)))


def _document_at(graph: Graph, place: Location) -> int | None:
    """The number of the document that a line lies in, None when the file has only one."""
    file = graph.yaml(place.path)
    if len(file.documents) < 2:  # noqa: PLR2004 - one document needs no choosing
        return None
    starts = [
        (file.location(node).line, number) for number, node in enumerate(file.documents) if node is not None
    ]
    return max(((line, number) for line, number in starts if line <= place.line), default=(0, 0))[1]
