"""The user's git repository: snapshots, history, and commits built in the object database.

Must not decide anything about environments or versions. Callers may rely on this: a `Repository` only
reads; what writes is a function of its own, and each one leaves either nothing or something complete.

The names are imported when they are first used: who only reads does not load what lands and pushes.
"""

from typing import TYPE_CHECKING, Final

from promoter.deferred import deferred

if TYPE_CHECKING:
    from promoter.repository.branches import LocalBranches
    from promoter.repository.commits import Identity, write_commit
    from promoter.repository.files import write_files
    from promoter.repository.landing import Conflict, Landed, land, merge
    from promoter.repository.messages import Commit
    from promoter.repository.opened import Repository
    from promoter.repository.past import Past, State, are_many, begin_past, read_past
    from promoter.repository.refs import delete_ref, fetch, move_ref, push

__all__ = [
    "Commit",
    "Conflict",
    "Identity",
    "Landed",
    "LocalBranches",
    "Past",
    "Repository",
    "State",
    "are_many",
    "begin_past",
    "delete_ref",
    "fetch",
    "land",
    "merge",
    "move_ref",
    "push",
    "read_past",
    "write_commit",
    "write_files",
]

_HOMES: Final = {
    "Commit": "messages",
    "Conflict": "landing",
    "Identity": "commits",
    "Landed": "landing",
    "LocalBranches": "branches",
    "Past": "past",
    "Repository": "opened",
    "State": "past",
    "are_many": "past",
    "begin_past": "past",
    "delete_ref": "refs",
    "fetch": "refs",
    "land": "landing",
    "merge": "landing",
    "move_ref": "refs",
    "push": "refs",
    "read_past": "past",
    "write_commit": "commits",
    "write_files": "files",
}

__getattr__ = deferred(__name__, _HOMES)
