"""Lint a repository: read it, render what is deployed, judge it, and mend what may be mended.

Only fixing and baselines write. A fix is written after the fixed sources were judged to build every
other environment as before; one that does not is left out and named.
"""

from dataclasses import replace

from promoter.commands.lint_fixes import Mended, mend, notes, patch
from promoter.commands.lint_inputs import Before, before_of, inputs_of, policy_of
from promoter.commands.lint_sources import LintRequest, allowed, sources
from promoter.commands.view import View
from promoter.commands.workspace import Workspace
from promoter.diff import Redactor, file_secrets
from promoter.errors import UsageError
from promoter.lint.baseline import Baseline, create, divide, load
from promoter.lint.engine import Judgement, judge
from promoter.lint.report import LintReport
from promoter.lint.selection import Policy
from promoter.lint.source import SourceContext, is_yaml
from promoter.model import Snapshot
from promoter.repository import write_files

__all__ = ["NO_BASELINE", "LintRequest", "lint", "read_baseline", "render_share"]

NO_BASELINE = "-"
"""Asks for every finding, whatever baseline the configuration names."""


def lint(workspace: Workspace, request: LintRequest) -> LintReport:
    """What the linter finds in the work tree.

    Raises UsageError for a path, rule, profile or version that does not exist.
    """
    view = workspace.view()
    if request.extra:
        view = workspace.view_of(view.snapshot.with_files(dict(request.extra)))
    policy, before = policy_of(workspace, request), before_of(workspace, request)
    source, judgement = _judged(workspace, view, request, policy, before)
    done = Mended(source, judgement, {})
    if request.fix != "none":
        done = _fixed(workspace, request, policy, before, done)
    if request.baseline not in ("", NO_BASELINE) and request.baseline not in view.snapshot:
        raise UsageError(f"no baseline {request.baseline!r}", hint="`promoter baseline create` writes one")
    known = read_baseline(view, request.baseline or workspace.config.lint.baseline)
    if before is not None:
        known = create(judge(inputs_of(workspace, before.source, request), policy).findings)
    made = _report(done.source, done.judgement, known, request, workspace.renderer.engine)
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


def _judged(
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
        return _judged(workspace, workspace.view_of(snapshot), request, policy, before)

    start = (found.source, found.judgement)
    places = allowed(found.source, request)
    done = mend(start, again, unsafe=request.fix == "unsafe", places=places)
    written = {path: done.files[path] for path in done.files if path not in request.extra}
    if not request.preview:
        write_files(workspace.repository, written)
    return done


def _report(
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
