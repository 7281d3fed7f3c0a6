"""Which of several pins decides what runs, and which other builds a pin's file reaches.

kustomize rewrites images on the way out: an `images:` entry of an outer kustomization wins over
everything that the kustomizations below it say. Names are compared as kustomize does, as written.
"""

from typing import Final

from promoter.images.patched import overridden
from promoter.kustomize import Graph
from promoter.model import Pin
from promoter.yamldoc import at, items, text, tokens


def shadowed(graph: Graph, directory: str, pins: tuple[Pin, ...]) -> dict[tuple[str, int, str], Pin]:
    """For each overridden pin (file, document, field), the outer pin that overrides it."""
    layers = graph.closure(directory).kustomizations
    found: dict[tuple[str, int, str], Pin] = {}
    for outer in pins:
        below = _below(graph, outer, directory, layers)
        if not below or not outer.image.version:
            continue
        matched = outer.alias or outer.image.name
        for pin in pins:
            if pin.path in below and pin.image.name == matched and _rewritten(graph, pin, outer):
                found[pin.path, pin.document, pin.field] = outer
    return found


def _rewritten(graph: Graph, pin: Pin, outer: Pin) -> bool:
    if pin.setter == "manifest":
        return _reached(graph, pin, outer)
    return pin.setter in _REWRITTEN and (pin.setter, pin.path) != (outer.setter, outer.path)


def _reached(graph: Graph, pin: Pin, outer: Pin) -> bool:
    """Whether kustomize's image transformer looks at the pin's field.

    It does at `image` of `containers` and `initContainers` anywhere, and where a `configurations:` file of
    the outer kustomization says so; not at `ephemeralContainers` nor at other fields of custom resources
    (https://github.com/kubernetes-sigs/kustomize/blob/kustomize/v5.8.1/api/filters/imagetag/legacy.go).
    """
    path = tuple(token for token in tokens(pin.field) if not token.isdecimal())
    if path[-2:] in (("containers", "image"), ("initContainers", "image")):
        return True
    return "/".join(path) in _configured(graph, outer.path.rpartition("/")[0])


def _configured(graph: Graph, directory: str) -> frozenset[str]:
    """The extra fields that a kustomization's `configurations:` give to the image transformer."""
    kustomization = graph.kustomization(directory)
    files = [
        reference.resolved
        for reference in (kustomization.references if kustomization else ())
        if reference.field == "configurations" and reference.kind == "file" and reference.resolved
    ]
    return frozenset(
        (text(at(entry, "path")) or "").replace("[]", "").strip("/")
        for path in files
        for document in graph.yaml(path).documents
        for entry in items(at(document, "images"))
    )


_REWRITTEN: Final = frozenset({"kustomize-images", "patch"})


def _below(graph: Graph, outer: Pin, directory: str, layers: tuple[str, ...]) -> frozenset[str]:
    """The files whose images an `images:` list rewrites: its kustomization's, or a whole build."""
    if outer.setter == "kustomize-images":
        layer = outer.path.rpartition("/")[0]
        return frozenset(graph.closure(layer).files) if layer in layers else frozenset()
    controllers = (outer.setter == "argocd" and "/kustomize/images/" in outer.field) or (
        outer.setter == "flux" and outer.field.startswith("/spec/images/")
    )
    own = graph.closure(directory).files
    return frozenset(own) if controllers and outer.path not in own else frozenset()


def effective(graph: Graph, directory: str, pins: tuple[Pin, ...]) -> tuple[Pin, ...]:
    """The pins that neither an outer kustomization nor a patch overrides, in their order."""
    hidden = shadowed(graph, directory, pins) | overridden(graph, directory, pins)
    return tuple(pin for pin in pins if (pin.path, pin.document, pin.field) not in hidden)


def overlays(graph: Graph, path: str) -> tuple[str, ...]:
    """The outermost directories whose builds read the file, sorted; nothing when it is only one.

    So a controller's object that several overlays change is shared, and one that a single app of apps
    lists is not.
    """
    readers = graph.readers(path)
    inner = {part for reader in readers for part in graph.closure(reader).kustomizations[:-1]}
    outermost = tuple(reader for reader in readers if reader not in inner)
    return outermost if len(outermost) > 1 else ()


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
