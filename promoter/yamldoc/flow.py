"""A node's text for a place inside braces or brackets.

Must not lose what a scalar says: its own characters are taken where they mean the same there, and quotes
where they would not. Comments stay behind, for braces on one line have no room for them.
"""

import re
from typing import Final

from promoter.errors import RefusedError
from promoter.yamldoc.nodes import Mapping, Node, Scalar, Sequence, YamlFile
from promoter.yamldoc.scalars import written

_SPECIAL: Final = re.compile(r"^[:?]|[\[\]{},\n]")


def in_flow(file: YamlFile, node: Node) -> str:
    """The node of the file on one line, in flow style.

    Raises RefusedError, with the place, for a scalar with a tag and an empty item of a list.
    """
    if isinstance(node, Mapping):
        return "{" + ", ".join(flow_pair(file, key, below) for key, below in node.items) + "}"
    if isinstance(node, Sequence):
        return "[" + ", ".join(_item(file, item) for item in node.items) + "]"
    return _scalar(file, node)


def flow_pair(file: YamlFile, key: Node, node: Node) -> str:
    """The key and its value as they stand inside braces. Raises as `in_flow` does."""
    return f"{in_flow(file, key)}: {in_flow(file, node)}"


def _item(file: YamlFile, node: Node) -> str:
    text = in_flow(file, node)
    if not text:
        raise RefusedError(
            "cannot write an empty item in brackets", where=str(file.location(node)), hint="write `null`"
        )
    return text


def _scalar(file: YamlFile, node: Scalar) -> str:
    if node.tag is not None:
        raise RefusedError(
            f"cannot write a value with the tag {node.tag} in braces",
            where=str(file.location(node)),
            hint="write it without the tag, or the mapping that it goes to in block style",
        )
    text = file.text[node.start : node.end]
    special = _SPECIAL.search(text) if node.style == "plain" else "\n" in text
    return written(node.value, "double") if special or node.style in ("literal", "folded") else text
