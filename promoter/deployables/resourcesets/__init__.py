"""Flux Operator's ResourceSets: the objects that they make, and what of them cannot be known.

Inputs written in the repository are combined with the templates as the operator does it; what a set makes
joins the objects of the other discoverers. A provider that asks a service or the cluster leaves its set
unresolved with the reason, never absent. API: https://fluxoperator.dev/docs/crd/resourceset/ (v1).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from promoter.deployables.context import Context
from promoter.deployables.gotemplate import TemplateError
from promoter.deployables.objects import ControllerObject, mapping, objects, string, with_metadata
from promoter.deployables.resourcesets.build import Bodies, built
from promoter.deployables.resourcesets.inputs import GROUP, SWITCH, given
from promoter.deployables.settings import Inventory
from promoter.model import Deployable

__all__ = ["GROUP", "discover", "with_made"]

KIND: Final = "ResourceSet"
_DEPTH: Final = 5
_SHOWN: Final = 6
Objects = tuple[ControllerObject, ...]


def with_made(known: Objects, inventory: Inventory | None) -> Objects:
    """The objects, and after them the controllers' objects that ResourceSets make, to a depth of five."""
    found, waiting = known, known
    for _ in range(_DEPTH):
        sets = [each for each in waiting if _is_set(each)]
        names = {(each.namespace, each.name) for each in found if _is_set(each)}
        made = [child for each in sets for child in _children(each, found, inventory)]
        waiting = tuple(
            each for each in made if not _is_set(each) or (each.namespace, each.name) not in names
        )
        found = (*found, *waiting)
    return found


def _is_set(found: ControllerObject) -> bool:
    return (found.group, found.kind) == (GROUP, KIND)


def _children(
    found: ControllerObject, known: Objects, inventory: Inventory | None
) -> Iterator[ControllerObject]:
    notes = (*found.notes, f"made by the ResourceSet {found.name}")
    bodies, _ = _made(found, known, inventory)
    for body in bodies:
        for child in objects(body, found.location):
            yield replace(child, entry=found.entry, notes=notes)


def _made(
    found: ControllerObject, known: Objects, inventory: Inventory | None
) -> tuple[Bodies, tuple[str, ...]]:
    """What the set makes, and in words what of it cannot be known."""
    inputs = given(found, known, inventory)
    if not inputs.sets and (inputs.reasons or found.spec.get("inputsFrom")):
        return (), inputs.reasons
    try:
        return _marked(found, built(found, inputs.sets)), inputs.reasons
    except TemplateError as error:
        return (), (*inputs.reasons, f"its resources cannot be made: {error}")


def _marked(found: ControllerObject, bodies: Bodies) -> Bodies:
    """The objects with the set's common labels and annotations, which win over their own."""
    common = mapping(found.spec.get("commonMetadata"))
    labels, annotations = mapping(common.get("labels")), mapping(common.get("annotations"))
    return tuple(with_metadata(body, labels, annotations) for body in bodies)


def discover(context: Context) -> Iterator[Deployable]:
    """Each ResourceSet itself, in the files' order: what it makes, or why that is not known."""
    for found in context.of(GROUP, KIND):
        bodies, reasons = _made(found, context.objects, context.settings.inventory)
        itself = context.itself("flux", found, "; ".join(reasons) or None, _told(bodies))
        yield replace(itself, suspended=found.annotations.get(SWITCH, "").lower() == "disabled")


def _told(bodies: Bodies) -> tuple[str, ...]:
    names = [
        f"{string(each.get('kind'))}/{string(mapping(each.get('metadata')).get('name'))}" for each in bodies
    ]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return (f"it makes {', '.join(names[:_SHOWN])}{more}",) if names else ()
