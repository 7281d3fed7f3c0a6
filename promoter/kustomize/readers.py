"""Who reads a file: what every kustomization itself names, followed backwards.

Following each build forwards would walk a shared base once for every overlay; backwards only what is asked
about is walked. The answer is exactly the directories whose closure holds the path.
"""

from collections.abc import Iterable


class Readers:
    """The directories whose builds read each path.

    `naming` gives, for each directory with a kustomization, the files, symlinks and directories that this
    kustomization itself names, its own file among them.
    """

    def __init__(self, naming: Iterable[tuple[str, Iterable[str]]]) -> None:
        self._named_by: dict[str, list[str]] = {}
        for directory, names in naming:
            for path in frozenset(names):
                self._named_by.setdefault(path, []).append(directory)
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, path: str) -> tuple[str, ...]:
        """The directories whose build reads the file or symlink, sorted; nothing when no build does."""
        if path not in self._known:
            self._known[path] = tuple(sorted(self._above(path)))
        return self._known[path]

    def _above(self, path: str) -> set[str]:
        found: set[str] = set()
        waiting = list(self._named_by.get(path, ()))
        while waiting:
            directory = waiting.pop()
            if directory not in found:
                found.add(directory)
                waiting += self._named_by.get(directory, ())
        return found
