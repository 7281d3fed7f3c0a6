"""What in a change could hurt, told in one sentence each.

A risk is a note for a reviewer, never a verdict: it names the field and both values and, for what
disappears, whether the controller would delete it. Each is one small function in RISKS, the gravest
first; they see one object at a time and the context of the whole render.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from promoter.diff.compared import Compared
from promoter.diff.risks import access, availability, identity, images, loss
from promoter.diff.risks.context import Context
from promoter.model import Risk

__all__ = ["LARGE_APPS", "LARGE_OBJECTS", "RISKS", "Context", "large_change", "risks"]

Judgement = Callable[[Compared, Context], Iterator[Risk]]

RISKS: Final[tuple[Judgement, ...]] = (
    loss.namespace_deleted,
    loss.definition_deleted,
    loss.data_deleted,
    loss.controller_object_deleted,
    loss.storage_shrunk,
    identity.immutable_field,
    identity.moved_to_another_namespace,
    identity.renamed,
    access.privileged,
    access.host_access,
    access.cluster_role_binding,
    access.network_policy_removed,
    loss.workload_deleted,
    loss.still_referenced,
    availability.replicas_dropped,
    availability.host_removed,
    images.downgraded,
    images.registry_changed,
    images.unpinned,
    availability.guard_removed,
    availability.probe_removed,
    availability.limit_changed,
    availability.suspended,
)
_ORDER: Final = {"high": 0, "medium": 1, "low": 2}
# From these sizes on a change is hard to review as a whole.
LARGE_APPS: Final = 10
LARGE_OBJECTS: Final = 60


def risks(compared: Compared, context: Context) -> tuple[Risk, ...]:
    """Every risk of one object's change, the gravest first."""
    found = [risk for judge in RISKS for risk in judge(compared, context)]
    return tuple(sorted(dict.fromkeys(found), key=lambda risk: _ORDER[risk.level]))


def large_change(sizes: Iterable[tuple[str, int]]) -> tuple[Risk, ...]:
    """The risk that a change is too large to review, from (app, changed objects) of each build."""
    counted = [(app, objects) for app, objects in sizes if objects]
    apps, objects = len({app for app, _ in counted}), sum(objects for _, objects in counted)
    if apps < LARGE_APPS and objects < LARGE_OBJECTS:
        return ()
    return (Risk("large-change", f"{objects} objects of {apps} apps change at once", "medium"),)
