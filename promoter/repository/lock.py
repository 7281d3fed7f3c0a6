"""Lets the promoters of one machine take turns in one repository.

Must not guard what git guards: a ref still moves only from the value that was seen, for others may write
too. Callers may rely on this: the operating system frees the lock of a process that was killed, so there
is never a stale one; where the system has no such locks (Windows) nobody waits.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from promoter.errors import RepositoryError


@contextmanager
def turn(common_dir: str) -> Iterator[None]:
    """Hold the repository's lock while the block runs, waiting for others first.

    Raises RepositoryError when nothing can be written beside git's own files.
    """
    folder = Path(common_dir, "promoter")
    try:
        folder.mkdir(exist_ok=True)
        file = Path(folder, "lock").open("wb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise RepositoryError(
            f"cannot write in {str(folder)!r}: {error.strerror}",
            hint="promoter needs to write in the .git folder: check its owner and rights",
        ) from error
    with file:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield
