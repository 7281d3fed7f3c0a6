"""Renders on this machine's cores: pre-flight, then the cache, then an engine in a pool of threads.

The snapshot is read by the calling thread alone, in the order of the builds; threads only wait for engines.
Equal builds are built once, and at most a few builds a core are held in memory. Charts go to Helm, which is
looked for when the first is asked for.
"""

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import field
from typing import Final

from promoter.errors import RenderError
from promoter.frozen import frozen
from promoter.kustomize import Build, graph_of
from promoter.model import ChartBuild, KubeObject, ObjectKey, Rendered, RenderFailure
from promoter.progress import SILENT, Progress
from promoter.render import charts
from promoter.render.cache import RenderCache
from promoter.render.engine import Engine
from promoter.render.helm import FOUND, HelmEngine, find
from promoter.render.hiding import hidden
from promoter.render.inputs import Answer, Inputs, key, load
from promoter.render.limits import Limits, Policy
from promoter.render.messages import failure
from promoter.render.preflight import excess, refusal

Result = Rendered | RenderFailure
_WAITING: Final = 4  # builds that may wait for each core


@frozen
class LocalRenderer:
    """A renderer that runs `jobs` builds at a time; `helm` names the program that renders charts."""

    backend: Engine
    policy: Policy
    cache: RenderCache | None
    jobs: int
    helm: str = FOUND

    @property
    def engine(self) -> str:
        """The engine's name and version."""
        return f"{self.backend.name} {self.backend.version}"

    @property
    def charts(self) -> str:
        """Helm's name and version, or that there is none."""
        found = _helm(self.helm, self.policy.limits)
        return "no helm" if isinstance(found, str) else found.name

    def render(self, build: Build | ChartBuild) -> Result:
        """The objects of one build, or why there are none."""
        return self.render_all((build,))[0]

    def render_all(
        self, builds: Iterable[Build | ChartBuild], progress: Progress = SILENT
    ) -> tuple[Result, ...]:
        """One result for each build, in their order; equal builds are built once."""
        asked = tuple(builds)
        progress.step("rendering", len(asked))
        with ThreadPoolExecutor(self.jobs) as executor:
            batch = _Batch(self, executor)
            pending: deque[Result | Future[Result]] = deque()
            results: list[Result] = []
            for build in asked:
                pending.append(batch.begin(build))
                if len(pending) > self.jobs * _WAITING:
                    results.append(_result(pending.popleft(), progress))
            results += [_result(item, progress) for item in pending]
        return tuple(results)

    def close(self) -> None:
        """End the workers and bound the cache."""
        self.backend.close()
        if self.cache is not None:
            self.cache.prune()

    def finish(self, name: str, inputs: Inputs) -> Result:
        """Build in the engine and keep the answer under `name`; runs in a thread of the pool."""
        answer, top = self.backend.build(inputs)
        if answer.error is not None:
            return hidden(failure(inputs, answer, top), inputs.files)
        if self.cache is not None:
            self.cache.keep(name, answer)
        return self.rendered(inputs.entry, answer)

    def finish_chart(self, name: str, build: ChartBuild, inputs: Inputs, engine: HelmEngine) -> Result:
        """Render the chart and keep the answer under `name`; runs in a thread of the pool."""
        answer = charts.render(engine, build, inputs, self.backend.build, self.policy)
        if isinstance(answer, RenderFailure):
            return hidden(answer)
        if self.cache is not None and charts.keepable(inputs):
            self.cache.keep(name, answer)
        return self.rendered(build.entry, answer, engine.name)

    def rendered(self, entry: str, answer: Answer, engine: str = "") -> Rendered:
        """The answer as objects with their keys; `engine` when it was not this renderer's own."""
        objects = tuple(KubeObject(ObjectKey.of(body), body) for body in answer.objects)
        return Rendered(entry, objects, engine or self.engine)


def _helm(wanted: str, limits: Limits) -> HelmEngine | str:
    """The helm that `wanted` names, or why there is none."""
    try:
        return find(wanted, limits)
    except RenderError as error:
        said = f"{error.where}: {error.message}" if error.where else error.message
        return f"{said} ({error.hint})" if error.hint else said


def _helm_for(build: ChartBuild, wanted: str, limits: Limits) -> HelmEngine | RenderFailure:
    engine = _helm(wanted, limits)
    if isinstance(engine, HelmEngine):
        return engine
    said = f"helm not found, which renders the chart {build.entry or 'at the root'}: {engine}"
    return RenderFailure(build.entry, "refused", said)


def beforehand(build: Build | ChartBuild, policy: Policy, helm: str = FOUND) -> RenderFailure | None:
    """Why a renderer would not start the build; None where only building it tells."""
    if isinstance(build, ChartBuild):
        found = _helm_for(build, helm, policy.limits)
        return found if isinstance(found, RenderFailure) else None
    graph = graph_of(build.snapshot)
    return refusal(build, graph, graph.closure(build.entry), policy)


def _result(item: "Result | Future[Result]", progress: Progress) -> Result:
    result = item.result() if isinstance(item, Future) else item
    progress.advance()
    return result


@frozen
class _Batch:
    """The builds of one call; `known` remembers by key what was begun already."""

    renderer: LocalRenderer
    executor: Executor
    known: "dict[str, Result | Future[Result]]" = field(default_factory=dict)

    def begin(self, build: Build | ChartBuild) -> "Result | Future[Result]":
        """The result where it needs no engine, else the running build."""
        if isinstance(build, ChartBuild):
            return self._begin_chart(build)
        graph = graph_of(build.snapshot)
        closure = graph.closure(build.entry)
        policy = self.renderer.policy
        refused = refusal(build, graph, closure, policy)
        if refused is not None:
            return hidden(refused)
        name = key(build, closure, self.renderer.engine, repr(policy.limits))
        if name not in self.known:
            answer = self.renderer.cache.get(name) if self.renderer.cache is not None else None
            if answer is not None:
                self.known[name] = self.renderer.rendered(build.entry, answer)
            else:
                self.known[name] = self._start(name, load(build, closure, remote=bool(closure.problems)))
        return self.known[name]

    def _begin_chart(self, build: ChartBuild) -> "Result | Future[Result]":
        limits = self.renderer.policy.limits
        engine = _helm_for(build, self.renderer.helm, limits)
        if isinstance(engine, RenderFailure):
            return engine
        name = charts.key(build, f"{engine.name} {self.renderer.engine}", repr(limits))
        if name not in self.known:
            answer = self.renderer.cache.get(name) if self.renderer.cache is not None else None
            if answer is not None:
                self.known[name] = self.renderer.rendered(build.entry, answer, engine.name)
            else:
                self.known[name] = self._start_chart(name, build, engine)
        return self.known[name]

    def _start_chart(self, name: str, build: ChartBuild, engine: HelmEngine) -> "Result | Future[Result]":
        inputs = charts.load(build)
        too_much = excess(inputs, self.renderer.policy.limits)
        return too_much or self.executor.submit(self.renderer.finish_chart, name, build, inputs, engine)

    def _start(self, name: str, inputs: Inputs) -> "Result | Future[Result]":
        too_much = excess(inputs, self.renderer.policy.limits)
        return too_much or self.executor.submit(self.renderer.finish, name, inputs)
