"""Edits of a scalar's own characters, and the check that nothing else moved.

`set_scalar` keeps the quotes, comments, line ends and order; `verify` re-reads the result and compares
every node. What cannot be edited without touching another place is refused, never guessed.
"""

from collections.abc import Iterable, Mapping

from promoter.errors import EditError, RefusedError
from promoter.model import Edit, splice
from promoter.yamldoc.nodes import Scalar, YamlFile, pointer, walk
from promoter.yamldoc.reading import parse
from promoter.yamldoc.scalars import written

Address = tuple[int, str]
"""A document (0-based) and a JSON pointer inside it."""


def uneditable(file: YamlFile, node: Scalar) -> str | None:
    """Why the scalar cannot be replaced in place, or None when it can."""
    if node.style in ("literal", "folded"):
        return "the value is a block scalar"
    if "\n" in file.text[node.start : node.end]:
        return "the value spans several lines"
    if node.aliased:
        return "the value is shared through a YAML anchor: an edit would change every alias of it"
    if node.tag is not None and not node.tag.endswith(":str"):
        return f"the value carries the tag {node.tag}"
    return None


def set_scalar(file: YamlFile, node: Scalar, text: str) -> Edit:
    """The edit that makes the scalar read `text`, in its own quote style.

    Raises RefusedError, with the place, for what `uneditable` names.
    """
    reason = uneditable(file, node)
    if reason:
        raise RefusedError(
            f"cannot edit this value safely: {reason}",
            where=str(file.location(node)),
            hint="write it as one plain or quoted scalar of its own",
        )
    gap = " " if node.start == node.end and not file.text[node.start - 1].isspace() else ""
    return Edit(file.path, node.start, node.end, gap + written(text, node.style))


def verify(path: str, before: bytes, edits: Iterable[Edit], intended: Mapping[Address, str]) -> bytes:
    """The edited content, proven to differ from `before` only at the intended scalars.

    `intended` gives the new text of each changed or added scalar. Raises EditError when the result does
    not parse, an intended scalar reads otherwise, or any other node changed.
    """
    after = splice(before, edits)
    old, new = parse(path, before), parse(path, after)
    if new.error is not None and old.error is None:
        raise EditError(
            f"the edit would break the file: {new.error.message}", where=str(new.error.location)
        )
    was, now = scalars(old), scalars(new)
    for address, text in intended.items():
        if now.get(address) != text:
            raise EditError(f"{address[1]} would read {now.get(address)!r}, not {text!r}", where=path)
    for address in was.keys() | now.keys():
        if address not in intended and was.get(address) != now.get(address):
            raise EditError(f"the edit would also change {address[1] or 'the document'}", where=path)
    return after


def scalars(file: YamlFile) -> dict[Address, str]:
    """The text of every scalar of a file by its address; repeated keys count their repetitions."""
    found: dict[Address, str] = {}
    for index, document in enumerate(file.documents):
        for path, node in walk(document):
            if isinstance(node, Scalar):
                address = (index, pointer(*path))
                while address in found:
                    address = (index, address[1] + "~2")
                found[address] = node.value
    return found
