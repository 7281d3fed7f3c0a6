"""Diff: what a change does to every environment it reaches, or how two environments differ.

Only what the change can reach is rendered, a few builds at a time, so that a large repository does not
have to fit in memory. Nothing is written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from promoter.commands.drift import drift, rendered
from promoter.commands.view import View
from promoter.commands.workspace import Workspace
from promoter.deployables.builds import elsewhere
from promoter.diff import DEFAULT_FILTERS, DiffReport, Filter, Options, Redactor
from promoter.diff.assemble import Built, compared, with_handovers
from promoter.diff.comparison import Comparison
from promoter.diff.controller import manner
from promoter.diff.risks import large_change
from promoter.diff.selection import Selected, Selection, Side, select
from promoter.errors import RepositoryError, UsageError, check_known
from promoter.frozen import frozen
from promoter.kustomize import differing
from promoter.model import EnvRef

_AT_A_TIME: Final = 64


@frozen
class DiffRequest:
    """What was asked. `addresses` are none, one or two texts: environments, directories or revisions.

    `filters` come on top of the default ones and of the configured ones, which `noise` leaves out.
    """

    addresses: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    noise: bool = False
    redactor: Redactor = Redactor()

    def options(self, workspace: Workspace) -> Options:
        """The options of every comparison. Raises UsageError for a filter that is not understood."""
        own = tuple(Filter.parse(text) for text in workspace.config.diff.hide)
        hidden = () if self.noise else (*DEFAULT_FILTERS, *own)
        return Options(self.redactor, (*hidden, *self.filters))


def diff(workspace: Workspace, request: DiffRequest) -> DiffReport:
    """The comparison that the addresses ask for.

    None: the work tree against the merge base with the main branch. One revision: the work tree against
    it. One environment: only that one. Two revisions: one against the other. Two environments: their
    drift, or, with one name and two revisions, that environment over time. Raises UsageError for names
    that do not exist.
    """
    spoken = [_Spoken.of(workspace, text) for text in request.addresses]
    if any(each.place for each in spoken) and not all(each.place for each in spoken):
        raise UsageError(
            f"cannot compare {request.addresses[0]} with {request.addresses[1]}",
            hint="give two revisions, or two environments (ENV@REV for an environment at a revision)",
        )
    if len(spoken) == 2 and spoken[0].place and spoken[1].place:  # noqa: PLR2004 - two sides
        one, other = spoken[0].place, spoken[1].place
        if one.environment != other.environment:
            return drift(workspace, one, other, request.apps, request.options(workspace))
        return _over_time(workspace, request, one.revision, other.revision, one)
    if len(spoken) == 2:  # noqa: PLR2004 - two sides
        return _over_time(workspace, request, spoken[0].revision, spoken[1].revision, None)
    if not spoken:
        return _over_time(workspace, request, None, None, None)
    place = spoken[0].place
    return _over_time(workspace, request, place.revision if place else spoken[0].revision, None, place)


@frozen
class _Spoken:
    """One address understood: an environment or directory (maybe at a revision), or a revision."""

    place: EnvRef | None
    revision: str | None

    @classmethod
    def of(cls, workspace: Workspace, text: str) -> "_Spoken":
        """What the text names; an environment wins over a revision of the same name."""
        place = EnvRef.parse(text)
        if place.is_directory and place.revision is None and not _is_directory(workspace, place):
            return cls(None, workspace.repository.resolve(text) and text)
        if place.is_directory or place.revision:
            return cls(place, place.revision)
        try:
            workspace.names(place, workspace.view())
        except UsageError as unknown:
            try:
                workspace.repository.resolve(text)
            except UsageError:
                said = f"{text!r} is neither an environment nor a revision of this repository"
                raise UsageError(said, hint=unknown.hint) from None
            return cls(None, text)
        return cls(place, None)


def _is_directory(workspace: Workspace, place: EnvRef) -> bool:
    """Whether the work tree has such a directory; `origin/main` is a revision."""
    view = workspace.view()
    real = view.graph.real(place.environment)
    return place.environment.startswith("./") or (real is not None and view.snapshot.is_directory(real))


def _over_time(
    workspace: Workspace,
    request: DiffRequest,
    before: str | None,
    after: str | None,
    place: EnvRef | None,
) -> DiffReport:
    """The same environments at two revisions; None stands for the merge base and for the work tree."""
    start, told = _start(workspace, before)
    old, new = workspace.view(start), workspace.view(after)
    paths = differing(old.snapshot, new.snapshot)
    if paths:
        workspace.expect_builds()
    reached = select(Side(old.graph, old.deployables), Side(new.graph, new.deployables), paths)
    selection = _narrowed(workspace, request, place, reached, {*old.apps, *new.apps})
    inside = tuple(each for each in selection.selected if _is_here(each))
    comparisons = with_handovers(tuple(_compare(workspace, old, new, inside, request.options(workspace))))
    sizes = [(each.app, len(each.diff.changes)) for each in comparisons]
    return DiffReport(
        told,
        after or "work tree",
        comparisons,
        workspace.renderer.engine if inside else "",
        selection.untouched,
        tuple(_elsewhere(each) for each in selection.selected if not _is_here(each)),
        large_change(sizes),
    )


def _start(workspace: Workspace, before: str | None) -> tuple[str, str]:
    """The revision to compare with, and what to call it."""
    if before is not None:
        return before, before
    try:
        branch = workspace.base_branch
        base = workspace.repository.merge_base(branch, "HEAD")
    except RepositoryError:
        return "HEAD", "HEAD"
    return (base, f"{branch} ({base[:10]})") if base else ("HEAD", "HEAD")


def _narrowed(
    workspace: Workspace,
    request: DiffRequest,
    place: EnvRef | None,
    selection: Selection,
    known: set[str],
) -> Selection:
    """The selection within the named environment, directory and apps, in the order of promotion."""
    found = list(selection.selected)
    if place is not None and place.is_directory:
        (wanted,) = workspace.select(place, workspace.view())
        found = [each for each in found if each.shown.path == wanted.path]
    elif place is not None:
        names = workspace.names(place, workspace.view())
        found = [each for each in found if each.shown.environment in names]
    if request.apps:
        _check_apps(request.apps, known)
        found = [each for each in found if each.shown.app in request.apps]
    ranks = {name: rank for rank, name in enumerate(workspace.ordered(_environments(found)))}
    found.sort(key=lambda each: (ranks[each.shown.environment], each.shown.app, each.shown.path or ""))
    return Selection(tuple(found), selection.untouched)


def _check_apps(apps: Sequence[str], known: set[str]) -> None:
    for app in apps:
        check_known("app", app, sorted(known))


def _environments(found: Sequence[Selected]) -> set[str]:
    return {each.shown.environment for each in found}


def _is_here(each: Selected) -> bool:
    return any(side is not None and side.path is not None for side in (each.before, each.after))


def _elsewhere(each: Selected) -> str:
    shown = each.shown
    why = elsewhere(shown)
    return f"{shown.environment or '(no environment)'} · {shown.app}: {'; '.join(each.reasons)}; {why}"


def _compare(
    workspace: Workspace, old: View, new: View, chosen: Sequence[Selected], options: Options
) -> Iterator[Comparison]:
    for start in range(0, len(chosen), _AT_A_TIME):
        some = chosen[start : start + _AT_A_TIME]
        before = rendered(workspace, old, [each.before for each in some])
        after = rendered(workspace, new, [each.after for each in some])
        for each, was, now in zip(some, before, after, strict=True):
            view, shown = (new, each.after) if each.after else (old, each.shown)
            told = manner(view.graph, shown)
            own = replace(options, ignored=told.ignored, prunes=told.prunes)
            notes = tuple(f"not understood in ignoreDifferences: {part}" for part in told.unknown)
            yield compared(Built(each, was, now, own, notes))
