"""Reading the parts of Kubernetes objects that several judgements need, tolerant of any shape.

A manifest may hold anything anywhere; every function here answers "nothing" for a value of the wrong
type and never raises.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from promoter.model import Json

_TEMPLATES: Final = (
    ("spec", "template", "spec"),
    ("spec", "jobTemplate", "spec", "template", "spec"),
)
_CONTAINER_LISTS: Final = ("initContainers", "containers", "ephemeralContainers")
_SUFFIXES: Final = {
    "m": Fraction(1, 10**3),
    "u": Fraction(1, 10**6),
    "n": Fraction(1, 10**9),
    "": Fraction(1),
    **{unit: Fraction(1000**power) for power, unit in enumerate("kMGTPE", 1)},
    **{f"{unit}i": Fraction(1024**power) for power, unit in enumerate("KMGTPE", 1)},
}


def reach(value: Json, *keys: str) -> Json:
    """The value below these keys, None where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def text(value: Json, *keys: str) -> str:
    """The text below these keys; an empty string for anything else."""
    found = reach(value, *keys)
    return found if isinstance(found, str) else ""


def number(value: Json, *keys: str) -> int | None:
    """The whole number below these keys, None for anything else."""
    found = reach(value, *keys)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def mappings(value: Json, *keys: str) -> Iterator[dict[str, Json]]:
    """The items of the list below these keys that are mappings."""
    found = reach(value, *keys)
    for item in found if isinstance(found, list) else ():
        if isinstance(item, dict):
            yield item


def texts(value: Json, *keys: str) -> tuple[str, ...]:
    """The items of the list below these keys that are text."""
    found = reach(value, *keys)
    return tuple(item for item in found if isinstance(item, str)) if isinstance(found, list) else ()


def pod_spec(body: dict[str, Json]) -> tuple[str, dict[str, Json]]:
    """The path and value of the object's pod specification; both empty when it runs no pods."""
    if body.get("kind") == "Pod" and isinstance(body.get("spec"), dict):
        return "spec", _mapping(body["spec"])
    for keys in _TEMPLATES:
        found = reach(body, *keys)
        if isinstance(found, dict) and any(name in found for name in _CONTAINER_LISTS):
            return ".".join(keys), found
    return "", {}


def containers(body: dict[str, Json]) -> dict[str, dict[str, Json]]:
    """The object's containers by their path (`spec.template.spec.containers[name=web]`)."""
    path, pod = pod_spec(body)
    return {
        f"{path}.{field}[name={text(item, 'name')}]": item
        for field in _CONTAINER_LISTS
        for item in mappings(pod, field)
    }


def quantity(value: Json) -> Fraction | None:
    """A Kubernetes quantity (`500m`, `1Gi`, 2) as a number; None for what is none."""
    written = str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    digits = written.rstrip("".join(_SUFFIXES)) if not _exponent(written) else written
    factor = _SUFFIXES.get(written[len(digits) :])
    try:
        return Fraction(digits) * factor if factor is not None and digits else None
    except (ValueError, ZeroDivisionError):
        return None


def _exponent(written: str) -> bool:
    """Whether the text ends in a decimal exponent (`1e3`), whose `e` is no suffix."""
    head, mark, tail = written.lower().partition("e")
    return bool(head and mark and tail.lstrip("+-").isdecimal())


def _mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}
