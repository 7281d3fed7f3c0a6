"""What the mends of rules make of an object, against polaris' own mended files."""

from collections.abc import Iterator
from copy import deepcopy
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from promoter.lint.context import context
from promoter.lint.peers import PEERS
from promoter.lint.rule import FieldPath, Mend
from promoter.lint.rules import RENDERED
from promoter.model import KubeObject, ObjectKey

POLARIS = Path(__file__).parents[3] / "shared" / "groundtruth" / "polaris-cases" / "test" / "checks"
SETTINGS = {"IMG008": {"strict": True}}
ASKS_OTHERWISE = "insecureCapabilities"  # it drops capabilities; SEC105 is about those that are added

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not POLARIS.is_dir(), reason="the labelled cases are not beside the project"),
]


def parent(body: dict, path: FieldPath) -> object:
    for step, following in pairwise(path):
        if isinstance(step, str):
            body.setdefault(step, {} if isinstance(following, str) else [])
        body = body[step]
    return body


def applied(body: dict, mend: Mend) -> dict:
    mended = deepcopy(body)
    for path, value in mend.sets:
        parent(mended, path)[path[-1]] = value
    for path in reversed(mend.removes):
        del parent(mended, path)[path[-1]]
    return mended


def meaning(value: object) -> object:
    """The value without empty mappings and lists, which say nothing."""
    if isinstance(value, dict):
        kept = {key: meaning(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in ({}, [], None)}
    return [meaning(item) for item in value] if isinstance(value, list) else value


def mended(check: str, body: dict) -> dict:
    render = context([KubeObject(ObjectKey.of(body), body)], settings=SETTINGS)
    for rule in RENDERED:
        if f"PO:{check}" in PEERS.get(rule.code, ()):
            for report in rule.check(render):
                body = applied(body, report.mend) if report.mend else body
    return body


def pairs() -> Iterator[tuple[str, dict, dict]]:
    for path in sorted(POLARIS.glob("*/mutated*.yaml")):
        before = yaml.safe_load(path.with_name(path.name.replace("mutated", "failure")).read_bytes())
        if path.parent.name != ASKS_OTHERWISE:
            yield path.parent.name, before, yaml.safe_load(path.read_bytes())


def test_every_mend_means_the_same_as_polaris_own() -> None:
    fixed = {check: (mended(check, before), after) for check, before, after in pairs()}
    changed = {check for check, before, _ in pairs() if mended(check, before) != before}
    assert changed >= {"dangerousCapabilities", "hostIPCSet", "hostPortSet", "pullPolicyNotAlways"}
    assert [
        check for check in sorted(changed) if meaning(fixed[check][0]) != meaning(fixed[check][1])
    ] == []
