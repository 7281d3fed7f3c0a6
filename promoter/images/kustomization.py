"""Versions in the `images:` list of a kustomization: newTag, digest, both, or none yet.

`newName` is never changed and the entry's `name` may be a placeholder. A new tag never stays beside an
old digest: kustomize writes both and the kubelet runs the digest
(https://github.com/kubernetes-sigs/kustomize/pull/4406).
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from promoter.images.fields import key_edits, lookup
from promoter.images.reference import split_version
from promoter.images.safety import file_refusal, marker, path_refusal, value_refusal
from promoter.kustomize import KUSTOMIZATION_NAMES, Graph
from promoter.model import Edit, Image, Pin
from promoter.yamldoc import Mapping, Node, Scalar, YamlFile, at, items, pointer, text

name: Final = "kustomize-images"


def find(graph: Graph, path: str) -> tuple[Pin, ...]:
    """The pins of a kustomization file's `images:`, one an entry; nothing in any other file."""
    if path.rpartition("/")[2] not in KUSTOMIZATION_NAMES:
        return ()
    file = graph.yaml(path)
    root = file.documents[0] if file.documents else None
    if not isinstance(root, Mapping):
        return ()
    return tuple(entry_pins(file, 0, ("images",), name))


def entry_pins(file: YamlFile, document: int, path: tuple[str | int, ...], setter: str) -> Iterator[Pin]:
    """The pins of a list of `{name, newName, newTag, digest}` at `path`, as kustomize and Flux have it."""
    root = file.documents[document]
    entries = items(at(root, *path))
    names = Counter(text(at(entry, "name")) for entry in entries)
    for index, entry in enumerate(entries):
        entry_name = text(at(entry, "name"))
        if isinstance(entry, Mapping) and entry_name:
            twice = "two entries of `images:` have this name" if names[entry_name] > 1 else None
            yield _pin(file, document, (*path, index), entry, setter, twice)


def _pin(
    file: YamlFile,
    document: int,
    path: tuple[str | int, ...],
    entry: Mapping,
    setter: str,
    twice: str | None,
) -> Pin:
    root = file.documents[document]
    entry_name, new_name = text(entry.get("name")) or "", text(lookup(entry, "newName")[0])
    tag, tag_merged = lookup(entry, "newTag")
    digest, digest_merged = lookup(entry, "digest")
    refusal = (
        file_refusal(file)
        or twice
        or path_refusal(root, (*path, "newTag"))
        or path_refusal(root, (*path, "digest"))
        or ("the version comes through a YAML merge key" if tag_merged or digest_merged else None)
        or value_refusal(file, tag)
        or value_refusal(file, digest)
    )
    version = _version(tag)
    return Pin(
        setter,
        file.location(next((node for node in (tag, digest) if isinstance(node, Scalar)), entry)),
        document,
        pointer(*path),
        Image(new_name or entry_name, version[0], text(digest) or version[1]),
        alias=entry_name if new_name else None,
        refusal=refusal,
        warning=marker(file, tag) or marker(file, digest),
    )


def _version(tag: Node | None) -> tuple[str | None, str | None]:
    """The tag and digest in `newTag`, which may be `v1@sha256:…`."""
    written = text(tag)
    parts = split_version(written) if written else (None, None)
    return parts if any(parts) else (written, None)


def edit(graph: Graph, pin: Pin, image: Image) -> tuple[Edit, ...]:
    """The edits that give the entry this tag and digest; nothing when it has them."""
    file = graph.yaml(pin.path)
    entry = file.find(pin.document, pin.field)
    assert isinstance(entry, Mapping)
    written = text(entry.get("newTag"))
    if written and "@" in written:
        whole = f"{image.tag or ''}@{image.digest}" if image.digest else image.tag
        return key_edits(file, entry, {"newTag": whole})
    return key_edits(file, entry, {"newTag": image.tag, "digest": image.digest})
