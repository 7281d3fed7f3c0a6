"""PodDisruptionBudgets and the workloads that they are for (RES301 to RES304).

It must not ask for a budget where one would only block the node's drain: workloads with one pod need none.
"""

from collections.abc import Iterator
from functools import lru_cache
from math import ceil
from typing import Final

from promoter.lint.context import RenderedContext, Surroundings, selected
from promoter.lint.objects import Place, child, whole
from promoter.lint.rule import Option, Profile, Report, rule
from promoter.model import Json, ObjectKey, Severity

BUDGETS: Final = ("PodDisruptionBudget.policy", "PodDisruptionBudget")
MINIMUM: Final = Option("minimum", 2, "the number of replicas from which a budget is wanted")
SCALED: Final = ("Deployment", "StatefulSet", "Rollout", "DeploymentConfig")


@lru_cache(maxsize=64)
def _covered(around: Surroundings) -> dict[Place, list[ObjectKey]]:
    """The budgets, of any root, that select each workload."""
    found: dict[Place, list[ObjectKey]] = {}
    for budget in (item for kind in BUDGETS for item in around.known.get(kind, ())):
        selector = child(budget.body, "spec").get("selector")
        for item in selected(around, budget.key.namespace, selector):
            found.setdefault(item.place, []).append(budget.key)
    return found


@rule("RES301", "pdb-missing", Severity.WARNING, options=(MINIMUM,))
def pdb_missing(render: RenderedContext) -> Iterator[Report]:
    """Draining nodes may take all pods of a workload down at once.

    ## What it does
    Reports Deployments, StatefulSets and Rollouts with `minimum` or more replicas that no
    PodDisruptionBudget selects.

    ## Why
    An upgrade of the nodes evicts pods as fast as it can unless a budget holds it back.

    ## Example
    ```yaml
    kind: Deployment
    spec:
      replicas: 3
    ```

    ## Instead
    ```yaml
    kind: PodDisruptionBudget
    spec:
      maxUnavailable: 1
      selector: {matchLabels: {app: web}}
    ```

    ## Options
    `minimum` (2): the number of replicas from which a budget is wanted.
    """
    least = MINIMUM.of(render.settings, "RES301")
    covered = _covered(render.around)
    for item in render.workloads:
        count = render.replicas(item) if item.kind in SCALED else None
        if count is not None and count >= least and item.place not in covered:
            pods = f"some of the {count} pods" if count > 1 else "the pod"
            message = f"no PodDisruptionBudget keeps {pods} of {item.key.name} up"
            yield Report(item.key, ("spec",), message)


@rule("RES302", "pdb-blocks-eviction", Severity.ERROR)
def pdb_blocks_eviction(render: RenderedContext) -> Iterator[Report]:
    """A PodDisruptionBudget allows no pod to be evicted, so no node can be drained.

    ## What it does
    Reports `maxUnavailable` of 0 or 0 %, `minAvailable` of 100 %, and a `minAvailable` that is no less
    than the pods there are; an autoscaler's minimum counts as their number.

    ## Why
    The upgrade of a node waits for ever, or someone deletes the budget by hand.

    ## Example
    ```yaml
    minAvailable: 1  # and one replica
    ```

    ## Instead
    ```yaml
    maxUnavailable: 1
    ```
    """
    for budget in render.of_kind(*BUDGETS):
        spec = child(budget.body, "spec")
        most, least = spec.get("maxUnavailable"), spec.get("minAvailable")
        pods = render.selected(render.namespace_of(budget.key), spec.get("selector"))
        counts = [render.replicas(item) for item in pods]
        total = sum(count or 0 for count in counts) if counts and None not in counts else None
        if most in ("0%", "0") or (most == 0 and most is not False):
            yield Report(budget.key, ("spec", "maxUnavailable"), f"maxUnavailable is {most}: no pod may go")
        elif _needs_all(least, total):
            of = "all" if total is None else f"all {total}" if total > 1 else "the only"
            message = f"minAvailable is {least} of {of} pod{'s' * (total != 1)}: none may go"
            yield Report(budget.key, ("spec", "minAvailable"), message)


def _needs_all(least: Json, total: int | None) -> bool:
    if least == "100%":
        return True
    if not total:
        return False
    number = whole(least)
    if isinstance(least, str) and least.removesuffix("%").isdecimal():
        share = int(least.removesuffix("%"))
        number = ceil(share * total / 100) if least.endswith("%") else share
    return number is not None and number >= total


@rule("RES303", "pdb-no-policy", Severity.ERROR, Profile.STRUCTURE)
def pdb_no_policy(render: RenderedContext) -> Iterator[Report]:
    """A PodDisruptionBudget says neither how many pods may go nor how many must stay, or says both.

    ## What it does
    Reports budgets with neither or both of `minAvailable` and `maxUnavailable`.

    ## Why
    The API server refuses both; with neither the budget holds nothing back.

    ## Example
    ```yaml
    spec:
      selector: {matchLabels: {app: web}}
    ```

    ## Instead
    ```yaml
    spec:
      maxUnavailable: 1
      selector: {matchLabels: {app: web}}
    ```
    """
    for budget in render.of_kind(*BUDGETS):
        spec = child(budget.body, "spec")
        said = [field for field in ("minAvailable", "maxUnavailable") if spec.get(field) is not None]
        if len(said) != 1:
            message = "both minAvailable and maxUnavailable are set" if said else "nothing is limited"
            yield Report(budget.key, ("spec", *said[1:]), message)


@rule("RES304", "pdb-matches-nothing", Severity.ERROR)
def pdb_matches_nothing(render: RenderedContext) -> Iterator[Report]:
    """A PodDisruptionBudget protects nothing, or a second one makes eviction impossible.

    ## What it does
    Reports budgets without a selector, with one that matches no workload of their namespace, and
    budgets of which another one already covers the same pods. Where charts or operators make pods that
    no manifest shows, the answer is that it cannot be told.

    ## Why
    A budget that misses its pods gives false comfort; pods with two budgets cannot be evicted at all.

    ## Example
    ```yaml
    spec:
      selector: {matchLabels: {app: wbe}}
    ```

    ## Instead
    ```yaml
    spec:
      selector: {matchLabels: {app: web}}
    ```
    """
    covered = _covered(render.around)
    for budget in render.of_kind(*BUDGETS):
        selector, namespace = child(budget.body, "spec").get("selector"), render.namespace_of(budget.key)
        pods = render.selected(namespace, selector)
        path = ("spec", "selector")
        if not selector:
            yield Report(budget.key, path, "the selector is empty")
        elif not pods:
            known = not render.is_opaque(namespace)
            yield Report(budget.key, path, "the selector matches no workload", verifiable=known)
        for item in pods if selector else ():
            first = covered[item.place][0]
            if first.name != budget.key.name:
                message = f"{first.name} already covers the pods of {item.key.name}"
                yield Report(budget.key, path, message, related=((first, path),))
