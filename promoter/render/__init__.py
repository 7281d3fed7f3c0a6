"""Kustomizations to Kubernetes objects: pre-flight, engine, workers and cache behind one Renderer.

`open_renderer` chooses the engine; `render_all` gives one result for each build, in the order asked. A
build that fails is a `RenderFailure` value; `RenderError` is raised only when no engine can be started.
"""

import os
from collections.abc import Iterable
from typing import Protocol

from promoter.kustomize import Build
from promoter.model import ChartBuild
from promoter.progress import SILENT, Progress
from promoter.render.cache import RenderCache, default_directory
from promoter.render.engine import BUNDLED, choose
from promoter.render.helm import FOUND
from promoter.render.helm import find as find_helm
from promoter.render.limits import Limits, Policy
from promoter.render.local import LocalRenderer, Result, beforehand
from promoter.render.worker import WorkerEngine

__all__ = [
    "Build",
    "ChartBuild",
    "Limits",
    "Policy",
    "RenderCache",
    "Renderer",
    "Result",
    "beforehand",
    "find_helm",
    "open_renderer",
]


class Renderer(Protocol):
    """Something that renders. `engine` says with what, for people (`kubectl 1.37.1`)."""

    @property
    def engine(self) -> str:
        """The engine's name and version."""

    @property
    def charts(self) -> str:
        """What renders charts, with its version, or that nothing does."""

    def render(self, build: Build | ChartBuild) -> Result:
        """The objects of one build, or why there are none."""

    def render_all(
        self, builds: Iterable[Build | ChartBuild], progress: Progress = SILENT
    ) -> tuple[Result, ...]:
        """One result for each build, in their order."""

    def close(self) -> None:
        """Let go of processes and tidy the cache; the renderer is not used afterwards."""


def open_renderer(
    kustomize: str = BUNDLED,
    policy: Policy = Policy(),  # noqa: B008 - a frozen value
    cache: RenderCache | None = None,
    *,
    cached: bool = True,
    jobs: int | None = None,
    executor: str = "",
    helm: str = FOUND,
) -> Renderer:
    """A renderer with the engine that `kustomize` names (`bundled`, `kubectl`, `kustomize`, a path).

    `executor` is empty for this machine, or `dask://host:port` for a cluster. `helm` is `helm` (the one
    on PATH), `none` or the path of one; charts are always rendered on this machine.

    Results are kept in `cache`, else in the user's cache folder; nowhere when `cached` is false. `jobs` is
    the number of builds at a time, by default one a core; with more than one, a worker gets ready at once,
    for whoever opens a renderer is about to build. Raises RenderError when there is no engine.
    """
    store = (cache or RenderCache(default_directory())) if cached else None
    if executor:
        from promoter.render.dask import connect

        cluster = connect(executor, kustomize, policy.limits)
        return LocalRenderer(cluster, policy, store, jobs or cluster.cores, helm)
    engine, cores = choose(kustomize, policy.limits), jobs or os.cpu_count() or 1
    if isinstance(engine, WorkerEngine) and cores > 1:
        engine.start()
    return LocalRenderer(engine, policy, store, cores, helm)
