"""The input graph of kustomize builds: what each kustomization names, what a build reads, who reads a file.

Nothing is built here and nothing outside the snapshot is looked at; a reference that cannot be followed
is kept with its reason (`missing`, `outside`, `remote`). Each file of a snapshot is parsed at most once.
Fields follow the Kustomization and Component types of kustomize 5.8
(https://github.com/kubernetes-sigs/kustomize/blob/kustomize/v5.8.1/api/types/kustomization.go).
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import field as dataclass_field
from dataclasses import replace
from functools import cached_property, partial
from typing import Final

from promoter.frozen import frozen
from promoter.kustomize.alike import names_alike
from promoter.kustomize.fields import PLUGIN_FIELDS
from promoter.kustomize.memo import MEMO
from promoter.kustomize.paths import KUSTOMIZATION_NAMES, join, kustomization_path
from promoter.kustomize.readers import Readers
from promoter.kustomize.sketch import Sketch, sketch, sketched
from promoter.kustomize.values import Closure, Kustomization, Reference, ReferenceKind
from promoter.model import SYMLINK, Snapshot
from promoter.yamldoc import Scalar, YamlFile, at, items, parse, text, texts

_REMOTE: Final = re.compile(
    r"[a-z][a-z0-9+.-]*(::|://)|[\w.-]+@[\w.-]+:|git::|(github\.com|gitlab\.com|bitbucket\.org)[/:]",
    re.IGNORECASE,
)
_HOSTLIKE: Final = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?/[^/]+/.+")
_MAX_LINKS: Final = 40


@frozen
class Shared:
    """What graphs of the same paths have in common.

    References depend on which paths exist and on the file itself, so a kustomization is the same wherever
    its file has the same blob id; `files` are keyed by path and blob id, `contents` by the blob id alone
    (equal files are parsed once), `kustomizations` by path and the blob id of the file.
    """

    files: dict[tuple[str, str], YamlFile] = dataclass_field(default_factory=dict)
    contents: dict[str, YamlFile] = dataclass_field(default_factory=dict)
    kustomizations: dict[tuple[str, str], Kustomization] = dataclass_field(default_factory=dict)
    closures: dict[str, tuple[Closure, tuple[Kustomization, ...]]] = dataclass_field(default_factory=dict)


class Graph:
    """The kustomizations of one snapshot, parsed when first asked for.

    What `like`, a graph of the same paths, reads or has read is read once for both. `read` are the paths
    whose whole content was asked for, of this graph or of one that it came from, whatever its paths.
    """

    def __init__(self, snapshot: Snapshot, like: "Graph | None" = None) -> None:
        self.snapshot: Final = snapshot
        same = like is not None and like.snapshot.entries.keys() == snapshot.entries.keys()
        self.shared: Final[Shared] = like.shared if like is not None and same else Shared()
        self.read: Final[set[str]] = like.read if like is not None else set()
        self.first: Final[Graph] = like.first if like is not None and same else self
        self._kustomizations: dict[str, Kustomization | None] = {}
        self._closures: dict[str, Closure] = {}

    def content(self, path: str) -> bytes:
        """The bytes of a file. Raises KeyError when the snapshot does not have it."""
        self.read.add(path)
        return self.snapshot[path]

    def yaml(self, path: str) -> YamlFile:
        """The parsed file. Raises KeyError when the snapshot does not have it."""
        self.read.add(path)
        blob = self.snapshot.entries[path].blob
        known = self.shared.files.get((path, blob))
        if known is None:
            same = self.shared.contents.get(blob)
            if same is None or same.error is not None:
                known = self.shared.contents[blob] = parse(path, self.snapshot[path])
            else:
                known = replace(same, path=path)
            self.shared.files[path, blob] = known
        return known

    @cached_property
    def directories(self) -> tuple[str, ...]:
        """Every directory that has a kustomization, sorted."""
        return tuple(
            sorted(
                {
                    path.rpartition("/")[0]
                    for path in self.snapshot.entries
                    if path.rpartition("/")[2] in KUSTOMIZATION_NAMES
                }
            )
        )

    def kustomization(self, directory: str) -> Kustomization | None:
        """The kustomization of a directory; None without one or when it is no mapping."""
        if directory not in self._kustomizations:
            self._kustomizations[directory] = self._read(directory)
        return self._kustomizations[directory]

    def _read(self, directory: str) -> Kustomization | None:
        path = kustomization_path(self.snapshot, directory)
        if path is None:
            return None
        real = self.real(path)
        if real is None or not self.snapshot.is_file(real):
            return None
        blob = self.snapshot.entries[real].blob
        shared = self.shared.kustomizations.get((path, blob))
        if shared is not None:
            return shared
        known = self.sketch(real)
        if known is None:
            return None
        references = tuple(self._references(directory, real, known))
        parsed = partial(self.yaml, real)
        found = Kustomization(path, directory, real, known.kind, known.keys, references, parsed)
        if known.keys.isdisjoint(PLUGIN_FIELDS) and not self._has_links:
            self.shared.kustomizations[path, blob] = found
        return found

    def sketch(self, path: str) -> Sketch | None:
        """What the kustomization file at a real path names; None for what is no mapping or no file."""
        if not self.snapshot.is_file(path):
            return None
        blob = self.snapshot.entries[path].blob
        return sketch(MEMO.get("kustomization", blob, lambda: sketched(path, self.snapshot[path])))

    def real(self, path: str) -> str | None:
        """The path with `.`, `..` and symlinks resolved; None when it leaves the repository."""
        plain = not path.startswith((".", "/")) and not path.endswith("/")
        if plain and "/." not in path and "//" not in path and not self._has_links:
            return path
        parts = path.split("/")[::-1]
        found: list[str] = []
        links = 0 if self._has_links else None
        while parts:
            part = parts.pop()
            if part in ("", "."):
                continue
            if part == "..":
                if not found:
                    return None
                found.pop()
                continue
            found.append(part)
            if links is None:
                continue
            here = "/".join(found)
            entry = self.snapshot.entries.get(here)
            if entry is not None and entry.mode == SYMLINK:
                links += 1
                target = self.snapshot[here].decode(errors="replace")
                if target.startswith("/") or links > _MAX_LINKS:
                    return None
                found.pop()
                parts.extend(target.split("/")[::-1])
        return "/".join(found)

    def exists(self, path: str) -> bool:
        """Whether the path is a file or directory of the snapshot, symlinks followed."""
        real = self.real(path)
        return real is not None and (self.snapshot.is_directory(real) or self.snapshot.is_file(real))

    def resolve(self, directory: str, written: str) -> tuple[ReferenceKind, str | None]:
        """What a text in a kustomization of `directory` leads to, as kustomize would follow it."""
        if _REMOTE.match(written):
            return "remote", None
        real = None if written.startswith("/") else self.real(join(directory, written))
        if real is None:
            return "outside", None
        if self.snapshot.is_file(real):
            return "file", real
        if not self.snapshot.is_directory(real):
            return ("remote" if _HOSTLIKE.match(written) else "missing"), None
        return ("directory", real) if kustomization_path(self.snapshot, real) else ("missing", None)

    def _references(self, directory: str, path: str, known: Sketch) -> Iterator[Reference]:
        for named in known.names:
            kind, resolved = self.resolve(directory, named.written)
            yield Reference(named.field, named.written, named.location(path), kind, resolved)
            if resolved is not None and kind == "file" and named.field in PLUGIN_FIELDS:
                yield from self._plugin_inputs(directory, named.field, resolved)

    def _plugin_inputs(self, directory: str, field: str, path: str) -> Iterator[Reference]:
        """The files that a builtin generator's or transformer's own configuration names."""
        file = self.yaml(path)
        for document in file.documents:
            listed = items(at(document, "replacements"))
            single = [(name, at(document, name)) for name in ("path", "env")]
            single += [("replacements.path", at(each, "path")) for each in listed]
            for name, node in single:
                written = text(node)
                if isinstance(node, Scalar) and written and "\n" not in written:
                    kind, resolved = self.resolve(directory, written)
                    yield Reference(f"{field}.{name}", written, file.location(node), kind, resolved)
            for name in ("paths", "files", "envs"):
                for node in texts(at(document, name)):
                    if "\n" not in node.value:
                        named = node.value.rpartition("=")[2]
                        kind, resolved = self.resolve(directory, named)
                        yield Reference(f"{field}.{name}", named, file.location(node), kind, resolved)

    def closure(self, directory: str) -> Closure:
        """Everything that a build of the directory reads; only `entry` when it has no kustomization."""
        return self._closure(directory, ())

    def _closure(self, directory: str, above: tuple[str, ...]) -> Closure:
        if directory in above:
            return Closure(directory, (), (), (), cycle=(*above[above.index(directory) :], directory))
        known = self._closures.get(directory) or self._shared_closure(directory)
        if known is not None:
            return known
        collected = self._collect(directory, (*above, directory))
        if not collected.cycle or not above:
            self._closures[directory] = collected
            self._share(collected)
        return collected

    def _shared_closure(self, directory: str) -> Closure | None:
        """The closure that another graph found, when every kustomization that it reads is the same here."""
        known, built_on = self.shared.closures.get(directory, (None, ()))
        if known is None or any(self.kustomization(each.directory) is not each for each in built_on):
            return None
        self._closures[directory] = known
        return known

    def _share(self, closure: Closure) -> None:
        built_on = tuple(self.kustomization(each) for each in closure.kustomizations)
        found = tuple(each for each in built_on if each is not None)
        if len(found) == len(built_on) and not closure.cycle:
            self.shared.closures[closure.entry] = (closure, found)

    def _collect(self, directory: str, above: tuple[str, ...]) -> Closure:
        kustomization = self.kustomization(directory)
        path = kustomization_path(self.snapshot, directory)
        if kustomization is None or path is None:
            return Closure(directory, (path,) if path else (), (directory,), ())
        files: set[str] = {kustomization.real}
        order: dict[str, None] = {}
        problems: list[Reference] = []
        links = dict(self._links(path))
        cycle: tuple[str, ...] = ()
        for reference in kustomization.references:
            if reference.resolved is None:
                problems.append(reference)
                continue
            links.update(self._links(join(directory, reference.written)))
            if reference.kind == "file":
                files.add(reference.resolved)
                continue
            below = self._closure(reference.resolved, above)
            files.update(below.files)
            order.update(dict.fromkeys(below.kustomizations))
            problems.extend(problem for problem in below.problems if problem not in problems)
            links.update(below.links)
            cycle = cycle or below.cycle
        order[directory] = None
        return Closure(
            directory,
            tuple(sorted(files)),
            tuple(order),
            tuple(problems),
            tuple(sorted(links.items())),
            cycle,
        )

    @cached_property
    def _has_links(self) -> bool:
        return any(entry.mode == SYMLINK for entry in self.snapshot.entries.values())

    def _links(self, path: str) -> Iterator[tuple[str, str]]:
        """Each symlink that the written path passes through, with the path it leads to."""
        if not self._has_links:
            return
        walked = ""
        for part in path.split("/"):
            if part == "..":
                walked = (self.real(walked) or "").rpartition("/")[0]
                continue
            walked = join(walked, part) if part not in ("", ".") else walked
            entry = self.snapshot.entries.get(walked)
            if entry is not None and entry.mode == SYMLINK:
                real = self.real(walked)
                if real is not None:
                    yield walked, real
                    walked = real

    @cached_property
    def twin(self) -> "Graph":
        """A graph whose kustomizations name the same: the first one of these paths, else this one.

        Who reads a file is then found out once for both.
        """
        return self.first if self.first is not self and names_alike(self, self.first) else self

    @cached_property
    def configuring(self) -> frozenset[str]:
        """The files that configure a generator, transformer or validator: they name inputs of their own."""
        every = (self.kustomization(directory) for directory in self.directories)
        return frozenset(
            reference.resolved
            for each in every
            for reference in (each.references if each else ())
            if reference.field in PLUGIN_FIELDS and reference.resolved is not None
        )

    @cached_property
    def readership(self) -> Readers:
        """Who reads each path of this graph, found out from all its kustomizations."""
        return Readers.of((directory, self._named(directory)) for directory in self.directories)

    def know(self, readership: Readers, configuring: frozenset[str]) -> None:
        """Take over what a graph of an equal snapshot found out, so that it is not found out again."""
        self.__dict__.update(readership=readership, configuring=configuring)

    def _named(self, directory: str) -> Iterator[str]:
        """The kustomization's own file, what it names, and each symlink on the way to those."""
        kustomization = self.kustomization(directory)
        if kustomization is None:
            yield kustomization_path(self.snapshot, directory) or directory
            return
        yield kustomization.real
        yield from (link for link, _ in self._links(kustomization.path))
        for reference in kustomization.references:
            if reference.resolved is not None:
                yield reference.resolved
                yield from (link for link, _ in self._links(join(directory, reference.written)))

    def readers(self, path: str) -> tuple[str, ...]:
        """The directories whose build reads the file, sorted; nothing when no build does."""
        return self.twin.readership.reading(path)


_RECENT: Final[deque[Graph]] = deque(maxlen=32)


def graph_of(snapshot: Snapshot) -> Graph:
    """The graph of a snapshot; the same one while the snapshot is in use, so that files are parsed once."""
    for known in _RECENT:
        if known.snapshot is snapshot:
            return known
    graph = Graph(snapshot, _RECENT[0] if _RECENT else None)
    _RECENT.appendleft(graph)
    return graph
