"""The user's git repository: snapshots, history, and commits built in the object database.

Must not decide anything about environments or versions. Callers may rely on this: a `Repository` only
reads; what writes is a function of its own, and each one leaves either nothing or something complete.
"""

from promoter.repository.branches import LocalBranches
from promoter.repository.commits import Identity, write_commit
from promoter.repository.files import write_files
from promoter.repository.landing import Conflict, Landed, land, merge
from promoter.repository.messages import Commit
from promoter.repository.opened import Repository
from promoter.repository.past import Past, State, read_past
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
