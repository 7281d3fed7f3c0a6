"""From a mend of a rendered object to edits of the sources that set its fields.

It must not guess: a field whose source is not proven, or is written in a way that cannot be edited
safely, gives no fix and stays advice. An edit adds, replaces or removes whole values and keeps the rest.
"""

from collections.abc import Iterator

from promoter.errors import RefusedError
from promoter.frozen import frozen
from promoter.lint.locate import Locator
from promoter.lint.provenance import Place, Trace
from promoter.lint.rule import FieldPath, Report
from promoter.lint.source import Root
from promoter.model import Edit, Fix, Json
from promoter.yamldoc import Mapping, Node, Scalar, Sequence, YamlFile, set_scalar, uneditable, value, walk
from promoter.yamldoc.emit import emit


class _CannotError(Exception):
    """The field cannot be edited safely."""


@frozen
class _Source:
    """A node of a file with the mapping that holds it, if one does, and the key there."""

    file: YamlFile
    node: Node
    holder: Mapping | None = None
    key: Scalar | None = None


def mended(locator: Locator, root: Root, report: Report) -> Fix | None:
    """The edits that a report's mend comes to; None without a mend or without a source to edit."""
    mend = report.mend
    if mend is None:
        return None
    try:
        edits: list[Edit] = []
        added: dict[Place, tuple[Trace, dict[str, Json]]] = {}
        for path, wanted in mend.sets:
            edits += _set(locator, root, report, path, wanted, added)
        for trace, values in added.values():
            edits.append(_insertion(_source(locator, trace), values))
        for path in mend.removes:
            edits.append(_removal(_source(locator, _traced(locator, root, report, path, whole=True))))
    except (_CannotError, RefusedError):
        return None
    return Fix(mend.description, tuple(sorted(set(edits))), mend.safe) if edits else None


def _traced(locator: Locator, root: Root, report: Report, path: FieldPath, *, whole: bool) -> Trace:
    found = locator.trace(root, report.object, path)
    if found is None or (whole and found.path != path):
        raise _CannotError
    return found


def _set(
    locator: Locator,
    root: Root,
    report: Report,
    path: FieldPath,
    wanted: Json,
    added: dict[Place, tuple[Trace, dict[str, Json]]],
) -> Iterator[Edit]:
    """The edits that replace a value; what is absent is collected in `added` by its parent."""
    trace = _traced(locator, root, report, path, whole=False)
    if trace.path == path:
        yield _replacement(_source(locator, trace), wanted, locator.rendered(root, report.object, path))
        return
    _, values = added.setdefault(trace.place, (trace, {}))
    steps = path[len(trace.path) :]
    for step in steps[:-1]:
        below = values.setdefault(str(step), {})
        if not isinstance(step, str) or not isinstance(below, dict):
            raise _CannotError
        values = below
    if not isinstance(steps[-1], str):
        raise _CannotError
    values[steps[-1]] = wanted


def _source(locator: Locator, trace: Trace) -> _Source:
    """The node that stands exactly at the deciding place.

    A mapping of one key stands where its only pair does: the field's own name says which is meant.
    """
    place = trace.place
    file = locator.yaml(place.path)
    found = [each for document in file.documents for each in _at(file, document, place)]
    named = bool(trace.path) and isinstance(trace.path[-1], str)
    meant = [each for each in found if (each.key is not None) is named] or found
    if not meant:
        raise _CannotError
    return meant[0]


def _at(file: YamlFile, document: Node | None, place: Place) -> Iterator[_Source]:
    for _, node in walk(document):
        if node.aliased:
            raise _CannotError
        if (node.start, node.end) == (place.start, place.end) and not isinstance(node, Scalar):
            yield _Source(file, node)
        if isinstance(node, Mapping):
            for key, child in node.items:
                begin = child.start if isinstance(child, Scalar) else key.start
                if isinstance(key, Scalar) and (begin, child.end) == (place.start, place.end):
                    yield _Source(file, child, node, key)


def _replacement(source: _Source, wanted: Json, rendered: Json) -> Edit:
    if isinstance(source.node, Sequence):
        return _appended(source.file, source.node, wanted)
    if not isinstance(source.node, Scalar) or value(source.node) != rendered:
        raise _CannotError
    if isinstance(wanted, str):
        return set_scalar(source.file, source.node, wanted)
    if isinstance(wanted, (dict, list)) or uneditable(source.file, source.node):
        raise _CannotError
    return Edit(source.file.path, source.node.start, source.node.end, emit(wanted).strip())


def _appended(file: YamlFile, node: Sequence, wanted: Json) -> Edit:
    """One more item at the end of a list, when that is all that is wanted."""
    before = value(node)
    if not (isinstance(wanted, list) and isinstance(before, list) and wanted[:-1] == before and node.items):
        raise _CannotError
    said = emit([wanted[-1]]).rstrip("\n")
    if node.flow:
        return Edit(file.path, node.items[-1].end, node.items[-1].end, f", {said.removeprefix('- ')}")
    return _lines_after(file, node.items[-1].end, node.start, said)


def _insertion(source: _Source, values: dict[str, Json]) -> Edit:
    node, file = source.node, source.file
    if not isinstance(node, Mapping) or not node.items:
        raise _CannotError
    if node.flow:
        last = node.items[-1][1].end
        said = "".join(f", {key}: {_flow(item)}" for key, item in values.items())
        return Edit(file.path, last, last, said)
    return _lines_after(file, node.end, node.items[0][0].start, emit(values).rstrip("\n"))


def _flow(item: Json) -> str:
    if isinstance(item, dict):
        return "{" + ", ".join(f"{key}: {_flow(child)}" for key, child in item.items()) + "}"
    if isinstance(item, list):
        return "[" + ", ".join(map(_flow, item)) + "]"
    return emit(item).strip()


def _lines_after(file: YamlFile, end: int, model: int, said: str) -> Edit:
    """The lines put after the line in which `end` lies, indented like what begins at `model`."""
    newline = "\r\n" if "\r\n" in file.text else "\n"
    indent = " " * (file.location((model, model)).column - 1)
    last = len(file.text[:end].rstrip())
    stop = file.text.find("\n", last)
    stop = len(file.text) if stop < 0 else stop - (file.text[stop - 1] == "\r")
    lines = "".join(f"{newline}{indent}{line}" for line in said.split("\n"))
    return Edit(file.path, stop, stop, lines)


def _removal(source: _Source) -> Edit:
    """The whole lines of one field of a block mapping that has others, or its part of a flow mapping."""
    file, holder, key, node = source.file, source.holder, source.key, source.node
    if holder is None or key is None or len(holder.items) == 1:
        raise _CannotError
    if holder.flow:
        return _flow_removal(file, holder, key, node)
    begin = file.text.rfind("\n", 0, key.start) + 1
    if file.text[begin : key.start].strip():
        raise _CannotError
    last = len(file.text[: node.end].rstrip())
    stop = file.text.find("\n", last)
    return Edit(file.path, begin, len(file.text) if stop < 0 else stop + 1, "")


def _flow_removal(file: YamlFile, holder: Mapping, key: Scalar, node: Node) -> Edit:
    keys = [name for name, _ in holder.items]
    index = keys.index(key)
    if index + 1 < len(keys):
        return Edit(file.path, key.start, keys[index + 1].start, "")
    return Edit(file.path, holder.items[index - 1][1].end, node.end, "")
