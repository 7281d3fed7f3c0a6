"""Where rendered fields were set: eleven trees worked out by hand, rendered by the real engine."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml

from promoter.kustomize import Build, Graph
from promoter.lint.locate import Locator
from promoter.lint.source import Root, source_context
from promoter.model import ObjectKey, Rendered, RenderFailure, Snapshot
from promoter.render import open_renderer

DATA = Path(__file__).parents[1] / "data" / "provenance.yaml"
TREES = yaml.load(DATA.read_bytes(), Loader=yaml.CSafeLoader)


def origins(files: dict[str, str], entry: str, fields: list[str]) -> dict[str, str]:
    snapshot = Snapshot.of({path: text.encode() for path, text in files.items()})
    renderer = open_renderer()
    (rendered,) = renderer.render_all([Build(snapshot, entry)])
    renderer.close()
    assert isinstance(rendered, Rendered), rendered
    locator = Locator(source_context(Graph(snapshot)))
    root = Root(entry, "", "", "", rendered)
    found = {}
    for field in fields:
        name, path = field.split(" ")
        key = next(o.key for o in rendered.objects if fnmatchcase(f"{o.key.kind}/{o.key.name}", name))
        steps = (step.replace("\\.", ".") for step in re.split(r"(?<!\\)\.", path))
        trace = locator.trace(root, key, tuple(int(s) if s.isdecimal() else s for s in steps))
        found[field] = str(locator.location(trace.place)) if trace else "rendered"
    return found


@pytest.mark.renderer
@pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree["tree"])
def test_every_field_is_traced_to_the_line_that_set_it(tree: dict) -> None:
    assert origins(tree["files"], tree["entry"], list(tree["from"])) == tree["from"]


def test_a_field_that_the_model_and_the_render_disagree_about_has_no_line() -> None:
    files = {
        "kustomization.yaml": "resources: [a.yaml]\ntransformers: [t.yaml]\n",
        "a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {x: y}}\n",
        "t.yaml": (
            "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: t}\n"
            "labels: {x: z}\nfieldSpecs: [{path: metadata/labels, create: true}]\n"
        ),
    }
    assert origins(files, "", ["ConfigMap/a metadata.labels.x"]) == {
        "ConfigMap/a metadata.labels.x": "rendered"
    }


@pytest.mark.renderer
def test_a_tag_suffix_that_the_engine_puts_twice_has_no_line() -> None:
    files = {
        "kustomization.yaml": "resources: [a.yaml]\nimages: [{name: web, tagSuffix: -slim}]\n",
        "a.yaml": (
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n"
            "spec: {template: {spec: {containers: [{name: web, image: 'web:1'}]}}}\n"
        ),
    }
    field = "Deployment/a spec.template.spec.containers.0.image"
    assert origins(files, "", [field]) == {field: "rendered"}


def test_a_build_that_failed_has_no_objects() -> None:
    root = Root("", "", "", "", RenderFailure("", "failed", "it broke"))
    locator = Locator(source_context(Graph(Snapshot.of({}))))
    assert locator.object(root, ObjectKey("", "ConfigMap", "", "a")) is None
