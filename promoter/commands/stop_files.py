"""The hold and the skip that a rollback commits together with the version, so that it sticks."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from promoter.commands.clock import now
from promoter.commands.publish import branch_for
from promoter.commands.view import View
from promoter.commands.workspace import Workspace
from promoter.config import seconds
from promoter.errors import UsageError
from promoter.gates import Note, hold_path, note_file, read_state, skip_path
from promoter.model import Plan

if TYPE_CHECKING:
    from promoter.commands.rollback import RollbackRequest


def stop_files(
    workspace: Workspace,
    view: View,
    request: "RollbackRequest",
    app: str,
    subject: str,
    name: str,
    plan: Plan,
) -> dict[str, bytes | None]:
    """The state files of a rollback: a hold of the app, a skip of each version that is left.

    An undo clears the skip and keeps the hold. A repeated run keeps the time of the first, so that it
    changes nothing. `subject` is the app, or the bundle that it goes back with.
    """
    rule = workspace.config.rollback
    since = _since(workspace, app, subject, name)
    left = sorted({bump.old.version for bump in plan.bumps})
    back = sorted({bump.new.version for bump in plan.bumps})
    directory = workspace.config.state
    if request.undo:
        skips = {skip_path(directory, app, version) for version in back}
        return {path: None for path in sorted(skips) if path in view.snapshot}
    files: dict[str, bytes | None] = {}
    hold = request.hold or rule.hold
    if hold != "none":
        note = Note(request.because, request.requested_by, since, _until(hold, since), ", ".join(back))
        files[hold_path(directory, name, app)] = note_file(note)
    if rule.skip_bad_version:
        for version in left:
            note = Note(request.because, request.requested_by, since, None)
            files[skip_path(directory, app, version)] = note_file(note)
    return files


def _until(hold: str, since: datetime) -> datetime | None:
    """When the hold ends; None for never."""
    if hold == "until-released":
        return None
    length = seconds(hold)
    if length is None:
        raise UsageError(f"expected a duration like 2h for the hold, found {hold!r}")
    return since + timedelta(seconds=length)


def _since(workspace: Workspace, app: str, subject: str, name: str) -> datetime:
    """Now, or when an earlier run of the same rollback put it on its branch."""
    tip = workspace.repository.branch_tip(branch_for(workspace, subject, name))
    if tip is not None:
        state = read_state(workspace.repository.snapshot(tip), workspace.config.state)
        note = state.holds.get((name, app))
        if note is not None and note.since is not None:
            return note.since
    return now().replace(microsecond=0)
