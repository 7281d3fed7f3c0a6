"""From a plan to a proposal: edits, proof by rendering, gates; the way promote and rollback share.

`prepare` writes nothing. A proposal that is refused keeps its reasons, so that the caller can show all
of them at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from promoter.commands.workspace import Result, View, Workspace
from promoter.diff import diff
from promoter.diff.comparison import Comparison
from promoter.gates import Verdict
from promoter.model import Bump, Carried, Deployable, Edit, Plan, RenderFailure, Skipped
from promoter.plan import prove
from promoter.report.promotion import Proposal


@dataclass(frozen=True, slots=True)
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
    comparisons = tuple(_compared(target, before, after) for target, before, after in renders.targets)
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
    """Both sides of every build that the edits can reach; nothing is rendered when nothing changed."""
    if not paths:
        return Renders((), {})
    own = {(target.environment, target.path) for target in targets}
    environments = {target.environment for target in targets}
    readers = [
        each
        for each in view.deployables
        if each.path is not None
        and (each.environment, each.path) not in own
        and not paths.isdisjoint(view.graph.closure(each.path).files)
    ]
    builds = (*(target for target in targets if target.path is not None), *readers)
    sides = list(zip(builds, workspace.render(view, builds), workspace.render(edited, builds), strict=True))
    return Renders(
        tuple(side for side in sides if side[0].environment in environments),
        {
            f"{each.app} in {each.environment or each.path}": (before, after)
            for each, before, after in sides
            if each.environment not in environments
        },
    )


def _compared(target: Deployable, before: Result, after: Result) -> Comparison:
    place = (target.environment, target.app, target.path or "")
    sides = (("before", before), ("after", after))
    failures = tuple((side, result) for side, result in sides if isinstance(result, RenderFailure))
    if isinstance(before, RenderFailure) or isinstance(after, RenderFailure):
        return Comparison(*place, failures=failures)
    return Comparison(*place, diff=diff(before, after), notes=tuple(map(str, after.repeated)))
