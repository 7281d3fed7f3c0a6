"""Pins: the places where image versions are written, and the edits that change them.

`pins` lists every pin that a build of a directory reads; `edits` gives the characters to change and has
proved that nothing else moves. One setter a file, each listed in SETTERS; none reads anything but the
snapshot, and a pin that cannot be edited safely keeps its reason in `refusal`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final, Protocol
from weakref import WeakKeyDictionary

from promoter.errors import EditError, RefusedError
from promoter.frozen import frozen
from promoter.images import (
    applicationset,
    argocd,
    env_file,
    flux,
    helm_values,
    imagestream,
    k3s,
    kustomization,
    manifest,
    override,
    patch,
    policy,
    remote_ref,
    source,
    where,
)
from promoter.images.embedded import MARK
from promoter.images.layers import effective, overlays, shadowed, sharing
from promoter.images.reference import parse
from promoter.images.values import digest_sibling
from promoter.kustomize import KUSTOMIZATION_NAMES, Graph, inside
from promoter.model import Edit, Image, Location, Pin
from promoter.yamldoc import scalars

__all__ = [
    "SETTERS",
    "Setter",
    "edits",
    "effective",
    "file_pins",
    "files",
    "fitted",
    "identity",
    "is_image",
    "overlays",
    "parse",
    "pins",
    "setter",
    "setter_pins",
    "shadowed",
    "sharing",
]


class Setter(Protocol):
    """One way in which versions are written. A module with these three names is a setter."""

    @property
    def name(self) -> str:
        """The setter's name, as pins and reports carry it."""

    def find(self, graph: Graph, path: str) -> tuple[Pin, ...]:
        """The pins of this kind in one file, in the file's order; nothing in a file of another kind."""

    def edit(self, graph: Graph, pin: Pin, image: Image) -> tuple[Edit, ...]:
        """The edits that give the pin this tag and digest (never another name).

        Nothing when it has them. Raises RefusedError for a shape that cannot take the version.
        """


SETTERS: Final[tuple[Setter, ...]] = (
    kustomization,
    remote_ref,
    manifest,
    patch,
    helm_values,
    argocd,
    applicationset,
    flux,
    source,
    k3s,
    imagestream,
    env_file,
    where,
    override,
    policy,
)
_ADDRESSES: Final = frozenset({remote_ref.name, source.name})


_BY_NAME: Final = {each.name: each for each in SETTERS}


def setter(name: str) -> Setter:
    """The setter of this name. Raises KeyError for an unknown one."""
    return _BY_NAME[name]


def fitted(pin: Pin, image: Image) -> Image:
    """The image as the pin can say it: the pin's own name, and no digest where there is room for none."""
    digest = image.digest if is_image(pin) or not image.tag else None
    return Image(pin.image.name, image.tag, digest)


def is_image(pin: Pin) -> bool:
    """Whether the version is a container image's, and not that of a repository or chart."""
    return pin.setter not in _ADDRESSES


def identity(pin: Pin) -> tuple[str, int, str]:
    """What tells a pin from every other of its snapshot: file, document and field."""
    return pin.path, pin.document, pin.field


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


def edits(graph: Graph, changes: Iterable[tuple[Pin, Image]]) -> tuple[Edit, ...]:
    """The edits that give each pin its image's tag and digest, proven to change nothing else.

    A pin that already has them gives none. Raises RefusedError for a pin that cannot be edited, and
    EditError (a bug, nothing written) when the edited files would read otherwise than asked.
    """
    wanted = {identity(pin): (pin, image) for pin, image in changes}
    found: set[Edit] = set()
    for pin, image in wanted.values():
        if pin.refusal:
            raise RefusedError(f"cannot edit {pin.image}: {pin.refusal}", where=str(pin.location))
        if pin.setter != override.name:
            found.update(setter(pin.setter).edit(graph, pin, image))
    found.update(_insertions(graph, wanted.values()))
    result = tuple(sorted(found))
    _prove(graph, result, wanted)
    return result


def _insertions(graph: Graph, changes: Iterable[tuple[Pin, Image]]) -> set[Edit]:
    """One edit for each file that gets new entries, in the order of their fields."""
    new: dict[str, dict[int, Image]] = {}
    for pin, image in changes:
        if pin.setter == override.name:
            new.setdefault(pin.path, {})[int(pin.field.rpartition("/")[2])] = image
    return {
        override.insertion(graph, path, [entries[index] for index in sorted(entries)])
        for path, entries in new.items()
    }


def _prove(
    graph: Graph, result: tuple[Edit, ...], wanted: dict[tuple[str, int, str], tuple[Pin, Image]]
) -> None:
    after = Graph(graph.snapshot.with_edits(result))
    for path in sorted({pin.path for pin, _ in wanted.values()}):
        now = {identity(pin): pin.image for pin in file_pins(after, path)}
        for pin in (*file_pins(graph, path), *(pin for pin, _ in wanted.values() if pin.path == path)):
            planned = wanted.get(identity(pin))
            expected = planned[1] if planned else pin.image
            read = where.again(after, pin) if pin.setter == where.name else now.get(identity(pin))
            if read != Image(pin.image.name, expected.tag, expected.digest):
                raise EditError(f"{pin.image} would read {read}, not {expected}", where=str(pin.location))
        _prove_scalars(graph, after, path, {key[1:] for key in wanted if key[0] == path})


def _prove_scalars(graph: Graph, after: Graph, path: str, owned: set[tuple[int, str]]) -> None:
    if not path.endswith((".yaml", ".yml", ".json")):
        return
    was, now = scalars(graph.yaml(path)), scalars(after.yaml(path))
    error = after.yaml(path).error
    if error is not None:
        raise EditError(f"the edit would break the file: {error.message}", where=str(error.location))
    mine = [(document, field.partition(MARK)[0]) for document, field in owned]
    mine += [(document, _beside(field)) for document, field in mine]
    for document, field in was.keys() | now.keys():
        changed = was.get((document, field)) != now.get((document, field))
        if changed and not any(
            document == index and (field == top or field.startswith(f"{top}/")) for index, top in mine
        ):
            raise EditError(f"the edit would also change {field or 'the document'}", where=path)


def _beside(field: str) -> str:
    """The field of the digest beside a tag's field."""
    above, slash, key = field.rpartition("/")
    return f"{above}{slash}{digest_sibling(key)}" if key.endswith(("tag", "Tag")) else field
