"""Lint a repository: read it, render what is deployed, judge it, and mend what may be mended.

Only fixing and baselines write. A fix is written after the fixed sources were judged to build every
other environment as before; one that does not is left out and named.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from promoter.commands.facts import now
from promoter.commands.lint_fixes import Mended, mend, notes, patch
from promoter.commands.workspace import Result, View, Workspace
from promoter.config import FILE_NAME, LintIgnore
from promoter.diff import Redactor, file_secrets
from promoter.errors import UsageError, check_known
from promoter.kustomize import Build
from promoter.lint.accepted import Accepted
from promoter.lint.baseline import Baseline, create, divide, load
from promoter.lint.catalogue import RULES
from promoter.lint.changes import change
from promoter.lint.context import LATEST, RenderedContext
from promoter.lint.custom import Custom
from promoter.lint.custom import rules as custom_rules
from promoter.lint.engine import Judgement, judge
from promoter.lint.environments import Stage, inferred
from promoter.lint.inputs import Inputs
from promoter.lint.report import LintReport
from promoter.lint.rule import Profile, Report, Rule
from promoter.lint.selection import Policy, check_selectors
from promoter.lint.source import Root, SourceContext, is_yaml, source_context
from promoter.model import Deployable, Json, KubeObject, Location, ObjectKey, Rendered, Severity, Snapshot
from promoter.repository import write_files
from promoter.yamldoc import value

NO_BASELINE = "-"
"""Asks for every finding, whatever baseline the configuration names."""


@dataclass(frozen=True, slots=True)
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


def lint(workspace: Workspace, request: LintRequest) -> LintReport:
    """What the linter finds in the work tree.

    Raises UsageError for a path, rule, profile or version that does not exist.
    """
    view = workspace.view()
    if request.extra:
        view = workspace.view_of(view.snapshot.with_files(dict(request.extra)))
    policy, before = policy_of(workspace, request), before_of(workspace, request)
    source, judgement = judged(workspace, view, request, policy, before)
    done = Mended(source, judgement, {})
    if request.fix != "none":
        done = _fixed(workspace, request, policy, before, done)
    if request.baseline not in ("", NO_BASELINE) and request.baseline not in view.snapshot:
        raise UsageError(f"no baseline {request.baseline!r}", hint="`promoter baseline create` writes one")
    known = read_baseline(view, request.baseline or workspace.config.lint.baseline)
    if before is not None:
        known = create(judge(inputs_of(workspace, before.source, request), policy).findings)
    made = report(done.source, done.judgement, known, request, workspace.renderer.engine)
    diff = patch(view.snapshot, done.files) if request.preview else ""
    held = {each for path in done.files for each in file_secrets(view.graph.yaml(path))}
    diff = Redactor().text(diff, held)
    return replace(made, fixed=tuple(done.files), notes=notes(done), patch=diff)


def render_share(workspace: Workspace, request: LintRequest) -> None:
    """Render what the request needs, and judge nothing: for a machine that renders a share of it.

    Raises UsageError as `lint` does.
    """
    policy_of(workspace, request)
    sources(workspace, workspace.view(), request)
    before_of(workspace, request)


def read_baseline(view: View, path: str) -> Baseline:
    """The baseline of a file; an empty one without a path or while there is no file yet."""
    return load(path, view.snapshot[path]) if path and path in view.snapshot else Baseline()


def judged(
    workspace: Workspace, view: View, request: LintRequest, policy: Policy, before: "Before | None"
) -> tuple[SourceContext, Judgement]:
    """One view's sources and what the rules find in them."""
    source = sources(workspace, view, request)
    return source, judge(inputs_of(workspace, source, request, before), policy)


def _fixed(
    workspace: Workspace, request: LintRequest, policy: Policy, before: "Before | None", found: Mended
) -> Mended:
    """The same after fixing; the files are written unless this is a preview."""

    def again(snapshot: Snapshot) -> tuple[SourceContext, Judgement]:
        return judged(workspace, workspace.view_of(snapshot), request, policy, before)

    start = (found.source, found.judgement)
    places = allowed(found.source, request)
    done = mend(start, again, unsafe=request.fix == "unsafe", places=places)
    written = {path: done.files[path] for path in done.files if path not in request.extra}
    if not request.preview:
        write_files(workspace.repository, written)
    return done


def report(
    source: SourceContext, judgement: Judgement, known: Baseline, request: LintRequest, engine: str
) -> LintReport:
    """The judgement, limited to what was asked for and what is not known already."""
    places = allowed(source, request)
    findings = [f for f in judgement.findings if places is None or f.location.path in places]
    new, old = divide(known, findings)
    paths = {finding.location.path for finding in new}
    texts = {
        p: source.graph.yaml(p).text for p in sorted(paths) if is_yaml(p) and source.snapshot.is_file(p)
    }
    hidden = Redactor()
    return LintReport(
        tuple(replace(finding, message=hidden.text(finding.message)) for finding in new),
        (*judgement.suppressed, *old),
        judgement.objects,
        len(source.files),
        judgement.unverifiable,
        judgement.profiles,
        texts,
        engine,
    )


# --- what is judged ----------------------------------------------------------------------------


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
    return source_context(view.graph, view.deployables, roots, named=named, settings=settings_of(workspace))


def settings_of(workspace: Workspace) -> dict[str, dict[str, Json]]:
    """The options of rules that the configuration gives, by code."""
    listed = workspace.config.lint.options.items()
    return {code: options for code, options in listed if isinstance(options, dict)}


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


# --- how it is judged --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Before:
    """The state of the repository to compare with, and the files that differ from it in the work tree."""

    source: SourceContext
    paths: tuple[str, ...]


def before_of(workspace: Workspace, request: LintRequest) -> Before | None:
    """All that is deployed at `since`, or where the work branched off from it; None without a `since`."""
    if not request.since:
        return None
    base = workspace.repository.merge_base(request.since, "HEAD") or request.since
    everything = replace(request, paths=(), extra={}, since="")
    source = sources(workspace, workspace.view(base), everything)
    return Before(source, workspace.repository.changed_paths(base))


def inputs_of(
    workspace: Workspace, source: SourceContext, request: LintRequest, before: Before | None = None
) -> Inputs:
    """The engine's inputs: stages in order, versions of Kubernetes, today's date, the change `before` made.

    Without `before` there is no change to judge.
    """
    names = workspace.ordered({root.environment for root in source.roots if root.environment})
    configured = workspace.config.environments
    stages = tuple(
        Stage(
            name,
            workspace.environment(name).tier,
            configured[name].needs if name in configured else inferred(name, names),
        )
        for name in names
    )
    minors = {
        name: minor(workspace.environment(name).kubernetes)
        for name in names
        if workspace.environment(name).kubernetes and not request.kubernetes
    }
    asked = minor(request.kubernetes) if request.kubernetes else LATEST
    lint = workspace.config.lint
    accepted = tuple(_accepted(entry) for entry in lint.ignores)
    today = now().date()
    own = custom(workspace)
    since = change(before.source, source, stages, before.paths) if before is not None else None
    return Inputs(
        source, today, stages, minors, asked, lint.external, git=since, accepted=accepted, custom=own
    )


def custom(workspace: Workspace) -> tuple[Rule[RenderedContext, Report], ...]:
    """The repository's own rules. Raises UsageError for one that cannot be used."""
    taken = [name for rule in RULES for name in (rule.code, rule.name)]
    listed = (
        Custom(r.code, r.name, r.expression, r.message, r.kinds, Severity(r.severity))
        for r in workspace.config.lint.rules
    )
    return custom_rules(listed, taken)


def _accepted(entry: LintIgnore) -> Accepted:
    until = date.fromisoformat(entry.until) if entry.until else None
    return Accepted(
        entry.rules, entry.reason, entry.path, entry.object, entry.container, entry.environments, until,
        Location(FILE_NAME, entry.line),
    )  # fmt: skip


def minor(version: str) -> int:
    """The minor version of `1.34` or `v1.34.2`. Raises UsageError for anything else."""
    parts = version.removeprefix("v").split(".")
    if len(parts) < 2 or parts[0] != "1" or not parts[1].isdecimal():  # noqa: PLR2004 -- major and minor
        raise UsageError(f"expected a version of Kubernetes such as 1.34, found {version!r}")
    return int(parts[1])


def policy_of(workspace: Workspace, request: LintRequest) -> Policy:
    """The rules that were chosen, the command line before the configuration."""
    config = workspace.config.lint
    select = request.select or config.select
    ignore = (*request.ignore, *(() if request.select else config.ignore))
    tables = (config.severity, *config.environments.values())
    named = [rule for entry in config.ignores for rule in entry.rules]
    said = (*select, *ignore, *config.non_ignorable, *named, *(name for table in tables for name in table))
    check_selectors(said, (*RULES, *custom(workspace)))
    return Policy(
        profile_of(request.profile or config.profile),
        select,
        ignore,
        config.severity,
        config.environments,
        config.non_ignorable,
    )


def profile_of(name: str) -> Profile:
    """The profile of that name. Raises UsageError when there is none."""
    known = {profile.name.lower(): profile for profile in Profile if profile is not Profile.OPTIONAL}
    check_known("profile", name, known)
    return known[name]
