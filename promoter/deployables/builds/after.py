"""What Flux does to the objects after the build: substitution in their text, then common metadata.

Encrypted values become a placeholder named after their field, because ciphertext changes each time a
file is encrypted again. Pure: a render in, a render out; nothing is decrypted.
"""

import re
from collections.abc import Mapping
from dataclasses import field, replace
from typing import Final

from promoter.deployables.builds.substitute import substitute
from promoter.deployables.objects import mapping, with_metadata
from promoter.frozen import frozen
from promoter.model import Json, KubeObject, ObjectKey, Rendered, RenderFailure
from promoter.yamldoc import parse, value
from promoter.yamldoc.emit import emit

_SWITCH: Final = "kustomize.toolkit.fluxcd.io/substitute"
_ENCRYPTED: Final = "ENC["
_PLAIN: Final = re.compile(r"(?<!\$)\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@frozen
class PostBuild:
    """The steps after a build.

    `variables` are filled in when there is one, or when `always`; `complete` says that no source of
    variables is unknown, so that an undefined one is empty. `labels` and `annotations` are set on every
    object's own metadata only.
    """

    variables: Mapping[str, str] = field(default_factory=dict, hash=False)
    complete: bool = True
    always: bool = False
    enabled: bool = True
    labels: tuple[tuple[str, str], ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()


def finish(result: Rendered | RenderFailure, after: PostBuild | None) -> Rendered | RenderFailure:
    """The render after the steps; a failed render stays what it is.

    A substitution whose result is no longer YAML is a failure that names the object.
    """
    if after is None or isinstance(result, RenderFailure):
        return result
    objects: list[KubeObject] = []
    unset: set[str] = set()
    for each in result.objects:
        body = _substituted(_without_ciphertext(each.body), after, unset)
        if body is None:
            message = f"after substitution {each.key} is not valid YAML"
            return RenderFailure(result.path, "failed", message)
        body = with_metadata(body, dict(after.labels), dict(after.annotations))
        objects.append(KubeObject(ObjectKey.of(body), body))
    return replace(result, objects=tuple(objects), unset=tuple(sorted(unset)))


def _substituted(body: dict[str, Json], after: PostBuild, unset: set[str]) -> dict[str, Json] | None:
    """The object with its variables filled in; those that nobody gives a value join `unset`."""
    wanted = after.enabled and (after.always or bool(after.variables))
    metadata = mapping(body.get("metadata"))
    marks = (mapping(metadata.get("labels")), mapping(metadata.get("annotations")))
    if not wanted or any(mark.get(_SWITCH) == "disabled" for mark in marks):
        return body
    text = emit(body)
    if "${" not in text:
        return body
    if after.complete:
        unset.update(name for name in _PLAIN.findall(text) if name not in after.variables)
    file = parse("", substitute(text, after.variables, complete=after.complete).encode())
    found = value(file.documents[0]) if file.documents else None
    return found if file.error is None and isinstance(found, dict) else None


def _without_ciphertext(body: dict[str, Json]) -> dict[str, Json]:
    if not isinstance(body.get("sops"), dict):
        return body
    return {key: _masked(item, key) for key, item in body.items() if key != "sops"}


def _masked(node: Json, name: str) -> Json:
    if isinstance(node, dict):
        return {key: _masked(item, key) for key, item in node.items()}
    if isinstance(node, list):
        return [_masked(item, name) for item in node]
    return f"encrypted-{name}" if isinstance(node, str) and node.startswith(_ENCRYPTED) else node
