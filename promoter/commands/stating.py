"""Set and clear holds, skips and freezes: one small file each, committed to the base branch at once."""

from collections.abc import Mapping
from datetime import timedelta

from promoter.commands.clock import now
from promoter.commands.view import View
from promoter.commands.workspace import Workspace
from promoter.config import seconds
from promoter.errors import RefusedError, UsageError, check_known
from promoter.gates import Note, freeze_path, hold_path, note_file, skip_path
from promoter.model import EnvRef
from promoter.repository import Conflict, land, write_commit


def hold(workspace: Workspace, app: str, target: str, note: Note) -> str:
    """What was done: the app stays at its version in the environments. Raises UsageError for names."""
    view = workspace.view(workspace.base(fresh=True))
    names = _environments(workspace, view, app, target)
    directory = workspace.config.state
    files = {hold_path(directory, name, app): note_file(note) for name in names}
    return _commit(workspace, view, files, f"hold({app}): {target}", note)


def release(workspace: Workspace, app: str, target: str, note: Note) -> str:
    """What was done: the holds of an app are gone. Raises UsageError when there is none."""
    view = workspace.view(workspace.base(fresh=True))
    names = workspace.names(EnvRef.parse(target), view)
    paths = [hold_path(workspace.config.state, name, app) for name in names]
    return _remove(
        workspace, view, paths, f"release({app}): {target}", note, f"{app} is not held in {target}"
    )


def freeze(workspace: Workspace, target: str, note: Note) -> str:
    """What was done: an environment or group takes nothing. Raises UsageError for an unknown one."""
    view = workspace.view(workspace.base(fresh=True))
    workspace.names(EnvRef.parse(target), view)
    files = {freeze_path(workspace.config.state, target): note_file(note)}
    return _commit(workspace, view, files, f"freeze: {target}", note)


def unfreeze(workspace: Workspace, target: str, note: Note) -> str:
    """What was done: the freeze is gone. Raises UsageError when there is none."""
    view = workspace.view(workspace.base(fresh=True))
    path = freeze_path(workspace.config.state, target)
    return _remove(workspace, view, [path], f"unfreeze: {target}", note, f"{target} is not frozen")


def skip(workspace: Workspace, app: str, version: str, note: Note) -> str:
    """What was done: the version of an app is never promoted. Raises UsageError for an unknown app."""
    view = workspace.view(workspace.base(fresh=True))
    check_known("app", app, view.apps)
    files = {skip_path(workspace.config.state, app, version): note_file(note)}
    return _commit(workspace, view, files, f"skip({app}): {version}", note)


def unskip(workspace: Workspace, app: str, version: str, note: Note) -> str:
    """What was done: the version may be promoted again. Raises UsageError when it is not skipped."""
    view = workspace.view(workspace.base(fresh=True))
    path = skip_path(workspace.config.state, app, version)
    title = f"unskip({app}): {version}"
    return _remove(workspace, view, [path], title, note, f"{app}@{version} is not skipped")


def note(because: str, by: str, lasting: str = "") -> Note:
    """A note of now; `lasting` is a duration like `2h`, empty for until it is taken away."""
    since = now().replace(microsecond=0)
    length = seconds(lasting) if lasting else None
    if lasting and length is None:
        raise UsageError(f"expected a duration like 90s, 24h or 7d, found {lasting!r}")
    return Note(because, by, since, since + timedelta(seconds=length) if length is not None else None)


def _environments(workspace: Workspace, view: View, app: str, target: str) -> tuple[str, ...]:
    check_known("app", app, view.apps)
    address = EnvRef.parse(target)
    workspace.select(address, view, [app])
    return workspace.names(address, view)


def _remove(
    workspace: Workspace, view: View, paths: list[str], title: str, said: Note, otherwise: str
) -> str:
    there = {path: None for path in paths if path in view.snapshot}
    if not there:
        raise UsageError(otherwise, hint="`promoter status` shows what is held, frozen and skipped")
    return _commit(workspace, view, there, title, said)


def _commit(
    workspace: Workspace, view: View, files: Mapping[str, bytes | None], title: str, said: Note
) -> str:
    """Commit to the base branch, at the remote when there is one, only if nobody changed these files."""
    assert view.snapshot.revision is not None
    because = f"\nBecause: {said.because}\n" if said.because else ""
    message = f"{title}\n{because}\nPromoter-Action: {title.partition('(')[0].partition(':')[0]}\n"
    if said.by:
        message += f"Promoter-Requested-By: {said.by}\n"
    commit = write_commit(workspace.repository, view.snapshot.revision, files, message)
    if commit == view.snapshot.revision:
        return f"{title}: nothing to do"
    landed = land(workspace.repository, workspace.base_branch, commit, message, remote=workspace.remote)
    if isinstance(landed, Conflict):
        raise RefusedError(
            f"somebody else changed {', '.join(landed.paths)} meanwhile", hint="run it again"
        )
    return f"{title}: committed to {workspace.base_branch} as {landed.commit[:12]}"
