"""Answers of an engine kept while builds are rendered, and given again where nothing can be rendered.

An answer is kept under the name of everything that it depends on, so the one that is given again is the one
that an engine would give. What is refused before any engine is judged again, not kept. Must not decide who
renders what; what was not kept is refused, never guessed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, field
from typing import TYPE_CHECKING

from promoter.errors import RefusedError
from promoter.frozen import frozen
from promoter.kustomize import Build, graph_of
from promoter.model import ChartBuild, Json, KubeObject, Location, ObjectKey, Rendered, RenderFailure
from promoter.progress import SILENT, Progress
from promoter.render import charts
from promoter.render.helm import HELM
from promoter.render.hiding import hidden
from promoter.render.inputs import key
from promoter.render.limits import Policy
from promoter.render.local import Result
from promoter.render.preflight import refusal

if TYPE_CHECKING:
    from promoter.render import Renderer


class NotKeptError(RefusedError):
    """A result is asked for that nobody kept."""


@frozen
class Recorder:
    """A renderer that keeps in `kept` what `inner` renders."""

    inner: "Renderer"
    policy: Policy
    kept: dict[str, Result] = field(default_factory=dict)

    @property
    def engine(self) -> str:
        """The engine's name and version."""
        return self.inner.engine

    @property
    def charts(self) -> str:
        """What renders charts, or that nothing does."""
        return self.inner.charts

    def render(self, build: Build | ChartBuild) -> Result:
        """The objects of one build, or why there are none."""
        return self.render_all((build,))[0]

    def render_all(
        self, builds: Iterable[Build | ChartBuild], progress: Progress = SILENT
    ) -> tuple[Result, ...]:
        """One result for each build, in their order."""
        asked = tuple(builds)
        results = self.inner.render_all(asked, progress)
        for build, result in zip(asked, results, strict=True):
            if refused(build, self.policy) is None:
                self.kept[name(build, self.engine, self.policy)] = result
        return results

    def close(self) -> None:
        """Let go of processes."""
        self.inner.close()


@frozen
class Replayer:
    """A renderer without an engine: it gives what the engine of that name rendered elsewhere."""

    engine: str
    policy: Policy
    kept: Mapping[str, Result]
    charts: str = ""

    def render(self, build: Build | ChartBuild) -> Result:
        """The result that was kept, or why no engine is asked. Raises NotKeptError when there is none."""
        found = refused(build, self.policy) or self.kept.get(name(build, self.engine, self.policy))
        if found is None:
            raise NotKeptError(f"no shard holds the build of {build.entry or 'the root directory'}")
        return found

    def render_all(
        self, builds: Iterable[Build | ChartBuild], progress: Progress = SILENT
    ) -> tuple[Result, ...]:
        """One result for each build, in their order. Raises NotKeptError."""
        del progress
        return tuple(self.render(build) for build in builds)

    def close(self) -> None:
        """Nothing was started."""


def refused(build: Build | ChartBuild, policy: Policy) -> RenderFailure | None:
    """Why no engine is asked; it follows from the references, which an answer's name leaves out."""
    if isinstance(build, ChartBuild):
        return None
    graph = graph_of(build.snapshot)
    found = refusal(build, graph, graph.closure(build.entry), policy)
    return hidden(found) if found is not None else None


def name(build: Build | ChartBuild, engine: str, policy: Policy) -> str:
    """The name of an answer (64 hex digits)."""
    if isinstance(build, ChartBuild):
        return charts.key(build, engine, repr(policy.limits))
    return key(build, graph_of(build.snapshot).closure(build.entry), engine, repr(policy.limits))


def dump(result: Result) -> dict[str, Json]:
    """The result as JSON values."""
    if isinstance(result, Rendered):
        said: dict[str, Json] = {"path": result.path, "objects": [each.body for each in result.objects]}
        return {**said, "engine": result.engine} if result.engine.startswith(HELM) else said
    place: Json = asdict(result.location) if result.location else None
    return {"path": result.path, "kind": result.kind, "message": result.message, "location": place}


def load(said: Mapping[str, Json], engine: str) -> Result:
    """The result that was dumped. Raises ValueError for what is none."""
    path = _text(said.get("path"))
    if "objects" in said:
        bodies = said["objects"] if isinstance(said["objects"], list) else []
        objects = (KubeObject(ObjectKey.of(body), body) for body in bodies if isinstance(body, dict))
        return Rendered(path, tuple(objects), _text(said.get("engine", engine)))
    return RenderFailure(path, _text(said.get("kind")), _text(said.get("message")), _place(said))


def _place(said: Mapping[str, Json]) -> Location | None:
    place = said.get("location")
    if not isinstance(place, dict):
        return None
    numbers = (place.get(part) for part in ("line", "column", "end_line", "end_column"))
    return Location(_text(place.get("path")), *(each for each in numbers if isinstance(each, int)))


def _text(said: Json) -> str:
    if not isinstance(said, str):
        raise ValueError(f"expected text, found {type(said).__name__}")  # noqa: TRY004 - bad data, no bug
    return said
