"""Lint of what a promotion would make: the errors that its builds have then and have not now.

Must not write, nor judge more than the builds that change and the files they read. Callers may rely on
this: before it refuses it looks at the whole environment, so that what another app deploys is not missing.
"""

from collections.abc import Sequence
from dataclasses import replace

from promoter.commands.lint import read_baseline
from promoter.commands.lint_inputs import inputs_of, policy_of
from promoter.commands.lint_sources import LintRequest, root_of
from promoter.commands.view import View
from promoter.commands.workspace import Result, Workspace
from promoter.deployables.builds.inputs import reads
from promoter.diff import Redactor
from promoter.errors import UsageError
from promoter.gates import Verdict, lint_gate
from promoter.gates.result import identity, new_errors
from promoter.gates.verdict import pending
from promoter.kustomize import Graph
from promoter.lint.baseline import divide
from promoter.lint.engine import judge
from promoter.lint.source import SourceContext, source_context
from promoter.model import Deployable, Finding
from promoter.model.snapshot import directories_of

Built = tuple[Deployable, Result]


def result_lint(
    workspace: Workspace,
    views: tuple[View, View],
    sides: Sequence[tuple[Deployable, Result, Result]],
) -> tuple[Verdict, ...]:
    """The verdict on a result, from its builds before and after; nothing where nothing is built.

    `views` are before and after the edits. A configuration of the linter that cannot be used leaves the
    gate pending, with the reason.
    """
    if not sides:
        return ()
    before = [(each, result) for each, result, _ in sides]
    after = [(each, result) for each, _, result in sides]
    try:
        found = _new(workspace, views, (before, after))
        if found:
            around = tuple(_environment(workspace, view, before) for view in views)
            near = {identity(each) for each in _new(workspace, views, (around[0], around[1]))}
            found = tuple(each for each in found if identity(each) in near)
    except UsageError as error:
        return (pending("lint", "cannot be judged: " + error.on_one_line),)
    hidden = Redactor()
    return (lint_gate([replace(each, message=hidden.text(each.message)) for each in found]),)


def _new(
    workspace: Workspace, views: tuple[View, View], builds: tuple[Sequence[Built], Sequence[Built]]
) -> tuple[Finding, ...]:
    before, after = (_found(workspace, view, built) for view, built in zip(views, builds, strict=True))
    return new_errors(before, after)


def _environment(workspace: Workspace, view: View, built: Sequence[Built]) -> list[Built]:
    """Everything that is deployed to the environments of some builds."""
    names = {each.environment for each, _ in built}
    wanted = [each for each in view.deployables if each.path is not None and each.environment in names]
    return list(zip(wanted, workspace.render(view, wanted), strict=True))


def _found(workspace: Workspace, view: View, built: Sequence[Built]) -> list[Finding]:
    """What the linter reports of some builds: neither what is silenced nor what the baseline knows."""
    request = LintRequest()
    inputs = inputs_of(workspace, _source(workspace, view, built), request)
    known = read_baseline(view, workspace.config.lint.baseline)
    return divide(known, judge(inputs, policy_of(workspace, request)).findings)[0]


def _source(workspace: Workspace, view: View, built: Sequence[Built]) -> SourceContext:
    """The builds over the files that they read, as if there were no others: cheap in a large repository."""
    roots = [root_of(each, result) for each, result in built]
    paths = {each.location.path for each, _ in built}.union(*(reads(view.graph, each) for each, _ in built))
    entries = {path: view.snapshot.entries[path] for path in sorted(paths & view.snapshot.entries.keys())}
    narrow = replace(view.snapshot, entries=entries, directories=directories_of(entries))
    deployables = [each for each, _ in built]
    return source_context(
        Graph(narrow, view.graph), deployables, roots, settings=workspace.config.lint.options
    )
