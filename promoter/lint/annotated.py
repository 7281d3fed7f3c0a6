"""What the annotations of rendered objects silence, and which of them silenced something.

It must not weigh findings. Callers may rely on this: an annotation stands at the source line that set it,
so that one in a base is the same in every environment, and used when it is used in one of them.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from promoter.lint.locate import Locator
from promoter.lint.rule import FieldPath, Report
from promoter.lint.source import Root
from promoter.lint.suppress import Suppression, in_annotations, is_annotated, is_firm
from promoter.model import Location, ObjectKey


class Annotations:
    """The annotations that silence, by root and object; read when first asked for."""

    def __init__(self, locator: Locator, firm: frozenset[str], today: date) -> None:
        self._locator: Final = locator
        self._firm: Final = firm
        self._today: Final = today
        self._known: Final[dict[tuple[int, ObjectKey], tuple[Suppression, ...]]] = {}
        self._used: Final[set[Suppression]] = set()

    @property
    def used(self) -> frozenset[Suppression]:
        """Those that have silenced something so far."""
        return frozenset(self._used)

    def reason(self, root: Root, code: str, name: str, report: Report) -> str | None:
        """The reason that the object's own annotations give for silencing the rule, None without one."""
        asks = not report.verifiable
        if is_firm(code, self._firm, asks=asks):
            return None
        for item in self._of(root, report.object):
            if item.answers(code, name, asks=asks) and item.lasts(self._today):
                self._used.add(item)
                return item.reason or "by annotation, without a reason"
        return None

    def written(self, roots: Iterable[Root]) -> Iterator[Suppression]:
        """Those of promoter's own annotation in the roots, each once."""
        said: set[Suppression] = set()
        for root in roots:
            for item in root.objects:
                for each in self._of(root, item.key) if is_annotated(item.body) else ():
                    if each.verb and each not in said:
                        said.add(each)
                        yield each

    def _of(self, root: Root, key: ObjectKey) -> tuple[Suppression, ...]:
        known = self._known.get((id(root), key))
        if known is None:
            found = self._locator.object(root, key)

            def place(path: FieldPath) -> Location:
                return self._locator.locate(root, Report(key, path, "")).location

            known = tuple(in_annotations(found.body, place)) if found is not None else ()
            self._known[id(root), key] = known
        return known
