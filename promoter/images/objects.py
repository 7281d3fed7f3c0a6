"""What setters share: the Kubernetes objects of a file, and the pin of one scalar."""

from collections.abc import Iterator

from promoter.images.safety import file_refusal, is_object, marker, path_refusal, value_refusal
from promoter.kustomize import KUSTOMIZATION_NAMES, Graph
from promoter.model import Image, Pin
from promoter.yamldoc import Node, Scalar, Sequence, YamlFile, at, pointer, text

Path = tuple[str | int, ...]
_SUFFIXES = (".yaml", ".yml", ".json")


def structured(path: str) -> bool:
    """Whether a file is YAML or JSON, and no kustomization, by its name."""
    base = path.rpartition("/")[2]
    return base not in KUSTOMIZATION_NAMES and base.endswith(_SUFFIXES)


def objects(graph: Graph, path: str) -> Iterator[tuple[YamlFile, int, Node, str]]:
    """The file, number (0-based), node and kind of each Kubernetes object of a YAML or JSON file.

    Nothing for a kustomization, which is no object of the cluster, and for any other file.
    """
    if not structured(path):
        return
    file = graph.yaml(path)
    for index, document in enumerate(file.documents):
        if document is not None and is_object(document):
            yield file, index, document, text(at(document, "kind")) or ""


def scalar_pin(
    file: YamlFile, index: int, path: Path, image: Image, setter: str, alias: str | None = None
) -> Pin:
    """The pin for the scalar at `path`, with the reason when it cannot be edited and any warning."""
    document = file.documents[index]
    node = at(document, *path)
    assert isinstance(node, Scalar)
    refusal = file_refusal(file) or path_refusal(document, path) or value_refusal(file, node)
    return Pin(
        setter,
        file.location(node),
        index,
        pointer(*path),
        image,
        alias=alias,
        refusal=refusal,
        warning=marker(file, node),
    )


def scalar_at(file: YamlFile, pin: Pin) -> Scalar:
    """The scalar that a pin points at."""
    node = file.find(pin.document, pin.field)
    assert isinstance(node, Scalar)
    return node


def typed(document: Node | None, path: tuple[str, ...]) -> Path:
    """The tokens of a pointer with the indices of lists as numbers. The pointer leads somewhere."""
    found: Path = ()
    for part in path:
        found = (*found, int(part) if isinstance(at(document, *found), Sequence) else part)
    return found
