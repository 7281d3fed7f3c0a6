import pytest

from promoter.diff import Options, diff
from promoter.diff.ignored import jq, rules

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, annotations: {a/b: "1"}}
spec:
  replicas: 1
  template:
    spec:
      containers: [{name: web, image: "web:1"}, {name: proxy, image: "proxy:1"}]
"""
AFTER = WEB.replace("replicas: 1", "replicas: 2").replace("proxy:1", "proxy:2").replace('"1"}', '"2"}')
REPLICAS, IMAGE, NOTE = (
    "spec.replicas",
    "spec.template.spec.containers[name=proxy].image",
    'metadata.annotations["a/b"]',
)


def changed(rendered, *entries):
    found, unknown = rules(list(entries))
    result = diff(rendered(WEB), rendered(AFTER), Options(ignored=found))
    return {field.path for change in result.changes for field in change.fields}, result.filtered, unknown


@pytest.mark.parametrize(
    ("entry", "hidden"),
    [
        ({"jsonPointers": ["/spec/replicas"]}, REPLICAS),
        ({"jsonPointers": ["/metadata/annotations/a~1b"]}, NOTE),
        ({"jsonPointers": ["/spec/template/spec/containers/1/image"]}, IMAGE),
        ({"jqPathExpressions": [".spec.replicas"]}, REPLICAS),
        ({"jqPathExpressions": ['.metadata.annotations["a/b"]']}, NOTE),
        ({"jqPathExpressions": ['.metadata.annotations."a/b"']}, NOTE),
        ({"jqPathExpressions": [".spec.template.spec.containers[1].image"]}, IMAGE),
        ({"jqPathExpressions": [".spec.template.spec.containers[-1].image"]}, IMAGE),
        ({"jqPathExpressions": [".spec.template.spec.containers[]?.image"]}, IMAGE),
        (
            {"jqPathExpressions": ['.spec.template.spec.containers[] | select(.name == "proxy") | .image']},
            IMAGE,
        ),
        ({"jqPathExpressions": ['.spec.template.spec.containers[] | select(.name == "proxy")']}, IMAGE),
    ],
)
def test_an_ignored_field_is_hidden_and_counted(rendered, entry, hidden):
    paths, filtered, unknown = changed(rendered, {"group": "apps", "kind": "Deployment", **entry})

    assert paths == {REPLICAS, IMAGE, NOTE} - {hidden}
    assert (filtered, unknown) == (1, ())


@pytest.mark.parametrize(
    "where",
    [
        {"kind": "Service"},
        {"group": "", "kind": "Deployment", "name": "api"},
        {"kind": "*", "namespace": "other"},
    ],
)
def test_a_rule_for_other_objects_hides_nothing(rendered, where):
    paths, filtered, _ = changed(rendered, {**where, "jsonPointers": ["/spec"]})

    assert (len(paths), filtered) == (3, 0)


def test_globs_in_group_and_kind_are_understood(rendered):
    paths, _, _ = changed(rendered, {"group": "*", "kind": "*", "jsonPointers": ["/spec/replicas"]})

    assert REPLICAS not in paths


def test_an_object_that_differs_in_ignored_fields_only_is_counted(rendered):
    pointers = ["/spec/replicas", "/spec/template", "/metadata/annotations"]

    assert changed(rendered, {"kind": "Deployment", "jsonPointers": pointers}) == (set(), 3, ())


@pytest.mark.parametrize(
    "expression",
    [
        ".spec | keys",
        ".a[1:2]",
        '.a | select(.b | test("x"))',
        "..",
        ".a, .b",
        "if . then . else . end",
        "",
    ],
)
def test_what_is_more_than_a_path_is_not_understood(expression):
    assert jq(expression) is None


def test_what_is_not_understood_is_named():
    entry = {"jqPathExpressions": [".spec | keys"], "managedFieldsManagers": ["kube-controller-manager"]}

    assert rules([entry]) == (
        (),
        (
            "jqPathExpressions: .spec | keys",
            "managedFieldsManagers: kube-controller-manager (known to the cluster only)",
        ),
    )


@pytest.mark.parametrize("entries", [None, "x", [None], [{"jsonPointers": "x"}]])
def test_entries_of_the_wrong_shape_are_no_rules(entries):
    assert rules(entries) == ((), ())


@pytest.mark.parametrize(
    "entry",
    [
        {"jsonPointers": ["/spec/template/spec/containers/7/image"]},
        {"jsonPointers": ["/spec/template/spec/containers/first/image"]},
        {"jsonPointers": ["/spec/replicas/0"]},
        {"jsonPointers": ["/spec/nothing"]},
        {"jqPathExpressions": [".spec.template.spec.containers[7].image"]},
        {"jqPathExpressions": [".spec[0]"]},
        {"jqPathExpressions": [".spec.replicas[]?"]},
        {"jqPathExpressions": ['. | select(.kind == "Deployment")']},
        {"jqPathExpressions": ['.spec.template.spec.containers[] | select(.name == "db") | .image']},
    ],
)
def test_a_path_that_leads_nowhere_hides_nothing(rendered, entry):
    paths, filtered, _ = changed(rendered, {"kind": "Deployment", "group": "apps", **entry})

    assert (len(paths), filtered) == (3, 0)


def test_every_value_of_a_mapping_may_be_ignored(rendered):
    entry = {"kind": "Deployment", "group": "apps", "jqPathExpressions": [".metadata.annotations[]?"]}

    assert NOTE not in changed(rendered, entry)[0]
