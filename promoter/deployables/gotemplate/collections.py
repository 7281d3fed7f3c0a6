"""sprig's functions on lists and mappings: https://masterminds.github.io/sprig/lists.html, dicts.html.

Each gives a new value, except `set` and `unset`, which change the mapping they are given, as in sprig.
"""

from collections.abc import Callable, Iterable
from typing import Final

from promoter.deployables.gotemplate.values import listed, mapped, text, truth, whole
from promoter.model import Json

__all__ = ["FUNCTIONS", "deep_merge", "listed", "product"]


def product(items: Iterable[Json]) -> int:
    """The product of the items as whole numbers."""
    result = 1
    for item in items:
        result *= whole(item)
    return result


def deep_merge(base: dict[str, Json], over: dict[str, Json]) -> dict[str, Json]:
    """Both mappings in one; where both have a key, mappings are merged and else `over` wins."""
    merged = dict(base)
    for key, item in over.items():
        known = merged.get(key)
        merged[key] = (
            deep_merge(known, item) if isinstance(known, dict) and isinstance(item, dict) else item
        )
    return merged


def _dict(*items: Json) -> Json:
    values = (*items[1::2], *([""] if len(items) % 2 else []))
    return {text(key): item for key, item in zip(items[::2], values, strict=True)}


def _merge(*items: Json) -> Json:
    merged: dict[str, Json] = {}
    for item in reversed(items):
        merged = deep_merge(merged, mapped(item))
    return merged


def _merge_overwrite(*items: Json) -> Json:
    merged: dict[str, Json] = {}
    for item in items:
        merged = deep_merge(merged, mapped(item))
    return merged


def _set(item: Json, key: Json, new: Json) -> Json:
    mapped(item)[text(key)] = new
    return item


def _unset(item: Json, key: Json) -> Json:
    mapped(item).pop(text(key), None)
    return item


def _dig(*arguments: Json) -> Json:
    *keys, fallback, item = arguments
    for key in keys:
        if not isinstance(item, dict) or text(key) not in item:
            return fallback
        item = item[text(key)]
    return item


def _unique(items: Json) -> list[Json]:
    found: list[Json] = []
    for item in listed(items):
        if item not in found:
            found.append(item)
    return found


def _first(items: Json) -> Json:
    return next(iter(listed(items)), None)


def _has(wanted: Json, items: Json) -> bool:
    return wanted in listed(items)


FUNCTIONS: Final[dict[str, Callable[..., Json]]] = {
    "list": lambda *items: list(items),
    "tuple": lambda *items: list(items),
    "first": _first,
    "last": lambda items: next(reversed(listed(items)), None),
    "rest": lambda items: listed(items)[1:],
    "initial": lambda items: listed(items)[:-1],
    "append": lambda items, item: [*listed(items), item],
    "prepend": lambda items, item: [item, *listed(items)],
    "concat": lambda *items: [item for each in items for item in listed(each)],
    "reverse": lambda items: listed(items)[::-1],
    "uniq": _unique,
    "compact": lambda items: [item for item in listed(items) if truth(item)],
    "without": lambda items, *others: [item for item in listed(items) if item not in others],
    "has": _has,
    "seq": lambda *bounds: " ".join(map(str, _sequence([whole(bound) for bound in bounds]))),
    "dict": _dict,
    "get": lambda item, key: mapped(item).get(text(key), ""),
    "set": _set,
    "unset": _unset,
    "hasKey": lambda item, key: text(key) in mapped(item),
    "keys": lambda *items: sorted({key for item in items for key in mapped(item)}),
    "values": lambda item: [found for _, found in sorted(mapped(item).items())],
    "pick": lambda item, *keys: {key: found for key, found in mapped(item).items() if key in keys},
    "omit": lambda item, *keys: {key: found for key, found in mapped(item).items() if key not in keys},
    "pluck": lambda key, *items: [mapped(item)[text(key)] for item in items if text(key) in mapped(item)],
    "merge": _merge,
    "mergeOverwrite": _merge_overwrite,
    "dig": _dig,
}


def _sequence(bounds: list[int]) -> list[int]:
    if len(bounds) == 1:
        start, step, stop = 1, 1 if bounds[0] >= 1 else -1, bounds[0]
    elif len(bounds) == 2:  # noqa: PLR2004 - start and end
        start, step, stop = bounds[0], 1 if bounds[1] >= bounds[0] else -1, bounds[1]
    else:
        start, step, stop = bounds
    return list(range(start, stop + (1 if step > 0 else -1), step))[:10_000] if step else []
