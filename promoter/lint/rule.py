"""What a rule is: a record with a code, a name and a check, made by `@rule` from one documented function.

It must not know any single rule or how findings are located and reported. Callers may rely on this:
a check is pure, its docstring is the rule's whole documentation, and what it yields names an object
and a field path, never a source line.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from enum import IntEnum, StrEnum
from inspect import cleandoc
from typing import Final, Generic, Literal, TypeVar

from promoter.frozen import frozen
from promoter.lint.peers import PEERS
from promoter.model import Json, ObjectKey, Severity

FieldPath = tuple[str | int, ...]
Settings = Mapping[str, Mapping[str, Json]]

SECTIONS: Final = ("What it does", "Why", "Example", "Instead", "Fix safety", "Options")
FIRST: Final = "0.1.0"


class Scope(StrEnum):
    """What a rule reads, and so which context its check takes."""

    SOURCE = "source"
    RENDERED = "rendered"
    ENVIRONMENTS = "environments"
    GIT = "git"


class Profile(IntEnum):
    """Profiles from the least to the most demanding; a profile holds the rules of those below it.

    A rule that is OPTIONAL belongs to no profile and runs only when it is named.
    """

    STRUCTURE = 1
    BASELINE = 2
    RECOMMENDED = 3
    RESTRICTED = 4
    PRODUCTION = 5
    OPTIONAL = 9


@frozen
class Mend:
    """How a report could be mended in the object: fields to set, then fields to remove.

    `safe` says that the change cannot alter what the workload was meant to do. The engine turns it
    into edits of the sources, or leaves it as advice when no source can be proven.
    """

    description: str
    safe: bool
    sets: tuple[tuple[FieldPath, Json], ...] = field(default=(), hash=False)
    removes: tuple[FieldPath, ...] = ()


@frozen
class Report:
    """What a check found: in which object, at which field, and why it matters.

    `path` may end in a field that is absent; the deepest part that exists is the place. `related`
    names other objects that take part. `verifiable` is False when the rule could not decide.
    """

    object: ObjectKey
    path: FieldPath
    message: str
    mend: Mend | None = None
    related: tuple[tuple[ObjectKey, FieldPath], ...] = ()
    verifiable: bool = True


_EXPECTED: Final[Mapping[type, str]] = {
    int: "a whole number",
    str: "a text",
    bool: "true or false",
    tuple: "a list of texts",
}
T = TypeVar("T", int, str, bool, tuple[str, ...])


@frozen
class Option(Generic[T]):
    """A value that users may set for one rule in the configuration. The default's type is the value's."""

    name: str
    default: T
    summary: str

    @property
    def expected(self) -> str:
        """The kind of value that may be set, for a message."""
        return _EXPECTED[type(self.default)]

    def accepts(self, value: Json) -> bool:
        """Whether the value may be set; a list may hold numbers as well as texts."""
        if isinstance(self.default, tuple):
            return isinstance(value, list) and not any(isinstance(each, list | dict) for each in value)
        return type(value) is type(self.default)

    def of(self, settings: Settings, code: str) -> T:
        """The value set for the rule, or the default when none is set that it accepts."""
        value = settings.get(code, {}).get(self.name)
        if isinstance(self.default, tuple):
            texts = value if isinstance(value, list) else None
            return self.default if texts is None else tuple(str(text) for text in texts)
        return value if type(value) is type(self.default) else self.default


AnyOption = Option[int] | Option[str] | Option[bool] | Option[tuple[str, ...]]
C = TypeVar("C")
R = TypeVar("R")


@frozen
class Rule(Generic[C, R]):
    """One rule. `code` and `name` are both stable and never reused.

    `profile` is the least demanding profile that holds it. `tier` is the release plan's tier. `fix` is
    `safe`, `unsafe` or empty. `peers` are the ids of equal checks elsewhere, as `tool:id`. A report drops
    those of the rules in `overrides` at the same object and path, so that one fault is said once.
    `summary` is the first line of `documentation`.
    """

    code: str
    name: str
    severity: Severity
    scope: Scope
    profile: Profile
    summary: str
    documentation: str
    check: Callable[[C], Iterable[R]] = field(hash=False, compare=False)
    fix: Literal["", "safe", "unsafe"] = ""
    peers: tuple[str, ...] = ()
    options: tuple[AnyOption, ...] = ()
    overrides: tuple[str, ...] = ()
    tier: int = 1
    since: str = FIRST

    @property
    def enabled(self) -> bool:
        """Whether some profile holds the rule."""
        return self.profile is not Profile.OPTIONAL

    def sections(self) -> dict[str, str]:
        """The documentation by heading (see SECTIONS), without the first line."""
        return sections(self.documentation)


def sections(documentation: str) -> dict[str, str]:
    """The text under each `## Heading` of a rule's documentation, in order."""
    parts = (part.partition("\n") for part in documentation.split("\n## ")[1:])
    return {heading.strip(): text.strip() for heading, _, text in parts}


def rule(  # noqa: PLR0913 -- a rule has this many properties; all but four are keywords
    code: str,
    name: str,
    severity: Severity,
    profile: Profile = Profile.RECOMMENDED,
    *,
    scope: Scope = Scope.RENDERED,
    fix: Literal["", "safe", "unsafe"] = "",
    options: tuple[AnyOption, ...] = (),
    overrides: str = "",
    tier: int = 1,
    since: str = FIRST,
) -> Callable[[Callable[[C], Iterable[R]]], Rule[C, R]]:
    """A decorator that makes a Rule of a check; the function's docstring is its documentation.

    `overrides` is a list of codes separated by blanks.
    """

    def record(check: Callable[[C], Iterable[R]]) -> Rule[C, R]:
        text = cleandoc(check.__doc__ or "")
        summary = text.partition("\n")[0]
        return Rule(
            code, name, severity, scope, profile, summary, text, check,
            fix, PEERS.get(code, ()), options, tuple(overrides.split()), tier, since,
        )  # fmt: skip

    return record
