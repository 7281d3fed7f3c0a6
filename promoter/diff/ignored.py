"""What an Argo CD Application ignores (`spec.ignoreDifferences`), applied to both sides of a pair.

JSON pointers and the part of jq that such rules are written in: keys, indices, `[]` and
`select(.key == "text")`. Whatever else stands there is named as not understood, and ignores nothing.
The rules are https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/.
"""

import copy
import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from promoter.diff.reach import reach, text, texts
from promoter.frozen import frozen
from promoter.model import Json, ObjectKey
from promoter.yamldoc import tokens

_STEP: Final = re.compile(
    r"""\s*(?:
      \.?\[\s*(?P<quoted>"(?:[^"\\]|\\.)*")\s*\]
    | \.(?P<string>"(?:[^"\\]|\\.)*")
    | \.(?P<key>[A-Za-z_][A-Za-z0-9_]*)
    | \.?\[\s*(?P<index>-?\d+)\s*\]
    | \.?(?P<each>\[\s*\])
    | \|\s*select\(\s*(?P<field>(?:\.[A-Za-z_]\w*)+)\s*==\s*(?P<value>"(?:[^"\\]|\\.)*")\s*\)
    | (?P<bar>\|)
    )\??""",
    re.VERBOSE,
)


@frozen
class Key:
    """Goes below one key of a mapping, or to one position of a list when it is a number."""

    name: str


@frozen
class Index:
    """Goes to one position of a list, from the end when negative."""

    position: int


@frozen
class Every:
    """Goes to every item of a list or value of a mapping."""


@frozen
class Select:
    """Keeps the places reached so far whose field has this text."""

    field: tuple[str, ...]
    value: str


Step = Key | Index | Every | Select


@frozen
class IgnoreRule:
    """One entry of `ignoreDifferences`: which objects, and the steps to each ignored field."""

    group: str
    kind: str
    name: str
    namespace: str
    paths: tuple[tuple[Step, ...], ...]

    def covers(self, key: ObjectKey) -> bool:
        """Whether the rule speaks of this object; an empty part speaks of all."""
        wanted = ((self.group, key.group), (self.kind, key.kind), (self.name, key.name))
        place = not self.namespace or self.namespace == key.namespace
        return place and all(not glob or fnmatchcase(value, glob) for glob, value in wanted)

    def without(self, body: dict[str, Json]) -> dict[str, Json]:
        """A copy of the body without the ignored fields."""
        pruned = copy.deepcopy(body)
        for path in self.paths:
            _remove(pruned, path)
        return pruned


def rules(entries: Json) -> tuple[tuple[IgnoreRule, ...], tuple[str, ...]]:
    """The rules of an `ignoreDifferences` list, and each part of it that is not understood."""
    found: list[IgnoreRule] = []
    unknown: list[str] = []
    for entry in entries if isinstance(entries, list) else ():
        paths: list[tuple[Step, ...]] = [
            tuple(Key(part) for part in tokens(each)) for each in texts(entry, "jsonPointers")
        ]
        for expression in texts(entry, "jqPathExpressions"):
            steps = jq(expression)
            if steps is None:
                unknown.append(f"jqPathExpressions: {expression}")
            else:
                paths.append(steps)
        if reach(entry, "managedFieldsManagers"):
            managers = ", ".join(texts(entry, "managedFieldsManagers"))
            unknown.append(f"managedFieldsManagers: {managers} (known to the cluster only)")
        group, kind, name, place = (text(entry, part) for part in ("group", "kind", "name", "namespace"))
        found.append(IgnoreRule(group, kind, name, place, tuple(path for path in paths if path)))
    return tuple(rule for rule in found if rule.paths), tuple(unknown)


def jq(expression: str) -> tuple[Step, ...] | None:
    """The steps of a jq path, None when it uses more than keys, indices, `[]` and `select`."""
    steps: list[Step] = []
    position, end = 0, len(expression.rstrip())
    while position < end:
        match = _STEP.match(expression, position)
        if match is None:
            return None
        position = match.end()
        if not match.group("bar"):
            steps.append(_step(match))
    return tuple(steps) or None


def _step(match: re.Match[str]) -> Step:
    quoted = match.group("quoted") or match.group("string")
    if quoted:
        return Key(json.loads(quoted))
    if match.group("key"):
        return Key(match.group("key"))
    if match.group("index"):
        return Index(int(match.group("index")))
    if match.group("each"):
        return Every()
    return Select(tuple(match.group("field").split(".")[1:]), json.loads(match.group("value")))


def _keys(step: Key | Index | Every, value: Json) -> Iterator[str | int]:
    """Where the step leads from a value; nowhere when it does not fit."""
    if isinstance(value, dict):
        if isinstance(step, Every):
            yield from value
        elif isinstance(step, Key) and step.name in value:
            yield step.name
    elif isinstance(value, list):
        if isinstance(step, Every):
            yield from range(len(value))
        elif isinstance(step, Index) and -len(value) <= step.position < len(value):
            yield step.position % len(value)
        elif isinstance(step, Key) and step.name.isdecimal() and int(step.name) < len(value):
            yield int(step.name)


def _child(value: Json, key: str | int) -> Json:
    if isinstance(value, dict) and isinstance(key, str):
        return value[key]
    return value[key] if isinstance(value, list) and isinstance(key, int) else None


Place = tuple[Json, str | int]


def _remove(body: Json, path: tuple[Step, ...]) -> None:
    """Deletes every place the path leads to, list items from the end so that positions stay right."""
    for parent, key in reversed(list(_places(body, path))):
        if isinstance(parent, dict) and isinstance(key, str):
            parent.pop(key, None)
        elif isinstance(parent, list) and isinstance(key, int):
            del parent[key]


def _places(body: Json, path: tuple[Step, ...]) -> Iterator[Place]:
    places: list[tuple[Place | None, Json]] = [(None, body)]
    for step in path:
        if isinstance(step, Select):
            places = [place for place in places if reach(place[1], *step.field) == step.value]
        else:
            places = [((at, key), _child(at, key)) for _, at in places for key in _keys(step, at)]
    for place, _ in places:
        if place is not None:
            yield place
