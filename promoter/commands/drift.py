"""Drift: one environment compared with another, app by app and role by role.

An app that only one of them has is told, not hidden. What `keep` names and the environments' own names
are not drift.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from promoter.commands.view import View
from promoter.commands.workspace import Workspace
from promoter.config import App
from promoter.diff import DiffReport, Options
from promoter.diff.assemble import Built, Result, compared
from promoter.diff.comparison import Comparison
from promoter.diff.roles import Roles, neutral
from promoter.diff.selection import Both, Selected
from promoter.errors import check_known
from promoter.model import Deployable, EnvRef


def drift(
    workspace: Workspace, before: EnvRef, after: EnvRef, apps: Sequence[str], options: Options
) -> DiffReport:
    """How the second environment differs from the first, one comparison for each app and source.

    A group stands for its environments. Raises UsageError for what does not exist.
    """
    old, new = workspace.view(before.revision), workspace.view(after.revision)
    left, right = workspace.places(before, old), workspace.places(after, new)
    for app in apps:
        check_known("app", app, sorted({*old.apps, *new.apps}))
    found: list[Comparison] = []
    for one in left:
        for other in right:
            was = workspace.select(replace(before, environment=one), old, ())
            now = workspace.select(replace(after, environment=other), new, ())
            chosen = [_selected(*both) for both in _pairs(_of(was, apps), _of(now, apps), one, other)]
            found += _compare(workspace, old, new, chosen, replace(options, roles=Roles(one, other)))
    engine = workspace.renderer.engine if found else ""
    return DiffReport(str(before), str(after), tuple(found), engine, is_drift=True)


def _of(deployables: Iterable[Deployable], apps: Sequence[str]) -> list[Deployable]:
    return [each for each in deployables if not apps or each.app in apps]


def _pairs(was: Sequence[Deployable], now: Sequence[Deployable], one: str, other: str) -> Iterator[Both]:
    """What plays the same role on both sides; two directories play the same role by being named."""
    if len(was) == len(now) == 1:
        yield was[0], now[0]
        return
    waiting: dict[tuple[str, str], list[Deployable]] = defaultdict(list)
    for each in now:
        waiting[each.app, neutral(each.path or "", other)].append(each)
    left: list[Deployable] = []
    for each in was:
        same = waiting[each.app, neutral(each.path or "", one)]
        if same:
            yield each, same.pop(0)
        else:
            left.append(each)
    rest = [each for group in waiting.values() for each in group]
    for each in left:
        partner = next((one for one in rest if one.app == each.app), None)
        rest = [one for one in rest if one is not partner]
        yield each, partner
    yield from ((None, each) for each in rest)


def _selected(was: Deployable | None, now: Deployable | None) -> Selected:
    return Selected(was, now, ())


def _compare(
    workspace: Workspace, old: View, new: View, chosen: Sequence[Selected], options: Options
) -> Iterator[Comparison]:
    assert options.roles is not None
    roles = options.roles
    before = rendered(workspace, old, [each.before for each in chosen])
    after = rendered(workspace, new, [each.after for each in chosen])
    for each, was, now in zip(chosen, before, after, strict=True):
        keep = workspace.config.apps.get(each.shown.app, App("")).keep
        lacking = roles.before if each.before is None else roles.after if each.after is None else ""
        notes = (f"{each.shown.app} is not deployed to {lacking}",) if lacking else ()
        own = replace(options, roles=replace(roles, keep=keep))
        found = compared(Built(each, was, now, own, notes))
        yield replace(found, environment=f"{roles.before} → {roles.after}")


def rendered(workspace: Workspace, view: View, wanted: Sequence[Deployable | None]) -> list[Result | None]:
    """One result for each deployable, None where there is none."""
    results = iter(workspace.render(view, [each for each in wanted if each is not None]))
    return [None if each is None else next(results) for each in wanted]
