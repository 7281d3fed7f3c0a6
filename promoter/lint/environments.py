"""What the rules that compare environments and revisions see: one app in each of its stages.

It must not judge anything. Stages are in promotion order; `needs` tells where an environment's versions
come from, so that a rule compares neighbours and not strangers.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from promoter.deployables.environment import rank, tier_in, tier_of
from promoter.frozen import frozen
from promoter.lint.context import RenderedContext
from promoter.lint.rule import FieldPath, Report, Settings
from promoter.model import ObjectKey

PROD: Final = "prod"


@frozen
class Stage:
    """An environment of the promotion order; `tier` is `prod`, `nonprod` or empty when unknown."""

    name: str
    tier: str = ""
    needs: tuple[str, ...] = ()


@frozen
class Divergence:
    """A report about one environment: `report` names an object of its render."""

    environment: str
    report: Report


@frozen(eq=False)
class EnvironmentsContext:
    """One app: its render in each environment that has one, by name, and the stages in order."""

    app: str
    stages: tuple[Stage, ...]
    renders: Mapping[str, RenderedContext]
    settings: Settings

    def present(self) -> tuple[Stage, ...]:
        """The stages that render this app, in order."""
        return tuple(stage for stage in self.stages if stage.name in self.renders)

    def production(self) -> tuple[Stage, ...]:
        """The stages of the tier prod that render this app."""
        return tuple(stage for stage in self.present() if stage.tier == PROD)

    def promotions(self) -> Iterator[tuple[Stage, Stage]]:
        """Each stage with each of the stages that it takes its versions from."""
        by_name = {stage.name: stage for stage in self.present()}
        for stage in by_name.values():
            for name in stage.needs:
                if name in by_name:
                    yield by_name[name], stage


def inferred(name: str, names: Sequence[str]) -> tuple[str, ...]:
    """The environment that `name` most likely takes its versions from, of all `names`; at most one.

    It is of the nearest lower tier, and rather the one of the same region: `staging-eu` for `prod-eu`.
    A name that tells no tier is not compared.
    """
    if tier_in(name) is None:
        return ()
    lower = [other for other in names if tier_in(other) is not None and rank(other) < rank(name)]
    nearest = [other for other in lower if rank(other) == max(map(rank, lower))]
    region = _region(name)
    return tuple(
        sorted(nearest, key=lambda other: (_region(other) != region, _region(other) != "", other))[:1]
    )


def _region(name: str) -> str:
    return "-".join(word for word in re.split(r"[-_.]", name) if tier_of(word) is None)


def common(name: str, environment: str) -> str:
    """An object's name without the environment's own at its beginning or end (`prod-web` gives `web`).

    Other spellings of the environment's tier count too: `web-stage` in `staging`.
    """
    for dash in ("-", "."):
        name = name.removeprefix(f"{environment}{dash}").removesuffix(f"{dash}{environment}")
    words = name.split("-")
    tier = tier_in(environment)
    if tier is not None and len(words) > 1:
        words = words[1:] if tier_of(words[0]) == tier else words
        words = words[:-1] if len(words) > 1 and tier_of(words[-1]) == tier else words
    return "-".join(words)


@frozen(eq=False)
class Revision:
    """One environment of one app before and after a change; `paths` are the changed files that it reads."""

    app: str
    stage: Stage
    before: RenderedContext
    after: RenderedContext
    paths: tuple[str, ...] = ()


@frozen(eq=False)
class GitContext:
    """A change as rules see it: every environment that was deployed before it and is after it.

    `renders` are the renders after it by app and environment; `shared` the paths that differ from the base
    revision and that more than one environment reads.
    """

    revisions: tuple[Revision, ...]
    renders: Mapping[tuple[str, str], RenderedContext]
    shared: tuple[str, ...] = ()


@frozen
class Alteration:
    """A report about a change: the environment, the object as rendered before or after, the message."""

    app: str
    environment: str
    object: ObjectKey
    path: FieldPath
    message: str
