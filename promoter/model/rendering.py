"""Rendered objects and failed renders; JSON values."""

from collections.abc import Mapping
from dataclasses import field

from promoter.frozen import frozen
from promoter.model.places import Location

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@frozen(order=True)
class ObjectKey:
    """What names a Kubernetes object: API group (empty for core), kind, namespace and name."""

    group: str
    kind: str
    namespace: str
    name: str

    @classmethod
    def of(cls, body: Mapping[str, Json]) -> "ObjectKey":
        """The key of a manifest; parts that are absent or of the wrong type are empty strings."""
        api_version, kind, metadata = body.get("apiVersion"), body.get("kind"), body.get("metadata")
        group = api_version.rpartition("/")[0] if isinstance(api_version, str) else ""
        named = metadata if isinstance(metadata, dict) else {}
        namespace, name = named.get("namespace"), named.get("name")
        return cls(
            group,
            kind if isinstance(kind, str) else "",
            namespace if isinstance(namespace, str) else "",
            name if isinstance(name, str) else "",
        )

    def __str__(self) -> str:
        kind = f"{self.kind}.{self.group}" if self.group else self.kind
        return f"{kind}/{self.namespace}/{self.name}" if self.namespace else f"{kind}/{self.name}"


@frozen
class KubeObject:
    """One rendered object: its key and its body as JSON values. The body is never changed."""

    key: ObjectKey
    body: dict[str, Json] = field(hash=False)


@frozen
class Repeated:
    """An object of one source that a later source of the same Application gives too: the later one is kept.

    `source` is the later one's place in `sources`, counted from 0, and `path` its directory.
    """

    key: ObjectKey
    source: int
    path: str

    def __str__(self) -> str:
        where = self.path or "the root"
        return f"{self.key} is also in source {self.source + 1} ({where}), whose object Argo CD keeps"


@frozen
class Rendered:
    """What a build gave, in the engine's order, and which engine built it (`kubectl 1.37.1`).

    `repeated` are the objects that were left out because a later source of the Application gives them;
    `unset` the variables, sorted, for which Flux put an empty text, because nothing gives them a value.
    """

    path: str
    objects: tuple[KubeObject, ...]
    engine: str
    repeated: tuple[Repeated, ...] = ()
    unset: tuple[str, ...] = ()


@frozen
class RenderFailure:
    """A build that did not succeed: why, and where when that is known.

    `kind` is `refused` (the pre-flight said no: remote base, path outside the repository, plugin …),
    `failed` (the engine said no) or `limit` (time or memory ran out).
    """

    path: str
    kind: str
    message: str
    location: Location | None = None
