"""The repository's branches as the local forge needs them.

Must not decide what may land. Callers may rely on this: what cannot land is a ForgeError, and nothing
moved then.
"""

from contextlib import AbstractContextManager

from promoter.errors import ForgeError
from promoter.frozen import frozen
from promoter.repository.landing import Conflict, Landed, land, merge
from promoter.repository.lock import turn
from promoter.repository.opened import Repository
from promoter.repository.refs import delete_ref, fetch, push, ref_value


@frozen(eq=False)
class LocalBranches:
    """The branches of one repository, and with `remote` those of that remote, which then count."""

    repository: Repository
    remote: str | None = None

    def tip(self, branch: str) -> str | None:
        """The commit that the branch is at, None when there is no such branch."""
        if self.remote is not None:
            return fetch(self.repository, self.remote, branch)
        return ref_value(self.repository.git, f"refs/heads/{branch}")

    def land(self, base: str, head: str, message: str) -> str:
        """The commit by which `head` came into `base`. Raises ForgeError on conflict, RefusedError."""
        landed = land(self.repository, base, head, message, remote=self.remote)
        if isinstance(landed, Conflict):
            raise ForgeError(
                f"{base!r} and the pull request both changed {', '.join(landed.paths)}",
                hint="promote again: the branch is built anew on its base",
            )
        return landed.commit

    def holds(self, base: str, head: str) -> bool:
        """Whether everything that `head` brings is in the branch `base` already."""
        tip, known = self.tip(base), self.repository.git.run("cat-file", "-e", head, accept=(0, 1, 128))
        if tip is None or known.status != 0:
            return False
        result = merge(self.repository, tip, head, "")
        return isinstance(result, Landed) and result.how == "already"

    def turn(self) -> AbstractContextManager[None]:
        """Hold the repository's lock for a block, waiting for others first. Raises RepositoryError."""
        return turn(self.repository.common_dir)

    def drop(self, branch: str, head: str) -> None:
        """Remove the branch if it is still at `head`, at the remote too; one that moved on stays."""
        ref = f"refs/heads/{branch}"
        if self.remote is not None:
            push(self.repository, self.remote, ref, None, head)
        if ref_value(self.repository.git, ref) == head:
            delete_ref(self.repository, ref, head)
