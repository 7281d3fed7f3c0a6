"""Findings that the configuration accepts, by rule, file, object, container and environment.

It must not lose a finding: an accepted one keeps the reason. An environment that is not named in an
entry keeps its part of the finding. Callers may rely on this: each part says which entry accepts it.
"""

from collections.abc import Iterable
from dataclasses import field, replace
from datetime import date
from fnmatch import fnmatchcase

from promoter.frozen import frozen
from promoter.lint.suppress import Suppression
from promoter.model import Finding, Location


@frozen
class Accepted:
    """One entry; empty parts mean anything. `object` is a glob of `Kind/name`, `path` one of files.

    `until` is the last day it counts; `location` is where the configuration says it.
    """

    rules: tuple[str, ...]
    reason: str
    path: str = ""
    object: str = ""
    container: str = ""
    environments: tuple[str, ...] = ()
    until: date | None = None
    location: Location = field(default_factory=lambda: Location(""))

    @property
    def written(self) -> Suppression:
        """The entry as a suppression at its place."""
        return Suppression("", self.rules, self.reason, self.location, self.until)

    def reaches(self, environments: Iterable[str]) -> bool:
        """Whether it speaks of one of the environments."""
        return not self.environments or any(_any(name, self.environments) for name in environments)

    def covers(self, finding: Finding) -> bool:
        """Whether the entry speaks of the finding, environments aside."""
        key = finding.object
        if not self.written.covers(finding.code, finding.name):
            return False
        if self.path and not fnmatchcase(finding.location.path, self.path):
            return False
        if self.object and (key is None or not fnmatchcase(f"{key.kind}/{key.name}", self.object)):
            return False
        return not self.container or _in_container(finding.field, self.container)


def _in_container(field: str, glob: str) -> bool:
    _, found, rest = field.partition("ontainers[name=")
    return bool(found) and fnmatchcase(rest.partition("]")[0], glob)


Part = tuple[Finding, Accepted | None]


def divided(finding: Finding, entries: Iterable[Accepted], today: date) -> tuple[Part, ...]:
    """The finding, or its parts: what stays, and what an entry accepts, marked with the reason."""
    for entry in entries:
        if not entry.covers(finding) or (entry.until is not None and today > entry.until):
            continue
        if not entry.environments:
            return ((replace(finding, suppressed=entry.reason), entry),)
        gone = tuple(name for name in finding.environments if _any(name, entry.environments))
        left = tuple(name for name in finding.environments if name not in gone)
        if gone:
            hidden = (replace(finding, environments=gone, suppressed=entry.reason), entry)
            return (hidden, *divided(finding.within(left), entries, today)) if left else (hidden,)
    return ((finding, None),)


def _any(name: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(name, glob) for glob in globs)
