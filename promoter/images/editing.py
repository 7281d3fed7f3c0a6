"""The characters to change for a version, with the proof that every other value reads as before."""

from collections.abc import Iterable

from promoter.errors import EditError, RefusedError
from promoter.images import override, where
from promoter.images.embedded import MARK
from promoter.images.search import file_pins
from promoter.images.setters import identity, setter
from promoter.images.values import digest_sibling
from promoter.kustomize import Graph
from promoter.model import Edit, Image, Pin
from promoter.yamldoc import scalars


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
