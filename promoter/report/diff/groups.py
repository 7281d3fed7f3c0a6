"""Comparisons with the same changes, put together, and put in the order in which to read them.

A change of a base changes forty environments in the same way; it should be read once. Objects are the
same when all but their namespace is; nothing is left out, every comparison is in exactly one group.
"""

import json
from collections.abc import Iterable
from typing import Final

from promoter.diff.comparison import Comparison, State
from promoter.frozen import frozen
from promoter.model import Change

_WEIGHTS: Final = {"high": 100, "medium": 10, "low": 1}
_FAILURE: Final = 1_000
_NAMED: Final = 5


@frozen
class Group:
    """Comparisons whose changes are the same; `first` stands for all of them."""

    members: tuple[Comparison, ...]

    @property
    def first(self) -> Comparison:
        """The member that is shown."""
        return self.members[0]

    @property
    def weight(self) -> int:
        """How much the group deserves to be read: failures, then risks by their level."""
        return weight(self.first)

    @property
    def title(self) -> str:
        """What to call the group: every member while that is short, else the first and a count."""
        more = len(self.members) - 1
        apps = {each.app for each in self.members}
        if not more:
            return self.first.title
        if len(apps) == 1 and more < _NAMED and all(each.environment for each in self.members):
            names = ", ".join(dict.fromkeys(each.environment for each in self.members))
            return f"{names} · {self.first.app}" if self.first.app else names
        return f"{self.first.title} and {more} more"


def weight(comparison: Comparison) -> int:
    """How much a comparison deserves to be read; least what renders on neither side, change or not."""
    if any(side == "both" for side, _ in comparison.failures):
        return -1
    risks = [risk for change in comparison.diff.changes for risk in change.risks]
    return _FAILURE * len(comparison.failures) + sum(_WEIGHTS[risk.level] for risk in risks)


def groups(comparisons: Iterable[Comparison]) -> tuple[Group, ...]:
    """The comparisons that are not unchanged, grouped, the riskiest first and else in their order."""
    found: dict[str, list[Comparison]] = {}
    for each in comparisons:
        if each.state is not State.UNCHANGED:
            found.setdefault(_signature(each), []).append(each)
    collected = [Group(tuple(members)) for members in found.values()]
    return tuple(sorted(collected, key=lambda group: -group.weight))


def _signature(comparison: Comparison) -> str:
    if comparison.failures:
        causes = [(side, failure.message, str(failure.location)) for side, failure in comparison.failures]
        return json.dumps(["failed", causes])
    return json.dumps([_plain(change) for change in comparison.diff.changes])


def _plain(change: Change) -> list[object]:
    fields = [
        (each.path, each.before, each.after, each.before_present, each.after_present)
        for each in change.fields
        if each.path
    ]
    risks = [(risk.name, risk.message) for risk in change.risks]
    whole = [_body(each.before) or _body(each.after) for each in change.fields if not each.path]
    key = (change.kind, change.key.group, change.key.kind, change.key.name)
    return [key, fields, risks, change.notes, whole]


def _body(value: object) -> object:
    """A whole object without its namespace."""
    if not isinstance(value, dict):
        return None
    metadata = value.get("metadata")
    named = {**metadata, "namespace": ""} if isinstance(metadata, dict) else metadata
    return {**value, "metadata": named}
