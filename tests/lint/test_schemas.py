import pytest

from promoter.lint import schemas
from promoter.lint.schemas import Gvk, violations
from promoter.lint.schemas.crds import crd_validator
from promoter.model import KubeObject, ObjectKey

DEPLOYMENT = Gvk("apps", "v1", "Deployment")


def deployment(**spec: object) -> dict:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"selector": {}, "template": {"spec": {"containers": [{"name": "web"}]}}, **spec},
    }


@pytest.mark.parametrize("minor", range(schemas.OLDEST, schemas.NEWEST + 1))
def test_every_kind_of_every_version_has_a_schema_that_compiles(minor: int) -> None:
    assert len(schemas.kinds(minor)) > 60
    for gvk in schemas.kinds(minor):
        list(violations({"apiVersion": gvk.api_version, "kind": gvk.kind}, gvk, minor))


def test_a_correct_object_has_no_violation() -> None:
    assert list(violations(deployment(replicas=2), DEPLOYMENT, 37)) == []


def test_all_violations_are_listed_with_their_paths() -> None:
    found = list(violations(deployment(replicas="2", paused=1), DEPLOYMENT, 37))
    assert sorted((violation.path, violation.message) for violation in found) == [
        (("spec", "paused"), "expected boolean, found 1"),
        (("spec", "replicas"), 'expected integer, found "2"'),
    ]


def test_unknown_fields_are_named() -> None:
    found = list(violations(deployment(replica=2, pause=True), DEPLOYMENT, 37))
    assert [(violation.path, violation.unknown) for violation in found] == [
        (("spec",), ("pause", "replica"))
    ]


def test_a_missing_field_is_named() -> None:
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"template": {}}}
    assert [violation.path for violation in violations(body, DEPLOYMENT, 37)] == [("spec", "selector")]


def test_fields_are_those_of_the_version() -> None:
    body = {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [], "resources": {}}}
    assert [list(violations(body, Gvk("", "v1", "Pod"), minor)) == [] for minor in (30, 37)] == [
        False,
        True,
    ]


def test_null_stands_for_an_absent_optional_field() -> None:
    pod = {"containers": [{"name": "web", "resources": {"limits": {"cpu": None}}}]}
    body = deployment(replicas=None, template={"spec": pod})
    assert list(violations(body, DEPLOYMENT, 37)) == []


@pytest.mark.parametrize("value", [1, 0.5, "500m"])
def test_quantities_are_numbers_or_text(value: object) -> None:
    body = deployment(
        template={"spec": {"containers": [{"name": "a", "resources": {"limits": {"cpu": value}}}]}}
    )
    assert list(violations(body, DEPLOYMENT, 37)) == []


def test_an_unknown_kind_has_no_violations() -> None:
    assert list(violations({"spec": 1}, Gvk("example.com", "v1", "Thing"), 37)) == []


def test_the_versions_that_serve_a_kind_are_known() -> None:
    assert schemas.served(Gvk("autoscaling", "v2beta2", "HorizontalPodAutoscaler")) == (25,)
    assert schemas.served(Gvk("flowcontrol.apiserver.k8s.io", "v1beta3", "FlowSchema")) == tuple(
        range(26, 32)
    )
    assert schemas.served(Gvk("example.com", "v1", "Thing")) == ()


def test_a_group_that_only_begins_like_one_of_kubernetes_is_another() -> None:
    assert Gvk("batch.tutorial.kubebuilder.io", "v1", "CronJob") not in schemas.kinds(37)
    assert "batch.tutorial.kubebuilder.io" not in schemas.groups()


def test_a_version_outside_the_bundle_gets_the_nearest() -> None:
    assert schemas.kinds(20) == schemas.kinds(25)
    assert schemas.kinds(99) == schemas.kinds(37)


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_a_version_that_a_definition_does_not_describe_has_no_validator(version: str) -> None:
    described = {"name": "v1", "schema": {"openAPIV3Schema": {"type": "object"}}}
    body = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {"versions": [described, {"name": "v2"}]},
    }
    definition = KubeObject(ObjectKey.of(body), body)
    assert crd_validator(definition, "v1") is not None
    assert crd_validator(definition, version) is None
