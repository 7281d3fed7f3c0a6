"""Versions inside Helm values, wherever these stand: a file, a HelmRelease, an Application.

The shapes are those charts use: `repository` and `tag` (with `registry`, `digest`), one string, a tag
alone under `image`, flat keys (`imageTag`, a literal `image.tag`). An empty tag means the chart's
appVersion and is refused; a key that merely ends in `tag` is no image.
"""

import re
from collections.abc import Iterator
from typing import Final

from promoter.frozen import frozen
from promoter.images.fields import key_edits, lookup, reference_edit, version_text
from promoter.images.objects import Path, scalar_pin
from promoter.images.reference import parse, split_version
from promoter.images.safety import file_refusal, marker, path_refusal, value_refusal
from promoter.model import Edit, Image, Pin
from promoter.yamldoc import Mapping, Node, Scalar, YamlFile, at, descend, mappings, pointer, text, tokens

_IMAGE_KEY: Final = re.compile(r"(.*[a-z0-9_-])?image", re.IGNORECASE)
_RENOVATE: Final = re.compile(r"#\s*renovate:.*\bdepName=(\S+)")
_APP_VERSION: Final = "an empty tag means the chart's appVersion: the chart's version decides"


@frozen
class _Keys:
    """The keys of one mapping that together name an image."""

    name: tuple[str, ...]
    registry: str
    tag: str
    digest: str


_PLAIN: Final = (
    _Keys(("repository", "image", "name"), "registry", "tag", "digest"),
    _Keys(("repository", "image"), "registry", "version", "digest"),
    _Keys(("repository", "image"), "registry", "imageTag", "imageDigest"),
)


def _keys(mapping: Mapping) -> Iterator[_Keys]:
    """The ways to read an image from this mapping's keys, the plain ones first."""
    yield from _PLAIN
    for name, _ in mapping.items:
        if isinstance(name, Scalar) and name.value.endswith(".tag"):
            prefix = name.value.removesuffix("tag")
            names = (f"{prefix}repository", f"{prefix}name")
            yield _Keys(names, f"{prefix}registry", name.value, f"{prefix}digest")
        elif isinstance(name, Scalar) and name.value.endswith("Tag"):
            prefix = name.value.removesuffix("Tag")
            camel = (f"{prefix}Repository", f"{prefix}Name", prefix)
            yield _Keys(camel, f"{prefix}Registry", name.value, f"{prefix}Digest")


def values_pins(file: YamlFile, document: int, path: Path, setter: str, chart: str) -> Iterator[Pin]:
    """The pins below `path` of a document. `chart` names an image that the values do not name."""
    root = file.documents[document]
    seen: set[Path] = set()
    for below, node in mappings(at(root, *path)):
        here = (*path, *below)
        unnamed = f"{chart}#{pointer(*below)}"
        plain = False
        for keys in _keys(node):
            if plain and keys in _PLAIN:
                continue
            pin = _pin(file, document, here, node, keys, setter, unnamed)
            if pin is not None and tokens(pin.field) not in seen:
                plain = plain or keys in _PLAIN
                seen.add(tokens(pin.field))
                yield pin
        yield from _whole(file, document, here, node, setter)


def _pin(
    file: YamlFile, document: int, here: Path, node: Mapping, keys: _Keys, setter: str, unnamed: str
) -> Pin | None:
    tag, tag_merged = lookup(node, keys.tag)
    digest, digest_merged = lookup(node, keys.digest)
    if not (isinstance(tag, Scalar) or text(digest)):
        return None
    name = _name(node, keys)
    if name is None and _IMAGE_KEY.fullmatch(str(here[-1]) if here else "") and keys.tag == "tag":
        name = _commented(file, tag) or unnamed
    if name is None:
        return None
    key = keys.tag if isinstance(tag, Scalar) else keys.digest
    written = text(tag) or ""
    parts = split_version(written) if written else (None, None)
    document_node = file.documents[document]
    shown = tag if isinstance(tag, Scalar) else digest
    assert shown is not None
    refusal = (
        file_refusal(file)
        or ("the version comes through a YAML merge key" if tag_merged or digest_merged else None)
        or path_refusal(document_node, (*here, keys.tag))
        or path_refusal(document_node, (*here, keys.digest))
        or value_refusal(file, tag)
        or value_refusal(file, digest)
        or (None if written or text(digest) else _APP_VERSION)
    )
    image = Image(name, parts[0] if any(parts) else written or None, text(digest) or parts[1])
    place = file.location(shown)
    warning = marker(file, tag) or marker(file, digest)
    return Pin(setter, place, document, pointer(*here, key), image, refusal=refusal, warning=warning)


def _name(node: Mapping, keys: _Keys) -> str | None:
    for key in keys.name:
        written = text(lookup(node, key)[0])
        image = parse(written) if written else None
        if image is not None and not image.version:
            registry = text(lookup(node, keys.registry)[0])
            return f"{registry}/{image.name}" if registry else image.name
    return None


def _commented(file: YamlFile, node: Node | None) -> str | None:
    """The name that a Renovate comment on the line above gives."""
    if node is None:
        return None
    end = file.text.rfind("\n", 0, node.start)
    found = _RENOVATE.search(file.text, file.text.rfind("\n", 0, max(end, 0)) + 1, max(end, 0))
    return found.group(1) if found else None


def _whole(file: YamlFile, document: int, here: Path, node: Mapping, setter: str) -> Iterator[Pin]:
    """`image: repository:tag`, and the same under `repository` where no tag stands beside it."""
    for key in ("image", "repository"):
        value = node.get(key)
        image = parse(value.value) if isinstance(value, Scalar) and text(value) else None
        if image is None or not image.version or (key == "repository" and node.key("tag")):
            continue
        yield scalar_pin(file, document, (*here, key), image, setter)


def values_edit(file: YamlFile, pin_document: int, field: str, image: Image) -> tuple[Edit, ...]:
    """The edits that give the pin at `field` this version; a digest has its key or stands in the tag."""
    path = tokens(field)
    node = file.find(pin_document, field)
    mapping = descend(file.documents[pin_document], path[:-1])
    assert isinstance(node, Scalar)
    assert isinstance(mapping, Mapping)
    whole = parse(node.value)
    if whole is not None and whole.version and whole.name == image.name:
        return reference_edit(file, node, image)
    if path[-1].lower().endswith("digest"):
        return key_edits(file, mapping, {path[-1]: image.digest})
    digest_key = digest_sibling(path[-1])
    if "@" in node.value or (image.digest and mapping.key(digest_key) is None):
        return key_edits(file, mapping, {path[-1]: version_text(image)})
    return key_edits(file, mapping, {path[-1]: image.tag, digest_key: image.digest})


def digest_sibling(key: str) -> str:
    """The key that holds the digest beside a tag's key: `tag` → `digest`, `imageTag` → `imageDigest`."""
    if key.endswith("Tag"):
        return f"{key.removesuffix('Tag')}Digest"
    return f"{key.removesuffix('tag')}digest" if key.endswith("tag") else "digest"
