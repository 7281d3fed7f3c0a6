import pytest

from promoter.diff import diff, same
from promoter.model import ChangeKind, ObjectKey

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  template:
    spec:
      containers: [{name: web, image: "ghcr.io/acme/web:1"}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 80}]}
"""


def test_equal_renders_have_no_changes(rendered):
    assert not diff(rendered(WEB), rendered(WEB))
    assert same(rendered(WEB), rendered(WEB))


def test_a_changed_image_is_one_field_of_one_object(rendered):
    (change,) = diff(rendered(WEB), rendered(WEB.replace("web:1", "web:2"))).changes

    assert (change.kind, str(change.key)) == (ChangeKind.CHANGED, "Deployment.apps/shop/web")
    (field,) = change.fields
    assert field.path == "spec.template.spec.containers[name=web].image"
    assert (field.before, field.after) == ("ghcr.io/acme/web:1", "ghcr.io/acme/web:2")


def test_an_added_and_a_removed_object_hold_their_whole_body(rendered):
    removed = diff(rendered(WEB), rendered(WEB.partition("---")[0])).changes
    added = diff(rendered(WEB.partition("---")[0]), rendered(WEB)).changes

    assert [(each.kind, each.key.kind) for each in (*removed, *added)] == [
        (ChangeKind.REMOVED, "Service"),
        (ChangeKind.ADDED, "Service"),
    ]
    assert added[0].fields[0].after == removed[0].fields[0].before
    assert not added[0].fields[0].before_present


@pytest.mark.parametrize(
    "other",
    [
        WEB.replace("replicas: 2", 'replicas: "2"'),
        "---".join(reversed(WEB.split("---"))),
        WEB.partition("---")[0],
    ],
    ids=["type", "order", "missing"],
)
def test_same_is_exact(rendered, other):
    assert not same(rendered(WEB), rendered(other))


def test_a_new_order_of_objects_is_no_change_for_people(rendered):
    assert not diff(rendered(WEB), rendered("---".join(reversed(WEB.split("---")))))


def test_a_new_order_of_a_keyed_list_is_a_note(rendered):
    before = WEB.replace(
        "containers: [{name", "initContainers: [{name: a}, {name: b}]\n      containers: [{name"
    )

    (change,) = diff(
        rendered(before), rendered(before.replace("{name: a}, {name: b}", "{name: b}, {name: a}"))
    ).changes

    assert change.fields == ()
    assert change.notes == ("order of spec.template.spec.initContainers changed",)


def test_changes_are_ordered_by_namespace_kind_and_name(rendered):
    more = WEB + "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: z, namespace: apps}\n"

    found = diff(rendered(""), rendered(more)).changes

    assert [each.key for each in found] == [
        ObjectKey("", "ConfigMap", "apps", "z"),
        ObjectKey("apps", "Deployment", "shop", "web"),
        ObjectKey("", "Service", "shop", "web"),
    ]
