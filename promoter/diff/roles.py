"""One environment compared with another: the same role on both sides, whatever it is called.

What only says which environment it is (its name inside names, hosts and values) and what the user
declared to differ (`keep`) is expected; all else is drift. Nothing is rewritten: values are shown as
they are.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Final

from promoter.deployables.environment import normalise, tier_of
from promoter.diff.fields import Difference, compare, is_item
from promoter.frozen import frozen
from promoter.model import Json, KubeObject, Rendered
from promoter.yamldoc import tokens

MARK: Final = "{env}"
NAMESPACE: Final = "{namespace}"


@frozen
class Roles:
    """The names of the two environments, and JSON pointers of fields that are meant to differ.

    A pointer matches the end of a field's path or any part of it: `/replicas` covers `spec.replicas`.
    """

    before: str
    after: str
    keep: tuple[str, ...] = ()

    def expects(self, difference: Difference) -> bool:
        """Whether the field may differ between these environments."""
        path = tuple(part for part in difference.path if not is_item(part))
        if path == ("metadata", "namespace") or any(_holds(path, tokens(each)) for each in self.keep):
            return True
        present = difference.before_present and difference.after_present
        return present and _neutral(difference.before, self.before) == _neutral(
            difference.after, self.after
        )

    def met(self, differences: Iterable[Difference]) -> tuple[Difference, ...]:
        """The differences, with items that only the environment's name kept apart compared as one."""
        everything = list(differences)
        gone = {
            self._role(each, self.before): each
            for each in everything
            if each.path and not each.after_present
        }
        found: list[Difference] = []
        partners: set[tuple[str, ...]] = set()
        for each in everything:
            partner = gone.get(self._role(each, self.after)) if not each.before_present else None
            if partner is None:
                found.append(each)
                continue
            partners.add(partner.path)
            below = compare(partner.before, each.after, each.path)
            found += [one for one in below if isinstance(one, Difference)]
        return tuple(one for one in found if one.after_present or one.path not in partners)

    @staticmethod
    def _role(difference: Difference, environment: str) -> tuple[str, ...]:
        return tuple(neutral(part, environment) for part in difference.path)

    def rekeyed(self, rendered: Rendered, environment: str) -> Rendered:
        """The render with the environment's name taken out of the objects' keys, so that roles meet."""
        namespaces = {item.key.namespace for item in rendered.objects} - {""}
        alone = len(namespaces) == 1
        return replace(
            rendered, objects=tuple(_rekeyed(item, environment, alone=alone) for item in rendered.objects)
        )


def _rekeyed(item: KubeObject, environment: str, *, alone: bool) -> KubeObject:
    place = NAMESPACE if alone and item.key.namespace else neutral(item.key.namespace, environment)
    return replace(item, key=replace(item.key, namespace=place, name=neutral(item.key.name, environment)))


def _holds(path: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether the parts of a pointer stand in the path, one after another."""
    size = len(wanted)
    return bool(wanted) and any(path[start : start + size] == wanted for start in range(len(path)))


def _neutral(value: Json, environment: str) -> Json:
    if isinstance(value, dict):
        return {neutral(key, environment): _neutral(child, environment) for key, child in value.items()}
    if isinstance(value, list):
        return [_neutral(child, environment) for child in value]
    return neutral(value, environment) if isinstance(value, str) else value


def neutral(text: str, environment: str) -> str:
    """`text` with every spelling of the environment's name replaced by `{env}`."""
    return _pattern(environment).sub(MARK, text)


@cache
def _pattern(environment: str) -> re.Pattern[str]:
    """The environment's name, and its first word in all spellings (`stg`, `stage` for staging)."""
    first = re.split(r"[-_.]", environment)[0]
    tier = tier_of(first)
    words = {environment, normalise(environment)} | ({first, *_spellings(tier)} if tier else set())
    ordered = sorted(filter(None, words), key=lambda word: (-len(word), word))
    return re.compile(
        rf"(?<![A-Za-z0-9])(?:{'|'.join(map(re.escape, ordered))})(?![A-Za-z0-9])", re.IGNORECASE
    )


def _spellings(tier: str) -> frozenset[str]:
    """The words that spell a tier."""
    words = [
        "dev",
        "develop",
        "development",
        "staging",
        "stage",
        "stg",
        "prod",
        "prd",
        "production",
        "live",
        "test",
        "tst",
        "qa",
        "uat",
    ]
    return frozenset(word for word in words if tier_of(word) == tier)
