"""Kubernetes quantities (`500m`, `1Gi`, `1e3`) as exact numbers, and what a pod asks for altogether.

It must not judge amounts. The grammar is the API's own (apimachinery, resource.Quantity): what does not
follow it reads as None.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Final

from promoter.lint.objects import Container, Workload, child
from promoter.model import Json

FORM: Final = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,3}))?")
DECIMAL: Final = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
BINARY: Final = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}


def quantity(value: Json) -> Decimal | None:
    """The number that a quantity stands for (bytes, cores, pods), None when it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return Decimal(str(value))
    return _read(value) if isinstance(value, str) else None


@lru_cache(maxsize=4096)
def _read(text: str) -> Decimal | None:
    match = FORM.fullmatch(text.strip())
    if match is None:
        return None
    number, suffix, exponent = Decimal(match[1]), match[2], match[3]
    if suffix in BINARY:
        return number * Decimal(1024) ** BINARY[suffix]
    return number.scaleb(DECIMAL[suffix] if suffix else int(exponent or 0))


def asked(container: Container, side: str, resource: str) -> Json:
    """What a container writes for a resource (`cpu`) under `requests` or `limits`; None when unset.

    A request that is unset is what the limit says, as the API server fills it in.
    """
    resources = child(container.body, "resources")
    value = child(resources, side).get(resource)
    if value is None and side == "requests":
        return child(resources, "limits").get(resource)
    return value


def of_pod(item: Workload, side: str, resource: str, default: Decimal | None = None) -> Decimal:
    """What one pod of the workload asks for, by the scheduler's sum; `default` fills what is unset.

    Containers and sidecars add up; plain init containers run one after the other and count only where
    one of them asks for more.
    """
    whole = quantity(child(child(item.pod, "resources"), side).get(resource))
    if whole is not None:
        return whole
    long = _sum(item.containers, ("container", "sidecar"), side, resource, default)
    init = [_one(c, side, resource, default) for c in item.containers if c.role == "init"]
    return max([long, *init])


def _sum(
    containers: Iterable[Container],
    roles: tuple[str, ...],
    side: str,
    resource: str,
    default: Decimal | None,
) -> Decimal:
    amounts = (_one(c, side, resource, default) for c in containers if c.role in roles)
    return sum(amounts, Decimal(0))


def _one(container: Container, side: str, resource: str, default: Decimal | None) -> Decimal:
    value = asked(container, side, resource)
    return quantity(value) or Decimal(0) if value is not None else default or Decimal(0)
