"""Versions of a chart with several value files: which of them decides what runs.

Helm lays values over each other: each file over the ones before it, what the controller's object says over
all files. Only the outermost place of a field decides; the places below it are read and without effect.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from promoter.frozen import frozen
from promoter.images import helm_values, where
from promoter.images.embedded import MARK, split_field
from promoter.images.values import values_pins
from promoter.kustomize import Graph
from promoter.model import Json, Pin
from promoter.yamldoc import at, text, tokens, value

_VERSION_KEY: Final = re.compile(r"(?:tag|digest|version)$", re.IGNORECASE)
_PARTS: Final = ("templates", "crds", "charts")
_VALUES: Final = (("spec", "values"), ("helm", "valuesObject"))
_PARAMETERS: Final = ("helm", "parameters")
_DOT: Final = re.compile(r"(?<!\\)\.")

Field = tuple[str, ...]
"""A field of the merged values, key by key."""


@frozen
class ChartFiles:
    """A chart as one deployable renders it.

    `directory` is None for a chart that lies elsewhere; `files` are all files that may hold versions,
    sorted; `values` the value files among them, in order; `inline` the fields that the controller's object
    sets over all of them.
    """

    directory: str | None
    files: tuple[str, ...]
    values: tuple[str, ...]
    inline: frozenset[Field] = frozenset()

    @classmethod
    def of(
        cls, directory: str | None, read: Iterable[str], values: tuple[str, ...], inline: Iterable[Field]
    ) -> "ChartFiles":
        """The files among those that the chart holds: what is rendered, and of the values what is named."""
        parts = (path for path in read if _is_part(directory, path))
        return cls(directory, tuple(sorted({*parts, *values})), values, frozenset(inline))


def _is_part(directory: str | None, path: str) -> bool:
    """Whether a file is rendered whatever its name, as a second value file beside the chart's is not."""
    if directory is None or (directory and not path.startswith(f"{directory}/")):
        return True
    first, slash, _ = path[len(directory) :].lstrip("/").partition("/")
    return first in _PARTS if slash else first == "Chart.yaml"


def leaves(node: Json, above: Field = ()) -> Iterator[Field]:
    """The fields of values that hold no mapping: what replaces everything that lies below them."""
    if isinstance(node, dict):
        for key, item in node.items():
            yield from leaves(item, (*above, key))
    elif above:
        yield above


def parameter(name: str) -> Field:
    """The field that a parameter's name stands for; of an item of a list, the list."""
    parts = [part.replace("\\.", ".") for part in _DOT.split(name.partition("[")[0])]
    return tuple(part for part in parts if part)


def unusual(graph: Graph, chart: ChartFiles) -> tuple[Pin, ...]:
    """The pins of the value files whose names do not tell that they are some, such as `prod.yaml`."""
    paths = (path for path in dict.fromkeys(chart.values) if not helm_values.is_named(graph, path))
    return tuple(pin for path in paths for pin in value_file_pins(graph, path))


def value_file_pins(graph: Graph, path: str) -> tuple[Pin, ...]:
    """The pins of a file that something named as a value file, edited as a `where:` is."""
    file = graph.yaml(path)
    return tuple(values_pins(file, 0, (), where.name, helm_values.UNNAMED)) if file.documents else ()


def deciding(graph: Graph, pins: tuple[Pin, ...], chart: ChartFiles) -> tuple[Pin, ...]:
    """The pins that decide what the chart runs, in their order.

    One that is written without its repository also answers to the repository that a layer below it names.
    """
    layers = [_fields(graph, path) for path in chart.values]
    layers.append(frozenset(map(_slot, chart.inline)))
    placed = [(pin, *_placed(graph, pin, chart)) for pin in pins]
    found: list[Pin] = []
    for pin, rank, field in placed:
        above = frozenset[Field]().union(*layers[rank:]) if rank is not None else frozenset[Field]()
        if not any(_slot(field[:length]) in above for length in range(1, len(field) + 1)):
            names = [other.image.name for other, _, same in placed if field and _slot(same) == _slot(field)]
            found.append(_named(pin, names))
    return tuple(found)


def _named(pin: Pin, names: Iterable[str]) -> Pin:
    """The pin with the repository that another layer gives the same field, where it has none itself."""
    known = [name for name in names if "#" not in name]
    return replace(pin, alias=known[-1]) if known and "#" in pin.image.name and not pin.alias else pin


def _fields(graph: Graph, path: str) -> frozenset[Field]:
    documents = graph.yaml(path).documents
    return frozenset(_slot(each) for each in leaves(value(documents[0]) if documents else None))


def _slot(field: Field) -> Field:
    """The field, with a last key that ends in `tag`, `digest` or `version` taken as one and the same."""
    return (*field[:-1], _VERSION_KEY.sub("", field[-1])) if field else field


def _placed(graph: Graph, pin: Pin, chart: ChartFiles) -> tuple[int | None, Field]:
    """The number of layers that lie below or at a pin's place, None outside of files; and its field."""
    if pin.setter not in (helm_values.name, where.name):
        return None, _inline(graph, pin)
    if pin.path in chart.values:
        return chart.values.index(pin.path) + 1, tokens(pin.field)
    prefix = _subchart(chart.directory, pin.path)
    return (None, ()) if prefix is None else (0, (*prefix, *tokens(pin.field)))


def _inline(graph: Graph, pin: Pin) -> Field:
    """The field of the values that a pin in a controller's object sets; nothing for other pins."""
    if MARK in pin.field:
        return tokens(split_field(pin.field)[2])
    path = tokens(pin.field)
    for index in range(len(path) - 2):
        if path[index : index + 2] in _VALUES:
            return path[index + 2 :]
        if path[index : index + 2] == _PARAMETERS:
            entry = (int(part) if part.isdecimal() else part for part in path[: index + 3])
            return parameter(text(at(graph.yaml(pin.path).documents[pin.document], *entry, "name")) or "")
    return ()


def _subchart(directory: str | None, path: str) -> Field | None:
    """The names under which the chart's values speak of a subchart whose `values.yaml` the path is."""
    if directory is None or (directory and not path.startswith(f"{directory}/")):
        return None
    parts = tuple(path[len(directory) :].lstrip("/").split("/"))
    nested = len(parts) > 1 and len(parts) % 2 == 1 and set(parts[:-1:2]) == {"charts"}
    return parts[1:-1:2] if nested and parts[-1] == "values.yaml" else None
