"""Reasons not to edit: a value that is shared, encrypted, generated, templated or written twice.

A pin with a reason is kept and shown with it; nothing here raises and nothing is guessed.
"""

import re
from typing import Final

from promoter.yamldoc import Mapping, Node, Scalar, Sequence, YamlFile, uneditable

_GENERATED: Final = re.compile(r"(code )?(auto-?)?generated\b.*\bdo not (edit|modify)\b", re.IGNORECASE)
_HEADER_LINES: Final = 10
_TEMPLATE: Final = re.compile(r"\{\{|\$\{|\$\(")
_MARKER: Final = re.compile(r'\{\s*"\$imagepolicy"\s*:\s*"([^"]+)"')


def file_refusal(file: YamlFile) -> str | None:
    """Why nothing in this file may be edited, or None."""
    if file.error is not None:
        return f"the file does not parse: {file.error.message} ({file.error.location})"
    if any(isinstance(document, Mapping) and _encrypted(document) for document in file.documents):
        return "the file is encrypted with SOPS, and an edit would break its checksum"
    for number, line in enumerate(file.text.split("\n", _HEADER_LINES)[:_HEADER_LINES], start=1):
        if line.lstrip().startswith("#") and _GENERATED.search(line):
            return f"the file says that it is generated (line {number}): change what generates it"
    return None


def _encrypted(document: Mapping) -> bool:
    sops = document.get("sops")
    return isinstance(sops, Mapping) and sops.get("mac") is not None


def path_refusal(document: Node | None, path: tuple[str | int, ...]) -> str | None:
    """Why the value at `path` of a document is shared or ambiguous, or None."""
    node = document
    for part in path:
        if node is not None and node.aliased:
            return _SHARED
        if isinstance(node, Mapping):
            if any(key.value == part for key in node.repeated):
                return f"the key `{part}` is written twice"
            node = node.get(str(part))
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        else:
            return None
    return _SHARED if node is not None and node.aliased else None


_SHARED: Final = "the value is shared through a YAML anchor: an edit would change every alias of it"


def value_refusal(file: YamlFile, node: Node | None) -> str | None:
    """Why this scalar cannot take another version, or None; a missing one can."""
    if node is None:
        return None
    if not isinstance(node, Scalar):
        return "expected one value, found a list or mapping"
    if _TEMPLATE.search(node.value):
        return f"the value is a template, {node.value!r}: the version is set elsewhere"
    return uneditable(file, node)


def policy_of(file: YamlFile, node: Node) -> str | None:
    """The policy that Flux's marker on the node's line names (`ns:name[:tag]`), or None."""
    if '"$imagepolicy"' not in file.text:
        return None
    end = file.text.find("\n", node.end)
    found = _MARKER.search(file.text, node.end, end if end >= 0 else len(file.text))
    return found.group(1) if found else None


def marker(file: YamlFile, node: Node | None) -> str | None:
    """A warning when the line carries Flux's image-automation marker: another writer owns the value."""
    policy = policy_of(file, node) if node is not None else None
    if policy is None:
        return None
    return (
        f"Flux image automation writes this value (policy {policy}) and will overwrite it:"
        " suspend its ImageUpdateAutomation or narrow the ImagePolicy"
    )


def is_object(document: Node | None) -> bool:
    """Whether a document is a Kubernetes object: a mapping with `apiVersion` and `kind`."""
    return isinstance(document, Mapping) and bool(document.key("apiVersion")) and bool(document.key("kind"))
