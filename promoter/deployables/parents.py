"""Which deployable applies the object of another: the environment that comes with it.

A deployable whose own clues name no environment takes the one of the deployables that apply its object,
when they agree. Nothing else about it changes, and the step is recorded in its evidence.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from promoter.kustomize import Graph
from promoter.model import Deployable

_ROUNDS: Final = 5


def inherit(graph: Graph, deployables: Iterable[Deployable]) -> tuple[Deployable, ...]:
    """The deployables, each without an environment given that of its appliers where they agree."""
    found = tuple(deployables)
    for _ in range(_ROUNDS):
        known = [each for each in found if each.environment and each.path is not None]
        after = tuple(each if each.environment else _inherited(graph, each, known) for each in found)
        if after == found:
            break
        found = after
    return found


def applies(graph: Graph, parent: Deployable, path: str) -> bool:
    """Whether what the parent syncs includes the file: its build reads it, or it lies below its path."""
    if parent.path is None:
        return False
    if graph.kustomization(parent.path) is not None:
        return parent.path in graph.readers(path)
    return not parent.path or path.startswith(f"{parent.path}/")


def _inherited(graph: Graph, deployable: Deployable, known: list[Deployable]) -> Deployable:
    above = [each for each in known if applies(graph, each, deployable.location.path)]
    environments = {each.environment for each in above}
    if len(environments) != 1:
        return deployable
    environment = environments.pop()
    why = f"environment {environment}: {above[0].kind} {above[0].name} applies {deployable.location.path}"
    return replace(deployable, environment=environment, evidence=(why, *deployable.evidence[1:]))
