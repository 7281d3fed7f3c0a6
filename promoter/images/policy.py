"""Fields that carry Flux's `$imagepolicy` marker and that no other setter reads.

Every pin here has a warning: image automation writes the field too and wins.
"""

import re
from collections.abc import Iterator
from typing import Final

from promoter.images.fields import reference_edit, version_edit
from promoter.images.objects import scalar_at, scalar_pin, structured
from promoter.images.reference import parse, split_version
from promoter.images.safety import policy_of
from promoter.kustomize import Graph
from promoter.model import Edit, Image, Pin
from promoter.yamldoc import Scalar, YamlFile, walk

name: Final = "flux-policy"
_KIND: Final = re.compile(r"([^:]+:[^:]+)(?::(tag|digest|name))?")


def find(graph: Graph, path: str) -> tuple[Pin, ...]:
    """The pins of a file's marked fields; nothing in a file without markers."""
    if not structured(path) or b'"$imagepolicy"' not in graph.snapshot[path]:
        return ()
    return tuple(_pins(graph.yaml(path)))


def _pins(file: YamlFile) -> Iterator[Pin]:
    for index, document in enumerate(file.documents):
        for path, node in walk(document):
            policy = policy_of(file, node) if isinstance(node, Scalar) else None
            found = _KIND.fullmatch(policy or "")
            if found is None or not isinstance(node, Scalar) or found.group(2) == "name":
                continue
            parts = split_version(node.value)
            image = Image(f"policy#{found.group(1)}", *parts) if found.group(2) else parse(node.value)
            if image is not None and image.version:
                yield scalar_pin(file, index, path, image, name)


def edit(graph: Graph, pin: Pin, image: Image) -> tuple[Edit, ...]:
    """The edit that gives the field this version; nothing when it has it."""
    file = graph.yaml(pin.path)
    node = scalar_at(file, pin)
    if pin.image.name.startswith("policy#"):
        return version_edit(file, node, image)
    return reference_edit(file, node, image)
