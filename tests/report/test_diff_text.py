import re

import pytest

from promoter.diff import diff
from promoter.diff.comparison import Comparison, DiffReport
from promoter.model import Diff, FieldChange, Location, RenderFailure
from promoter.report.diff.fields import short
from promoter.report.diff.text import render

BEFORE = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {replicas: 5, template: {spec: {containers: [{name: web, image: "ghcr.io/acme/web:1.4.1"}]}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: flags, namespace: shop}
data: {flags.ini: "a=1\\nb=2\\nc=3\\nd=4\\n"}
"""
AFTER = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {replicas: 2, template: {spec: {containers: [{name: web, image: "ghcr.io/acme/web:1.4.2"}]}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: flags, namespace: shop}
data: {flags.ini: "a=1\\nb=2\\nc=9\\nd=4\\n"}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 80}]}
"""
GOLDEN = """\
prod-eu · shop  apps/shop/overlays/prod-eu
  because it reads apps/shop/base/web.yaml
  ~ ConfigMap/shop/flags
      data["flags.ini"]:
        ⋯
          a=1
          b=2
        - c=3
        + c=9
          d=4
  ~ Deployment.apps/shop/web
      ! replicas-dropped (medium): spec.replicas: 5 → 2
      spec.replicas: 5 → 2
      spec.template.spec.containers[name=web].image: ghcr.io/acme/web:1.4.1 → ghcr.io/acme/web:1.4.2
  + Service/shop/web
      + apiVersion: v1
      + kind: Service
      + metadata:
      +   name: web
      +   namespace: shop
      + spec:
      +   ports:
      +   - port: 80

1 of 2 compared builds differ: 1 added, 2 changed; 40 more are not affected.
"""


@pytest.fixture
def report(rendered):
    prod = Comparison(
        "prod-eu",
        "shop",
        "apps/shop/overlays/prod-eu",
        ("reads apps/shop/base/web.yaml",),
        diff(rendered(BEFORE), rendered(AFTER)),
    )
    return DiffReport("main", "work tree", (Comparison("dev", "shop", "d"), prod), untouched=40)


def test_every_changed_environment_is_shown_with_its_reason_objects_and_fields(report):
    assert render(report) == GOLDEN


def test_colours_change_nothing_but_colours(report):
    painted = render(report, colour=True)

    assert painted != GOLDEN
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == GOLDEN


def test_no_affected_environment_is_said_in_one_sentence():
    text = render(DiffReport("main", "work tree", ()))

    assert text == "Nothing that is deployed reads what differs between main and work tree.\n"


def test_a_side_that_does_not_render_is_named_with_the_place_and_no_change_is_shown():
    failure = RenderFailure("o", "failed", "no such file\nat base", Location("o/kustomization.yaml", 3, 5))

    text = render(DiffReport("a", "b", (Comparison("prod", "shop", "o", failures=(("after", failure),)),)))

    assert "! after does not render (failed): o/kustomization.yaml:3:5: no such file\n    at base" in text
    assert "1 did not render" in text


def test_control_characters_of_a_manifest_do_not_reach_the_terminal(report, rendered):
    hostile = AFTER.replace("c=9", "\\u001b]0;owned\\u0007 \\u202e")
    each = Comparison("prod", "shop", "o", diff=diff(rendered(BEFORE), rendered(hostile)))

    text = render(DiffReport("a", "b", (each,)))

    assert not set("\x1b\x07\u202e") & set(text)


def test_what_was_filtered_is_counted():
    each = Comparison("prod", "shop", "o", diff=Diff((), filtered=3))

    assert "3 filtered as noise" in render(DiffReport("a", "b", (each,)))


def test_an_absent_side_is_told_from_null():
    assert short(FieldChange("a", None, "x", before_present=False)) == "a: (none) → x"
    assert short(FieldChange("a", None, "x")) == "a: null → x"
