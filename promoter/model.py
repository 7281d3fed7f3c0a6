"""The values that every part of promoter speaks in: frozen, slotted, without effects.

Paths are strings with `/`, relative to the repository's root, never starting with `./`. The root
itself is the empty string. Lines and columns are 1-based and for people; offsets are 0-based counts of
characters of the decoded text (a byte-order mark is not part of the text) and for edits.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha1
from typing import Final

from promoter.errors import EditError, UsageError

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

BOM: Final = "\ufeff".encode()
SYMLINK: Final = "120000"
SUBMODULE: Final = "160000"
REGULAR: Final = "100644"


# --- places and edits -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """Where something is written: a path, and 1-based line and column of its start and end."""

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Characters `start` up to `end` (offsets into the decoded text of `path`) become `replacement`."""

    path: str
    start: int
    end: int
    replacement: str


def splice(content: bytes, edits: Iterable[Edit]) -> bytes:
    """`content` with the edits applied; every character outside their spans stays, the BOM too.

    The edits are all of one file. Raises EditError when two overlap, one lies outside the text, or the
    file is not UTF-8.
    """
    bom = BOM if content.startswith(BOM) else b""
    try:
        text = content[len(bom) :].decode()
    except UnicodeDecodeError as error:
        raise EditError(f"the file is not UTF-8: {error.reason} at byte {error.start}") from error
    pieces: list[str] = []
    position = 0
    for edit in sorted(edits):
        if edit.start < position or edit.end < edit.start or edit.end > len(text):
            raise EditError(f"edits overlap or leave the text at character {edit.start}", where=edit.path)
        pieces += (text[position : edit.start], edit.replacement)
        position = edit.end
    return bom + ("".join(pieces) + text[position:]).encode()


# --- addresses and snapshots ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class EnvRef:
    """An environment, group or directory at a revision, written `prod`, `prod@main`, `./apps/x@HEAD~1`.

    `revision` is None for the default of the command (the work tree, or the pushed commit).
    """

    environment: str
    revision: str | None = None

    @classmethod
    def parse(cls, text: str) -> "EnvRef":
        """The address that `text` spells. Raises UsageError when a part is empty."""
        name, at, revision = text.partition("@")
        if not name or (at and not revision):
            raise UsageError(f"expected ENV, ENV@REV or ./DIR[@REV], found {text!r}")
        return cls(name, revision or None)

    @property
    def is_directory(self) -> bool:
        """Whether the address names a directory (it has a `/`) and not an environment."""
        return "/" in self.environment or self.environment == "."

    def __str__(self) -> str:
        return f"{self.environment}@{self.revision}" if self.revision else self.environment


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a snapshot: git's mode (`100644`, `100755`, `120000`, `160000`) and blob id."""

    mode: str
    blob: str


def blob_id(content: bytes) -> str:
    """git's id (SHA-1, 40 hex digits) of a blob with this content."""
    return sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def parents(path: str) -> Iterator[str]:
    """The directories above `path`, nearest first, the root (empty string) last."""
    while path:
        path = path.rpartition("/")[0]
        yield path


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The files of one revision, read lazily and never changed.

    `revision` is the full commit id, or None for the work tree. `entries` is ordered by path and names
    every file, symlink and submodule. `contents` gives the bytes of a file (a symlink's target text)
    and may read them only when asked; it raises KeyError for what is no file.
    """

    revision: str | None
    entries: Mapping[str, Entry]
    contents: Mapping[str, bytes]
    directories: frozenset[str]

    @classmethod
    def of(cls, files: Mapping[str, bytes], revision: str | None = None) -> "Snapshot":
        """A snapshot that holds `files` in memory, as tests and generated trees use."""
        entries = {path: Entry(REGULAR, blob_id(files[path])) for path in sorted(files)}
        return cls(revision, entries, dict(files), directories_of(entries))

    def __contains__(self, path: str) -> bool:
        return path in self.entries

    def __getitem__(self, path: str) -> bytes:
        return self.contents[path]

    def is_directory(self, path: str) -> bool:
        """Whether some file lies below `path`."""
        return path in self.directories

    def is_file(self, path: str) -> bool:
        """Whether `path` is a file (or a symlink), not a submodule or directory."""
        entry = self.entries.get(path)
        return entry is not None and entry.mode != SUBMODULE

    def with_files(self, files: Mapping[str, bytes | None]) -> "Snapshot":
        """This snapshot with some files replaced, added, or (None) removed; the revision is dropped."""
        entries = dict(self.entries)
        for path, content in files.items():
            if content is None:
                entries.pop(path, None)
            else:
                mode = entries[path].mode if path in entries else REGULAR
                entries[path] = Entry(mode, blob_id(content))
        written = {path: content for path, content in files.items() if content is not None}
        ordered = dict(sorted(entries.items())) if len(entries) != len(self.entries) else entries
        directories = self.directories if ordered.keys() == self.entries.keys() else directories_of(ordered)
        return Snapshot(None, ordered, _Overlaid(self.contents, written, ordered), directories)

    def with_edits(self, edits: Iterable[Edit]) -> "Snapshot":
        """This snapshot with the edits spliced in. Raises EditError as `splice` does."""
        by_path: dict[str, list[Edit]] = {}
        for edit in edits:
            by_path.setdefault(edit.path, []).append(edit)
        return self.with_files({path: splice(self[path], group) for path, group in by_path.items()})


def directories_of(entries: Iterable[str]) -> frozenset[str]:
    """Every directory that holds one of the paths, the root (empty string) included."""
    found: set[str] = {""}
    for path in entries:
        for parent in parents(path):
            if parent in found:
                break
            found.add(parent)
    return frozenset(found)


class _Overlaid(Mapping[str, bytes]):
    """Contents with some files laid over others, limited to the paths that still exist."""

    __slots__ = ("_below", "_entries", "_written")

    def __init__(
        self, below: Mapping[str, bytes], written: Mapping[str, bytes], entries: Mapping[str, Entry]
    ) -> None:
        self._below, self._written, self._entries = below, written, entries

    def __getitem__(self, path: str) -> bytes:
        if path not in self._entries:
            raise KeyError(path)
        return self._written[path] if path in self._written else self._below[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


# --- images and pins --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Image:
    """A container image as written: `name` is everything before the tag, nothing is normalised."""

    name: str
    tag: str | None = None
    digest: str | None = None

    @property
    def version(self) -> str:
        """What people call the version: the tag, else the digest, else an empty string."""
        return self.tag or self.digest or ""

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.name}{tag}" + (f"@{self.digest}" if self.digest else "")


@dataclass(frozen=True, slots=True)
class Pin:
    """A place where an image's version is written.

    `setter` names the setter that knows how to rewrite it; `document` (0-based) and `field` (a JSON
    pointer inside it) find it again; `location` is for people. `image.name` is the repository that
    runs (kustomize's newName where there is one) and `alias` the placeholder that stands for it in the
    manifests, if any. `refusal` says why the pin cannot be edited safely, None when it can.
    """

    setter: str
    location: Location
    document: int
    field: str
    image: Image
    alias: str | None = None
    refusal: str | None = None
    warning: str | None = None

    @property
    def path(self) -> str:
        """The file that holds the pin."""
        return self.location.path


# --- what controllers deploy ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a controller applies the objects: a cluster's name or server, and a namespace."""

    cluster: str = ""
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class Deployable:
    """One thing that a controller syncs from this repository into one environment.

    `controller` is `argocd`, `flux`, `k3s` or `layout` (found by folder convention only); `kind` the
    controller object's kind. `app` and `environment` are promoter's names; `environment` is empty when
    nothing tells it. `path` is the directory (or chart) inside this repository; None when the source
    lies elsewhere. `overrides` is the controller's own block that changes the build (Argo CD's
    `spec.source`, Flux's `spec`), applied by `deployables.build`. `reason` is set when the deployable
    is *unresolved*, and says what cannot be known. `evidence` lists, in order, what decided `app` and
    `environment`.
    """

    controller: str
    kind: str
    name: str
    app: str
    environment: str
    path: str | None
    location: Location
    namespace: str = ""
    destination: Destination = Destination()
    overrides: Mapping[str, Json] = field(default_factory=dict, hash=False)
    suspended: bool = False
    reason: str | None = None
    evidence: tuple[str, ...] = ()


# --- rendering --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class ObjectKey:
    """What names a Kubernetes object: API group (empty for core), kind, namespace and name."""

    group: str
    kind: str
    namespace: str
    name: str

    @classmethod
    def of(cls, body: Mapping[str, Json]) -> "ObjectKey":
        """The key of a manifest; parts that are absent or of the wrong type are empty strings."""
        api_version, kind, metadata = body.get("apiVersion"), body.get("kind"), body.get("metadata")
        group = api_version.rpartition("/")[0] if isinstance(api_version, str) else ""
        named = metadata if isinstance(metadata, dict) else {}
        namespace, name = named.get("namespace"), named.get("name")
        return cls(
            group,
            kind if isinstance(kind, str) else "",
            namespace if isinstance(namespace, str) else "",
            name if isinstance(name, str) else "",
        )

    def __str__(self) -> str:
        kind = f"{self.kind}.{self.group}" if self.group else self.kind
        return f"{kind}/{self.namespace}/{self.name}" if self.namespace else f"{kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class KubeObject:
    """One rendered object: its key and its body as JSON values. The body is never changed."""

    key: ObjectKey
    body: dict[str, Json] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a build gave, in the engine's order, and which engine built it (`kubectl 1.37.1`)."""

    path: str
    objects: tuple[KubeObject, ...]
    engine: str


@dataclass(frozen=True, slots=True)
class RenderFailure:
    """A build that did not succeed: why, and where when that is known.

    `kind` is `refused` (the pre-flight said no: remote base, path outside the repository, plugin …),
    `failed` (the engine said no) or `limit` (time or memory ran out).
    """

    path: str
    kind: str
    message: str
    location: Location | None = None


# --- comparing --------------------------------------------------------------------------------


class ChangeKind(StrEnum):
    """How an object differs between two renders."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs. `path` reads `spec.containers[name=web].image`; absent sides are None.

    `before_present` and `after_present` tell an absent field from an explicit null.
    """

    path: str
    before: Json = field(hash=False)
    after: Json = field(hash=False)
    before_present: bool = True
    after_present: bool = True


@dataclass(frozen=True, slots=True)
class Risk:
    """Something in a change that could hurt: a stable kebab-case name and one sentence."""

    name: str
    message: str


@dataclass(frozen=True, slots=True)
class Change:
    """One object that differs; `was` is its former key when it moved or was renamed."""

    kind: ChangeKind
    key: ObjectKey
    fields: tuple[FieldChange, ...] = ()
    was: ObjectKey | None = None
    risks: tuple[Risk, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """What differs between two renders, ordered by object key; `filtered` counts hidden changes."""

    changes: tuple[Change, ...] = ()
    filtered: int = 0

    def __bool__(self) -> bool:
        return bool(self.changes)


# --- promoting --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bump:
    """One pin of one environment that moves from its image to `new`."""

    app: str
    environment: str
    pin: Pin
    new: Image

    @property
    def old(self) -> Image:
        """What the pin says now."""
        return self.pin.image


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that a plan leaves alone, and why."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a promotion or rollback would change. An empty `bumps` means nothing to do."""

    action: str
    source: str
    target: str
    bumps: tuple[Bump, ...]
    skipped: tuple[Skipped, ...] = ()
    edits: tuple[Edit, ...] = ()


# --- linting ----------------------------------------------------------------------------------


class Severity(StrEnum):
    """How bad a finding is; SARIF's levels."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that mend a finding; `safe` when they cannot change what was meant."""

    description: str
    edits: tuple[Edit, ...]
    safe: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found, at the line that causes it. Never raised; suppressed ones are kept.

    `field` is the path inside the object (as in FieldChange), empty when the finding is about the
    whole. `rendered_only` says that no source line could be proven, and the location is the overlay's.
    """

    code: str
    name: str
    severity: Severity
    message: str
    location: Location
    environments: tuple[str, ...] = ()
    object: ObjectKey | None = None
    field: str = ""
    related: tuple[Location, ...] = ()
    fix: Fix | None = None
    rendered_only: bool = False
    suppressed: str | None = None

    def within(self, environments: tuple[str, ...]) -> "Finding":
        """The same finding, said of these environments."""
        return replace(self, environments=environments)


# --- pull requests ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PullRequestSpec:
    """The pull request that we want: one living request per `branch`."""

    branch: str
    base: str
    title: str
    body: str
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PullRequest:
    """The pull request that the forge has. `state` is `open`, `merged` or `closed`."""

    number: int
    url: str
    branch: str
    base: str
    title: str
    body: str
    state: str
    head: str
    labels: tuple[str, ...] = ()


Clock = Callable[[], float]
