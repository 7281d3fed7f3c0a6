"""Which files Flux's source-controller packs into a GitRepository's artifact.

Patterns are those of `.gitignore`, from `.sourceignore` files at any depth and from the object's
`spec.ignore`, which comes last; the last pattern that speaks of a path decides, so that a file can be taken
back in although its directory is left out. Git's own files are always candidates to leave out, the other
default exclusions only where nobody wrote a pattern, and symlinks are never packed. Rules:
https://fluxcd.io/flux/components/source/gitrepositories/#excluding-files (source-controller v1),
and fluxcd/pkg's `sourceignore` and `artifact/storage`.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

from promoter.deployables.globs import path_match
from promoter.frozen import frozen
from promoter.kustomize import Graph, inside
from promoter.model import SYMLINK, Snapshot

NAME: Final = ".sourceignore"
_GIT: Final = (".git/", ".gitignore", ".gitmodules", ".gitattributes")
_DEFAULTS: Final = (
    *("*.jpg", "*.jpeg", "*.gif", "*.png", "*.wmv", "*.flv", "*.tar.gz", "*.zip"),
    *(".github/", ".circleci/", ".travis.yml", ".gitlab-ci.yml", "appveyor.yml", ".drone.yml"),
    *("cloudbuild.yaml", "codeship-services.yml", "codeship-steps.yml"),
    *("**/.goreleaser.yml", "**/.sops.yaml", "**/.flux.yaml"),
)


@frozen
class Pattern:
    """One line of an ignore file, counted from its directory `domain`; `back` takes paths in again.

    With `directories` it stands for directories only. A pattern of one part matches at any depth.
    """

    domain: tuple[str, ...]
    parts: tuple[str, ...]
    back: bool
    directories: bool

    @classmethod
    def of(cls, line: str, domain: tuple[str, ...] = ()) -> "Pattern":
        """The pattern that a line spells."""
        back = line.startswith("!")
        text = line[1:] if back else line
        text = text if text.endswith("\\ ") else text.rstrip(" ")
        return cls(domain, tuple(text.removesuffix("/").split("/")), back, text.endswith("/"))

    def speaks_of(self, path: Sequence[str]) -> bool:
        """Whether a file's path, in its parts, is meant: itself or a directory above it."""
        depth = len(self.domain)
        if len(path) <= depth or tuple(path[:depth]) != self.domain:
            return False
        return self._below(path[depth:]) if len(self.parts) > 1 else self._named(path[depth:])

    def _named(self, path: Sequence[str]) -> bool:
        glob = path_match(self.parts[0])
        found = next((index for index, name in enumerate(path) if glob.fullmatch(name)), None)
        return found is not None and not (self.directories and found == len(path) - 1)

    def _below(self, path: Sequence[str]) -> bool:
        rest, matched, anywhere = list(path), False, False
        for index, part in enumerate(self.parts):
            if part == "**" and index == len(self.parts) - 1:
                break
            if part in ("", "**"):
                anywhere = part == "**"
                continue
            if "**" in part or not rest:
                return False
            matched = _advance(rest, part, anywhere=anywhere)
            if not matched and not anywhere:
                return False
            anywhere = False
        return matched and not (self.directories and not rest)


def _advance(rest: list[str], part: str, *, anywhere: bool) -> bool:
    """Whether the first name, or with `anywhere` one of them, matches; what was looked at is taken off."""
    glob = path_match(part)
    while rest:
        if glob.fullmatch(rest.pop(0)):
            return True
        if not anywhere:
            return False
    return False


def patterns(text: str, domain: tuple[str, ...] = ()) -> Iterator[Pattern]:
    """The patterns of an ignore file's text, in its order; comments and blank lines give none."""
    for line in text.split("\n"):
        if line.strip() and not line.startswith("#"):
            yield Pattern.of(line.removesuffix("\r"), domain)


@dataclass(frozen=True, eq=False)
class Artifact:
    """What of a snapshot is packed, by patterns in rising precedence."""

    whole: Snapshot
    patterns: tuple[Pattern, ...]
    _known: dict[str, bool] = field(default_factory=dict, repr=False)

    def leaves_out(self, path: str) -> bool:
        """Whether a file of the snapshot is not packed."""
        known = self._known.get(path)
        if known is None:
            known = self._known[path] = self._left_out(path)
        return known

    def _left_out(self, path: str) -> bool:
        entry = self.whole.entries.get(path)
        if entry is not None and entry.mode == SYMLINK:
            return True
        parts = path.split("/")
        last = next((each for each in reversed(self.patterns) if each.speaks_of(parts)), None)
        return last is not None and not last.back

    def holds(self, path: str) -> bool:
        """Whether the path is a packed file, or a directory with one below it."""
        if path in self.whole.entries:
            return not self.leaves_out(path)
        return any(not self.leaves_out(each) for each in self.below(path))

    def below(self, directory: str) -> Iterator[str]:
        """The files of the whole snapshot below a directory, in their order."""
        prefix = inside(directory)
        for index in range(bisect_left(self._paths, prefix), len(self._paths)):
            if not self._paths[index].startswith(prefix):
                return
            yield self._paths[index]

    @cached_property
    def _paths(self) -> tuple[str, ...]:
        return tuple(sorted(self.whole.entries))

    @cached_property
    def snapshot(self) -> Snapshot:
        """The snapshot with the packed files alone; the whole one itself when nothing is left out."""
        gone = {path: None for path in self.whole.entries if self.leaves_out(path)}
        return self.whole.with_files(dict(gone)) if gone else self.whole


@lru_cache(maxsize=8)
def artifact(graph: Graph, ignore: str = "") -> Artifact:
    """The artifact of a graph's snapshot. `ignore` is the object's `spec.ignore`, empty without one."""
    written: list[Pattern] = []
    snapshot = graph.snapshot
    files = (path for path in snapshot.entries if path == NAME or path.endswith(f"/{NAME}"))
    for path in sorted(files, key=lambda each: each.split("/")[:-1]):
        domain = tuple(path.split("/")[:-1])
        written += patterns(graph.content(path).decode(errors="replace"), domain)
    written += patterns(ignore)
    lowest = (*_GIT, *(() if written else _DEFAULTS))
    return Artifact(snapshot, (*map(Pattern.of, lowest), *written))
