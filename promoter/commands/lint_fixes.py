"""Apply fixes to the sources, as many as can stand together, and prove that nothing else changes.

Nothing is written here. Each pass judges the fixed sources again, because a fix may reveal or mend
others; a fix that changes a build in which its finding is not is refused.
"""

from collections.abc import Callable, Iterator
from difflib import unified_diff

from promoter.frozen import frozen
from promoter.lint.engine import Judgement
from promoter.lint.fixing import choose, mark, to_blame
from promoter.lint.source import Root, SourceContext
from promoter.model import Finding, Rendered, Snapshot

MAX_PASSES = 12
Judged = tuple[SourceContext, Judgement]
Judge = Callable[[Snapshot], Judged]


@frozen
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
        blamed = to_blame(chosen, _spoiling(source, after[0]))
        if blamed:
            refused.update({mark(f): f for f in chosen.findings if mark(f) in blamed})
            continue
        source, judgement = after
        snapshot = source.snapshot
        edited.update(edit.path for edit in chosen.edits)
    files = {path: snapshot[path] for path in sorted(edited)}
    return Mended(source, judgement, files, tuple(refused.values()))


def _spoiling(before: SourceContext, after: SourceContext) -> Callable[[Finding, str], bool]:
    """Whether a finding is not in some build that reads the file and renders otherwise after the fixes."""
    changed = {_name(root) for root in _changed(before, after)}

    def spoils(finding: Finding, path: str) -> bool:
        reading = (root for root in before.readers(path) if _name(root) in changed)
        return not all(_is_in(finding, root) for root in reading)

    return spoils


def _changed(before: SourceContext, after: SourceContext) -> Iterator[Root]:
    """The roots that render otherwise; one that begins to render has not changed."""
    from promoter.diff import same

    new = {_name(root): root.rendered for root in after.roots}
    for root in before.roots:
        one, two = root.rendered, new.get(_name(root))
        if isinstance(one, Rendered) and not (isinstance(two, Rendered) and same(one, two)):
            yield root


def _is_in(finding: Finding, root: Root) -> bool:
    """Whether the finding is one of the root's too; of a root without an environment the object tells."""
    if root.environment:
        return root.environment in finding.environments
    key = finding.object
    return key is None or any((o.key.kind, o.key.name) == (key.kind, key.name) for o in root.objects)


def _name(root: Root) -> tuple[str, str, str]:
    return (root.directory, root.app, root.environment)


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
