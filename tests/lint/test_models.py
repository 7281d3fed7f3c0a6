"""What the model of a build holds, against the real engine's render, and what it leaves unknown."""

import pytest

from promoter.kustomize import Build, Graph
from promoter.lint.provenance import Model
from promoter.lint.provenance.accumulate import Built
from promoter.lint.provenance.tree import plain
from promoter.model import Rendered, Snapshot
from promoter.render import open_renderer

POD = "spec: {containers: [{name: web, image: 'acme/web:1.0'}, {name: log, image: 'acme/log:1.0'}]}"
DEPLOYMENT = f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, labels: {{app: web, team: shop}}}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    {POD}
"""
ROLE = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: read}\nrules: []\n"
WIDGET = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {list: [a], image: b}\n"
DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec: {group: example.com, names: {kind: Widget}, versions: [{name: v1, containers: [{image: acme/web}]}]}
"""
ANY = "apiVersion: any/v1\nkind: Any\nmetadata: {name: any}\n"
FILES = {"web.yaml": DEPLOYMENT, "role.yaml": ROLE, "widget.yaml": WIDGET, "crd.yaml": DEFINITION}
RESOURCES = f"resources: [{', '.join(FILES)}]\n"


def snapshot(files: dict[str, str]) -> Snapshot:
    return Snapshot.of({path: text.encode() for path, text in files.items()})


def modelled(files: dict[str, str], entry: str = "") -> Built:
    return Model(Graph(snapshot(files))).build(entry)


def bodies(built: Built) -> dict[tuple[str, str], object]:
    return {(item.kind, item.key.name): plain(item.body) for item in built.items}


def extended(kustomization: str, **files: str) -> dict[str, str]:
    named = {name.replace("_", "."): text for name, text in files.items()}
    return {**FILES, "kustomization.yaml": RESOURCES + kustomization, **named}


def patch(target: str, text: str) -> str:
    lines = "".join(f"    {line}\n" for line in text.splitlines())
    return f"patches:\n- target: {target}\n  patch: |\n{lines}"


@pytest.mark.renderer
@pytest.mark.parametrize(
    "kustomization",
    [
        "commonLabels: {tier: front}\n",
        "labels: [{pairs: {tier: front}, includeTemplates: true}]\n",
        "images: [{name: acme/web, newTag: '2.0', tagSuffix: -x}, {name: acme/log, newName: mirror/log}]\n",
        "namePrefix: eu-\nnameSuffix: -x\n",
        patch("{kind: ClusterRole}", f"{ANY}rules: [{{verbs: [get]}}]"),
        patch("{kind: Deployment}", f"{ANY}spec: {{replicas: 2}}"),
        patch("{namespace: default}", f"{ANY}spec: {{paused: true}}"),
        patch("{labelSelector: 'app in (web, api), team notin (x)'}", f"{ANY}spec: {{paused: true}}"),
        patch("{labelSelector: 'app=web,team!=x,!gone'}", f"{ANY}spec: {{paused: true}}"),
        patch("{labelSelector: 'app==other'}", f"{ANY}spec: {{paused: true}}"),
        patch("{labelSelector: 'app'}", f"{ANY}spec: {{paused: true}}"),
        patch("{kind: Widget}", f"{ANY.replace('any}', 'any, labels: {a: b}}')}spec: {{image: c}}"),
        patch("{kind: Widget}", f"{ANY}spec: {{list: [b], more: {{x: 1}}}}"),
        "patches:\n- path: p.yaml\n",
        "patches:\n- path: del.yaml\n",
        "patchesStrategicMerge:\n- |-\n  apiVersion: apps/v1\n  kind: Deployment\n"
        "  metadata: {name: web}\n  spec: {replicas: 4}\n",
        "configMapGenerator: [{name: c, namespace: shop, literals: [A=1], "
        "options: {disableNameSuffixHash: true}}]\n",
    ],
)
def test_the_model_holds_what_the_engine_renders(kustomization: str) -> None:
    files = extended(
        kustomization,
        p_yaml="---\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n"
        "  template: {spec: {containers: [{name: log, $patch: delete}, {name: new, image: n}]}}\n",
        del_yaml="apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n$patch: delete\n",
    )
    renderer = open_renderer()
    (rendered,) = renderer.render_all([Build(snapshot(files), "")])
    renderer.close()
    assert isinstance(rendered, Rendered), rendered
    found = bodies(modelled(files))
    assert found == {(each.key.kind, each.key.name): each.body for each in rendered.objects}


@pytest.mark.parametrize(
    "kustomization",
    [
        "replicas: [web, {name: web}]\n",
        "labels: [{includeSelectors: true}, {pairs: {x: [a]}}, text]\n",
        "commonAnnotations: {x: [a]}\n",
        "commonLabels: [a]\n",
        "configMapGenerator: [text]\n",
        "replacements: [{targets: [text, {fieldPaths: [a]}]}]\n",
        "images: [{}]\n",
        patch("{kind: Deployment}", "just text"),
        patch("text", "- {op: remove, path: /spec}"),
    ],
)
def test_an_entry_that_says_nothing_changes_nothing(kustomization: str) -> None:
    assert bodies(modelled(extended(kustomization))) == bodies(modelled(extended("")))


@pytest.mark.parametrize(
    ("kustomization", "unknown"),
    [
        ("components: [gone]\n", "gone"),
        ("components: [.]\n", "."),
        ("configMapGenerator: [{name: a, files: [gone.txt]}]\n", "gone.txt"),
        ("configMapGenerator: [{name: a, envs: [gone.env]}]\n", "gone.env"),
        ("patchesStrategicMerge: [{a: b}]\n", "a patch of kustomization.yaml"),
        ("patches: [{path: gone.yaml}]\n", "a patch of kustomization.yaml"),
        ("patches: [{patch: '{'}]\n", "a patch of kustomization.yaml"),
    ],
)
def test_what_cannot_be_read_makes_the_build_unknown(kustomization: str, unknown: str) -> None:
    assert unknown in modelled(extended(kustomization)).unknown


def test_a_patch_with_a_target_needs_no_metadata() -> None:
    built = modelled(extended(patch("{kind: Deployment}", "spec: {paused: true}")))
    assert bodies(built)["Deployment", "web"]["spec"]["paused"] is True


def test_components_that_are_nested_without_end_are_given_up() -> None:
    files = {
        f"c{n}/kustomization.yaml": f"kind: Component\ncomponents: [../c{n + 1}]\n" for n in range(200)
    }
    built = modelled({**files, "kustomization.yaml": "components: [c0]\n"})
    assert "nested too deep" in built.unknown


def test_a_line_of_an_env_file_without_a_value_is_left_out() -> None:
    files = extended("configMapGenerator: [{name: a, envs: [a.env]}]\n", a_env="A\nB=1\n")
    assert bodies(modelled(files))["ConfigMap", "a"]["data"] == {"B": "1"}


def test_a_file_that_two_builds_read_is_read_once() -> None:
    files = {
        "a.yaml": ROLE,
        "one/kustomization.yaml": "resources: [../a.yaml]\n",
        "two/kustomization.yaml": "resources: [../a.yaml]\n",
    }
    model = Model(Graph(snapshot(files)))
    assert model.build("one").items == model.build("two").items


def test_documents_that_are_no_objects_are_left_out() -> None:
    files = {"kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": f"- a\n---\ntext\n---\n{ROLE}"}
    assert list(bodies(modelled(files))) == [("ClusterRole", "read")]


def test_a_name_that_is_no_text_gets_no_prefix() -> None:
    files = {
        "kustomization.yaml": "namePrefix: eu-\nresources: [a.yaml]\n",
        "a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: [a]}\n",
    }
    assert [plain(item.body)["metadata"] for item in modelled(files).items] == [{"name": ["a"]}]


def test_labels_are_not_put_into_what_is_no_mapping() -> None:
    files = {
        "kustomization.yaml": "commonLabels: {x: z}\nresources: [a.yaml]\n",
        "a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: text}\n",
    }
    assert [plain(item.body)["metadata"] for item in modelled(files).items] == [
        {"name": "a", "labels": "text"}
    ]


def test_merged_keys_are_taken_over_and_odd_ones_left_out() -> None:
    text = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
        "one: &one {a: 1, b: 1}\ntwo: &two {b: 2, c: 2}\n"
        "data: {<<: [*one, *two, text], c: 3}\nmore: {<<: text, d: 4}\n? [x]\n: y\n"
    )
    files = {"kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": text}
    (item,) = modelled(files).items
    found = plain(item.body)
    assert (found["data"], found["more"]) == ({"a": 1, "b": 1, "c": 3}, {"d": 4})
    assert len(found) == 7


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("patch: >\n    {kind: Deployment,\n    spec: {replicas: 7}}\n", None),
        ('patch: "spec:\\n  replicas: 7"\n', None),
        ("patch: '{spec: {replicas: 7}}'\n", "7"),
        ("patch: |\n    spec:\n      replicas: 7\n", "7"),
    ],
)
def test_a_value_of_a_patch_has_its_own_place_where_the_text_stands_as_it_is(
    written: str, line: str | None
) -> None:
    files = extended(f"patches:\n- target: {{kind: Deployment}}\n  {written}")
    (web,) = (item for item in modelled(files).items if item.kind == "Deployment")
    leaf = web.body.get("spec").get("replicas")
    text = files["kustomization.yaml"]
    place = leaf.places[-1]
    said = text[place.start : place.end]
    assert leaf.value == 7
    assert said == line if line is not None else said.startswith((">", '"'))
