"""What a run did not judge: deployed builds that failed, or that nobody asked for.

It must not say what is wrong there. A suppression that also speaks of what was not judged is never called
unused.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final

from promoter.kustomize import inside
from promoter.lint.accepted import Accepted
from promoter.lint.source import SourceContext
from promoter.model import Deployable, Rendered


class Unjudged:
    """The deployed builds that a run did not judge."""

    def __init__(self, source: SourceContext) -> None:
        built = {root.directory for root in source.roots if isinstance(root.rendered, Rendered)}
        self._source: Final = source
        self._left: Final = tuple(
            each for each in source.deployables if each.path is not None and each.path not in built
        )

    def reads(self, path: str) -> bool:
        """Whether one of them reads the file."""
        return self._read(path, self._left)

    def concerns(self, entry: Accepted) -> bool:
        """Whether an entry of the configuration also speaks of one of them."""
        left = [each for each in self._left if entry.reaches((each.environment,))]
        if not entry.path:
            return bool(left)
        named = (path for path in self._source.snapshot.entries if fnmatchcase(path, entry.path))
        return bool(left) and any(self._read(path, left) for path in named)

    def _read(self, path: str, left: Iterable[Deployable]) -> bool:
        readers = set(self._source.graph.readers(path))
        return any(each.path in readers or path.startswith(inside(each.path or "")) for each in left)
