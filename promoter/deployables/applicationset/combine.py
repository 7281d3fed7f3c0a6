"""Generators made of generators: matrix and merge."""

import json
from collections.abc import Callable, Mapping
from typing import Final

from promoter.deployables.applicationset.scope import Scope, UnknownError
from promoter.deployables.gotemplate.collections import deep_merge
from promoter.deployables.objects import mapping, sequence, string
from promoter.model import Json

Parameters = dict[str, Json]
Nested = Callable[[Scope, Mapping[str, Json]], tuple[Parameters, ...]]

_PAIR: Final = 2
_LATER: Final = frozenset({"values", "template"})


def matrix(scope: Scope, spec: Mapping[str, Json], nested: Nested) -> tuple[Parameters, ...]:
    """Every set of the first generator with every set that the second gives for it."""
    children = [mapping(child) for child in sequence(spec.get("generators"))]
    if len(children) != _PAIR:
        raise UnknownError(f"its matrix generator has {len(children)} generators, expected 2")
    return tuple(
        deep_merge(second, first) if scope.go else _joined(second, first)
        for first in nested(scope, children[0])
        for second in nested(scope, mapping(_interpolated(scope, dict(children[1]), first)))
    )


def _interpolated(scope: Scope, node: Json, values: Parameters) -> Json:
    """The second generator with the first one's parameters; what they do not fill stays for later."""
    if isinstance(node, dict):
        return {
            key: _kept(scope, item, values) if key in _LATER else _interpolated(scope, item, values)
            for key, item in node.items()
        }
    if isinstance(node, list):
        return [_interpolated(scope, item, values) for item in node]
    return scope.text(node, values) if isinstance(node, str) else node


def _kept(scope: Scope, node: Json, values: Parameters) -> Json:
    if isinstance(node, dict):
        return {key: _kept(scope, item, values) for key, item in node.items()}
    if not isinstance(node, str):
        return node
    try:
        return scope.text(node, values)
    except UnknownError:
        return node


def _joined(second: Parameters, first: Parameters) -> Parameters:
    for key, item in first.items():
        if key in second and second[key] != item:
            raise UnknownError(f"both generators of its matrix give {key}, and differ")
    return {**second, **first}


def merge(scope: Scope, spec: Mapping[str, Json], nested: Nested) -> tuple[Parameters, ...]:
    """The first generator's sets, each with what the others say for the same merge keys."""
    children = [mapping(child) for child in sequence(spec.get("generators"))]
    keys = tuple(string(key) for key in sequence(spec.get("mergeKeys")))
    if len(children) < _PAIR or not keys:
        raise UnknownError("its merge generator needs mergeKeys and at least 2 generators")
    base = _by_key(nested(scope, children[0]), keys)
    for child in children[1:]:
        for key, over in _by_key(nested(scope, child), keys).items():
            if key in base:
                base[key] = deep_merge(base[key], over) if scope.go else {**base[key], **over}
    return tuple(base.values())


def _by_key(sets: tuple[Parameters, ...], keys: tuple[str, ...]) -> dict[str, Parameters]:
    found: dict[str, Parameters] = {}
    for each in sets:
        key = json.dumps([each.get(name) for name in keys], sort_keys=True)
        if key in found:
            raise UnknownError(f"two sets of its merge generator have the same merge keys {key}")
        found[key] = each
    return found
