"""The controllers' objects of a repository as they are written, with the place of each of their fields.

It must not interpret them. A patch, a chart's template and an object without a name are left out; what
exists only in a render is not here.
"""

from collections.abc import Iterator

from promoter.deployables.objects import candidates, chart_of, patch_files
from promoter.frozen import frozen
from promoter.kustomize import Graph
from promoter.model import Deployable, Json, Location
from promoter.yamldoc import Mapping, Node, YamlFile, at, text, value

_GROUPS = (".fluxcd.io", "argoproj.io")


@frozen(eq=False)
class Declared:
    """One object of Argo CD or Flux; `namespace` is empty when it names none."""

    file: YamlFile
    node: Mapping
    group: str
    kind: str
    name: str
    namespace: str

    def text(self, *path: str | int) -> str:
        """The text at the path, or an empty one."""
        return text(at(self.node, *path)) or ""

    def value(self, *path: str | int) -> Json:
        """The value at the path, or None."""
        return value(at(self.node, *path))

    def place(self, *path: str | int) -> Location:
        """Where the field is written, or else the nearest field around it."""
        here: Node = self.node
        found: Node = self.node
        for step in path:
            below = at(here, step)
            if below is None:
                break
            key = here.key(step) if isinstance(here, Mapping) and isinstance(step, str) else None
            found = key if key is not None and isinstance(below, Mapping) else below
            here = below
        return self.file.location(found if path else (self.node.start, self.node.start))

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def declared(graph: Graph) -> tuple[Declared, ...]:
    """Every such object of the snapshot, by file and place in it."""
    patches = patch_files(graph)
    paths = [p for p in candidates(graph.snapshot) if p not in patches and not chart_of(graph.snapshot, p)]
    return tuple(found for path in paths for found in _objects(graph.yaml(path)))


def _objects(file: YamlFile) -> Iterator[Declared]:
    for document in file.documents if file.error is None else ():
        if not isinstance(document, Mapping):
            continue
        group = (text(document.get("apiVersion")) or "").rpartition("/")[0]
        kind, name = text(document.get("kind")), text(at(document, "metadata", "name"))
        if kind and name and group.endswith(_GROUPS) and document.get("$patch") is None:
            namespace = text(at(document, "metadata", "namespace")) or ""
            yield Declared(file, document, group, kind, name, namespace)


def source_path(deployable: Deployable) -> tuple[str | int, ...]:
    """Where an Application's object holds the source that the deployable is of."""
    index = deployable.overrides.get("index")
    return ("spec", "sources", index) if isinstance(index, int) else ("spec", "source")
