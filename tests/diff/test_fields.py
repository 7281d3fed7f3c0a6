import pytest

from promoter.diff.fields import Difference, Reordered, compare, identical, written


def paths(before, after, at=("spec",)):
    return [(written(each.path), each.before, each.after) for each in compare(before, after, at)]


@pytest.mark.parametrize(("before", "after"), [(1, True), (1, 1.0), ("1", 1), (None, ""), (0, False)])
def test_values_of_different_types_are_different(before, after):
    assert not identical({"a": [before]}, {"a": [after]})
    assert paths(before, after) == [("spec", before, after)]


def test_the_order_of_keys_is_no_difference():
    assert identical({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"d": 3, "c": 2}, "a": 1})


def test_an_absent_field_is_told_from_an_explicit_null():
    (found,) = compare({}, {"a": None})

    assert found == Difference(("a",), None, None, before_present=False)


def test_containers_are_compared_by_name_when_one_is_put_before_them():
    before = {"containers": [{"name": "web", "image": "web:1"}]}
    after = {"containers": [{"name": "proxy", "image": "p:1"}, {"name": "web", "image": "web:2"}]}

    assert paths(before, after) == [
        ("spec.containers[name=web].image", "web:1", "web:2"),
        ("spec.containers[name=proxy]", None, {"name": "proxy", "image": "p:1"}),
    ]


@pytest.mark.parametrize(
    ("field", "item", "other", "label"),
    [
        ("env", {"name": "A", "value": "1"}, {"name": "B", "value": "2"}, "name=A"),
        ("ports", {"containerPort": 80}, {"containerPort": 81}, "containerPort=80"),
        ("ports", {"port": 53, "protocol": "UDP"}, {"port": 53}, "port=53,protocol=UDP"),
        (
            "volumeMounts",
            {"name": "v", "mountPath": "/a"},
            {"name": "v", "mountPath": "/b"},
            "mountPath=/a",
        ),
        ("hostAliases", {"ip": "1.1.1.1"}, {"ip": "2.2.2.2"}, "ip=1.1.1.1"),
    ],
)
def test_lists_have_their_merge_key_in_the_path(field, item, other, label):
    found = list(compare({field: [item, other]}, {field: [other, {**item, "x": 1}]}))

    assert [written(each.path) for each in found] == [field, f"{field}[{label}].x"]


def test_a_list_whose_key_repeats_is_compared_by_value_and_position():
    before = {"ports": [{"name": "a", "port": 1}, {"name": "a", "port": 1}]}
    after = {"ports": [{"name": "a", "port": 1}, {"name": "a", "port": 2}]}

    assert paths(before, after) == [("spec.ports[1].port", 1, 2)]


def test_an_argument_put_in_the_middle_is_one_addition():
    assert paths({"args": ["a", "b", "c"]}, {"args": ["a", "x", "b", "c"]}) == [("spec.args[1]", None, "x")]


def test_a_new_order_of_arguments_is_shown_because_it_matters():
    assert paths({"args": ["a", "b"]}, {"args": ["b", "a"]}) != []
    assert not any(isinstance(each, Reordered) for each in compare({"args": [1, 2]}, {"args": [2, 1]}))


@pytest.mark.parametrize(
    ("field", "before"), [("env", [{"name": "A"}, {"name": "B"}]), ("verbs", ["get", "list"])]
)
def test_nothing_but_a_new_order_is_noticed_once(field, before):
    assert list(compare({field: before}, {field: before[::-1]})) == [Reordered((field,))]


def test_a_key_with_dots_and_slashes_is_quoted_in_a_path():
    assert written(("metadata", "labels", "app.kubernetes.io/name")) == (
        'metadata.labels["app.kubernetes.io/name"]'
    )
