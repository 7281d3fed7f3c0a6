"""Versions in Helm values files: `values*.yaml`, any YAML of a chart's folder that is no object.

A file with another name is found through `where:` in the configuration.
"""

import re
from typing import Final

from promoter.images.safety import is_object
from promoter.images.values import values_edit, values_pins
from promoter.kustomize import KUSTOMIZATION_NAMES, Graph, join
from promoter.model import Edit, Image, Pin
from promoter.yamldoc import Mapping, at, text

name: Final = "helm-values"
UNNAMED: Final = "values"
CHART: Final = "Chart.yaml"
_VALUES: Final = re.compile(r"(?:.*[-._])?values(?:[-._].*)?\.(?:ya?ml|json)", re.IGNORECASE)
_NEVER: Final = frozenset({CHART, "Chart.lock", *KUSTOMIZATION_NAMES})


def find(graph: Graph, path: str) -> tuple[Pin, ...]:
    """The pins of a values file; nothing in any other file."""
    if not is_named(graph, path):
        return ()
    directory = path.rpartition("/")[0]
    file = graph.yaml(path)
    chart = chart_name(graph, directory)
    return tuple(
        pin
        for index, document in enumerate(file.documents)
        if isinstance(document, Mapping) and not is_object(document)
        for pin in values_pins(file, index, (), name, chart)
    )


def is_named(graph: Graph, path: str) -> bool:
    """Whether a file's name or place tells that it holds values."""
    directory, _, base = path.rpartition("/")
    named = _VALUES.fullmatch(base) is not None or _beside_a_chart(graph, directory, base)
    return named and base not in _NEVER


def _beside_a_chart(graph: Graph, directory: str, base: str) -> bool:
    return base.endswith((".yaml", ".yml")) and join(directory, CHART) in graph.snapshot


def chart_name(graph: Graph, directory: str) -> str:
    """The name of the chart in a directory; `values` where there is none."""
    path = join(directory, CHART)
    if path not in graph.snapshot:
        return UNNAMED
    documents = graph.yaml(path).documents
    return (text(at(documents[0], "name")) if documents else None) or UNNAMED


def edit(graph: Graph, pin: Pin, image: Image) -> tuple[Edit, ...]:
    """The edits that give the values this version; nothing when they have it."""
    return values_edit(graph.yaml(pin.path), pin.document, pin.field, image)
