"""From a plan to a proposal: edits, proof by rendering, gates; the way promote and rollback share.

`prepare` writes nothing. A proposal that is refused keeps its reasons, so that the caller can show all
of them at once.
"""

from collections.abc import Iterable, Mapping, Sequence

from promoter.commands.view import View
from promoter.commands.workspace import Result, Workspace
from promoter.diff.assemble import Built, compared
from promoter.diff.selection import Both, Selected, pair, same
from promoter.frozen import frozen
from promoter.gates import Verdict
from promoter.model import Bump, Carried, Deployable, Edit, Plan, RenderFailure, Skipped
from promoter.plan import prove
from promoter.report.promotion import Proposal


@frozen
class Renders:
    """Builds before and after the edits: of the environment that changes, and of everybody else's."""

    targets: tuple[tuple[Deployable, Result, Result], ...]
    others: Mapping[str, tuple[Result, Result]]


def merged(plans: Iterable[Plan], source: str, target: str, action: str) -> Plan:
    """Several plans of one environment as one; a pin that two builds read is bumped once."""
    bumps: dict[tuple[str, int, str], Bump] = {}
    skipped: dict[tuple[str, str], Skipped] = {}
    edits: set[Edit] = set()
    carried: dict[tuple[str, str], Carried] = {}
    for plan in plans:
        for bump in plan.bumps:
            bumps.setdefault((bump.pin.path, bump.pin.document, bump.pin.field), bump)
        skipped.update({(each.what, each.reason): each for each in plan.skipped})
        edits.update(plan.edits)
        carried.update({(each.location.path, each.field): each for each in plan.carried})
    return Plan(
        action,
        source,
        target,
        tuple(bumps.values()),
        tuple(skipped.values()),
        tuple(sorted(edits)),
        tuple(carried.values()),
    )


def prepare(
    workspace: Workspace,
    view: View,
    subject: str,
    plan: Plan,
    targets: Iterable[Deployable],
    verdicts: tuple[Verdict, ...] = (),
    state_files: Mapping[str, bytes | None] | None = None,
) -> Proposal:
    """The proposal of a plan against a view: edited files, proof, and the rendered differences.

    `state_files` (a hold, a skip) travel in the same commit and are not part of the proof. The result of
    a promotion is linted; a rollback does not wait for that. Raises EditError when an edit would do more
    than planned.
    """
    edited = view.snapshot.with_edits(plan.edits)
    files = {path: edited[path] for path in sorted({edit.path for edit in plan.edits})}
    after = workspace.view_of(edited)
    renders = render_sides(workspace, view, after, tuple(targets), frozenset(files))
    proven = _from_carried(workspace, view, plan, renders)
    proof = prove(plan, proven, renders.others)
    comparisons = tuple(
        compared(Built(Selected(target, target, ()), before, after))
        for target, before, after in renders.targets
    )
    return Proposal(
        subject,
        plan.target,
        plan,
        proof,
        (*verdicts, *_linted(workspace, (view, after), plan, renders)),
        comparisons,
        {**files, **(state_files or {})},
    )


def _linted(
    workspace: Workspace, views: tuple[View, View], plan: Plan, renders: Renders
) -> tuple[Verdict, ...]:
    if plan.action != "promote":
        return ()
    from promoter.commands.result_lint import result_lint

    return result_lint(workspace, views, renders.targets)


def _from_carried(
    workspace: Workspace, view: View, plan: Plan, renders: Renders
) -> tuple[tuple[Result, Result], ...]:
    """The builds to prove: from what is carried on its own, so that only versions may differ after it."""
    sides = tuple((before, after) for _, before, after in renders.targets)
    edits = [edit for part in plan.carried for edit in part.edits]
    if not edits:
        return sides
    middle = workspace.view_of(view.snapshot.with_edits(edits))
    builds = tuple(each for each, _, _ in renders.targets)
    results = workspace.render(middle, builds)
    return tuple((between, after) for between, (_, after) in zip(results, sides, strict=True))


def render_sides(
    workspace: Workspace,
    view: View,
    edited: View,
    targets: tuple[Deployable, ...],
    paths: frozenset[str],
) -> Renders:
    """Both sides of every build that the edits can reach; nothing is rendered when nothing changed.

    Where an edit changes what a controller's object says, the second side is built as it says then.
    """
    if not paths:
        return Renders((), {})
    environments = {target.environment for target in targets}
    told = _told_otherwise(view, edited)
    then = {was: now for was, now in told if was is not None}
    reading = frozenset(view.reading(paths))
    readers = [each for each in view.deployables if each in reading or each in then]
    builds = [
        *((target, then.get(target, target)) for target in targets if target.path is not None),
        *((each, then.get(each, each)) for each in readers if each not in targets),
        *((was, now) for was, now in told if was is None),
    ]
    sides = _sides(workspace, view, edited, builds)
    return Renders(
        tuple(side for side in sides if side[0].environment in environments),
        {
            f"{each.app} in {each.environment or each.path}": (before, after)
            for each, before, after in sides
            if each.environment not in environments
        },
    )


def _told_otherwise(view: View, edited: View) -> tuple[Both, ...]:
    """What controllers deploy otherwise after the edits, and as what; None on the side that lacks it."""
    pairs = pair(view.deployables, edited.deployables)
    return tuple((was, now) for was, now in pairs if was is None or now is None or not same(was, now))


def _sides(
    workspace: Workspace, view: View, edited: View, builds: Sequence[Both]
) -> list[tuple[Deployable, Result, Result]]:
    """Each build with its results before and after; a failure on a side where nothing deploys it."""
    found: list[list[Result]] = []
    for index, (side, when) in enumerate(((view, "before"), (edited, "after"))):
        there = [each for both in builds if (each := both[index]) is not None]
        results = iter(workspace.render(side, there))
        gone = f"nothing deploys it {when} the edits"
        found.append(
            [next(results) if both[index] else RenderFailure("", "failed", gone) for both in builds]
        )
    shown = [each for was, now in builds if (each := was or now) is not None]
    return list(zip(shown, *found, strict=True))
