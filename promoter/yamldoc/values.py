"""Nodes to plain JSON values, the way kustomize would construct them."""

from promoter.model import Json
from promoter.yamldoc.nodes import Mapping, Node, Scalar, Sequence
from promoter.yamldoc.scalars import Dialect, is_null, resolve


def value(node: Node | None, dialect: Dialect = Dialect.RESOURCE) -> Json:
    """The value of a node: merge keys resolved, a repeated key's last value, None for an empty document."""
    if node is None:
        return None
    if isinstance(node, Scalar):
        return _scalar(node, dialect)
    if isinstance(node, Sequence):
        return [value(item, dialect) for item in node.items]
    merged: dict[str, Json] = {}
    own: dict[str, Json] = {}
    for name, child in node.items:
        if isinstance(name, Scalar) and name.value == "<<" and name.style == "plain":
            for source in child.items if isinstance(child, Sequence) else (child,):
                base = value(source, dialect)
                if isinstance(base, dict):
                    merged = {**base, **merged}
        else:
            own[_key(name)] = value(child, dialect)
    return {**merged, **own}


def _key(name: Node) -> str:
    return name.value if isinstance(name, Scalar) else ""


def _scalar(node: Scalar, dialect: Dialect) -> Json:
    if node.tag is None:
        return resolve(node.value, dialect) if node.style == "plain" else node.value
    if node.tag.endswith((":int", ":float", ":bool", ":null")):
        return resolve(node.value, dialect)
    return node.value


def text(node: Node | None) -> str | None:
    """The raw text of a scalar that is not null, None for anything else: `1.10` gives `1.10`."""
    if not isinstance(node, Scalar):
        return None
    if node.style == "plain" and node.tag is None and is_null(node.value):
        return None
    return node.value


def at(node: Node | None, *path: str | int) -> Node | None:
    """The node below `node` at these keys and 0-based indices, or None."""
    for part in path:
        if isinstance(node, Mapping) and isinstance(part, str):
            node = node.get(part)
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        else:
            return None
    return node


def items(node: Node | None) -> tuple[Node, ...]:
    """The items of a sequence; nothing for any other node."""
    return node.items if isinstance(node, Sequence) else ()


def texts(node: Node | None) -> tuple[Scalar, ...]:
    """The scalar items of a sequence that hold text, with their places."""
    return tuple(item for item in items(node) if isinstance(item, Scalar) and text(item))
