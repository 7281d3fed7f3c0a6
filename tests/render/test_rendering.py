import json

import pytest
from render_cases import CONFIG_MAP, POLICY, app, build, engine_named

from promoter.kustomize import Build
from promoter.model import SYMLINK, Entry, ObjectKey, Rendered, RenderFailure, Snapshot, blob_id
from promoter.render import open_renderer
from promoter.render.limits import Limits, Policy
from promoter.render.local import LocalRenderer

pytestmark = pytest.mark.renderer


def test_a_build_gives_its_objects_with_their_keys(renderer):
    result = renderer.render(app("namespace: shop\nresources: [cm.yaml]\n", cm_yaml=CONFIG_MAP))
    assert [item.key for item in result.objects] == [ObjectKey("", "ConfigMap", "shop", "settings")]
    assert result.objects[0].body["data"] == {"a": "1"}
    assert result.path == "app"
    assert result.engine == renderer.engine


def test_the_root_can_be_built(renderer):
    texts = {"kustomization.yaml": "resources: [cm.yaml]\n", "cm.yaml": CONFIG_MAP}
    assert len(renderer.render(build("", texts)).objects) == 1


def test_bases_and_components_outside_the_entry_are_read(renderer):
    texts = {
        "overlays/prod/kustomization.yaml": "resources: [../../base]\ncomponents: [../../c]\n",
        "base/kustomization.yaml": "resources: [cm.yaml]\n",
        "base/cm.yaml": CONFIG_MAP,
        "c/kustomization.yaml": (
            "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: c-\n"
        ),
    }
    assert renderer.render(build("overlays/prod", texts)).objects[0].key.name == "c-settings"


SERVICE_FIRST = """apiVersion: v1
kind: Service
metadata: {name: s}
---
apiVersion: v1
kind: Namespace
metadata: {name: n}
"""


@pytest.mark.parametrize(
    ("order", "kinds"), [("legacy", ["Namespace", "Service"]), ("none", ["Service", "Namespace"])]
)
def test_the_order_is_the_one_asked_for(renderer, order, kinds):
    texts = {"app/kustomization.yaml": "resources: [a.yaml]\n", "app/a.yaml": SERVICE_FIRST}
    result = renderer.render(build("app", texts, reorder=order))
    assert [item.key.kind for item in result.objects] == kinds


def test_files_outside_the_directory_are_refused_when_the_controller_would(renderer):
    generator = "configMapGenerator: [{name: a, files: [../x.txt]}]\n"
    texts = {"app/kustomization.yaml": generator, "x.txt": "x"}
    assert isinstance(renderer.render(build("app", texts)), Rendered)
    failure = renderer.render(build("app", texts, root_only=True))
    assert failure.kind == "failed"
    assert "security" in failure.message


ODD = """apiVersion: example.com/v1
kind: Odd
metadata: {name: odd}
spec:
  octal: 0755
  exponent: 1e3
  huge: 123456789012345678901234567890
  unsigned: 18446744073709551615
  float: 0.1
  whole: 1.0
  word: yes
  quoted: "0755"
  date: 2024-01-01
  none: null
  text: "multi\\nline"
  unicode: "héé ☃"
"""


def test_scalars_have_kustomize_s_own_values(renderer):
    result = renderer.render(app("resources: [a.yaml]\n", a_yaml=ODD))
    spec = result.objects[0].body["spec"]
    assert json.dumps(spec, sort_keys=True, ensure_ascii=False) == json.dumps(
        {
            "octal": 493,
            "exponent": 1000,
            "huge": 1.2345678901234568e29,
            "unsigned": 18446744073709551615,
            "float": 0.1,
            "whole": 1,
            "word": "yes",
            "quoted": "0755",
            "date": "2024-01-01T00:00:00Z",
            "none": None,
            "text": "multi\nline",
            "unicode": "héé ☃",
        },
        sort_keys=True,
        ensure_ascii=False,
    )


def test_a_failed_build_is_a_value_with_the_kustomization(renderer):
    texts = {
        "app/kustomization.yaml": "resources: [../base]\n",
        "base/kustomization.yaml": "replicas: [{name: x, count: 2}]\n",
    }
    failure = renderer.render(build("app", texts))
    assert isinstance(failure, RenderFailure)
    assert failure.kind == "failed"
    assert failure.location.path == "base/kustomization.yaml"
    assert "accumulat" not in failure.message


def test_a_manifest_that_is_no_yaml_is_named_with_its_line(renderer):
    failure = renderer.render(app("resources: [cm.yaml]\n", cm_yaml="kind: A\na:\n b\n- c\n"))
    assert failure.kind == "failed"
    assert failure.location.path == "app/cm.yaml"
    assert failure.location.line > 1


def test_two_kustomization_files_are_refused_as_kustomize_does(renderer):
    failure = renderer.render(app("namePrefix: a-\n", kustomization_yml="namePrefix: b-\n"))
    assert failure.kind == "failed"
    assert "multiple kustomization files" in failure.message


def linked_snapshot():
    snapshot = Snapshot.of(
        {
            "app/kustomization.yaml": b"resources: [there, cm-link.yaml]\n",
            "real/sub/kustomization.yaml": b"resources: [../cm.yaml]\n",
            "real/cm.yaml": CONFIG_MAP.encode(),
            "other/cm.yaml": CONFIG_MAP.replace("settings", "other").encode(),
        }
    )
    links = {"app/there": b"../real/sub", "app/cm-link.yaml": b"../other/cm.yaml"}
    entries = {**snapshot.entries, **{path: Entry(SYMLINK, blob_id(to)) for path, to in links.items()}}
    contents = {**snapshot.contents, **links}
    return Snapshot(None, dict(sorted(entries.items())), contents, snapshot.directories)


def test_symlinks_inside_the_repository_are_followed(renderer):
    result = renderer.render(Build(linked_snapshot(), "app"))
    assert sorted(item.key.name for item in result.objects) == ["other", "settings"]


def test_results_come_in_the_order_asked_and_one_failure_hides_nothing(renderer):
    texts = {f"{name}/kustomization.yaml": f"namePrefix: {name}-\nresources: [../cm]\n" for name in "abc"}
    texts["b/kustomization.yaml"] = "resources: [https://example.com/x]\n"
    texts |= {"cm/kustomization.yaml": "resources: [cm.yaml]\n", "cm/cm.yaml": CONFIG_MAP}
    snapshot = Snapshot.of({path: text.encode() for path, text in texts.items()})
    first, refused, last = renderer.render_all([Build(snapshot, name) for name in "abc"])
    assert first.objects[0].key.name == "a-settings"
    assert refused.kind == "refused"
    assert last.objects[0].key.name == "c-settings"


LIST_SCHEMA = """definitions:
  v1.Shop:
    x-kubernetes-group-version-kind: [{group: example.com, version: v1, kind: Shop}]
    properties:
      spec:
        properties:
          items:
            type: array
            items: {type: object}
            x-kubernetes-patch-merge-key: name
            x-kubernetes-patch-strategy: merge
"""
SHOP = "apiVersion: example.com/v1\nkind: Shop\nmetadata: {name: s}\nspec: {items: [%s]}\n"


def test_a_schema_of_one_build_is_forgotten_before_the_next(renderer):
    plain = "resources: [cr.yaml]\npatches: [{path: patch.yaml}]\n"
    rest = {
        "cr_yaml": SHOP % "{name: a, v: 1}, {name: b, v: 2}",
        "patch_yaml": SHOP % "{name: b, v: 3}",
        "schema_yaml": LIST_SCHEMA,
    }
    without, merging = app(plain, **rest), app(plain + "openapi: {path: schema.yaml}\n", **rest)
    alone = LocalRenderer(renderer.backend, POLICY, None, 1)
    before, merged, after = (alone.render(asked) for asked in (without, merging, without))
    assert len(merged.objects[0].body["spec"]["items"]) == 2
    assert len(before.objects[0].body["spec"]["items"]) == 1
    assert before == after


PORTS = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [%s]}\n"


def test_a_build_with_a_schema_of_its_own_reads_none_that_an_earlier_build_left(renderer):
    plain = "resources: [service.yaml]\npatches: [{path: patch.yaml}]\n"
    rest = {
        "service_yaml": PORTS % "{port: 80, name: http}, {port: 81, name: admin}",
        "patch_yaml": PORTS % "{port: 81, name: other}",
        "schema_yaml": LIST_SCHEMA,
    }
    without, own = app(plain, **rest), app(plain + "openapi: {path: schema.yaml}\n", **rest)
    alone = LocalRenderer(renderer.backend, POLICY, None, 1)
    first, merged, later = (alone.render(asked) for asked in (own, without, own))
    assert len(merged.objects[0].body["spec"]["ports"]) == 2
    assert first.objects[0].body["spec"]["ports"] == [{"port": 81, "name": "other"}]
    assert first == later


def many(count):
    objects = "".join(
        f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{index}}}\n" for index in range(count)
    )
    return app("namePrefix: a-\nresources: [a.yaml]\n", a_yaml=objects)


@pytest.mark.parametrize("name", ["kubectl", "worker"])
def test_a_build_beyond_its_time_ends_in_a_named_limit(name):
    limits = Limits(seconds=0.3)
    renderer = LocalRenderer(engine_named(name, limits), Policy(limits), None, 1)
    failure = renderer.render(many(3_000))
    renderer.close()
    assert failure.kind == "limit"
    assert "0.3 s" in failure.message


@pytest.mark.parametrize("name", ["kubectl", "worker"])
def test_a_build_beyond_its_memory_ends_in_a_named_limit_and_the_next_one_works(name):
    limits = Limits(memory=300 << 20, aliases=1_000_000)
    renderer = LocalRenderer(engine_named(name, limits), Policy(limits), None, 1)
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 7)]
    bomb = CONFIG_MAP + "\n".join(lines) + "\n"
    failure = renderer.render(app("resources: [a.yaml]\n", a_yaml=bomb))
    after = renderer.render(many(3))
    renderer.close()
    assert failure.kind == "limit"
    assert len(after.objects) == 3


def test_a_default_renderer_renders(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMOTER_CACHE_DIR", str(tmp_path))
    renderer = open_renderer()
    result = renderer.render(many(2))
    renderer.close()
    assert len(result.objects) == 2
