"""Versions in K3s' HelmChart and HelmChartConfig: `spec.valuesContent` and `spec.set`.

The chart's own version is a pin of `source.py`.
"""

from typing import Final

from promoter.images.argocd import text_edit, text_pins
from promoter.images.embedded import MARK
from promoter.images.objects import objects
from promoter.images.values import values_edit, values_pins
from promoter.kustomize import Graph
from promoter.model import Edit, Image, Pin
from promoter.yamldoc import Scalar, at, text

name: Final = "k3s"


def find(graph: Graph, path: str) -> tuple[Pin, ...]:
    """The pins of the HelmCharts in a file; nothing in a file without any."""
    found: list[Pin] = []
    for file, index, document, kind in objects(graph, path):
        if kind not in ("HelmChart", "HelmChartConfig"):
            continue
        chart = text(at(document, "metadata", "name")) or "values"
        found += values_pins(file, index, ("spec", "set"), name, chart)
        scalar = at(document, "spec", "valuesContent")
        if isinstance(scalar, Scalar):
            found += text_pins(file, index, ("spec", "valuesContent"), scalar, name, chart)
    return tuple(found)


def edit(graph: Graph, pin: Pin, image: Image) -> tuple[Edit, ...]:
    """The edits that give the chart's values this version; nothing when they have it."""
    file = graph.yaml(pin.path)
    if MARK in pin.field:
        return text_edit(file, pin, image)
    return values_edit(file, pin.document, pin.field, image)
