"""The controllers' own objects in a snapshot: found by a byte test, read once, patches told apart.

Only files that can hold such an object are parsed. An object keeps the place it was written, or, when it
exists only in rendered output, the place of what was rendered.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Final

from promoter.frozen import frozen
from promoter.kustomize import KUSTOMIZATION_NAMES, MEMO, Graph, join
from promoter.model import Json, Location, Snapshot
from promoter.yamldoc import value

_KINDS: Final = (
    b"Application|ApplicationSet|AppProject|Kustomization|HelmRelease|GitRepository|OCIRepository|Bucket"
    b"|ArtifactGenerator|ExternalArtifact|ImagePolicy|ImageUpdateAutomation|HelmChart|HelmChartConfig"
    b"|ResourceSet|ResourceSetInputProvider"
)
# Each begins with its word, which is what makes the search fast; what stands before it is looked at after.
_KIND: Final = re.compile(
    rb"""kind(?<![^\s{,"'-]kind)["']?:[ ]*["']?(?:""" + _KINDS + rb""")["']?[ ]*(?:[,}#\r]|$)""",
    re.MULTILINE,
)
_GROUPS: Final = rb"argoproj\.io|[a-z.]+\.fluxcd\.io|fluxcd\.controlplane\.io|helm\.cattle\.io"
_GROUP: Final = re.compile(rb"""apiVersion(?<![^\s{,"'-]apiVersion)["']?:[ ]*["']?(?:""" + _GROUPS + rb")/")
_OWN_GROUP: Final = re.compile(rf"(?:{_GROUPS.decode()})$")
_EXTENSIONS: Final = (".yaml", ".yml", ".json")
_NEEDED: Final = {
    "Application": ("source", "sources", "sourceHydrator", "destination"),
    "ApplicationSet": ("generators", "template"),
    "Kustomization": ("sourceRef",),
    "ResourceSet": ("resources", "resourcesTemplate", "steps"),
}


@frozen
class ControllerObject:
    """One object of a controller: its group, kind, names and body, and where it is written.

    `entry` is the directory whose build applies it, None for a file that no kustomization reads; `notes`
    say, for people, how the object came to have this form.
    """

    group: str
    kind: str
    name: str
    namespace: str
    body: Mapping[str, Json] = field(hash=False)
    location: Location
    entry: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def holder(self) -> str:
        """The path that tells where the object is applied from: its file, or what builds it."""
        return self.location.path if self.entry is None else join(self.entry, KUSTOMIZATION_NAMES[0])

    @property
    def spec(self) -> Mapping[str, Json]:
        """The object's `spec`; empty when it has none."""
        return mapping(self.body.get("spec"))

    @property
    def labels(self) -> Mapping[str, str]:
        """The object's labels."""
        found = mapping(mapping(self.body.get("metadata")).get("labels"))
        return {key: text for key, text in found.items() if isinstance(text, str)}

    @property
    def annotations(self) -> Mapping[str, str]:
        """The object's annotations."""
        found = mapping(mapping(self.body.get("metadata")).get("annotations"))
        return {key: text for key, text in found.items() if isinstance(text, str)}

    @property
    def marks(self) -> Mapping[str, str]:
        """The annotations and labels together; a label wins."""
        return {**self.annotations, **self.labels}


def mapping(node: Json) -> Mapping[str, Json]:
    """The node when it is a mapping, else an empty one."""
    return node if isinstance(node, dict) else {}


def sequence(node: Json) -> tuple[Json, ...]:
    """The items of a list, nothing for anything else."""
    return tuple(node) if isinstance(node, list) else ()


def string(node: Json) -> str:
    """The node when it is a string, else an empty one."""
    return node if isinstance(node, str) else ""


def with_metadata(
    body: dict[str, Json], labels: Mapping[str, Json], annotations: Mapping[str, Json]
) -> dict[str, Json]:
    """The object with these labels and annotations, which win over its own; itself when there are none."""
    added = {name: pairs for name, pairs in (("labels", labels), ("annotations", annotations)) if pairs}
    if not added:
        return body
    metadata = dict(mapping(body.get("metadata")))
    metadata |= {name: {**mapping(metadata.get(name)), **pairs} for name, pairs in added.items()}
    return {**body, "metadata": metadata}


def plain_path(written: str) -> str:
    """A path relative to its source's root: a leading `./` or `/` is tolerated, the root is empty."""
    return "/".join(part for part in written.split("/") if part not in ("", "."))


def candidates(snapshot: Snapshot) -> tuple[str, ...]:
    """The paths of the files that may hold a controller's object, by a look at their bytes."""
    return tuple(path for path in snapshot.entries if is_candidate(snapshot, path))


def is_candidate(snapshot: Snapshot, path: str) -> bool:
    """Whether the file at a path of the snapshot may hold a controller's object."""
    if not path.endswith(_EXTENSIONS) or path.rpartition("/")[2] in KUSTOMIZATION_NAMES:
        return False
    if not snapshot.is_file(path):
        return False
    blob = snapshot.entries[path].blob
    return bool(MEMO.get("controllers", blob, lambda: _may_hold(snapshot[path])))


def _may_hold(content: bytes) -> bool:
    return (
        any(
            name in content
            for name in (b"argoproj.io/", b"fluxcd.io/", b"controlplane.io/", b"helm.cattle.io/")
        )
        and _GROUP.search(content) is not None
        and _KIND.search(content) is not None
    )


def chart_of(snapshot: Snapshot, path: str) -> str | None:
    """The Helm chart whose template the file is (`DIR` of `DIR/templates/…`), None for any other file."""
    parts = path.split("/")[:-1]
    for index, part in enumerate(parts):
        chart = "/".join(parts[:index])
        if part == "templates" and join(chart, "Chart.yaml") in snapshot:
            return chart
    return None


def read(graph: Graph, path: str) -> tuple[ControllerObject, ...]:
    """The controllers' objects of a file, in its order; nothing for one that does not parse."""
    file = graph.yaml(path)
    found: list[ControllerObject] = []
    for document in file.documents:
        if document is not None:
            found += objects(value(document), file.location(document))
    return tuple(found)


def objects(body: Json, location: Location) -> Iterator[ControllerObject]:
    """The controllers' objects of one document; the items of a `List` one by one."""
    if not isinstance(body, dict):
        return
    if string(body.get("kind")).endswith("List") and isinstance(body.get("items"), list):
        for item in sequence(body.get("items")):
            yield from objects(item, location)
        return
    group = string(body.get("apiVersion")).rpartition("/")[0]
    metadata = mapping(body.get("metadata"))
    name = string(metadata.get("name"))
    if name and _OWN_GROUP.match(group) and "$patch" not in body and not is_fragment(body):
        namespace = string(metadata.get("namespace"))
        yield ControllerObject(group, string(body.get("kind")), name, namespace, body, location)


def is_fragment(body: Mapping[str, Json]) -> bool:
    """Whether the object is only a part of one, as patches are: it lacks what its kind needs."""
    needed = _NEEDED.get(string(body.get("kind")), ())
    return bool(needed) and mapping(body.get("spec")).keys().isdisjoint(needed)


def patch_files(graph: Graph) -> frozenset[str]:
    """The files that kustomizations use as patches or inputs and no kustomization lists as a resource."""
    used: set[str] = set()
    listed: set[str] = set()
    for directory in graph.directories:
        kustomization = graph.kustomization(directory)
        for reference in kustomization.references if kustomization else ():
            if reference.kind == "file" and reference.resolved is not None:
                resource = reference.field in ("resources", "bases", "crds")
                (listed if resource else used).add(reference.resolved)
    return frozenset(used - listed)
