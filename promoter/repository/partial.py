"""Fetches what a partial clone left out, many objects in one go.

Must not be needed for correctness: git fetches by itself what it misses, but one object at a time, and a
pin's past has hundreds. Callers may rely on this: in a complete clone it costs one look at the settings.
"""

from collections.abc import Sequence

from promoter.repository.process import NETWORK_SECONDS, Git


class Partial:
    """The objects that a clone has; in a complete clone nothing is ever asked."""

    __slots__ = ("_git", "_here", "_promisor")

    def __init__(self, git: Git) -> None:
        self._git = git
        self._promisor = promisor(git)
        self._here: set[str] | None = None

    def fetch(self, objects: Sequence[str]) -> None:
        """Fetch those of `objects` that are not here; what the remote does not give is left to miss later.

        Raises RepositoryError when git cannot look.
        """
        if self._promisor is None:
            return
        if self._here is None:
            self._here = _here(self._git)
        missing = [each for each in objects if each not in self._here]
        if missing:
            self._git.run(
                *("-c", "fetch.negotiationAlgorithm=noop", "fetch", "--quiet", "--no-tags"),
                *("--no-write-fetch-head", "--recurse-submodules=no", "--filter=blob:none", "--stdin"),
                *("--", self._promisor),
                stdin="".join(f"{each}\n" for each in missing).encode(),
                accept=(0, 1, 128),
                seconds=NETWORK_SECONDS,
            )
            self._here.update(missing)


def promisor(git: Git) -> str | None:
    """The remote that has what a partial clone left out; None for a complete clone."""
    ran = git.run("config", "-z", "--get-regexp", r"^remote\..*\.promisor$", accept=(0, 1))
    records = (record.partition("\n") for record in ran.text.split("\0") if record)
    names = (
        key.removeprefix("remote.").removesuffix(".promisor") for key, _, on in records if on == "true"
    )
    return next(names, None)


def _here(git: Git) -> set[str]:
    """Every object of the clone itself; asking for one by name would fetch it."""
    words = ("cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)")
    return set(git.run(*words).text.split("\n"))
