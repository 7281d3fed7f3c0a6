"""A repository's own rules in CEL: which objects they ask, and what they cannot decide."""

import pytest

from promoter.lint.context import context
from promoter.lint.custom import Custom, rule
from promoter.model import KubeObject, ObjectKey

pytest.importorskip("cel", reason="the extra `cel` is not installed")

OBJECTS = [
    {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 1}},
    {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"replicas": 1}},
]


def asked(*kinds: str, expression: str = "object.spec.replicas > 1") -> list[tuple[str, bool]]:
    """The kinds that are reported, each with whether that is certain."""
    made = rule(Custom("OWN001", "two-replicas", expression, "one is not enough", kinds))
    render = context([KubeObject(ObjectKey.of(body), body) for body in OBJECTS])
    return [(report.object.kind, report.verifiable) for report in made.check(render)]


@pytest.mark.parametrize("kind", ["Deployment", "Deployment.apps"])
def test_a_rule_asks_only_the_kinds_that_it_names(kind: str) -> None:
    assert asked(kind) == [("Deployment", True)]


def test_a_rule_without_kinds_asks_every_object() -> None:
    assert asked() == [("Deployment", True), ("Service", True)]


def test_a_kind_of_another_group_is_not_asked() -> None:
    assert asked("Deployment.example.com") == []


def test_a_field_that_is_absent_leaves_a_question() -> None:
    assert asked("Service", expression="object.spec.gone == 1") == [("Service", False)]


def test_a_rule_that_holds_reports_nothing() -> None:
    assert asked(expression="object.spec.replicas == 1") == []


@pytest.mark.parametrize("expression", ["object.spec.replicas < 'two'", "size(object.spec.replicas) > 1"])
def test_an_expression_that_does_not_fit_the_object_leaves_a_question(expression: str) -> None:
    assert asked("Service", expression=expression) == [("Service", False)]
