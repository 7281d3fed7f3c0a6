"""Which ConfigMaps and Secrets kustomize generated, and under which name before the hash.

kustomize appends ten characters made from kind and content. Recomputing them proves that an object was
generated, with prefix and suffix applied, without looking at its sources. A name that only looks hashed
is never called generated here.
"""

import hashlib
import json
import re
from typing import Final

from promoter.model import Json, KubeObject

_HASHED: Final = re.compile(r"(?P<base>.+)-(?P<hash>[bcdf-hkmt2456789]{10})")
# kustomize's alphabet: hexadecimal digits with five replaced, so that no words appear.
_ALPHABET: Final = str.maketrans("013ae", "ghkmt")
_GENERATED_KINDS: Final = frozenset({"ConfigMap", "Secret"})
# Go's encoding/json escapes these characters inside strings.
_GO_ESCAPES: Final = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}


def base_name(item: KubeObject) -> str | None:
    """The name that the generator was given, prefix and suffix included, or None without a hash."""
    if item.key.group or item.key.kind not in _GENERATED_KINDS:
        return None
    match = _HASHED.fullmatch(item.key.name)
    return match.group("base") if match else None


def is_proven(item: KubeObject) -> bool:
    """Whether the hash in the object's name is the one that kustomize gives to its content."""
    base = base_name(item)
    return base is not None and item.key.name == f"{base}-{content_hash(item)}"


def content_hash(item: KubeObject) -> str:
    """The ten characters that kustomize appends to a ConfigMap or Secret with this content."""
    body = item.body
    # The name is left out of the hash: the engine fills that field with an empty string.
    encoded: dict[str, Json] = {"kind": item.key.kind, "name": "", "data": body.get("data") or ""}
    if item.key.kind == "Secret":
        encoded["type"] = body.get("type") or ""
        if isinstance(body.get("stringData"), dict):
            encoded["stringData"] = body["stringData"]
    elif isinstance(body.get("binaryData"), dict):
        encoded["binaryData"] = body["binaryData"]
    text = json.dumps(encoded, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    text = text.translate(_GO_ESCAPES)
    return hashlib.sha256(text.encode()).hexdigest()[:10].translate(_ALPHABET)
