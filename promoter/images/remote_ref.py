"""Versions in the `?ref=` of a kustomization's remote resources and components.

The name of such a pin is the remote's address without scheme and query; its tag is the ref. Nothing
is fetched.
"""

import re
from collections.abc import Iterator
from typing import Final

from promoter.errors import RefusedError
from promoter.images.safety import file_refusal, path_refusal, value_refusal
from promoter.kustomize import KUSTOMIZATION_NAMES, Graph
from promoter.model import Edit, Image, Pin
from promoter.yamldoc import Mapping, Scalar, YamlFile, items, pointer

name: Final = "kustomize-remote-ref"
_FIELDS: Final = ("resources", "bases", "components")
_REF: Final = re.compile(r"(?<=[?&])(?:ref|version)=([^&\s\"']+)")
_SAFE_REF: Final = re.compile(r"[\w][\w./+-]*", re.ASCII)
_SCHEME: Final = re.compile(r"^(?:git::)?(?:[a-z+]+://)?(?:[\w.-]+(?::[^@/\s]*)?@)?", re.IGNORECASE)


def find(graph: Graph, path: str) -> tuple[Pin, ...]:
    """The pins of a kustomization file's remote entries that name a ref; nothing in any other file."""
    if path.rpartition("/")[2] not in KUSTOMIZATION_NAMES:
        return ()
    file = graph.yaml(path)
    root = file.documents[0] if file.documents else None
    return tuple(_pins(file, root)) if isinstance(root, Mapping) else ()


def _pins(file: YamlFile, root: Mapping) -> Iterator[Pin]:
    for field in _FIELDS:
        for index, node in enumerate(items(root.get(field))):
            ref = _REF.search(node.value) if isinstance(node, Scalar) else None
            if isinstance(node, Scalar) and ref is not None:
                refusal = (
                    file_refusal(file) or path_refusal(root, (field, index)) or value_refusal(file, node)
                )
                image = Image(remote_name(node.value), ref.group(1))
                place = file.location(node)
                yield Pin(name, place, 0, pointer(field, index), image, refusal=refusal)


def remote_name(written: str) -> str:
    """The address without scheme, user, password, `.git` and query: `github.com/org/repo/config`."""
    address = _SCHEME.sub("", written.partition("?")[0]).replace(".git/", "/").removesuffix(".git")
    return re.sub(r"/{2,}", "/", address)


def edit(graph: Graph, pin: Pin, image: Image) -> tuple[Edit, ...]:
    """The edit that changes the ref alone; nothing when it is already that."""
    file = graph.yaml(pin.path)
    node = file.find(pin.document, pin.field)
    assert isinstance(node, Scalar)
    ref = _REF.search(file.text, node.start, node.end)
    assert ref is not None
    if not image.tag or ref.group(1) == image.tag:
        return ()
    if not _SAFE_REF.fullmatch(image.tag):
        raise RefusedError(f"{image.tag!r} cannot be a git ref in an address", where=str(pin.location))
    return (Edit(file.path, ref.start(1), ref.end(1), image.tag),)
