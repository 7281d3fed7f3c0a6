"""A sketch is the same whether all of the kustomization is read, or only the fields that name something."""

import pytest

from promoter.kustomize import sketch as sketches
from promoter.kustomize.sketch import sketched
from promoter.yamldoc import parse

ALIASES = """\
kind: Component
commonAnnotations: &notes
  a: &file one.yaml
resources: [*file, &more two.yaml]
patches:
- path: *more
- target: *notes
"""
ANCHORS = """\
labels: &all
- pairs: {a: b}
resources: &read
- !!str one.yaml
- &two 'two.yaml'
configMapGenerator:
- name: settings
  files: [config.json=files/a.json, b.txt]
  env: a.env
"""
FLOW = '{labels: [{pairs: {a: b}}], resources: ["one.yaml", two], openapi: {path: schema.json}}\n'
NESTED = """\
# ünï
metadata:
  annotations:
    deep: {er: [and, {deeper: still}]}
"resources": # quoted
- one.yaml
- |
  apiVersion: v1
  kind: ConfigMap
? components
: - ../component
helmCharts:
- name: chart
  valuesFile: values.yaml
  valuesInline: {resources: [not-a-path]}
  additionalValuesFiles: [more.yaml]
"""
REPEATED = "resources: [one.yaml]\nimages: []\nresources: [two.yaml]\n? [a, list]\n: resources\n3: x\n"
MERGED = "<<: {resources: [one.yaml]}\nresources: [two.yaml]\n"
DEEP = "labels:\n" + "".join(f"{' ' * level}a:\n" for level in range(1, 200)) + "resources: [one.yaml]\n"
DEEP_FLOW = f"labels: {'[' * 200}{']' * 200}\nresources: [one.yaml]\n"
DEEP_RETURNS = DEEP.replace("\n", "\r")
BROKEN = "resources: [one.yaml]\nimages: [\n"
BOMB = "a: &a [x, x]\n" + "".join(
    f"b{n}: &b{n} [*{'a' if n == 0 else f'b{n - 1}'}" + ", x]\n" for n in range(3)
)
DOCUMENTS = {
    "aliases": ALIASES,
    "anchors": ANCHORS,
    "flow": FLOW,
    "nested": NESTED,
    "repeated": REPEATED,
    "merged": MERGED,
    "deep": DEEP,
    "deep flow": DEEP_FLOW,
    "deep with carriage returns": DEEP_RETURNS,
    "broken": BROKEN,
    "aliases of aliases": BOMB,
    "second document": f"{FLOW}---\n{BROKEN}",
    "no mapping": "- one.yaml\n",
    "empty": "",
    "byte order mark": f"\ufeff{NESTED}",
}


@pytest.mark.parametrize("written", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_sketch_equals_the_one_of_the_whole_file(written, monkeypatch):
    found = sketched("kustomization.yaml", written.encode())
    monkeypatch.setattr(sketches, "parse", lambda path, content, only: parse(path, content))
    assert found == sketched("kustomization.yaml", written.encode())


@pytest.mark.parametrize("written", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_errors_do_not_depend_on_the_fields_asked_for(written):
    content = written.encode()
    assert parse("k.yaml", content, {"kind": frozenset()}).error == parse("k.yaml", content).error


def test_only_what_was_asked_for_is_read():
    root = parse(
        "k.yaml", NESTED.encode(), {"components": frozenset(), "helmCharts": frozenset({"name"})}
    ).documents[0]
    whole = parse("k.yaml", NESTED.encode()).documents[0]
    assert root.get("components") == whole.get("components")
    assert [key.value for key, _ in root.get("helmCharts").items[0].items] == ["name"]
    assert root.get("metadata").value == ""


def test_sketch_names_paths_and_places():
    assert sketched("k.yaml", b"labels: []\nresources:\n- one.yaml\n") == [
        "Kustomization",
        ["labels", "resources"],
        [["resources", "one.yaml", 3, 3, 3, 11]],
    ]
