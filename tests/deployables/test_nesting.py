import json
from collections.abc import Callable, Sequence

import pytest
from deployable_trees import OWN, application, flux, graph, overlays
from helm_trees import needs_helm

from promoter.deployables import Settings
from promoter.deployables.discovery import discover
from promoter.kustomize import Build
from promoter.model import Deployable, Rendered, RenderFailure

pytestmark = pytest.mark.renderer

Tree = dict[str, str]


@pytest.fixture
def rendered(renderer) -> Callable[[Tree], tuple[Deployable, ...]]:
    def one(files: Tree) -> tuple[Deployable, ...]:
        return discover(graph(files), Settings(name="gitops", urls=(OWN,)), renderer.render_all)

    return one


def child(name: str, path: str) -> str:
    source = {"repoURL": OWN, "path": path, "targetRevision": "main"}
    body = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": name, "namespace": "argocd"},
        "spec": {"project": "default", "source": source, "destination": {"namespace": "x"}},
    }
    return json.dumps(body, indent=1)


def move(path: str) -> str:
    return json.dumps([{"op": "replace", "path": "/spec/source/path", "value": path}])


def patched(base: str, path: str) -> str:
    patch = {"target": {"kind": "Application"}, "patch": move(path)}
    return json.dumps({"resources": [base], "patches": [patch]})


PATCHED = {
    "apps/base/kustomization.yaml": "resources: [shop.json]\n",
    "apps/base/shop.json": child("shop", "shop/overlays/none"),
    "apps/overlays/dev/kustomization.yaml": patched("../../base", "shop/overlays/dev"),
    "apps/overlays/prod/kustomization.yaml": patched("../../base", "shop/overlays/prod"),
    **overlays("shop/overlays/dev", "shop/overlays/prod"),
}


def shops(found: Sequence[Deployable]) -> list[tuple[str, str | None, str | None]]:
    return [(each.environment, each.path, each.reason) for each in found if each.name == "shop"]


def test_applications_are_read_as_the_overlays_patch_them(rendered) -> None:
    assert shops(rendered(PATCHED)) == [
        ("dev", "shop/overlays/dev", None),
        ("prod", "shop/overlays/prod", None),
    ]


def test_what_only_a_render_shows_says_so_and_keeps_the_place_of_its_file(rendered) -> None:
    found = next(each for each in rendered(PATCHED) if each.name == "shop")
    assert found.location.path == "apps/base/shop.json"
    assert found.evidence[-1] == "in this form it exists only in the render of apps/overlays/dev"


def test_without_a_builder_the_files_are_taken_as_they_are() -> None:
    found = discover(graph(PATCHED), Settings(name="gitops", urls=(OWN,)))
    assert {each.reason for each in found if each.name == "shop"} == {
        "the path shop/overlays/none does not exist"
    }


def test_a_kustomization_that_does_not_build_leaves_its_objects_as_written(rendered) -> None:
    broken = {
        **PATCHED,
        "apps/overlays/dev/kustomization.yaml": "resources: [../../base, gone.yaml]\nnamePrefix: a-\n",
    }
    dev = next(each for each in rendered(broken) if each.name == "shop" and each.reason)
    assert dev.evidence[-1].startswith("taken from its file, because apps/overlays/dev does not build: ")


def test_an_object_that_an_overlay_deletes_is_not_deployed(rendered) -> None:
    delete = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "shop", "namespace": "argocd"},
        "$patch": "delete",
    }
    kustomization = {"resources": ["../../base"], "patches": [{"patch": json.dumps(delete)}]}
    files = {**PATCHED, "apps/overlays/dev/kustomization.yaml": json.dumps(kustomization)}
    assert [environment for environment, _, _ in shops(rendered(files))] == ["prod"]


def test_nothing_is_built_that_changes_no_object() -> None:
    built: list[str] = []

    def build(builds: Sequence[Build]) -> Sequence[Rendered | RenderFailure]:
        built.extend(each.entry for each in builds)
        return [RenderFailure(each.entry, "failed", "not now") for each in builds]

    files = {
        "apps/kustomization.yaml": "namespace: argocd\nresources: [shop.json]\n",
        "apps/shop.json": child("shop", "shop/overlays/dev"),
        **overlays("shop/overlays/dev"),
    }
    found = discover(graph(files), Settings(name="gitops", urls=(OWN,)), build)
    assert shops(found) == [("dev", "shop/overlays/dev", None)]
    assert built == []


# --- applications of applications


CHILDREN = {
    "children/kustomization.yaml": "resources: [pay.json]\n",
    "children/pay.json": child("pay", "pay/overlays/dev"),
    **overlays("pay/overlays/dev", "pay/overlays/qa"),
}


def parent(**kustomize: object) -> Tree:
    files = application(kustomize)
    return {path: text.replace('"path": "shop"', '"path": "children"') for path, text in files.items()}


def test_the_overrides_of_the_parent_reach_its_children(rendered) -> None:
    patch = {"target": {"kind": "Application"}, "patch": move("pay/overlays/qa")}
    found = rendered({**CHILDREN, **parent(patches=[patch])})
    pay = [each for each in found if each.name == "pay"]
    assert [each.path for each in pay] == ["pay/overlays/qa"]
    assert pay[0].evidence[-1] == "as applied by the Application shop of apps/shop.json:1:1"


def test_a_parent_without_overrides_lists_each_child_once(rendered) -> None:
    assert [each.name for each in rendered({**CHILDREN, **parent()}) if each.name == "pay"] == ["pay"]


def test_an_application_that_applies_itself_ends_and_is_named(rendered) -> None:
    own = parent(namePrefix="a-")["apps/shop.json"]
    files = {
        **CHILDREN,
        "children/kustomization.yaml": "resources: [pay.json, shop.json]\n",
        "children/shop.json": own,
    }
    found = [each for each in rendered(files) if each.name.endswith("shop")]
    assert 0 < len(found) < 4
    assert any(each.evidence[-1].startswith("the loop of applications ends here") for each in found)


SUBSTITUTED = {
    "tenants/child.yaml": """apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: "pay", namespace: flux-system}
spec: {path: "./pay/overlays/${env}", sourceRef: {kind: GitRepository, name: flux-system}}
""",
    **overlays("pay/overlays/dev", "pay/overlays/qa"),
}


def test_a_path_with_a_variable_is_filled_in_by_what_applies_it(rendered) -> None:
    files = {**SUBSTITUTED, **flux(path="./tenants", postBuild={"substitute": {"env": "qa"}})}
    (pay,) = [each for each in rendered(files) if each.name == "pay"]
    assert (pay.path, pay.reason, pay.environment) == ("pay/overlays/qa", None, "qa")


def test_two_parents_with_different_variables_give_two_children(rendered) -> None:
    one = flux(path="./tenants", postBuild={"substitute": {"env": "qa"}})
    other = flux(path="./tenants", postBuild={"substitute": {"env": "dev"}})["clusters/shop.json"]
    files = {**SUBSTITUTED, **one, "clusters/other.json": other.replace('"shop"', '"other"')}
    assert [each.path for each in rendered(files) if each.name == "pay"] == [
        "pay/overlays/dev",
        "pay/overlays/qa",
    ]


# --- what cannot be read


def test_a_helm_template_of_applications_is_unresolved(rendered) -> None:
    template = "{{- range .x }}\napiVersion: argoproj.io/v1alpha1\nkind: Application\n{{- end }}\n"
    chart = {"charts/apps/Chart.yaml": "name: apps\n", "charts/apps/templates/all.yaml": template}
    (only,) = rendered(chart)
    assert only.reason == "it is a Helm template of charts/apps, known only after helm renders the chart"


CHILD = """{{- range .Values.apps }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: "{{ .name }}"}
spec:
  source: {repoURL: %s, path: "{{ .path }}", targetRevision: main}
  destination: {namespace: "{{ .name }}"}
{{- end }}
"""


@needs_helm
def test_applications_of_a_helm_chart_are_known_from_its_render(rendered) -> None:
    root = application(path="charts/apps", helm={"values": "apps: [{name: web, path: apps/web}]"})
    files = {
        "charts/apps/Chart.yaml": "apiVersion: v2\nname: apps\nversion: 0.1.0\n",
        "charts/apps/templates/all.yaml": CHILD % OWN,
        "apps/web/kustomization.yaml": "resources: []\n",
        **root,
    }
    found = {each.name: each for each in rendered(files)}
    assert sorted(found) == ["shop", "web"]
    assert found["web"].path == "apps/web"
    assert str(found["web"].location) == "charts/apps/templates/all.yaml:1:1"
    assert any("as applied by the Application shop" in step for step in found["web"].evidence)


def test_an_application_that_is_not_yaml_is_unresolved_with_its_place(rendered) -> None:
    (only,) = rendered({"a.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: [\n"})
    assert only.reason is not None
    assert only.reason.startswith("not valid YAML")
    assert only.location.line == 4


def test_a_fragment_that_nothing_uses_is_no_deployable(rendered) -> None:
    files = {
        "old/patch.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: x}\n"
    }
    assert rendered(files) == ()


RELEASE = """apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: tenants, namespace: flux-system}
spec:
  chart: {spec: {chart: ./charts/tenants, sourceRef: {kind: GitRepository, name: flux-system}}}
  values: {apps: [{name: web}]}
"""
TENANT = """{{- range .Values.apps }}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: "{{ .name }}", namespace: flux-system}
spec: {path: "./apps/{{ .name }}", sourceRef: {kind: GitRepository, name: flux-system}}
{{- end }}
"""
TENANTS = {
    "clusters/source.yaml": flux()["clusters/source.yaml"],
    "clusters/tenants.yaml": RELEASE,
    "charts/tenants/Chart.yaml": "apiVersion: v2\nname: tenants\nversion: 0.1.0\n",
    "charts/tenants/templates/all.yaml": TENANT,
    **overlays("apps/web"),
}


@needs_helm
def test_flux_kustomizations_of_a_helm_release_are_known_from_its_render(rendered) -> None:
    found = {each.name: each for each in rendered(TENANTS)}
    assert sorted(found) == ["tenants", "web"]
    assert (found["web"].path, found["web"].reason) == ("apps/web", None)
    assert any("as applied by the HelmRelease tenants" in step for step in found["web"].evidence)


@needs_helm
def test_a_chart_that_does_not_render_leaves_its_templates_unresolved(rendered) -> None:
    broken = {**TENANTS, "charts/tenants/templates/x.yaml": '{{ fail "no tenants" }}\n'}
    found = rendered(broken)
    assert "web" not in {each.name for each in found}
    assert any("known only after helm renders the chart" in (each.reason or "") for each in found)
