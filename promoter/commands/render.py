"""Render: the manifests of an environment or a directory, as the controller would build them.

A controller's overrides (Argo CD's `spec.source.kustomize`, Flux's `patches` and `postBuild`) are applied;
a directory that nothing deploys is built as it is. Nothing is hidden or written here.
"""

from collections.abc import Sequence

from promoter.commands.workspace import Workspace
from promoter.frozen import frozen
from promoter.model import Deployable, EnvRef
from promoter.report.render import ManifestsReport, RenderedBuild


@frozen
class RenderRequest:
    """What was asked: an address as the user wrote it, and apps (none for all)."""

    address: str
    apps: tuple[str, ...] = ()


def render(workspace: Workspace, request: RenderRequest) -> ManifestsReport:
    """The builds of the address in the order of promotion, then by app and path.

    A build that fails is part of the report. Raises UsageError for an address, app or revision that does
    not exist.
    """
    address = EnvRef.parse(request.address)
    view = workspace.view(address.revision)
    chosen = _ordered(workspace, workspace.select(address, view, request.apps))
    results = workspace.render(view, chosen)
    builds = tuple(RenderedBuild(each, result) for each, result in zip(chosen, results, strict=True))
    return ManifestsReport(request.address, workspace.renderer.engine if builds else "", builds)


def _ordered(workspace: Workspace, chosen: Sequence[Deployable]) -> tuple[Deployable, ...]:
    ranks = {name: rank for rank, name in enumerate(workspace.ordered({e.environment for e in chosen}))}
    return tuple(sorted(chosen, key=lambda e: (ranks[e.environment], e.app, e.path or "", e.name)))
