import json

from promoter.diff import diff
from promoter.diff.comparison import Comparison, DiffReport
from promoter.model import Location, RenderFailure
from promoter.report.diff.json import render

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: n}\ndata: {a: %s}\n"


def test_a_change_carries_object_kind_fields_and_risks_in_a_fixed_order(rendered):
    found = diff(rendered(CONFIG % "x"), rendered(CONFIG % "y"))
    report = DiffReport("main", "work tree", (Comparison("prod", "shop", "o", ("reads o/c.yaml",), found),))

    read = json.loads(render(report))

    assert next(iter(read)) == "schema"
    assert read["schema"] == "promoter/diff/v1"
    (environment,) = read["environments"]
    assert environment["reason"] == "reads o/c.yaml"
    assert environment["state"] == "changed"
    assert environment["changes"] == [
        {
            "object": {"group": "", "kind": "ConfigMap", "namespace": "n", "name": "c"},
            "kind": "changed",
            "was": None,
            "fields": [{"path": "data.a", "before": "x", "after": "y"}],
            "risks": [],
            "notes": [],
        }
    ]


def test_an_absent_side_has_no_key(rendered):
    report = DiffReport(
        "a", "b", (Comparison("e", "", "o", diff=diff(rendered(""), rendered(CONFIG % "x"))),)
    )

    (field,) = json.loads(render(report))["environments"][0]["changes"][0]["fields"]

    assert set(field) == {"path", "after"}


def test_a_failed_side_is_a_state_with_its_place_and_no_changes():
    failure = RenderFailure("o", "refused", "remote base", Location("o/kustomization.yaml", 4))
    report = DiffReport("a", "b", (Comparison("e", "", "o", failures=(("before", failure),)),))

    (environment,) = json.loads(render(report))["environments"]

    assert environment["state"] == "failed"
    assert environment["changes"] == []
    assert environment["failures"] == [
        {
            "side": "before",
            "kind": "refused",
            "message": "remote base",
            "path": "o/kustomization.yaml",
            "line": 4,
        }
    ]
