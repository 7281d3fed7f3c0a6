"""The git generator on this repository's own files: directories, and files of parameters."""

from collections.abc import Callable, Iterable, Mapping
from posixpath import normpath
from re import Pattern
from typing import Final

from promoter.deployables.applicationset.scope import Scope, UnknownError
from promoter.deployables.applicationset.selectors import flattened
from promoter.deployables.globs import file_glob, path_match, pathspec
from promoter.deployables.gotemplate.functions import normalize
from promoter.deployables.objects import mapping, sequence, string
from promoter.model import Json
from promoter.yamldoc import value

Parameters = dict[str, Json]
_SWITCH: Final = "applicationsetcontroller.enable.new.git.file.globbing"


def directories(scope: Scope, spec: Mapping[str, Json]) -> tuple[Parameters, ...]:
    """The parameters of each matching directory, in the paths' order; dot-directories never match."""
    snapshot = scope.context.graph.snapshot
    paths = (path for path in sorted(snapshot.directories) if path and not _hidden(path))
    chosen = _chosen(spec, "directories", paths, path_match)
    return tuple(_path(scope, spec, path, {}) for path in chosen)


def files(scope: Scope, spec: Mapping[str, Json]) -> tuple[Parameters, ...]:
    """The parameters in each matching file (one set, or a list of sets), with the file's own path."""
    snapshot = scope.context.graph.snapshot
    paths = (path for path in snapshot.entries if snapshot.is_file(path))
    newer = uses_new_globbing(scope)
    if newer:
        _refuse_directories(scope, spec)
    found: list[Parameters] = []
    for path in _chosen(spec, "files", paths, _cleaned if newer else pathspec):
        directory, _, name = path.rpartition("/")
        extra: Parameters = {"filename": name, "filenameNormalized": normalize(name)}
        for content in _contents(scope, path):
            given = content if scope.go else dict[str, Json](flattened(content))
            found.append({**given, **_path(scope, spec, directory or ".", extra)})
    return tuple(found)


def uses_new_globbing(scope: Scope) -> bool:
    """Whether the file generator's patterns are doublestar's, and not git's own.

    The configuration says it, else a committed `argocd-cmd-params-cm`; by default they are git's:
    https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Git-File-Globbing/
    """
    said = scope.context.settings.git_file_globbing
    return scope.context.commanded(_SWITCH) == "true" if said == "auto" else said == "new"


def _cleaned(pattern: str) -> Pattern[str]:
    """The pattern as Argo CD joins it to the repository's root: without `.`, `//` and outer slashes."""
    return file_glob(normpath(f"/{pattern}").lstrip("/"))


def _refuse_directories(scope: Scope, spec: Mapping[str, Json]) -> None:
    """Raise UnknownError for a pattern that a directory matches: Argo CD fails to read it as a file."""
    for entry in map(mapping, sequence(spec.get("files"))):
        pattern = string(entry.get("path"))
        glob = _cleaned(pattern)
        caught = sorted(path for path in scope.context.graph.snapshot.directories if glob.fullmatch(path))
        if caught:
            raise UnknownError(
                f"its git generator's pattern {pattern} matches the directory {caught[0] or '.'}, "
                "which Argo CD's new globbing cannot read as a file"
            )


def _hidden(path: str) -> bool:
    return any(part.startswith(".") for part in path.split("/"))


def _chosen(
    spec: Mapping[str, Json],
    field: str,
    paths: Iterable[str],
    glob: Callable[[str], Pattern[str]],
) -> tuple[str, ...]:
    """The paths that some pattern takes and no pattern with `exclude` does."""
    entries = [mapping(entry) for entry in sequence(spec.get(field))]
    taken = [glob(string(entry.get("path"))) for entry in entries if entry.get("exclude") is not True]
    left = [glob(string(entry.get("path"))) for entry in entries if entry.get("exclude") is True]
    return tuple(
        path
        for path in paths
        if any(pattern.fullmatch(path) for pattern in taken)
        and not any(pattern.fullmatch(path) for pattern in left)
    )


def _path(scope: Scope, spec: Mapping[str, Json], path: str, extra: Parameters) -> Parameters:
    prefix = string(spec.get("pathParamPrefix"))
    segments = path.split("/")
    told: Parameters = {
        "path": path,
        "basename": segments[-1],
        "basenameNormalized": normalize(segments[-1]),
        **extra,
    }
    if scope.go:
        nested: Parameters = {"path": {**told, "segments": list[Json](segments)}}
        return {prefix: nested} if prefix else nested
    start = f"{prefix}.path" if prefix else "path"
    found: Parameters = {start if key == "path" else f"{start}.{key}": item for key, item in told.items()}
    return found | {f"{start}[{index}]": part for index, part in enumerate(segments) if part}


def _contents(scope: Scope, path: str) -> tuple[Parameters, ...]:
    file = scope.context.graph.yaml(path)
    if file.error is not None:
        raise UnknownError(
            f"{path}, which its git generator reads, is not valid YAML: {file.error.message}"
        )
    body = value(file.documents[0]) if file.documents else {}
    items = sequence(body) if isinstance(body, list) else (body if body is not None else {},)
    if not all(isinstance(item, dict) for item in items):
        raise UnknownError(f"{path}, which its git generator reads, holds no object of parameters")
    return tuple(dict(mapping(item)) for item in items)
