import pytest

from promoter.diff import Options, diff
from promoter.diff.comparison import Comparison
from promoter.diff.drift import drift
from promoter.diff.roles import Roles, neutral
from promoter.model import Change, ChangeKind, Diff, ObjectKey

STAGING = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web-staging, namespace: shop-staging}
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: web
        image: ghcr.io/acme/web:1.4.2
        env: [{name: DATABASE, value: "postgres://db.stg/shop"}, {name: LEVEL, value: info}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop-staging}
spec: {rules: [{host: shop.staging.example.com}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: flags, namespace: shop-staging}
data: {search: "on"}
"""
PROD = STAGING.replace("staging", "prod").replace("db.stg", "db.production")


def found(rendered, before, after, keep=()):
    return diff(rendered(before), rendered(after), Options(roles=Roles("staging", "prod", keep)))


def test_the_name_of_the_environment_is_no_drift(rendered):
    result = found(rendered, STAGING, PROD)

    assert not result.changes


def test_what_is_declared_to_differ_is_no_drift_and_counted(rendered):
    scaled = PROD.replace("replicas: 1", "replicas: 5")

    assert [each.fields[0].path for each in found(rendered, STAGING, scaled).changes] == ["spec.replicas"]
    kept = found(rendered, STAGING, scaled, ("/replicas",))
    assert not kept.changes
    assert kept.filtered > 0


def test_values_are_shown_as_they_are(rendered):
    (change,) = found(rendered, STAGING, PROD.replace("shop.prod.", "www.prod.")).changes

    hosts = {str(field.before) + str(field.after) for field in change.fields}
    assert any("shop.staging.example.com" in host for host in hosts)


def test_a_comparison_of_environments_has_no_risks(rendered):
    result = found(rendered, STAGING, PROD.replace("1.4.2", "1.0.0"))

    assert [change.risks for change in result.changes] == [()]


def test_drift_is_sorted_into_images_configuration_and_missing_objects(rendered):
    other = (
        PROD.replace("1.4.2", "1.4.1").replace('"on"', '"off"').replace("value: info", "value: debug")
    ).replace("replicas: 1", "replicas: 3")
    other += "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop-prod}\n"

    result = drift(Comparison("", "shop", "", diff=found(rendered, STAGING, other)))

    assert [(each.holder, each.field.before, each.field.after) for each in result.images] == [
        ("Deployment/web-{env}", "ghcr.io/acme/web:1.4.2", "ghcr.io/acme/web:1.4.1")
    ]
    assert [each.field.path for each in result.config] == [
        "data.search",
        "spec.template.spec.containers[name=web].env[name=LEVEL].value",
    ]
    assert (result.only_before, result.only_after) == ((), ("Service/{namespace}/web",))
    assert [each.field.path for each in result.other] == ["spec.replicas"]


def test_equal_environments_have_no_drift(rendered):
    assert not drift(Comparison("", "shop", "", diff=found(rendered, STAGING, PROD)))


@pytest.mark.parametrize(
    ("text", "environment", "expected"),
    [
        ("shop-staging", "staging", "shop-{env}"),
        ("stg.example.com", "staging", "{env}.example.com"),
        ("PRODUCTION", "prod", "{env}"),
        ("prod-eu.example", "prod-eu", "{env}.example"),
        ("product", "prod", "product"),
        ("delivery", "live", "delivery"),
        ("anything", "blue", "anything"),
    ],
)
def test_only_whole_words_name_an_environment(text, environment, expected):
    assert neutral(text, environment) == expected


def test_the_environments_name_inside_lists_and_keys_is_no_drift(rendered):
    text = (
        "apiVersion: v1\nkind: Thing\nmetadata: {name: a}\nspec: {hosts: [a.staging.x, [staging]], n: 1}\n"
    )

    assert not found(rendered, text, text.replace("staging", "prod")).changes


def test_an_object_that_only_moved_its_list_items_is_drift_of_another_order(rendered):
    comparison = Comparison(
        "prod", "shop", "x", diff=Diff((Change(ChangeKind.CHANGED, ObjectKey("", "Thing", "n", "a")),))
    )

    (other,) = drift(comparison).other
    assert (other.holder, other.field) == ("Thing/a", None)
