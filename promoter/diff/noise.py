"""Which differences are noise: written by tools, repeated elsewhere, or meant to be ignored by a user.

A filter hides a field, never the fact that something was hidden: whoever applies filters counts what
they took. DEFAULT_FILTERS is the whole list that promoter brings; `docs/diff.md` explains each.
"""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from typing import Final

from promoter.diff.compared import Compared
from promoter.diff.fields import Difference, written
from promoter.errors import UsageError
from promoter.frozen import frozen
from promoter.model import ObjectKey

_LABELS: Final = ("metadata.labels", "spec.template.metadata.labels")
_ANNOTATIONS: Final = ("metadata.annotations", "spec.template.metadata.annotations")
_SOURCES: Final = frozenset({"ConfigMap", "Secret"})


@frozen
class Filter:
    """Hides fields of objects: `kind` and `name` are globs, `path` is a field's path with `*` for anything.

    A path covers everything below it. `beside_source` hides the field only when the same diff shows a
    changed ConfigMap or Secret, of which the field is then a mere consequence.
    """

    label: str
    path: str
    kind: str = "*"
    name: str = "*"
    beside_source: bool = False

    @classmethod
    def parse(cls, text: str) -> "Filter":
        """The filter `[KIND[/NAME]:]PATH`, as in `Deployment/web:spec.replicas`.

        Raises UsageError when there is no path.
        """
        head, colon, path = text.partition(":")
        kind, _, name = head.partition("/") if colon else ("*", "", "*")
        if not (path if colon else head):
            raise UsageError(f"expected [KIND[/NAME]:]PATH, found {text!r}")
        return cls(text, path if colon else head, kind or "*", name or "*")

    def covers(self, key: ObjectKey, difference: Difference) -> bool:
        """Whether the filter hides this field of this object."""
        if not (fnmatchcase(key.kind, self.kind) and fnmatchcase(key.name, self.name)):
            return False
        return _pattern(self.path).fullmatch(written(difference.path)) is not None


@cache
def _pattern(path: str) -> re.Pattern[str]:
    """The path and everything below it, `*` standing for anything."""
    literal = ".*".join(re.escape(part) for part in path.split("*"))
    return re.compile(rf"{literal}([.\[].*)?", re.DOTALL)


def _each(
    label: str, places: Iterable[str], keys: Iterable[str], *, beside_source: bool = False
) -> tuple[Filter, ...]:
    return tuple(
        Filter(label, f'{place}["{key}"]' if "/" in key else f"{place}.{key}", beside_source=beside_source)
        for place in places
        for key in keys
    )


_CHART_LABELS: Final = ("helm.sh/chart", "app.kubernetes.io/version", "chart")
_TOOL_MARKS: Final = (
    "argocd.argoproj.io/tracking-id",
    "config.kubernetes.io/*",
    "internal.config.kubernetes.io/*",
)
_CLUSTER_FIELDS: Final = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "uid")

DEFAULT_FILTERS: Final[tuple[Filter, ...]] = (
    *_each("chart labels", _LABELS, _CHART_LABELS),
    *_each("checksums", _ANNOTATIONS, ("checksum/*",), beside_source=True),
    *_each("marks of tools", ("metadata.annotations",), _TOOL_MARKS),
    *_each("written by the cluster", ("metadata",), _CLUSTER_FIELDS),
    Filter("written by the cluster", "status"),
)


def shows_source(compared: Iterable[Compared]) -> bool:
    """Whether a changed ConfigMap or Secret is among the comparisons."""
    return any(each.key.kind in _SOURCES and each.differences for each in compared)


def is_noise(
    key: ObjectKey, difference: Difference, filters: Iterable[Filter], *, beside_source: bool
) -> bool:
    """Whether one of the filters hides the field. A whole object that came or went is never noise."""
    if not difference.path:
        return False
    usable = (each for each in filters if beside_source or not each.beside_source)
    return any(each.covers(key, difference) for each in usable)
