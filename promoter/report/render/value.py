"""The rendered builds of an address, in order, with what did not render.

It must not decide what is built. Callers may rely on this: objects are in the engine's order and as the
engine gave them, unless `redacted` has hidden what is secret.
"""

from dataclasses import replace

from promoter.diff import Redactor
from promoter.errors import ExitCode
from promoter.frozen import frozen
from promoter.model import Deployable, KubeObject, Rendered, RenderFailure


@frozen
class RenderedBuild:
    """One deployable (or directory) and what it renders to."""

    deployable: Deployable
    result: Rendered | RenderFailure


@frozen
class ManifestsReport:
    """What was asked for as the user wrote it, the engine (empty when nothing was built), the builds."""

    address: str
    engine: str
    builds: tuple[RenderedBuild, ...]

    @property
    def objects(self) -> tuple[KubeObject, ...]:
        """The objects of every build that rendered, one build after the other."""
        results = (each.result for each in self.builds)
        return tuple(item for found in results if isinstance(found, Rendered) for item in found.objects)


def problems(report: ManifestsReport) -> tuple[str, ...]:
    """One line for each build without a result: where, which, and why."""
    return tuple(
        f"{each.result.location or each.deployable.location}: {_title(each.deployable)} does not render: "
        f"{each.result.message}"
        for each in report.builds
        if isinstance(each.result, RenderFailure)
    )


def notes(report: ManifestsReport) -> tuple[str, ...]:
    """One line for each object that is left out because a later source of its Application gives it too."""
    return tuple(
        f"{each.deployable.location}: {_title(each.deployable)}: {repeated}"
        for each in report.builds
        if isinstance(each.result, Rendered)
        for repeated in each.result.repeated
    )


def _title(deployable: Deployable) -> str:
    names = [name for name in (deployable.environment, deployable.app) if name]
    return " · ".join(names) if deployable.controller != "layout" else deployable.path or "."


def exit_code(report: ManifestsReport) -> ExitCode:
    """FAILED when a build gave nothing, else OK."""
    return ExitCode.FAILED if problems(report) else ExitCode.OK


def redacted(report: ManifestsReport, redactor: Redactor) -> ManifestsReport:
    """The same with values of Secrets, ciphertext, keys and tokens hidden."""
    return replace(report, builds=tuple(_hidden(each, redactor) for each in report.builds))


def _hidden(build: RenderedBuild, redactor: Redactor) -> RenderedBuild:
    if isinstance(build.result, RenderFailure):
        return build
    objects = []
    for item in build.result.objects:
        body = redactor.value(item.key.kind, (), item.body)
        assert isinstance(body, dict)
        objects.append(KubeObject(item.key, body))
    return replace(build, result=replace(build.result, objects=tuple(objects)))
