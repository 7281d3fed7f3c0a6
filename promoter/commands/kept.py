"""What a rollback does not take back: configuration that changed since the version last ran."""

from collections.abc import Sequence
from typing import Final

from promoter.commands.view import View
from promoter.commands.workspace import Workspace
from promoter.diff import diff
from promoter.model import ChangeKind, Deployable, Plan, Rendered

_MOST: Final = 10


def configuration_kept(
    workspace: Workspace, view: View, commit: str, targets: Sequence[Deployable], plan: Plan
) -> tuple[str, ...]:
    """One line for each rendered object that changed since `commit` besides the version.

    Nothing without a commit; one line that says so when that time cannot be rendered any more.
    """
    if not commit or not plan.bumps:
        return ()
    then = workspace.view(commit)
    images = {bump.old.name for bump in plan.bumps}
    lines: list[str] = []
    for before, after in zip(workspace.render(then, targets), workspace.render(view, targets), strict=True):
        if not isinstance(before, Rendered) or not isinstance(after, Rendered):
            return ("what else changed since then cannot be told: that time does not render here",)
        for change in diff(before, after).changes:
            fields = [
                field.path
                for field in change.fields
                if not (field.path.endswith(".image") and str(field.after).startswith(tuple(images)))
            ]
            if change.kind is ChangeKind.CHANGED and not fields:
                continue
            what = ", ".join(fields) if change.kind is ChangeKind.CHANGED else str(change.kind)
            lines.append(f"not rolled back: {change.key}: {what}")
    more = [f"not rolled back: {len(lines) - _MOST} more objects"] if len(lines) > _MOST else []
    return (*lines[:_MOST], *more)
