"""What the rules for source files see: the input graph, what is deployed from it, and the files that count.

It must not judge anything. Callers may rely on this: `files` holds only what some build or controller
reads (or what the user named), so that a chart's templates or a stray note is never called broken.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from promoter.deployables.objects import chart_of, mapping
from promoter.frozen import frozen
from promoter.kustomize import Build, Graph, Kustomization, graph_of, inside, kustomization_path
from promoter.lint.controllers import Declared, declared
from promoter.lint.provenance import Model
from promoter.lint.rule import Settings
from promoter.model import Deployable, Fix, KubeObject, Location, Rendered, RenderFailure, Snapshot

_YAML: Final = (".yaml", ".yml")
_MAKER: Final = "ApplicationSet"


@frozen
class Spot:
    """What a source rule found: where, and why it matters.

    `environments` is empty when the engine should name those whose build reads the file. `verifiable`
    is False when the rule could not decide. `build` is the directory whose build the finding is about.
    """

    location: Location
    message: str
    fix: Fix | None = None
    related: tuple[Location, ...] = ()
    environments: tuple[str, ...] = ()
    verifiable: bool = True
    build: str | None = None


@frozen(eq=False)
class Root:
    """One deployed build: a directory, what it is called, and what it renders to.

    `app` and `environment` are empty for manifests that were only named; these are the `files`, and
    there is no directory. `namespace` is where the controller puts objects that name none.
    """

    directory: str
    app: str
    environment: str
    namespace: str
    rendered: Rendered | RenderFailure
    deployable: Deployable | None = None
    files: tuple[str, ...] = ()

    @property
    def environments(self) -> tuple[str, ...]:
        """Its environment, or nothing where it has none."""
        return (self.environment,) if self.environment else ()

    @property
    def objects(self) -> tuple[KubeObject, ...]:
        """What was rendered; nothing where the build failed."""
        return self.rendered.objects if isinstance(self.rendered, Rendered) else ()


@frozen(eq=False)
class SourceContext:
    """One snapshot as source rules see it.

    `kustomizations` are all of the tree, by directory. `files` are the YAML files that a build or a
    controller reads, and the files named on the command line; sorted. `model` follows builds;
    `controllers` are the objects of Argo CD and Flux as they are written.
    """

    graph: Graph
    deployables: tuple[Deployable, ...]
    roots: tuple[Root, ...]
    kustomizations: Mapping[str, Kustomization]
    files: tuple[str, ...]
    settings: Settings
    model: Model
    controllers: tuple[Declared, ...]

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot behind the graph."""
        return self.graph.snapshot

    def readers(self, path: str) -> tuple[Root, ...]:
        """The roots whose build, or whose controller where there is no kustomization, reads the file."""
        builds = set(self.graph.readers(path))
        return tuple(
            root
            for root in self.roots
            if root.directory in builds or path in root.files or self._is_below(path, root)
        )

    def _is_below(self, path: str, root: Root) -> bool:
        """Whether a path lies in a root's directory; in the repository's own, only where no build says."""
        if root.directory:
            return path.startswith(inside(root.directory))
        return not root.files and kustomization_path(self.snapshot, "") is None

    def declared(self, deployable: Deployable) -> Declared | None:
        """The object that a deployable was found in, or the ApplicationSet that makes it, as written."""
        place = deployable.location
        for item in self.controllers:
            if item.file.path == place.path and (
                (item.kind, item.name) == (deployable.kind, deployable.name)
                or (item.kind == _MAKER and item.file.location(item.node) == place)
            ):
                return item
        return None

    def place(self, deployable: Deployable, *path: str | int) -> Location:
        """The field of the object that a deployable was found in, or the object itself."""
        item = self.declared(deployable)
        if item is None:
            return deployable.location
        return item.place(*(("spec", "template") if item.kind == _MAKER else ()), *path)

    def destination(self, deployable: Deployable) -> Location:
        """Where the object that a deployable was found in names the namespace that it deploys to."""
        if deployable.controller == "argocd":
            return self.place(deployable, "spec", "destination", "namespace")
        told = mapping(deployable.overrides.get("spec")).get("targetNamespace")
        return self.place(deployable, *(("spec", "targetNamespace") if told else ("metadata", "namespace")))


def source_context(
    graph: Graph,
    deployables: Iterable[Deployable] = (),
    roots: Iterable[Root] = (),
    *,
    named: Iterable[str] = (),
    settings: Settings | None = None,
) -> SourceContext:
    """The context of one snapshot. `named` are files that are judged though nothing reads them."""
    listed, built = tuple(deployables), tuple(roots)
    found = {directory: graph.kustomization(directory) for directory in graph.directories}
    kustomizations = {directory: item for directory, item in found.items() if item is not None}
    read = {path for path in _read(graph, listed) if chart_of(graph.snapshot, path) is None}
    files = {*read, *named}
    return SourceContext(
        graph,
        listed,
        built,
        kustomizations,
        tuple(sorted(files)),
        settings or {},
        Model(graph),
        declared(graph),
    )


def is_yaml(path: str) -> bool:
    """Whether the name says that the file is YAML."""
    return path.endswith(_YAML) or path.rpartition("/")[2] == "Kustomization"


def _read(graph: Graph, deployables: Iterable[Deployable]) -> Iterator[str]:
    for directory in graph.directories:
        for path in graph.closure(directory).files:
            if is_yaml(path) and graph.snapshot.is_file(path):
                yield path
    for deployable in deployables:
        for path in (deployable.location.path, *_plain(graph, deployable)):
            if is_yaml(path) and graph.snapshot.is_file(path):
                yield path


def _plain(graph: Graph, deployable: Deployable) -> tuple[str, ...]:
    """The manifests that a controller takes from a directory without a kustomization."""
    from promoter.deployables.builds import Prepared, prepare

    if deployable.path is None or kustomization_path(graph.snapshot, deployable.path) is not None:
        return ()
    found = prepare(graph, deployable)
    if not isinstance(found, Prepared) or not isinstance(found.build, Build):
        return ()
    return graph_of(found.build.snapshot).closure(found.build.entry).files
