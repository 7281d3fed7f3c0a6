"""One machine's share of the work when several divide it: which deployables it renders.

Must not look at anything but a deployable's identity. Callers may rely on this: every deployable is in
exactly one share of N, whatever else the repository holds and wherever the question is asked.
"""

import re
from typing import Final

from promoter.errors import UsageError
from promoter.frozen import frozen
from promoter.model import Deployable, hash_of

_WRITTEN: Final = re.compile(r"([1-9]\d{0,3})/([1-9]\d{0,3})")


@frozen(order=True)
class Share:
    """Part `number` (from 1) of `count`."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> "Share":
        """The share that `I/N` spells, as in `2/5`. Raises UsageError for anything else."""
        found = _WRITTEN.fullmatch(text)
        if found is None or int(found[1]) > int(found[2]):
            raise UsageError(
                f"expected --shard I/N, found {text!r}",
                hint="N machines take the shards 1/N, 2/N, … N/N, up to 9999",
            )
        return cls(int(found[1]), int(found[2]))

    def holds(self, each: Deployable) -> bool:
        """Whether the deployable belongs to this share."""
        return self._holds(
            each.controller, each.kind, each.namespace, each.name,
            each.environment, each.app, each.path or "", each.destination.cluster,
        )  # fmt: skip

    def holds_directory(self, path: str) -> bool:
        """Whether a directory that nothing deploys belongs to this share."""
        return self._holds(path)

    def _holds(self, *identity: str) -> bool:
        return int(hash_of(*identity), 16) % self.count == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"
