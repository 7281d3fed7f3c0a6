"""The schemas that CustomResourceDefinitions of the repository bring along, as strict JSON schemas.

It must not judge the definitions themselves. The reading follows the API server: fields that a structural
schema does not name are dropped there and so unknown here, unless it preserves them; null means absent.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final

from promoter.lint.objects import child, mappings, text
from promoter.lint.schemas import Gvk, Violation, validator
from promoter.model import Json, KubeObject

PRESERVED: Final = "x-kubernetes-preserve-unknown-fields"
INT_OR_STRING: Final = "x-kubernetes-int-or-string"
EMBEDDED: Final = "x-kubernetes-embedded-resource"
COPIED: Final = (
    "required", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern",
)  # fmt: skip
OBJECT: Final[dict[str, Json]] = {"apiVersion": {}, "kind": {}, "metadata": {}}


@lru_cache(maxsize=2048)
def crd_validator(
    crd: KubeObject, version: str
) -> Callable[[Mapping[str, Json]], Iterable[Violation]] | None:
    """A function that lists the violations of one version of a definition; None without a schema."""
    for _, entry in mappings(child(crd.body, "spec"), "versions"):
        schema = child(child(entry, "schema"), "openAPIV3Schema")
        if text(entry, "name") == version and schema:
            return _compiled(schema)
    return None


def _compiled(schema: dict[str, Json]) -> Callable[[Mapping[str, Json]], Iterable[Violation]] | None:
    made = strict(schema)
    properties = made.get("properties")
    if isinstance(properties, dict):
        made = {**made, "properties": {**properties, **OBJECT, "status": {}}}
    try:
        return validator(made)
    except ValueError:
        return None


def strict(schema: dict[str, Json]) -> dict[str, Json]:
    """The JSON schema (draft 2020-12) that a structural schema stands for."""
    made: dict[str, Json] = {key: schema[key] for key in COPIED if key in schema}
    kind = schema.get("type")
    if schema.get(INT_OR_STRING) is True:
        made["type"] = ["integer", "string", "null"]
    elif isinstance(kind, str):
        made["type"] = [kind, "null"]
    if isinstance(schema.get("enum"), list):
        made["enum"] = [*_list(schema["enum"]), None]
    if isinstance(schema.get("items"), dict):
        made["items"] = strict(child(schema, "items"))
    made |= _fields(schema)
    return made


def _fields(schema: dict[str, Json]) -> dict[str, Json]:
    named = schema.get("properties")
    free = schema.get("additionalProperties")
    if isinstance(free, dict):
        return {"additionalProperties": strict(free)}
    if not isinstance(named, dict):
        return {}
    properties: dict[str, Json] = {
        name: strict(part) for name, part in named.items() if isinstance(part, dict)
    }
    if schema.get(EMBEDDED) is True:
        properties = {**properties, **OBJECT}
    closed = schema.get(PRESERVED) is not True and free is None
    return {"properties": properties, **({"additionalProperties": False} if closed else {})}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def by_kind(crds: Iterable[KubeObject]) -> dict[Gvk, KubeObject]:
    """The first of these definitions for each kind and version that it names."""
    found: dict[Gvk, KubeObject] = {}
    for crd in crds:
        spec = child(crd.body, "spec")
        kind, group = text(child(spec, "names"), "kind"), text(spec, "group")
        for _, version in mappings(spec, "versions"):
            found.setdefault(Gvk(group, text(version, "name"), kind), crd)
    return found
