import pytest
from deployable_trees import found, graph

from promoter.deployables.builds import Prepared, Unproven, prepare
from promoter.model import Rendered

CHART = """apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: {name: redis, namespace: kube-system}
spec: {chart: redis, repo: 'https://charts.example.com', version: 1.2.3, targetNamespace: shop-prod}
"""
CONFIG = """apiVersion: helm.cattle.io/v1
kind: HelmChartConfig
metadata: {name: redis, namespace: kube-system}
spec: {valuesContent: "image: {tag: '7'}"}
"""
MANIFEST = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n"


def test_a_helm_chart_has_its_target_namespace_and_lies_elsewhere() -> None:
    (only,) = found({"charts/redis.yaml": CHART})
    assert (only.controller, only.kind, only.path, only.environment) == ("k3s", "HelmChart", None, "prod")
    assert only.destination.namespace == "shop-prod"
    assert "the chart redis comes from elsewhere" in only.evidence


def test_a_helm_chart_config_overrides_its_chart() -> None:
    (only,) = found({"a.yaml": CHART, "b.yaml": CONFIG})
    assert only.overrides["config"] == {"valuesContent": "image: {tag: '7'}"}
    assert only.evidence[-1] == "the HelmChartConfig of b.yaml:1:1 overrides its values"


def test_a_helm_chart_config_of_a_packaged_chart_is_listed() -> None:
    (only,) = found({"b.yaml": CONFIG})
    assert (only.kind, only.evidence[-1]) == (
        "HelmChartConfig",
        "it configures a chart that K3s brings itself",
    )


FOLDER = {
    "nodes/prod/server/manifests/a.yaml": MANIFEST % "a",
    "nodes/prod/server/manifests/deep/b.yaml": MANIFEST % "b",
    "nodes/prod/server/manifests/off.yaml": MANIFEST % "off",
    "nodes/prod/server/manifests/off.yaml.skip": "",
    "nodes/dev/server/manifests/a.yaml": MANIFEST % "a",
}


def test_an_auto_deploy_folder_is_a_deployable() -> None:
    folders = [(each.kind, each.path, each.environment) for each in found(FOLDER)]
    assert folders == [
        ("Manifests", "nodes/dev/server/manifests", "dev"),
        ("Manifests", "nodes/prod/server/manifests", "prod"),
    ]


@pytest.mark.renderer
def test_an_auto_deploy_folder_applies_everything_below_it_but_skipped_files(renderer) -> None:
    prod = next(each for each in found(FOLDER) if each.environment == "prod")
    prepared = prepare(graph(FOLDER), prod)
    assert isinstance(prepared, Prepared)
    result = renderer.render(prepared.build)
    assert isinstance(result, Rendered)
    assert [each.key.name for each in result.objects] == ["a", "b"]


def test_a_folder_with_a_file_whose_name_is_not_utf8_says_which_folder():
    files = {"server/manifests/caf\udce9.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: ☕}\n"}
    (each,) = found(files)
    refused = prepare(graph(files), each)
    assert isinstance(refused, Unproven)
    assert refused.reason == "the name of a file below server/manifests is not UTF-8: rename it"


def test_a_folder_with_a_file_whose_name_is_of_another_script_is_built():
    files = {"server/manifests/☕\U0001f600.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"}
    (each,) = found(files)
    assert isinstance(prepare(graph(files), each), Prepared)
