import sys
from pathlib import Path
from subprocess import run

import pytest

from promoter.diff import diff
from promoter.diff.generated import base_name, is_proven
from promoter.model import ChangeKind

KUBECTL = Path(sys.executable).with_name("kubectl")
POD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      volumes: [{name: c, configMap: {name: app-config}}]
      containers: [{name: web, image: web, envFrom: [{secretRef: {name: login}}]}]
"""


@pytest.fixture
def build(rendered, tmp_path):
    """The render of a generator with these literals by the real engine."""
    if not KUBECTL.exists():
        pytest.skip("there is no kubectl beside this Python")

    def make(literal, secret="hunter2"):
        (tmp_path / "pod.yaml").write_text(POD)
        (tmp_path / "kustomization.yaml").write_text(
            "namePrefix: prod-\nresources: [pod.yaml]\n"
            f"configMapGenerator: [{{name: app-config, literals: ['{literal}', 'other=<&>é']}}]\n"
            f"secretGenerator: [{{name: login, literals: ['password={secret}']}}]\n"
        )
        done = run([KUBECTL, "kustomize", tmp_path], capture_output=True, text=True, check=True)
        return rendered(done.stdout)

    return make


def named(name, kind="ConfigMap", namespace="", extra="data: {a: '1', b: '2', c: '3'}", group="v1"):
    metadata = f"metadata: {{name: {name}, namespace: '{namespace}'}}"
    return f"---\napiVersion: {group}\nkind: {kind}\n{metadata}\n{extra}\n"


@pytest.mark.renderer
def test_a_name_that_kustomize_hashed_is_recognised_by_its_content(build):
    render = build("level=info")

    generated = [each for each in render.objects if each.key.kind != "Deployment"]
    assert [(base_name(each), is_proven(each)) for each in generated] == [
        ("prod-app-config", True),
        ("prod-login", True),
    ]


@pytest.mark.renderer
def test_a_changed_generated_config_map_is_one_key_and_one_note(build):
    (change,) = diff(build("level=info"), build("level=debug")).changes

    assert change.kind is ChangeKind.CHANGED
    assert change.was is not None
    assert [(each.path, each.before, each.after) for each in change.fields] == [
        ("data.level", "info", "debug")
    ]
    assert change.notes == ("generated as prod-app-config, new hash; taken up by Deployment/prod-web",)


@pytest.mark.renderer
def test_a_changed_generated_secret_is_one_hidden_key(build):
    (change,) = diff(build("a=b"), build("a=b", secret="other")).changes

    assert [each.path for each in change.fields] == ["data.password"]
    assert "Deployment/prod-web" in change.notes[0]


@pytest.mark.renderer
def test_another_change_of_an_object_that_follows_a_new_hash_is_still_shown(build):
    before, after = build("level=info"), build("level=debug")
    for each in after.objects:
        if each.key.kind == "Deployment":
            each.body["spec"]["replicas"] = 3

    changes = diff(before, after).changes

    assert [(each.key.kind, [field.path for field in each.fields]) for each in changes] == [
        ("ConfigMap", ["data.level"]),
        ("Deployment", ["spec.replicas"]),
    ]


def test_a_name_that_only_looks_hashed_is_not_proven(rendered):
    (item,) = rendered(named("web-bcdfghkmt2")).objects

    assert base_name(item) == "web"
    assert not is_proven(item)


def test_a_renamed_object_is_compared_with_its_former_self(rendered):
    before, after = named("one"), named("two", extra="data: {a: '1', b: '2', c: '3', d: '4'}")

    (change,) = diff(rendered(before), rendered(after)).changes

    assert (change.kind, change.was.name, change.key.name) == (ChangeKind.MOVED, "one", "two")
    assert [each.path for each in change.fields] == ["data.d"]
    assert change.notes == ("renamed from one",)


def test_objects_that_have_little_in_common_are_a_removal_and_an_addition(rendered):
    changes = diff(rendered(named("one")), rendered(named("two", extra="data: {x: '9', a: '1'}"))).changes

    assert {each.kind for each in changes} == {ChangeKind.REMOVED, ChangeKind.ADDED}


def test_the_most_alike_object_is_the_renamed_one(rendered):
    before = named("old", extra="data: {a: '1', b: '2', c: '3', d: '4'}")
    far = named("far", extra="data: {a: '1', b: '2', c: '3', d: '5'}")
    near = named("near", extra="data: {a: '1', b: '2', c: '3', d: '4'}")

    changes = diff(rendered(before), rendered(far + near)).changes

    assert [(each.kind, each.key.name) for each in changes] == [
        (ChangeKind.ADDED, "far"),
        (ChangeKind.MOVED, "near"),
    ]


def test_an_object_in_another_namespace_is_moved(rendered):
    (change,) = diff(rendered(named("c", namespace="a")), rendered(named("c", namespace="b"))).changes

    assert (change.kind, change.was.namespace, change.fields) == (ChangeKind.MOVED, "a", ())
    assert change.notes == ("moved from namespace a",)


def test_an_object_of_another_api_group_is_moved(rendered):
    before = named("i", kind="Ingress", group="extensions/v1beta1", extra="spec: {x: 1}")
    after = named("i", kind="Ingress", group="networking.k8s.io/v1", extra="spec: {x: 2}")

    (change,) = diff(rendered(before), rendered(after)).changes

    assert [each.path for each in change.fields] == ["spec.x"]
    assert change.notes == ("API group was extensions",)


def test_a_new_version_of_the_same_group_is_a_changed_field(rendered):
    before, after = (
        named("h", kind="HorizontalPodAutoscaler", group=f"autoscaling/{v}") for v in ("v1", "v2")
    )

    (change,) = diff(rendered(before), rendered(after)).changes

    assert (change.kind, change.fields[0].path) == (ChangeKind.CHANGED, "apiVersion")


def test_every_object_of_a_name_that_repeats_is_compared(rendered):
    twice = named("c") + named("c", extra="data: {a: '2'}")

    assert [each.kind for each in diff(rendered(named("c")), rendered(twice)).changes] == [ChangeKind.ADDED]


def test_hundreds_of_renamed_objects_are_recognised_by_equal_content(rendered):
    def many(prefix):
        return "".join(named(f"{prefix}{n}", extra=f"data: {{number: '{n}'}}") for n in range(300))

    changes = diff(rendered(many("old-")), rendered(many("new-"))).changes

    assert {each.kind for each in changes} == {ChangeKind.MOVED}
    assert all(each.was.name.removeprefix("old-") == each.key.name.removeprefix("new-") for each in changes)
