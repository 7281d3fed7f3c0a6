"""A Helm chart of this repository: its files, its dependencies, and the value files that are named for it.

Symlinks are followed within the repository and dependencies with a `file://` repository are laid into
`charts/`, as `helm dependency build` does. What would have to be downloaded raises RefusedError; what a
chart reads (`sources`) is known all the same.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Final
from weakref import WeakKeyDictionary

from promoter.deployables.builds.prepared import RefusedError
from promoter.deployables.globs import file_glob
from promoter.deployables.objects import mapping, sequence, string
from promoter.frozen import frozen
from promoter.kustomize import Graph, inside, join
from promoter.model import SUBMODULE, SYMLINK, Json, Snapshot
from promoter.yamldoc import value

CHART: Final = "Chart.yaml"
_LISTS: Final = (CHART, "requirements.yaml")
_DEPTH: Final = 10
_LOCAL: Final = "file://"
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@frozen
class Chart:
    """A chart as Helm would find it: `files` are all of its files in `snapshot`, sorted."""

    directory: str
    snapshot: Snapshot
    files: tuple[str, ...]


@frozen
class ChartValues:
    """Where the values of a deployable's chart come from.

    `files` are the chart's own; `values` the value files in order, of which the later wins; `inline` and
    `parameters` (by name) stand in the controller's object and lie over them, the parameters over all.
    `beside` are files that change the controller's object.
    """

    files: frozenset[str]
    values: tuple[str, ...]
    inline: Mapping[str, Json] = field(default_factory=dict, hash=False)
    parameters: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


@frozen
class _Found:
    """A chart's files (where Helm looks for each, where its content lies) and what is wrong with it."""

    files: Mapping[str, str] = field(default_factory=dict, hash=False)
    problem: str | None = None


_KNOWN: Final[WeakKeyDictionary[Graph, dict[tuple[str, int], _Found]]] = WeakKeyDictionary()


def chart(graph: Graph, path: str, extra: Mapping[str, bytes] | None = None) -> Chart:
    """The chart at a path, with `extra` files (by their names inside it) laid over it.

    Raises RefusedError for a link that leads out of the repository and a dependency that is not here.
    """
    directory = graph.real(path)
    if directory is None:
        raise RefusedError(f"{path} leads out of the repository")
    found = _found(graph, directory, _DEPTH)
    if found.problem is not None:
        raise RefusedError(found.problem)
    added = {shown: graph.snapshot[real] for shown, real in found.files.items() if shown != real}
    added.update({join(directory, name): content for name, content in (extra or {}).items()})
    snapshot = graph.snapshot.with_files(added) if added else graph.snapshot
    return Chart(directory, snapshot, tuple(sorted({*found.files, *added})))


def sources(graph: Graph, path: str) -> frozenset[str]:
    """The files of the repository that the chart at a path is made from, links to them included.

    Also of one that cannot be rendered: as far as its files are here.
    """
    directory = graph.real(path)
    if directory is None:
        return frozenset()
    files = _found(graph, directory, _DEPTH).files
    return frozenset((*files, *files.values())) & graph.snapshot.entries.keys()


def values_of(graph: Graph, path: str) -> tuple[str, ...]:
    """The chart's own `values.yaml`, where it lies; nothing without one."""
    directory = graph.real(path)
    real = graph.real(join(directory, "values.yaml")) if directory is not None else None
    return (real,) if real is not None and graph.snapshot.is_file(real) else ()


def _found(graph: Graph, directory: str, depth: int) -> _Found:
    """A chart's files with those of the `file://` dependencies that its `charts/` folder lacks."""
    known = _KNOWN.setdefault(graph, {})
    if (directory, depth) not in known:
        known[directory, depth] = _looked(graph, directory, depth)
    return known[directory, depth]


def _looked(graph: Graph, directory: str, depth: int) -> _Found:
    own = _files(graph, directory, depth)
    if own.problem is not None:
        return own
    if join(directory, CHART) not in own.files:
        return _Found(own.files, f"{directory or 'the root'} has no {CHART}")
    files, problems = dict(own.files), list[str]()
    vendored = _vendored(graph, directory, own.files)
    for each in _required(graph, directory, own.files):
        name, repository = string(each.get("name")), string(each.get("repository"))
        if not name or name in vendored:
            continue
        if not repository.startswith(_LOCAL):
            problems.append(_missing(directory, name, each))
            continue
        source = graph.real(join(directory, repository.removeprefix(_LOCAL)))
        if source is None:
            problems.append(f"the dependency {repository} of {directory} leads out of the repository")
            continue
        below = _found(graph, source, depth - 1)
        problems += [below.problem] if below.problem else []
        target = join(directory, f"charts/{name}")
        files.update({target + shown[len(source) :]: real for shown, real in below.files.items()})
    return _Found(files, next(iter(problems), None))


def _missing(directory: str, name: str, dependency: Mapping[str, Json]) -> str:
    shown = f"{name} {dependency.get('version') or ''}".strip()
    repository = string(dependency.get("repository"))
    where = f" of {repository}" if repository else ""
    return (
        f"the chart {directory or 'at the root'} needs {shown}{where}, which its charts/ folder does not "
        "hold, and nothing is downloaded"
    )


def _files(graph: Graph, directory: str, depth: int) -> _Found:
    """Each path below a directory, links followed, with the path where its content really lies."""
    if not depth:
        return _Found(problem=f"links or dependencies below {directory} lead around in a circle")
    found: dict[str, str] = {}
    problem: str | None = None
    prefix = inside(directory)
    for path, entry in graph.snapshot.entries.items():
        if not path.startswith(prefix) or entry.mode == SUBMODULE:
            continue
        real = graph.real(path) if entry.mode == SYMLINK else path
        if real is None:
            problem = problem or f"{path} is a link that leads out of the repository"
        elif graph.snapshot.is_file(real):
            found[path] = real
        elif graph.snapshot.is_directory(real):
            beyond = _files(graph, real, depth - 1)
            problem = problem or beyond.problem
            found.update({path + shown[len(real) :]: lies for shown, lies in beyond.files.items()})
        else:
            problem = problem or f"{path} is a link to nothing"
    return _Found(found, problem)


def _required(graph: Graph, directory: str, files: Mapping[str, str]) -> Iterator[Mapping[str, Json]]:
    for name in _LISTS:
        path = files.get(join(directory, name))
        for document in graph.yaml(path).documents if path else ():
            yield from map(mapping, sequence(mapping(value(document)).get("dependencies")))


def _vendored(graph: Graph, directory: str, files: Mapping[str, str]) -> frozenset[str]:
    """The names of the charts that `charts/` holds, as folders or archives."""
    found: set[str] = set()
    prefix = join(directory, "charts/")
    for path, real in files.items():
        name = path.removeprefix(prefix)
        if not path.startswith(prefix):
            continue
        if name.endswith(".tgz") and "/" not in name:
            found.add(re.sub(r"-v?\d+\..*", "", name))
        elif name.count("/") == 1 and name.endswith(f"/{CHART}"):
            for document in graph.yaml(real).documents:
                found.add(string(mapping(value(document)).get("name")))
    return frozenset(found)


def value_file(graph: Graph, base: str, written: str) -> str | None:
    """The path that a value file's name leads to; None when there is no such file.

    A name that starts with `/` counts from the repository's root, any other from `base`. Raises
    RefusedError for a URL and for what leads out of the repository.
    """
    if _URL.match(written):
        raise RefusedError(f"the value file {written} is remote, and nothing is downloaded")
    plain = written.lstrip("/") if written.startswith("/") else join(base, written)
    real = graph.real(plain)
    if real is None:
        raise RefusedError(f"the value file {written} leads out of the repository")
    return real if graph.snapshot.is_file(real) else None


def is_pattern(written: str) -> bool:
    """Whether a value file's name stands for all files that it matches."""
    return any(mark in written for mark in "*?[")


def value_files(graph: Graph, base: str, written: str) -> tuple[str, ...]:
    """The files that a name with `*`, `?` or `[` stands for, sorted; the one file of any other name."""
    if _URL.match(written) or not is_pattern(written):
        found = value_file(graph, base, written)
        return (found,) if found is not None else ()
    plain = written.lstrip("/") if written.startswith("/") else join(base, written)
    normal = graph.real(plain)
    if normal is None:
        raise RefusedError(f"the value file {written} leads out of the repository")
    matching = file_glob(normal)
    return tuple(
        path for path in graph.snapshot.entries if matching.fullmatch(path) and graph.snapshot.is_file(path)
    )


def merged(base: Mapping[str, Json], over: Mapping[str, Json]) -> dict[str, Json]:
    """Values with others laid over them: mappings merge, everything else replaces."""
    found = dict(base)
    for key, item in over.items():
        below = found.get(key)
        found[key] = merged(below, item) if isinstance(below, dict) and isinstance(item, dict) else item
    return found
