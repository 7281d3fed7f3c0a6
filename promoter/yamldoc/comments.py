"""The comments of a YAML file, which the parser throws away: ignores and markers live in them."""

import re
from bisect import bisect_right
from typing import Final

from promoter.frozen import frozen
from promoter.yamldoc.nodes import Mapping, Scalar, YamlFile, walk

_HASH: Final = re.compile(r"(?:(?<=\s)|(?<![^\n]))#[^\n\r]*")


@frozen
class Comment:
    """One comment: 1-based line and column of its `#`, its offset, and the text after the `#`."""

    line: int
    column: int
    start: int
    text: str


def comments(file: YamlFile) -> tuple[Comment, ...]:
    """Every comment of the file in order; a `#` inside a scalar is none."""
    if "#" not in file.text:
        return ()
    spans = sorted(_scalar_spans(file))
    starts = [start for start, _ in spans]
    found = []
    position = 0
    while (match := _HASH.search(file.text, position)) is not None:
        index = bisect_right(starts, match.start()) - 1
        if index >= 0 and match.start() < spans[index][1]:
            position = spans[index][1]
            continue
        place = file.location((match.start(), match.end()))
        found.append(Comment(place.line, place.column, match.start(), match.group()[1:]))
        position = match.end()
    return tuple(found)


def _scalar_spans(file: YamlFile) -> set[tuple[int, int]]:
    spans: set[tuple[int, int]] = set()
    for document in file.documents:
        for _, node in walk(document):
            if isinstance(node, Scalar):
                spans.add(_inside(file, node))
            elif isinstance(node, Mapping):
                spans.update((key.start, key.end) for key, _ in node.items if isinstance(key, Scalar))
    return spans


def _inside(file: YamlFile, node: Scalar) -> tuple[int, int]:
    """A block scalar's header line may carry a comment; its text begins on the next line."""
    if node.style in ("literal", "folded"):
        newline = file.text.find("\n", node.start)
        return (newline + 1 if newline >= 0 else node.end, node.end)
    return (node.start, node.end)
