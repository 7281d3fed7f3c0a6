"""What one build reads, cut loose from the repository, and what an engine answers.

Both are plain values: they can be sent to another process or machine, and the key names everything
that the result depends on besides the engine.
"""

from dataclasses import field

from promoter import __version__
from promoter.frozen import frozen
from promoter.kustomize import KUSTOMIZATION_NAMES, Build, Closure, join
from promoter.model import Json, hash_of


@frozen
class Inputs:
    """The files of one build: `files` maps real paths to contents, `links` each symlink to a real path.

    `remote` says that an allowed remote entry is among the references, so the engine needs the network.
    """

    entry: str
    files: dict[str, bytes] = field(hash=False)
    links: tuple[tuple[str, str], ...] = ()
    reorder: str = "legacy"
    root_only: bool = False
    remote: bool = False


@frozen
class Answer:
    """What an engine made of the inputs: the objects, or the error text and whether a limit ended it."""

    objects: list[dict[str, Json]] = field(hash=False, default_factory=list)
    error: str | None = None
    limited: bool = False


def paths(build: Build, closure: Closure) -> tuple[str, ...]:
    """The real paths to hand over: the closure, and second kustomization files that kustomize refuses."""
    snapshot = build.snapshot
    rivals = (join(directory, name) for directory in closure.kustomizations for name in KUSTOMIZATION_NAMES)
    return tuple(sorted({*closure.files, *(path for path in rivals if path in snapshot)}))


def load(build: Build, closure: Closure, *, remote: bool) -> Inputs:
    """The inputs with their contents read; one read of each file."""
    files = {path: build.snapshot[path] for path in paths(build, closure)}
    return Inputs(build.entry, files, closure.links, build.reorder, build.root_only, remote)


def key(build: Build, closure: Closure, engine: str, policy: str) -> str:
    """The name of a result (64 hex digits): blob ids of the closure, entry, options, engine, policy, us."""
    entries = build.snapshot.entries
    parts = [__version__, engine, policy, build.entry, build.reorder, str(build.root_only)]
    parts += (f"{path}\0{entries[path].blob}" for path in paths(build, closure))
    parts += (f"{link}\0{target}" for link, target in closure.links)
    return hash_of(*parts)
