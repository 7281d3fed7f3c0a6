"""The values of the input graph: references, kustomizations, closures, builds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from promoter.frozen import frozen
from promoter.model import Location, Snapshot
from promoter.yamldoc import Mapping, Node, YamlFile, items

ReferenceKind = Literal["file", "directory", "remote", "missing", "outside"]


@frozen
class Reference:
    """One path or URL that a kustomization names.

    `field` is the field's path without indices (`resources`, `patches.path`,
    `configMapGenerator.files`); `written` the text as it stands; `resolved` the path inside the
    repository after symlinks, None unless `kind` is `file` or `directory`. A directory without a
    kustomization is `missing`.
    """

    field: str
    written: str
    location: Location
    kind: ReferenceKind
    resolved: str | None = None


@dataclass(frozen=True)
class Kustomization:
    """One kustomization file; `kind` is `Kustomization` or `Component`, `keys` its top-level keys.

    `path` is where kustomize looks for it and `real` where it lies. The file is parsed when it is first
    asked for; the references are known without.
    """

    path: str
    directory: str
    real: str
    kind: str
    keys: frozenset[str]
    references: tuple[Reference, ...]
    parsed: Callable[[], YamlFile] = field(repr=False, compare=False)

    @cached_property
    def file(self) -> YamlFile:
        """The parsed file."""
        return self.parsed()

    @cached_property
    def root(self) -> Mapping:
        """The kustomization's mapping."""
        root = self.file.documents[0]
        assert isinstance(root, Mapping)
        return root

    def entries(self, field: str) -> tuple[Node, ...]:
        """The items of a list field (`images`, `patches`, …); nothing where there is no such list."""
        return items(self.root.get(field))


@frozen
class Closure:
    """Everything that a build of `entry` reads.

    `files` are real paths, sorted; `kustomizations` the directories, the deepest first and `entry`
    last; `problems` the references that lead nowhere readable; `links` each symlink on the way with
    the path it leads to; `cycle` the directories of a loop, empty without one.
    """

    entry: str
    files: tuple[str, ...]
    kustomizations: tuple[str, ...]
    problems: tuple[Reference, ...]
    links: tuple[tuple[str, str], ...] = ()
    cycle: tuple[str, ...] = ()


@frozen
class Build:
    """What is asked of a renderer, and nothing else: `entry` of a snapshot, and the controller's options.

    `reorder` is `legacy` (the command line and Argo CD) or `none` (Flux); `root_only` keeps the files of
    a kustomization inside its own directory, as the command line does by default.
    """

    snapshot: Snapshot
    entry: str
    reorder: Literal["legacy", "none"] = "legacy"
    root_only: bool = False
