"""Which builds a change can reach, each with its reasons; everything else need not be rendered.

A pure function of two input graphs, what the controllers deploy on both sides, and the changed paths.
The answer errs to the safe side only: a build that is not selected reads none of the changed files on
either side and its controller's object says the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from promoter.deployables.builds.inputs import beside
from promoter.deployables.builds.several import later as later_sources
from promoter.diff.controller import written_object
from promoter.frozen import frozen
from promoter.kustomize import Graph, kustomization_path
from promoter.model import Deployable, Json, parents

_REASONS_SHOWN: Final = 3


@frozen
class Side:
    """One side of a comparison: its input graph and what controllers deploy from it."""

    graph: Graph
    deployables: Sequence[Deployable]


@frozen
class Selected:
    """One build to look at: what is deployed before and after (None where it is not), and why."""

    before: Deployable | None
    after: Deployable | None
    reasons: tuple[str, ...]

    @property
    def shown(self) -> Deployable:
        """What is deployed now, or what was."""
        found = self.after or self.before
        assert found is not None
        return found


@frozen
class Selection:
    """The builds that the change can reach, in the order of the deployables, and how many it cannot."""

    selected: tuple[Selected, ...]
    untouched: int


def select(before: Side, after: Side, changed: Iterable[str]) -> Selection:
    """The builds that read a changed path or whose controller's object changed."""
    paths = frozenset(changed)
    reach_before, reach_after = _Reach(before.graph, paths), _Reach(after.graph, paths)
    found: list[Selected] = []
    untouched = 0
    for was, now in pair(before.deployables, after.deployables):
        reasons = tuple(_reasons(was, now, reach_before, reach_after))
        if reasons:
            found.append(Selected(was, now, reasons))
        else:
            untouched += 1
    return Selection(tuple(found), untouched)


Both = tuple[Deployable | None, Deployable | None]


def pair(before: Sequence[Deployable], after: Sequence[Deployable]) -> tuple[Both, ...]:
    """What is the same deployable on both sides, in the order of `after`; what is gone comes last."""
    if before is after:
        return tuple((each, each) for each in after)
    partners: dict[int, Deployable] = {}
    left = list(before)
    for names in (_fully_named, _by_object, _by_app):
        waiting: dict[tuple[str, ...], list[Deployable]] = defaultdict(list)
        for each in left:
            waiting[names(each)].append(each)
        for index, each in enumerate(after):
            if index not in partners and waiting[names(each)]:
                partners[index] = waiting[names(each)].pop(0)
        taken = {id(each) for each in partners.values()}
        left = [each for each in left if id(each) not in taken]
    present: list[Both] = [(partners.get(index), each) for index, each in enumerate(after)]
    return (*present, *((each, None) for each in left))


def _fully_named(each: Deployable) -> tuple[str, ...]:
    return (*_by_object(each), *_by_app(each), each.path or "")


def _by_object(each: Deployable) -> tuple[str, ...]:
    named = (each.controller, each.kind, each.namespace, each.name, each.environment)
    return (*named, each.path or "") if each.controller == "layout" else named


def _by_app(each: Deployable) -> tuple[str, ...]:
    return (each.environment, each.app)


class _Reach:
    """What the changed paths reach in one graph."""

    def __init__(self, graph: Graph, changed: frozenset[str]) -> None:
        self._graph, self._changed = graph, changed
        self._above = frozenset(directory for path in changed for directory in parents(path))
        self._by_build: dict[str, list[str]] = defaultdict(list)
        for path in sorted(changed):
            for directory in graph.readers(path):
                self._by_build[directory].append(path)

    def files(self, deployable: Deployable) -> Iterable[str]:
        """The changed files that decide what the deployable renders, those below a plain directory too."""
        sources = (deployable, *(each for _, each in later_sources(deployable)))
        built = [file for each in sources if each.path is not None for file in self._below(each.path)]
        return (*built, *(file for each in sources for file in self._changed & beside(self._graph, each)))

    def _below(self, directory: str) -> Iterable[str]:
        """The changed files that a build of the directory reads, or those below a plain one."""
        if directory not in self._by_build and directory not in self._above:
            return ()
        if kustomization_path(self._graph.snapshot, directory) is not None:
            return self._by_build.get(directory, ())
        return (path for path in self._changed if directory in parents(path))

    def told(self, deployable: Deployable) -> Json:
        """What the controller's object says, where its file changed; None where it did not."""
        if deployable.location.path not in self._changed:
            return None
        return written_object(self._graph, deployable)


def _reasons(
    was: Deployable | None, now: Deployable | None, before: _Reach, after: _Reach
) -> Iterator[str]:
    if was is None or now is None:
        each = now or was
        assert each is not None
        yield f"is {'new' if was is None else 'gone'} ({_told(each)} in {each.location.path})"
        return
    if was.path != now.path:
        yield f"is built from {now.path or '(elsewhere)'} instead of {was.path or '(elsewhere)'}"
    elif not same(was, now) or before.told(was) != after.told(now):
        yield f"has a changed {_told(now)} in {now.location.path}"
    files = sorted({*before.files(was), *after.files(now)})
    if files:
        more = len(files) - _REASONS_SHOWN
        shown = ", ".join(files[:_REASONS_SHOWN])
        yield f"reads {shown}" + (f" and {more} more changed files" if more > 0 else "")


def same(was: Deployable, now: Deployable) -> bool:
    """Whether both are the same but for their place, which moves when another object is edited."""
    if was is now:
        return True
    return replace(was, location=now.location, evidence=now.evidence) == now


def _told(each: Deployable) -> str:
    return "directory" if each.controller == "layout" else each.kind
