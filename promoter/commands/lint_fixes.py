"""Apply fixes to the sources, as many as can stand together, and prove that nothing else changes.

Nothing is written here. Each pass judges the fixed sources again, because a fix may reveal or mend
others; a fix that changes the render of an environment in which nothing was found is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import unified_diff

from promoter.diff import same
from promoter.lint.engine import Judgement
from promoter.lint.fixing import Chosen, choose, mark, to_blame
from promoter.lint.source import Root, SourceContext
from promoter.model import Finding, Rendered, Snapshot

MAX_PASSES = 12
Judged = tuple[SourceContext, Judgement]
Judge = Callable[[Snapshot], Judged]


@dataclass(frozen=True, slots=True)
class Mended:
    """The last judgement, the files that changed, and the findings whose fix was refused."""

    source: SourceContext
    judgement: Judgement
    files: dict[str, bytes]
    refused: tuple[Finding, ...] = ()


def mend(start: Judged, again: Judge, *, unsafe: bool, places: frozenset[str] | None = None) -> Mended:
    """What is left after all fixes; `places` limits the files that may be edited, None for all."""
    source, judgement = start
    refused: dict[str, Finding] = {}
    snapshot, edited = source.snapshot, set[str]()
    for _ in range(MAX_PASSES):
        wanted = [f for f in judgement.findings if places is None or f.location.path in places]
        chosen = choose(wanted, unsafe=unsafe, refused=frozenset(refused))
        if not chosen.edits:
            break
        after = again(snapshot.with_edits(chosen.edits))
        blamed = to_blame(chosen, _changed(source, after[0]), _readers(source, chosen))
        if blamed:
            refused.update({mark(f): f for f in chosen.findings if mark(f) in blamed})
            continue
        source, judgement = after
        snapshot = source.snapshot
        edited.update(edit.path for edit in chosen.edits)
    files = {path: snapshot[path] for path in sorted(edited)}
    return Mended(source, judgement, files, tuple(refused.values()))


def _changed(before: SourceContext, after: SourceContext) -> list[str]:
    """The environments with a root that renders otherwise; one that begins to render has not changed."""
    old = {_name(root): root.rendered for root in before.roots}
    found = []
    for root in after.roots:
        one, two = old.get(_name(root)), root.rendered
        if isinstance(one, Rendered) and not (isinstance(two, Rendered) and same(one, two)):
            found.append(root.environment)
    return found


def _name(root: Root) -> tuple[str, str, str]:
    return (root.directory, root.app, root.environment)


def _readers(source: SourceContext, chosen: Chosen) -> dict[str, frozenset[str]]:
    paths = {edit.path for edit in chosen.edits}
    return {
        path: frozenset(
            root.environment
            for root in source.roots
            if root.directory in source.graph.readers(path) or path.startswith(f"{root.directory}/")
        )
        for path in paths
    }


def patch(before: Snapshot, files: dict[str, bytes]) -> str:
    """The change as a unified diff."""
    lines: list[str] = []
    for path, content in files.items():
        old = before[path].decode(errors="replace").splitlines(keepends=True)
        new = content.decode(errors="replace").splitlines(keepends=True)
        changed = unified_diff(old, new, f"a/{path}", f"b/{path}")
        lines += [ln if ln.endswith("\n") else f"{ln}\n\\ No newline at end of file\n" for ln in changed]
    return "".join(lines)


def notes(mended: Mended) -> tuple[str, ...]:
    """What the user must know about fixes that were not made."""
    return tuple(
        f"{finding.location}: the fix of {finding.code} would change an environment without the finding"
        for finding in mended.refused
    )
