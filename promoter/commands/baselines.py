"""Write and shrink the file of findings that are known already."""

from dataclasses import replace

from promoter.commands.lint import NO_BASELINE, LintRequest, lint, read_baseline
from promoter.commands.workspace import Workspace
from promoter.errors import UsageError
from promoter.lint.baseline import Baseline, create, dump, stale, update
from promoter.repository import write_files

DEFAULT = ".promoter/baseline.json"


def baseline(workspace: Workspace, action: str, request: LintRequest, *, accept_new: bool = False) -> str:
    """One line that says what was written.

    `action` is `create`, `update` (drop what is gone; take what is new only with `accept_new`) or `prune`
    (drop what is gone). Raises UsageError when `create` would replace a file, or the others find none.
    """
    path = request.baseline or workspace.config.lint.baseline or DEFAULT
    known = read_baseline(workspace.view(), path)
    there = path in workspace.view().snapshot
    if there == (action == "create"):
        verb = "update or prune" if there else "create"
        raise UsageError(f"{path} {'exists' if there else 'does not exist'}", hint=f"use `baseline {verb}`")
    found = lint(workspace, replace(request, baseline=NO_BASELINE))
    made = create(found.findings)
    if action != "create":
        made = update(known, found.findings, accept_new=accept_new and action == "update")
    write_files(workspace.repository, {path: dump(made).encode()})
    return _said(path, known, made, len(stale(known, found.findings)))


def _said(path: str, known: Baseline, made: Baseline, gone: int) -> str:
    before, after = (sum(entry.count for entry in each.entries) for each in (known, made))
    return f"{path}: {after} known findings, {before} before; {gone} entries were out of date"
