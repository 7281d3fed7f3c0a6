"""What a request of the linter is about: the files, and the builds of what is deployed from them.

Must not judge or write. Callers may rely on this: without paths it is everything that is deployed, and what
nothing deploys is built only where it was named.
"""

from collections.abc import Mapping
from dataclasses import field

from promoter.commands.view import View
from promoter.commands.workspace import Result, Workspace
from promoter.errors import UsageError
from promoter.frozen import frozen
from promoter.kustomize import Build
from promoter.lint.source import Root, SourceContext, is_yaml, source_context
from promoter.model import Deployable, Json, KubeObject, ObjectKey, Rendered
from promoter.yamldoc import value


@frozen
class LintRequest:
    """What was asked. Without `paths` everything that is deployed is judged.

    `extra` holds files that are not in the repository, by the name to show (`<stdin>`). An empty
    `profile` or `kubernetes` (`1.34`) means the configuration's. `select` and `ignore` come before the
    configuration's. `since` is a revision: only what is found since then is reported. `fix` is `none`,
    `safe` or `unsafe`; with `preview` fixes are shown as a diff and not written.
    """

    paths: tuple[str, ...] = ()
    extra: Mapping[str, bytes] = field(default_factory=dict)
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    profile: str = ""
    kubernetes: str = ""
    baseline: str = ""
    since: str = ""
    fix: str = "none"
    preview: bool = False


def sources(workspace: Workspace, view: View, request: LintRequest) -> SourceContext:
    """The files and builds that the request is about."""
    _check_paths(view, request)
    wanted = [each for each in view.deployables if each.path is not None and _concerns(view, each, request)]
    roots = [
        root_of(each, result) for each, result in zip(wanted, workspace.render(view, wanted), strict=True)
    ]
    if request.paths or request.extra:
        roots += _undeployed(workspace, view, request, {root.directory for root in roots})
    named = tuple(path for root in roots for path in root.files)
    settings = workspace.config.lint.options
    return source_context(view.graph, view.deployables, roots, named=named, settings=settings)


def _check_paths(view: View, request: LintRequest) -> None:
    for path in request.paths:
        if path and path not in view.snapshot and not view.snapshot.is_directory(path):
            raise UsageError(f"no file or directory {path!r} in the repository", hint="see `git status`")


def _concerns(view: View, each: Deployable, request: LintRequest) -> bool:
    """Whether a path that was named lies in the deployable's directory, holds it, or is read by it."""
    if not request.paths:
        return not request.extra
    assert each.path is not None
    read = (each.path, *view.graph.closure(each.path).files)
    return any(_below(file, path) for path in request.paths for file in read)


def _below(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


def root_of(each: Deployable, result: Result) -> Root:
    """A deployed build, of something with a directory here, as the rules see it."""
    assert each.path is not None
    return Root(each.path, each.app, each.environment, each.destination.namespace, result, each)


def _undeployed(workspace: Workspace, view: View, request: LintRequest, known: set[str]) -> list[Root]:
    """Kustomizations and manifests that were named and that nothing deploys."""
    builds = [
        path for path in request.paths
        if path not in known and view.graph.kustomization(path) is not None
        and not any(_below(directory, path) for directory in known)
        and (workspace.share is None or workspace.share.holds_directory(path))
    ]  # fmt: skip
    results = workspace.renderer.render_all([Build(view.snapshot, path) for path in builds])
    roots = [Root(path, "", "", "", result) for path, result in zip(builds, results, strict=True)]
    files = tuple(sorted({*_plain(view, request), *request.extra}))
    return [*roots, Root("", "", "", "", manifests(view, files), files=files)] if files else roots


def _plain(view: View, request: LintRequest) -> list[str]:
    """The manifests below the named paths that no build reads."""
    reached = {path for each in view.deployables if each.path for path in _directory(view, each.path)}
    return [
        path
        for named in request.paths
        for path in view.snapshot.entries
        if _below(path, named) and is_yaml(path) and not view.graph.readers(path) and path not in reached
    ]


def _directory(view: View, directory: str) -> list[str]:
    if view.graph.kustomization(directory) is not None:
        return []
    return [path for path in view.snapshot.entries if _below(path, directory)]


def manifests(view: View, files: tuple[str, ...]) -> Rendered:
    """The objects of some files as they are."""
    bodies = [value(document) for path in files for document in view.graph.yaml(path).documents]
    objects = [item for body in bodies for item in _listed(body) if item.get("kind")]
    return Rendered("", tuple(KubeObject(ObjectKey.of(item), item) for item in objects), "")


def _listed(body: Json) -> list[dict[str, Json]]:
    """The objects of a document: itself, or a List's items."""
    listed = body.get("items") if isinstance(body, dict) and body.get("kind") == "List" else [body]
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


def allowed(source: SourceContext, request: LintRequest) -> frozenset[str] | None:
    """The files whose findings were asked for: those named, and all that builds below them read."""
    if not request.paths and not request.extra:
        return None
    found: set[str] = set(request.extra)
    for path in request.paths:
        found.update(entry for entry in source.snapshot.entries if _below(entry, path))
        for directory in source.graph.directories:
            if _below(directory, path):
                found.update(source.graph.closure(directory).files)
    return frozenset(found)
