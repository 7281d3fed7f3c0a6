"""Two realistic applications, split into documents, and what is known to be wrong with them."""

from pathlib import Path

import pytest
import yaml

from promoter.lint.context import RenderedContext, context
from promoter.lint.rules import RENDERED
from promoter.model import KubeObject, ObjectKey

SCENARIOS = Path(__file__).parents[3] / "shared" / "groundtruth" / "scenarios"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not SCENARIOS.is_dir(), reason="the scenarios are not beside the project"),
]


def both() -> RenderedContext:
    bodies = [
        body
        for path in sorted(SCENARIOS.glob("*-split.yaml"))
        for body in yaml.load_all(path.read_bytes(), Loader=yaml.CSafeLoader)
    ]
    return context([KubeObject(ObjectKey.of(body), body) for body in bodies])


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("RES011", 4),  # the autoscaler may make 50 pods; the quota has room for 10 cores, 20 Gi and so on
        ("RES402", 1),  # replicas: 5 beside an autoscaler
        ("NET005", 1),  # to: []
        ("NET006", 3),  # three namespaces by the label name
        ("NET101", 1),
        ("NET102", 1),
        ("SEC205", 1),
        ("RES205", 1),
        ("RES301", 1),
        ("RES108", 1),
        ("RBAC016", 1),
        ("REF005", 1),
        ("REF007", 1),
    ],
)
def test_what_is_known_to_be_wrong_is_found(code: str, count: int) -> None:
    rule = next(rule for rule in RENDERED if rule.code == code)
    assert len(list(rule.check(both()))) == count


@pytest.mark.parametrize("code", ["API001", "API002", "API003", "API004"])
def test_all_six_objects_are_valid(code: str) -> None:
    rule = next(rule for rule in RENDERED if rule.code == code)
    assert list(rule.check(both())) == []
