"""The schemas of the Kubernetes API, 1.25 to 1.37, and of Argo CD and Flux, and questions about them.

`kubernetes.xz` holds the definitions of Kubernetes' OpenAPI documents (Apache-2.0, as the package
kubernetes-validate 1.37.0 carries them), made by `tools/build_schemas.py`. `controllers.xz` holds those of
Argo CD 3 and Flux 2 (Apache-2.0, by way of the packages @kubernetes-models/argo-cd and flux-cd 4.0.0, MIT),
made by `tools/build_controller_schemas.py`. Nothing is ever fetched, nothing is read before the first
question, and each version and kind is prepared once.
"""

import json
import lzma
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pkgutil import get_data
from typing import TYPE_CHECKING, Final

from promoter.frozen import frozen
from promoter.lint.rule import FieldPath
from promoter.model import Json

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

OLDEST, NEWEST = 25, 37
KUBERNETES, CONTROLLERS = "kubernetes", "controllers"
TEMPLATES: Final = ("${", "{{")
PREFIX: Final = "#/$defs/"
GVKS: Final = "x-kubernetes-group-version-kind"
Schema = Mapping[str, Json]
_DECODER: Final = json.JSONDecoder()


@frozen(order=True)
class Gvk:
    """Group (empty for core), version and kind."""

    group: str
    version: str
    kind: str

    @classmethod
    def of(cls, body: Mapping[str, Json]) -> "Gvk":
        """What a manifest says it is; parts that are absent or of the wrong type are empty."""
        api_version, kind = body.get("apiVersion"), body.get("kind")
        group, _, version = api_version.rpartition("/") if isinstance(api_version, str) else ("", "", "")
        return cls(group, version, kind if isinstance(kind, str) else "")

    @property
    def api_version(self) -> str:
        """As a manifest writes it: `apps/v1`, `v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def __str__(self) -> str:
        return f"{self.kind} of {self.api_version}"


@frozen
class Violation:
    """One way in which an object breaks its schema; `unknown` are fields that the schema lacks."""

    path: FieldPath
    message: str
    unknown: tuple[str, ...] = ()


@cache
def _lines(bundle: str) -> tuple[tuple[int, int, str, str], ...]:
    packed = get_data(__name__, f"{bundle}.xz")
    assert packed is not None, "every package on a disk gives its data"
    rows = (line.split("\t", 3) for line in lzma.decompress(packed).decode().splitlines())
    return tuple((int(first), int(last), name, text) for first, last, name, text in rows)


@cache
def _texts(minor: int) -> Mapping[str, str]:
    wanted = min(max(minor, OLDEST), NEWEST)
    lines = (*_lines(KUBERNETES), *_lines(CONTROLLERS))
    return {name: text for first, last, name, text in lines if first <= wanted <= last}


@cache
def _definition(name: str, minor: int) -> Schema:
    """A definition of the minor version, empty for an unknown one; outside the bundle its nearest."""
    found: Schema = json.loads(_texts(minor).get(name, "{}"))
    return found


@cache
def _spans(bundle: str) -> Mapping[Gvk, tuple[tuple[int, int, str], ...]]:
    """For each kind the first and last minor version of each of its definitions, in order, and its name."""
    found: dict[Gvk, list[tuple[int, int, str]]] = {}
    for first, last, name, text in _lines(bundle):
        # Of the hundreds of definitions only the few that are asked for are read as a whole.
        _, listing, listed = text.partition(f'"{GVKS}":')
        for gvk in _DECODER.raw_decode(listed)[0] if listing else ():
            spelt = Gvk(gvk["group"], gvk["version"], gvk["kind"])
            found.setdefault(spelt, []).append((first, last, name))
    return {gvk: tuple(sorted(spans)) for gvk, spans in found.items()}


def served(gvk: Gvk) -> tuple[int, ...]:
    """The minor versions of Kubernetes that serve the kind, oldest first; empty for other kinds."""
    spans = _spans(KUBERNETES).get(gvk, ())
    return tuple(minor for first, last, _ in spans for minor in range(first, last + 1))


@cache
def kinds(minor: int) -> Mapping[Gvk, str]:
    """The name of the definition of each kind that the minor version serves, or a known controller."""
    wanted = min(max(minor, OLDEST), NEWEST)
    return {
        gvk: name
        for bundle in (CONTROLLERS, KUBERNETES)
        for gvk, spans in _spans(bundle).items()
        for first, last, name in spans
        if first <= wanted <= last
    }


@cache
def groups() -> frozenset[str]:
    """The API groups that belong to Kubernetes itself, whatever the version."""
    return frozenset(gvk.group for gvk in _spans(KUBERNETES))


@cache
def controller_groups() -> frozenset[str]:
    """The API groups of Argo CD and Flux; all of their kinds belong to a namespace."""
    return frozenset(gvk.group for gvk in _spans(CONTROLLERS))


def fields(gvk: Gvk, path: FieldPath, minor: int = NEWEST) -> tuple[str, ...]:
    """The fields that the schema allows at `path`; empty for what it does not know."""
    properties = _resolved(_at(gvk, path, minor), minor).get("properties")
    return tuple(properties) if isinstance(properties, dict) else ()


def _at(gvk: Gvk, path: FieldPath, minor: int) -> Schema:
    name = kinds(minor).get(gvk)
    schema: Schema = {"$ref": PREFIX + name} if name else {}
    for step in path:
        schema = _child(_resolved(schema, minor), step)
    return schema


def _child(schema: Schema, step: str | int) -> Schema:
    properties = schema.get("properties")
    if isinstance(step, int):
        found = schema.get("items")
    else:
        found = properties.get(step) if isinstance(properties, dict) else None
        found = schema.get("additionalProperties") if found is None else found
    return found if isinstance(found, dict) else {}


def _resolved(schema: Schema, minor: int) -> Schema:
    reference = schema.get("$ref")
    return _definition(reference.removeprefix(PREFIX), minor) if isinstance(reference, str) else schema


def violations(body: Mapping[str, Json], gvk: Gvk, minor: int) -> Iterator[Violation]:
    """Every way in which the object breaks the strict schema of its kind; none for unknown kinds."""
    if (name := kinds(minor).get(gvk)) is not None:
        yield from _validator(name, minor)(body)


@cache
def _validator(name: str, minor: int) -> Callable[[Mapping[str, Json]], Iterable[Violation]]:
    closure: dict[str, Json] = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in closure:
            closure[current] = dict(_definition(current, minor))
            waiting += _references(closure[current])
    return validator({"$ref": PREFIX + name, "$defs": closure})


def _references(schema: Json) -> Iterator[str]:
    if isinstance(schema, dict):
        reference = schema.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix(PREFIX)
    parts = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    for part in parts:
        yield from _references(part)


def validator(schema: dict[str, Json]) -> Callable[[Mapping[str, Json]], Iterable[Violation]]:
    """A function that lists the violations of a JSON schema (draft 2020-12).

    Text that a controller still fills in (`${VAR}`, `{{name}}`) may stand for any value. Raises ValueError
    when the schema itself is none.
    """
    from jsonschema_rs import Draft202012Validator

    compiled = Draft202012Validator(schema)

    def listed(body: Mapping[str, Json]) -> Iterable[Violation]:
        found = [violation for error in compiled.iter_errors(body) for violation in _read(error)]
        return sorted(found, key=lambda violation: [str(step) for step in violation.path])

    return listed


def _read(error: "ValidationError") -> Iterator[Violation]:
    from jsonschema_rs import ValidationErrorKind

    path, found = tuple(error.instance_path), error.instance
    if isinstance(found, str) and any(mark in found for mark in TEMPLATES):
        return
    match error.kind:
        case ValidationErrorKind.AdditionalProperties(unexpected=names):
            yield Violation(path, "there is no such field", tuple(sorted(names)))
        case ValidationErrorKind.Required(property=name):
            yield Violation((*path, name), f"the field {name!r} is missing")
        case ValidationErrorKind.Type(types=types):
            yield Violation(path, f"expected {_either(types)}, found {_shown(found)}")
        case ValidationErrorKind.Enum(options=options):
            known = ", ".join(str(option) for option in options if option is not None)
            yield Violation(path, f"expected one of {known}, found {_shown(found)}")
        case _:
            yield Violation(path, error.message)


def _either(types: Iterable[str]) -> str:
    return " or ".join(sorted(name for name in types if name != "null")) or "null"


def _shown(value: object) -> str:
    match value:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            return f"{json.dumps(value)}"
