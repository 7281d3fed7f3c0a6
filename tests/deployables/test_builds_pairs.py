"""What Argo CD and Flux do differently with the same directory, each pair rendered for real."""

import pytest
from deployable_trees import application, flux

pytestmark = pytest.mark.renderer

WORKLOAD = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1"}]}
"""
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: team}\n"
TREE = {
    "shop/kustomization.yaml": "resources: [d.yaml, n.yaml]\n",
    "shop/d.yaml": WORKLOAD,
    "shop/n.yaml": NAMESPACE,
}


def kinds(found) -> list[str]:
    assert isinstance(found, list), found
    return [each["kind"] for each in found]


def workload(found):
    assert isinstance(found, list), found
    return next(each for each in found if each["kind"] == "Deployment")


def image(found) -> str:
    return workload(found)["spec"]["template"]["spec"]["containers"][0]["image"]


def test_argo_sorts_by_kind_and_flux_keeps_the_input_order(build) -> None:
    assert kinds(build({**TREE, **application()})) == ["Namespace", "Deployment"]
    assert kinds(build({**TREE, **flux()})) == ["Deployment", "Namespace"]


def test_argo_restricts_files_to_the_directory_and_flux_to_the_source(build) -> None:
    tree = {
        "shop/kustomization.yaml": "configMapGenerator: [{name: c, files: [../outside.txt]}]\n",
        "outside.txt": "x",
        "argocd/argocd-cm.yaml": "data: {kustomize.buildOptions: --enable-helm}\n",
    }
    refused = build({**tree, **application()})
    assert isinstance(refused, str)
    assert "outside.txt" in refused
    assert kinds(build({**tree, **flux()})) == ["ConfigMap"]


def test_argo_replaces_an_image_entry_and_flux_merges_it(build) -> None:
    tree = {
        **TREE,
        "shop/kustomization.yaml": "resources: [d.yaml]\nimages: [{name: web, newName: mirror/web}]\n",
    }
    assert image(build({**tree, **application({"images": ["web:2"]})})) == "web:2"
    assert image(build({**tree, **flux(images=[{"name": "web", "newTag": "2"}])})) == "mirror/web:2"


def test_without_a_kustomization_argo_reads_the_directory_and_flux_everything_below(build) -> None:
    tree = {"shop/d.yaml": WORKLOAD, "shop/deep/n.yaml": NAMESPACE}
    assert kinds(build({**tree, **application()})) == ["Deployment"]
    assert sorted(kinds(build({**tree, **flux()}))) == ["Deployment", "Namespace"]


def test_helm_charts_in_a_kustomization_are_rendered_by_neither(build) -> None:
    tree = {"shop/kustomization.yaml": "helmCharts: [{name: x, repo: 'https://example.com'}]\n"}
    for controller in (application(), flux()):
        said = build({**tree, **controller})
        assert isinstance(said, str)
        assert "helmCharts" in said


def test_argo_labels_touch_selectors_and_flux_metadata_never_does(build) -> None:
    argo = workload(build({**TREE, **application({"commonLabels": {"of": "x"}})}))
    assert argo["spec"]["selector"]["matchLabels"] == {"app": "web", "of": "x"}
    other = workload(build({**TREE, **flux(commonMetadata={"labels": {"of": "x"}})}))
    assert other["metadata"]["labels"] == {"of": "x"}
    assert other["spec"]["selector"]["matchLabels"] == {"app": "web"}


def test_argo_fills_its_own_variables_in_overrides_and_flux_any_variable_in_manifests(build) -> None:
    tree = {**TREE, "shop/d.yaml": WORKLOAD.replace("web:1", "web:${tag}")}
    found = build({**tree, **application({"commonLabels": {"of": "${ARGOCD_APP_NAME}"}})})
    assert image(found) == "web:${tag}"
    assert workload(found)["metadata"]["labels"] == {"of": "shop"}
    assert image(build({**tree, **flux(postBuild={"substitute": {"tag": "3"}})})) == "web:3"


def test_the_destination_namespace_is_argos_affair_and_the_target_namespace_changes_fluxs_build(
    build,
) -> None:
    assert "namespace" not in workload(build({**TREE, **application()}))["metadata"]
    assert workload(build({**TREE, **flux(targetNamespace="team")}))["metadata"]["namespace"] == "team"
