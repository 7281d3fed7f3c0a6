"""lint, diff and render on several machines: what each of them renders, and what the merge prints.

What was asked travels in the shard, so that every machine and the merge do the same; must not judge or
compare anything itself.
"""

from collections.abc import Mapping

from promoter.commands.diff import DiffRequest, diff
from promoter.commands.lint import LintRequest, lint, render_share
from promoter.commands.render import RenderRequest, render
from promoter.commands.shards import Shard, merged, record
from promoter.commands.workspace import Workspace
from promoter.deployables.share import Share
from promoter.diff import DiffReport, Filter, Redactor
from promoter.lint.report import LintReport
from promoter.model import Json
from promoter.report.render import ManifestsReport


def lint_shard(workspace: Workspace, share: Share, request: LintRequest) -> Shard:
    """One machine's share of a lint. Raises UsageError as `lint` does."""
    said: dict[str, Json] = {
        "paths": [*request.paths],
        "select": [*request.select],
        "ignore": [*request.ignore],
        "profile": request.profile,
        "kubernetes": request.kubernetes,
        "baseline": request.baseline,
        "since": request.since,
    }
    return record(workspace, share, "lint", said, lambda: render_share(workspace, request))


def merge_lint(workspace: Workspace, joined: Shard) -> LintReport:
    """What one machine's `lint` returns. Raises RefusedError for shards of something else."""
    said = joined.request
    request = LintRequest(
        paths=_list(said, "paths"),
        select=_list(said, "select"),
        ignore=_list(said, "ignore"),
        profile=_text(said, "profile"),
        kubernetes=_text(said, "kubernetes"),
        baseline=_text(said, "baseline"),
        since=_text(said, "since"),
    )
    return merged(workspace, joined, lambda: lint(workspace, request))


def diff_shard(workspace: Workspace, share: Share, request: DiffRequest) -> Shard:
    """One machine's share of a diff. Raises UsageError as `diff` does."""
    said: dict[str, Json] = {
        "addresses": [*request.addresses],
        "apps": [*request.apps],
        "hide": [each.label for each in request.filters],
        "noise": request.noise,
    }
    return record(workspace, share, "diff", said, lambda: diff(workspace, request))


def merge_diff(workspace: Workspace, joined: Shard, redactor: Redactor) -> DiffReport:
    """What one machine's `diff` returns. Raises RefusedError for shards of something else."""
    said = joined.request
    filters = tuple(Filter.parse(text) for text in _list(said, "hide"))
    request = DiffRequest(
        _list(said, "addresses"), _list(said, "apps"), filters, said.get("noise") is True, redactor
    )
    return merged(workspace, joined, lambda: diff(workspace, request))


def render_shard(workspace: Workspace, share: Share, request: RenderRequest) -> Shard:
    """One machine's share of a render. Raises UsageError as `render` does."""
    said: dict[str, Json] = {"address": request.address, "apps": [*request.apps]}
    return record(workspace, share, "render", said, lambda: render(workspace, request))


def merge_render(workspace: Workspace, joined: Shard) -> ManifestsReport:
    """What one machine's `render` returns. Raises RefusedError for shards of something else."""
    request = RenderRequest(_text(joined.request, "address"), _list(joined.request, "apps"))
    return merged(workspace, joined, lambda: render(workspace, request))


def _list(said: Mapping[str, Json], name: str) -> tuple[str, ...]:
    found = said.get(name)
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()


def _text(said: Mapping[str, Json], name: str) -> str:
    found = said.get(name)
    return found if isinstance(found, str) else ""
