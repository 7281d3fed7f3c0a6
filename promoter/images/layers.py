"""Which of several pins decides what runs, and which other builds a pin's file reaches.

kustomize rewrites images on the way out: an `images:` entry of an outer kustomization wins over
everything that the kustomizations below it say. Names are compared as kustomize does, as written.
"""

from promoter.kustomize import Graph
from promoter.model import Pin


def shadowed(graph: Graph, directory: str, pins: tuple[Pin, ...]) -> dict[tuple[str, int, str], Pin]:
    """For each overridden pin (file, document, field), the outer pin that overrides it."""
    layers = graph.closure(directory).kustomizations
    found: dict[tuple[str, int, str], Pin] = {}
    for outer in pins:
        layer = outer.path.rpartition("/")[0]
        if outer.setter != "kustomize-images" or not outer.image.version or layer not in layers:
            continue
        below = graph.closure(layer)
        files, matched = frozenset(below.files), outer.alias or outer.image.name
        for pin in pins:
            if pin is outer or pin.path not in files or pin.image.name != matched:
                continue
            if pin.setter == "kustomize-images" and pin.path == outer.path:
                continue
            if pin.setter in _REWRITTEN:
                found[pin.path, pin.document, pin.field] = outer
    return found


_REWRITTEN = frozenset({"kustomize-images", "manifest", "patch"})


def effective(graph: Graph, directory: str, pins: tuple[Pin, ...]) -> tuple[Pin, ...]:
    """The pins that no outer kustomization overrides, in their order."""
    hidden = shadowed(graph, directory, pins)
    return tuple(pin for pin in pins if (pin.path, pin.document, pin.field) not in hidden)


def sharing(graph: Graph, directory: str, path: str) -> tuple[str, ...]:
    """The other directories whose builds read the file, sorted.

    Left out: the directory's own parts, and builds that read the file through the directory.
    """
    own = frozenset(graph.closure(directory).kustomizations)
    whole = not graph.closure(directory).files
    return tuple(
        reader
        for reader in graph.readers(path)
        if reader not in own
        and directory not in graph.closure(reader).kustomizations
        and not (whole and (not reader or f"{directory}/".startswith(f"{reader}/")))
    )
