"""A pair of objects with what differs between them, before anything is hidden or filtered.

This is what the filters and the risk notes judge. It holds raw values, secrets too, and therefore
never leaves the package.
"""

from promoter.diff.fields import Difference, Reordered
from promoter.diff.pairing import Pair
from promoter.frozen import frozen
from promoter.model import Json, KubeObject, ObjectKey


@frozen
class Compared:
    """A pair, its differences and lists in another order, and notes for people."""

    pair: Pair
    differences: tuple[Difference, ...]
    reordered: tuple[Reordered, ...] = ()
    notes: tuple[str, ...] = ()
    filtered: int = 0

    @property
    def shown(self) -> KubeObject:
        """The object as it is now, or as it was when it is gone."""
        item = self.pair.after or self.pair.before
        assert item is not None
        return item

    @property
    def key(self) -> ObjectKey:
        """The key of `shown`."""
        return self.shown.key

    @property
    def before(self) -> dict[str, Json]:
        """The body before; empty when the object is new."""
        return self.pair.before.body if self.pair.before else {}

    @property
    def after(self) -> dict[str, Json]:
        """The body after; empty when the object is gone."""
        return self.pair.after.body if self.pair.after else {}

    @property
    def removed(self) -> bool:
        """Whether no object takes its place."""
        return self.pair.after is None

    @property
    def added(self) -> bool:
        """Whether there was no such object."""
        return self.pair.before is None
