"""The input sets of a ResourceSet: those written in it, and those of its providers.

A Static provider gives its default values; one that asks a service gives what the inventory says of it,
else it is a reason. Each set also says by whom it is given, under `provider`. The `id` of a Static
provider's set is made of the object's UID and therefore never known. Rules: Flux Operator,
https://fluxoperator.dev/docs/crd/resourcesetinputprovider/ and its code in internal/inputs.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import Final
from zlib import adler32

from promoter.deployables.applicationset.selectors import matches
from promoter.deployables.objects import ControllerObject, mapping, sequence, string
from promoter.deployables.settings import Inventory
from promoter.frozen import frozen
from promoter.model import Json

GROUP: Final = "fluxcd.controlplane.io"
SWITCH: Final = f"{GROUP}/reconcile"
_PROVIDER: Final = "ResourceSetInputProvider"
_MOST: Final = 10_000
Inputs = tuple[dict[str, Json], ...]


@frozen
class Given:
    """The combined input sets, and why some are missing."""

    sets: Inputs
    reasons: tuple[str, ...] = ()


def given(
    found: ControllerObject, known: tuple[ControllerObject, ...], inventory: Inventory | None
) -> Given:
    """The input sets of a ResourceSet, combined as its `inputStrategy` says (Flatten without one)."""
    own = tuple(dict(mapping(each)) for each in sequence(found.spec.get("inputs")))
    named: list[tuple[str, Inputs]] = [(found.name, _signed(own, found))]
    providers, reasons = _providers(found, known)
    for provider in providers:
        sets, reason = _of_provider(provider, inventory)
        named.append((provider.name, _signed(sets, provider)))
        reasons += (reason,) if reason else ()
    strategy = mapping(found.spec.get("inputStrategy"))
    if string(strategy.get("name")) != "Permute":
        return Given(tuple(each for _, sets in named for each in sets), reasons)
    if reasons:
        return Given((), reasons)
    empty = strategy.get("includeEmptyProviders") is True
    return _permuted([(name, sets) for name, sets in named if sets or empty])


def _signed(sets: Inputs, giver: ControllerObject) -> Inputs:
    who: dict[str, Json] = {
        "apiVersion": string(giver.body.get("apiVersion")),
        "kind": giver.kind,
        "name": giver.name,
        "namespace": giver.namespace,
    }
    return tuple({**each, "provider": dict(who)} for each in sets)


def _providers(
    found: ControllerObject, known: tuple[ControllerObject, ...]
) -> tuple[list[ControllerObject], tuple[str, ...]]:
    """The providers that `inputsFrom` names, sorted by name, and those that are not here."""
    here = [
        each
        for each in known
        if (each.group, each.kind) == (GROUP, _PROVIDER)
        and (not each.namespace or not found.namespace or each.namespace == found.namespace)
    ]
    chosen: dict[str, ControllerObject] = {}
    missing: list[str] = []
    for reference in map(mapping, sequence(found.spec.get("inputsFrom"))):
        caught = [each for each in here if _means(reference, each)]
        chosen.update({each.name: each for each in caught})
        if not caught:
            missing.append(_absent(reference))
    return [chosen[name] for name in sorted(chosen)], tuple(missing)


def _means(reference: Mapping[str, Json], provider: ControllerObject) -> bool:
    name = string(reference.get("name"))
    return provider.name == name if name else matches(mapping(reference.get("selector")), provider.labels)


def _absent(reference: Mapping[str, Json]) -> str:
    name = string(reference.get("name"))
    if name:
        return f"the {_PROVIDER} {name} that gives its inputs is not in this repository"
    return f"no {_PROVIDER} in this repository has the labels that it selects"


def _of_provider(provider: ControllerObject, inventory: Inventory | None) -> tuple[Inputs, str | None]:
    """What a provider gives, or why it is not known."""
    kind = string(provider.spec.get("type"))
    defaults = dict(mapping(provider.spec.get("defaultValues")))
    if kind == "Static":
        return (defaults,), None
    told = inventory.parameters.get(provider.name) if inventory else None
    if told is not None:
        return tuple({**defaults, **each} for each in told), None
    asks = f"its {_PROVIDER} {provider.name} asks a service ({kind or 'of no type'})"
    return (), f"{asks}, and the inventory does not say what it gives"


def _permuted(named: list[tuple[str, Inputs]]) -> Given:
    """Every choice of one set of each giver, each set under its giver's name."""
    if prod(len(sets) for _, sets in named) > _MOST:
        return Given((), (f"its inputs have more than {_MOST} permutations, which the operator refuses",))
    return Given(tuple(_permutations(named)) if named else ())


def _permutations(named: list[tuple[str, Inputs]]) -> Iterator[dict[str, Json]]:
    names = [normalised(name) for name, _ in named]
    for chosen in product(*(enumerate(sets) for _, sets in named)):
        made: dict[str, Json] = {name: each for name, (_, each) in zip(names, chosen, strict=True)}
        path = "/".join(f"{name}={index}" for name, (index, _) in zip(names, chosen, strict=True))
        yield {**made, "id": str(adler32(path.encode()))}


def normalised(name: str) -> str:
    """A giver's name as templates say it: lower case, words joined by `_`."""
    words = re.sub(r"[^a-z0-9_]", "", name.lower().replace("-", "_")).split("_")
    return "_".join(filter(None, words))
