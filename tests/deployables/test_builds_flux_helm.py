"""Flux's HelmReleases whose chart lies in the repository, field by field, with the real helm."""

import json

import pytest
from deployable_trees import SOURCE, found, graph
from helm_trees import chart, config_map, generated, image, needs_helm, release

from promoter.deployables.builds.inputs import chart_values, reads

pytestmark = [pytest.mark.renderer, needs_helm]


def only(result):
    assert isinstance(result, list), result
    (body,) = result
    return body


def test_a_release_is_rendered_into_its_namespace(build) -> None:
    body = only(build({**chart(), **release()}))
    assert (body["metadata"]["name"], body["metadata"]["namespace"]) == ("shop", "flux-system")
    assert image([body]) == "registry/web:1"


def test_target_namespace_is_part_of_the_release_name(build) -> None:
    body = only(build({**chart(), **release(targetNamespace="web")}))
    assert (body["metadata"]["name"], body["metadata"]["namespace"]) == ("web-shop", "web")


def test_release_name_is_taken_as_it_is(build) -> None:
    assert only(build({**chart(), **release(releaseName="other")}))["metadata"]["name"] == "other"


def test_a_long_release_name_is_shortened_with_a_hash(build) -> None:
    name = only(build({**chart(), **release(targetNamespace="n" * 60)}))["metadata"]["name"]
    assert len(name) == 53
    assert name.startswith("n" * 40 + "-")


def test_values_lie_over_the_charts_own(build) -> None:
    assert image(build({**chart(), **release({"image": {"tag": "2"}})})) == "registry/web:2"


def test_values_files_take_the_place_of_the_charts_own_and_the_last_wins(build) -> None:
    files = {
        "v/a.yaml": "replicas: 2\nimage: {repository: r, tag: '2'}\n",
        "v/b.yaml": "image: {tag: '3'}\n",
    }
    body = only(build({**chart(), **files, **release(told={"valuesFiles": ["./v/a.yaml", "v/b.yaml"]})}))
    assert (image([body]), body["spec"]["replicas"]) == ("r:3", 2)


def test_a_missing_values_file_is_refused_unless_missing_ones_are_ignored(build) -> None:
    told = {"valuesFiles": ["shop/values.yaml", "gone.yaml"]}
    assert build({**chart(), **release(told=told)}) == "its values file gone.yaml does not exist"
    ignoring = release(told={**told, "ignoreMissingValuesFiles": True})
    assert image(build({**chart(), **ignoring})) == "registry/web:1"


def test_values_from_a_config_map_of_this_repository_lie_below_values(build) -> None:
    source = [{"kind": "ConfigMap", "name": "shared"}]
    files = {**chart(), **config_map("replicas: 5\nimage: {tag: '5'}\n")}
    body = only(build({**files, **release({"image": {"tag": "6"}}, valuesFrom=source)}))
    assert (image([body]), body["spec"]["replicas"]) == ("registry/web:6", 5)


def test_values_from_a_key_go_to_their_target_path(build) -> None:
    source = [{"kind": "ConfigMap", "name": "shared", "targetPath": "image.tag"}]
    assert image(build({**chart(), **config_map("9"), **release(valuesFrom=source)})) == "registry/web:9"


def test_values_from_a_secret_are_known_to_the_cluster_only(build) -> None:
    said = build({**chart(), **release(valuesFrom=[{"kind": "Secret", "name": "keys"}])})
    assert said == "the values in the Secret keys are known to the cluster only"


def test_values_from_a_generated_config_map_are_read(build) -> None:
    files = {**chart(), **release(valuesFrom=[{"kind": "ConfigMap", "name": "shared"}])}
    one = generated("prod", "image: {tag: '4'}\n")
    assert image(build({**files, **one})) == "registry/web:4"


def test_generators_that_disagree_leave_the_values_unknown() -> None:
    from promoter.deployables.builds import Unproven, prepare

    files = {**chart(), **release(valuesFrom=[{"kind": "ConfigMap", "name": "shared"}])}
    both = {**files, **generated("prod", "image: {tag: '4'}\n"), **generated("dev", "image: {tag: '5'}\n")}
    for each in [each for each in found(both) if each.kind == "HelmRelease"]:
        said = prepare(graph(both), each)
        assert isinstance(said, Unproven)
        assert said.reason == "the values in the ConfigMap shared are known to the cluster only"


def test_variables_in_values_are_filled_in_by_somebody_else(build) -> None:
    said = build({**chart(), **release({"image": {"tag": "${TAG}"}})})
    assert said == "variables in its values are filled in by the FluxKustomization that applies it"


def test_crds_are_skipped_when_the_install_says_so(build) -> None:
    crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: t.x.io}\n"
    files = {**chart(), "shop/crds/c.yaml": crd}
    assert len(build({**files, **release()})) == 2
    assert len(build({**files, **release(install={"crds": "Skip"})})) == 1


def test_post_renderers_run_after_the_chart_one_after_the_other(build) -> None:
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec: {replicas: 8}\n"
    first = {"kustomize": {"patches": [{"patch": patch, "target": {"kind": "Deployment"}}]}}
    second = {"kustomize": {"images": [{"name": "registry/web", "newTag": "7"}]}}
    body = only(build({**chart(), **release(postRenderers=[first, second])}))
    assert (image([body]), body["spec"]["replicas"]) == ("registry/web:7", 8)


@pytest.mark.parametrize("field", ["patches", "patchesJson6902"])
def test_a_post_renderer_cannot_name_a_file(build, field: str) -> None:
    named = {"kustomize": {field: [{"path": "/etc/passwd", "target": {"kind": "Deployment"}}]}}
    said = build({**chart(), **release(postRenderers=[named])})
    assert "root:" not in str(said)


def test_common_metadata_is_set_on_every_object(build) -> None:
    body = only(build({**chart(), **release(commonMetadata={"labels": {"team": "a"}})}))
    assert body["metadata"]["labels"]["team"] == "a"


def test_a_helm_chart_object_names_the_chart_of_a_chart_ref(build) -> None:
    reference = {"kind": "GitRepository", "name": "flux-system"}
    chart_object = {
        "apiVersion": "source.toolkit.fluxcd.io/v1",
        "kind": "HelmChart",
        "metadata": {"name": "web", "namespace": "flux-system"},
        "spec": {"chart": "./shop", "sourceRef": reference, "valuesFiles": ["v.yaml"]},
    }
    body = json.loads(release()["clusters/shop.json"])
    body["spec"] = {"chartRef": {"kind": "HelmChart", "name": "web"}}
    files = {
        **chart(),
        "clusters/source.yaml": SOURCE,
        "clusters/chart.json": json.dumps(chart_object, indent=1),
        "clusters/shop.json": json.dumps(body, indent=1),
        "v.yaml": "replicas: 1\nimage: {repository: r, tag: '2'}\n",
    }
    assert image(build(files)) == "r:2"


def test_a_release_reads_its_chart_its_values_files_and_its_config_maps() -> None:
    told = {"valuesFiles": ["v/a.yaml"]}
    files = {
        **chart(),
        "v/a.yaml": "a: 1\n",
        **config_map("a: 1\n"),
        **release(told=told, valuesFrom=[{"kind": "ConfigMap", "name": "shared"}]),
    }
    (each,) = found(files)
    read = reads(graph(files), each)
    assert {"v/a.yaml", "clusters/shared.yaml", "shop/Chart.yaml", "shop/templates/d.yaml"} <= read
    values = chart_values(graph(files), each)
    assert values is not None
    assert values.values == ("v/a.yaml",)
