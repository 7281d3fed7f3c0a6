"""Who reads a file: what every kustomization itself names, followed backwards.

Following each build forwards would walk a shared base once for every overlay; backwards only what is asked
about is walked. The answer is exactly the directories whose closure holds the path.
"""

from collections.abc import Iterable, Mapping, Sequence


class Readers:
    """The directories whose builds read each path.

    `named_by` gives, for each file, symlink and directory, the directories whose kustomization itself
    names it.
    """

    def __init__(self, named_by: Mapping[str, Sequence[str]]) -> None:
        self.named_by = named_by
        self._known: dict[str, tuple[str, ...]] = {}

    @classmethod
    def of(cls, naming: Iterable[tuple[str, Iterable[str]]]) -> "Readers":
        """The readers told by what each directory's kustomization names, its own file among that."""
        named_by: dict[str, list[str]] = {}
        for directory, names in naming:
            for path in frozenset(names):
                named_by.setdefault(path, []).append(directory)
        return cls(named_by)

    def reading(self, path: str) -> tuple[str, ...]:
        """The directories whose build reads the file or symlink, sorted; nothing when no build does."""
        if path not in self._known:
            self._known[path] = tuple(sorted(self._above(path)))
        return self._known[path]

    def _above(self, path: str) -> set[str]:
        found: set[str] = set()
        waiting = list(self.named_by.get(path, ()))
        while waiting:
            directory = waiting.pop()
            if directory not in found:
                found.add(directory)
                waiting += self.named_by.get(directory, ())
        return found
