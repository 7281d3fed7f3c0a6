"""Edits of the few shapes a version is written in: one scalar, a reference, keys of a mapping.

Setters say what should be written; this says which characters change. It keeps quotes, comments,
indentation, order and line ends; a key is added or taken away only where the version cannot be said
without it (a stale digest, a missing tag).
"""

from collections.abc import Iterator
from collections.abc import Mapping as Readable
from itertools import pairwise

from promoter.errors import RefusedError
from promoter.model import Edit, Image
from promoter.yamldoc import Mapping, Node, Scalar, YamlFile, set_scalar, written


def lookup(mapping: Mapping, key: str) -> tuple[Node | None, bool]:
    """The value of a key, and whether it comes through a merge key (`<<`) and so lives elsewhere."""
    own = mapping.get(key)
    if own is not None:
        return own, False
    merged = mapping.get("<<")
    sources = merged.items if merged is not None and not isinstance(merged, Mapping | Scalar) else (merged,)
    for source in sources:
        if isinstance(source, Mapping):
            found, _ = lookup(source, key)
            if found is not None:
                return found, True
    return None, False


def reference_edit(file: YamlFile, scalar: Scalar, image: Image) -> tuple[Edit, ...]:
    """The edit that makes a scalar holding a whole reference name `image`; nothing when it does."""
    return () if scalar.value == str(image) else (set_scalar(file, scalar, str(image)),)


def version_text(image: Image) -> str:
    """The version alone as one text: `1.4.2`, `sha256:…`, `1.4.2@sha256:…`."""
    return "@".join(part for part in (image.tag, image.digest) if part)


def version_edit(file: YamlFile, scalar: Scalar, image: Image) -> tuple[Edit, ...]:
    """The edit that makes a scalar holding a version alone read the image's; nothing when it does."""
    wanted = version_text(image)
    return () if scalar.value == wanted else (set_scalar(file, scalar, wanted),)


def part_edit(file: YamlFile, scalar: Scalar, old: str, new: str) -> tuple[Edit, ...]:
    """The edit that changes one part of a scalar's text, where that part stands there as it is.

    Raises RefusedError when it does not (an escape, a folded line) or stands there twice.
    """
    if old == new:
        return ()
    start = file.text.find(old, scalar.start, scalar.end)
    if start < 0 or file.text.find(old, start + 1, scalar.end) >= 0:
        raise RefusedError(
            f"cannot find {old!r} once in this value",
            where=str(file.location(scalar)),
            hint="write the version as one plain or quoted scalar of its own",
        )
    return (Edit(file.path, start, start + len(old), new),)


def key_edits(file: YamlFile, mapping: Mapping, wanted: Readable[str, str | None]) -> tuple[Edit, ...]:
    """The edits that give keys of a mapping these texts; None takes the key away.

    A key that goes while another comes is renamed in place. Raises RefusedError when the shape does not
    allow it.
    """
    gone = [key for key, text in wanted.items() if text is None and mapping.key(key) is not None]
    new = [(key, text) for key, text in wanted.items() if text is not None and mapping.key(key) is None]
    edits = list(_changed(file, mapping, wanted))
    for old, (key, text) in zip(gone, new, strict=False):
        edits += _renamed(file, mapping, old, key, text)
    for key in gone[len(new) :]:
        edits.append(_removed(file, mapping, key))
    for key, text in new[len(gone) :]:
        edits.append(_added(file, mapping, key, text))
    return tuple(edits)


def _changed(file: YamlFile, mapping: Mapping, wanted: Readable[str, str | None]) -> Iterator[Edit]:
    for key, text in wanted.items():
        node = mapping.get(key)
        if text is not None and node is not None and not (isinstance(node, Scalar) and node.value == text):
            yield set_scalar(file, _scalar(file, node), text)


def _scalar(file: YamlFile, node: Node) -> Scalar:
    if isinstance(node, Scalar):
        return node
    raise RefusedError(
        "expected one value here, found a list or mapping",
        where=str(file.location(node)),
        hint="write the version as one plain or quoted scalar",
    )


def _pair(mapping: Mapping, key: str) -> tuple[Scalar, Node]:
    name, node = mapping.key(key), mapping.get(key)
    assert name is not None
    assert node is not None
    return name, node


def _renamed(file: YamlFile, mapping: Mapping, old: str, key: str, text: str) -> tuple[Edit, Edit]:
    name, node = _pair(mapping, old)
    renamed = Edit(file.path, name.start, name.end, written(key, name.style))
    return renamed, set_scalar(file, _scalar(file, node), text)


def _removed(file: YamlFile, mapping: Mapping, key: str) -> Edit:
    name, node = _pair(mapping, key)
    if mapping.flow:
        return Edit(file.path, *_flow_gap(mapping, name, node), "")
    start = file.text.rfind("\n", 0, name.start) + 1
    end = file.text.find("\n", node.end)
    if file.text[start : name.start].strip():
        raise RefusedError(
            f"cannot take `{key}` away: it is the first key of its list item",
            where=str(file.location(name)),
            hint=f"write another key first, so that `{key}` has a line of its own",
        )
    if end >= 0:
        return Edit(file.path, start, end + 1, "")
    before = start - 2 if file.text[start - 2 : start] == "\r\n" else start - 1
    return Edit(file.path, max(before, 0), len(file.text), "")


def _flow_gap(mapping: Mapping, name: Scalar, node: Node) -> tuple[int, int]:
    """The span of one pair of `{a: 1, b: 2}` with the comma that goes with it."""
    for (_, earlier), (key, _) in pairwise(mapping.items):
        if key is name:
            return earlier.end, node.end
    following = [key.start for key, _ in mapping.items if key.start > node.end]
    return name.start, min(following, default=node.end)


def _added(file: YamlFile, mapping: Mapping, key: str, text: str) -> Edit:
    """A new key after the last one that names the image, on a line of its own."""
    order = ("newTag", "tag", "newName", "repository", "name", "image")
    after = next((name for name in order if mapping.key(name) is not None), None)
    name, node = _pair(mapping, after) if after else (mapping.items[-1][0], mapping.items[-1][1])
    assert isinstance(name, Scalar)
    if isinstance(node, Scalar) and node.style in ("literal", "folded"):
        raise RefusedError(
            f"cannot add `{key}` after a block scalar", where=str(file.location(node)), hint=f"add `{key}`"
        )
    pair = f"{written(key, name.style)}: {written(text, _habit(mapping, node))}"
    if mapping.flow:
        return Edit(file.path, node.end, node.end, f", {pair}")
    line_end = file.text.find("\n", node.end)
    end = len(file.text) if line_end < 0 else line_end
    newline = "\n"
    if file.text[end - 1 : end] == "\r":
        end, newline = end - 1, "\r\n"
    column = name.start - (file.text.rfind("\n", 0, name.start) + 1)
    return Edit(file.path, end, end, f"{newline}{' ' * column}{pair}")


def _habit(mapping: Mapping, node: Node) -> str:
    """The quote style of a neighbour: a version's where there is one."""
    for key in ("newTag", "tag", "digest"):
        value = mapping.get(key)
        if isinstance(value, Scalar) and value.style in ("single", "double"):
            return value.style
    return node.style if isinstance(node, Scalar) and node.style in ("single", "double") else "plain"
