import json

import pytest
from deployable_trees import application, found, graph
from helm_trees import chart

from promoter.deployables.builds import Prepared, prepare
from promoter.deployables.builds.argo import build_options, restricts
from promoter.model import RenderFailure
from promoter.render import open_renderer

pytestmark = pytest.mark.renderer

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry/web:1"}, {name: side, image: "side:1"}]}
"""
BASE = {"shop/kustomization.yaml": "resources: [d.yaml]\n", "shop/d.yaml": DEPLOYMENT}


def only(found):
    assert isinstance(found, list), found
    (body,) = found
    return body


def images(found) -> list[str]:
    return [each["image"] for each in only(found)["spec"]["template"]["spec"]["containers"]]


def kustomization(text: str) -> dict[str, str]:
    return {**BASE, "shop/kustomization.yaml": "resources: [d.yaml]\n" + text}


def test_name_prefix_and_name_suffix_replace_those_of_the_file(build) -> None:
    files = {**kustomization("namePrefix: old-\nnameSuffix: -old\n")}
    found = build({**files, **application({"namePrefix": "a-", "nameSuffix": "-z"})})
    assert only(found)["metadata"]["name"] == "a-web-z"


def test_images_replace_the_entry_of_the_same_name_whole(build) -> None:
    files = kustomization("images: [{name: registry/web, newName: mirror/web, newTag: '5'}]\n")
    assert images(build({**files, **application({"images": ["registry/web:2"]})}))[0] == "registry/web:2"


def test_images_old_equals_new_renames(build) -> None:
    files = {**BASE, **application({"images": ["registry/web=mirror/web:3", "side@sha256:" + "a" * 64]})}
    assert images(build(files)) == ["mirror/web:3", "side@sha256:" + "a" * 64]


def test_images_a_star_keeps_the_value_of_the_file(build) -> None:
    files = kustomization("images: [{name: registry/web, newName: mirror/web, newTag: '5'}]\n")
    assert images(build({**files, **application({"images": ["registry/web=*:6"]})}))[0] == "mirror/web:6"
    assert (
        images(build({**files, **application({"images": ["registry/web=other/web:*"]})}))[0]
        == "other/web:5"
    )


def test_images_a_bare_name_is_refused(build) -> None:
    assert build({**BASE, **application({"images": ["web"]})}) == (
        "the image override 'web' has neither a new name nor a tag nor a digest"
    )


def test_images_are_filled_from_the_build_environment(build) -> None:
    files = {**BASE, **application({"images": ["registry/web:${ARGOCD_APP_SOURCE_TARGET_REVISION}"]})}
    assert images(build(files))[0] == "registry/web:main"


def test_replicas_of_a_number_or_text(build) -> None:
    found = build({**BASE, **application({"replicas": [{"name": "web", "count": "4"}]})})
    assert only(found)["spec"]["replicas"] == 4


def test_replicas_of_an_unknown_name_fail_as_in_kustomize(build) -> None:
    said = build({**BASE, **application({"replicas": [{"name": "gone", "count": 4}]})})
    assert isinstance(said, str)
    assert "gone" in said


def test_common_labels_reach_selectors_and_are_filled_in(build) -> None:
    body = only(build({**BASE, **application({"commonLabels": {"of": "$ARGOCD_APP_NAME"}})}))
    assert body["spec"]["selector"]["matchLabels"] == {"app": "web", "of": "shop"}


def test_label_without_selector_stays_out_of_selectors_and_templates(build) -> None:
    body = only(build({**BASE, **application({"commonLabels": {"of": "x"}, "labelWithoutSelector": True})}))
    assert body["metadata"]["labels"] == {"of": "x"}
    assert body["spec"]["selector"]["matchLabels"] == {"app": "web"}
    assert body["spec"]["template"]["metadata"]["labels"] == {"app": "web"}


def test_label_include_templates_reaches_templates_only(build) -> None:
    block = {"commonLabels": {"of": "x"}, "labelWithoutSelector": True, "labelIncludeTemplates": True}
    body = only(build({**BASE, **application(block)}))
    assert body["spec"]["template"]["metadata"]["labels"] == {"app": "web", "of": "x"}
    assert body["spec"]["selector"]["matchLabels"] == {"app": "web"}


def test_label_include_templates_alone_is_refused(build) -> None:
    block = {"commonLabels": {"of": "x"}, "labelIncludeTemplates": True}
    assert build({**BASE, **application(block)}) == "labelIncludeTemplates needs labelWithoutSelector"


def test_a_common_label_of_the_file_needs_force_common_labels(build) -> None:
    files = kustomization("commonLabels: {of: file}\n")
    said = build({**files, **application({"commonLabels": {"of": "x"}})})
    assert said == "the common label of is in the kustomization already, which needs forceCommonLabels"
    forced = build({**files, **application({"commonLabels": {"of": "x"}, "forceCommonLabels": True})})
    assert only(forced)["metadata"]["labels"]["of"] == "x"


def test_common_annotations_are_filled_in_only_when_asked(build) -> None:
    block = {"commonAnnotations": {"of": "$ARGOCD_APP_NAME"}}
    body = only(build({**BASE, **application(block)}))
    assert body["metadata"]["annotations"]["of"] == "$ARGOCD_APP_NAME"
    body = only(build({**BASE, **application({**block, "commonAnnotationsEnvsubst": True})}))
    assert body["metadata"]["annotations"]["of"] == "shop"


def test_a_common_annotation_of_the_file_needs_force_common_annotations(build) -> None:
    files = kustomization("commonAnnotations: {of: file}\n")
    said = build({**files, **application({"commonAnnotations": {"of": "x"}})})
    assert (
        said
        == "the common annotation of is in the kustomization already, which needs forceCommonAnnotations"
    )


def test_namespace_is_set_in_the_build(build) -> None:
    found = build({**BASE, **application({"namespace": "team"})})
    assert only(found)["metadata"]["namespace"] == "team"


def replicas(count: int) -> dict[str, object]:
    patch = [{"op": "replace", "path": "/spec/replicas", "value": count}]
    return {"target": {"kind": "Deployment"}, "patch": json.dumps(patch)}


def test_patches_come_after_those_of_the_file(build) -> None:
    files = kustomization(f"patches: {json.dumps([replicas(2)])}\n")
    assert only(build({**files, **application({"patches": [replicas(7)]})}))["spec"]["replicas"] == 7


PARTS = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: c-\n"
COMPONENT = {"parts/kustomization.yaml": PARTS}


def test_components_are_added(build) -> None:
    files = {**BASE, **COMPONENT, **application({"components": ["../parts"]})}
    assert only(build(files))["metadata"]["name"] == "c-web"


def test_ignore_missing_components_drops_those_that_are_absent(build) -> None:
    block = {"components": ["../gone", "../parts"], "ignoreMissingComponents": True}
    assert only(build({**BASE, **COMPONENT, **application(block)}))["metadata"]["name"] == "c-web"


def test_version_and_kube_version_change_nothing_in_the_build(build) -> None:
    found = build(
        {**BASE, **application({"version": "v4", "kubeVersion": "1.30", "apiVersions": ["x/v1"]})}
    )
    assert only(found)["metadata"]["name"] == "web"


def test_old_field_names_of_the_file_survive_an_override(build) -> None:
    files = {
        "base/kustomization.yaml": "resources: [d.yaml]\n",
        "base/d.yaml": DEPLOYMENT,
        "shop/kustomization.yaml": "bases: [../base]\n",
    }
    assert only(build({**files, **application({"namePrefix": "a-"})}))["metadata"]["name"] == "a-web"


def test_argocd_source_files_override_the_source_in_order(build) -> None:
    files = {
        **BASE,
        "shop/.argocd-source.yaml": "kustomize: {namePrefix: a-, nameSuffix: -z}\npath: elsewhere\n",
        "shop/.argocd-source-shop.yaml": "kustomize: {namePrefix: b-}\n",
        **application({"namePrefix": "own-"}),
    }
    assert only(build(files))["metadata"]["name"] == "b-web-z"


def test_argocd_source_file_of_an_app_in_another_namespace(build) -> None:
    files = {
        **BASE,
        "shop/.argocd-source-argocd_shop.yaml": "kustomize: {namePrefix: b-}\n",
        **application(),
    }
    assert only(build(files))["metadata"]["name"] == "b-web"


def test_a_null_in_a_source_file_removes(build) -> None:
    files = {**BASE, "shop/.argocd-source.yaml": "kustomize: {namePrefix: null}\n"}
    assert only(build({**files, **application({"namePrefix": "own-"})}))["metadata"]["name"] == "web"


# --- which tool


def test_two_tool_blocks_are_refused(build) -> None:
    said = build({**BASE, **application({}, helm={})})
    assert said == "its source has both helm and kustomize, Argo CD takes one"


def test_a_chart_without_helm_is_not_rendered_and_says_what_is_missing() -> None:
    files = {**chart(), **application()}
    (deployable,) = found(files)
    prepared = prepare(graph(files), deployable)
    assert isinstance(prepared, Prepared)
    result = open_renderer(cached=False, jobs=1, helm="/no/such/helm").render(prepared.build)
    assert isinstance(result, RenderFailure)
    assert result.kind == "refused"
    assert result.message.startswith(
        "helm not found, which renders the chart shop: no helm at /no/such/helm"
    )
    assert "render: {helm: /path/to/helm}" in result.message


def test_a_kustomization_beside_a_chart_wins(build) -> None:
    assert (
        only(build({**BASE, "shop/Chart.yaml": "name: x\n", **application()}))["metadata"]["name"] == "web"
    )


def test_a_plugin_renders_inside_argo_cd_only(build) -> None:
    said = build({**BASE, **application(plugin={"name": "avp"})})
    assert said == "the config management plugin avp renders it inside Argo CD only"


def manifest(name: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n"


DIRECTORY = {
    "shop/a.yaml": manifest("a"),
    "shop/b.yml": manifest("b"),
    "shop/c.json": '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}',
    "shop/deep/d.yaml": manifest("d"),
    "shop/values.yaml": "replicas: 1\n",
    "shop/broken.yaml": "a: [\n",
    "shop/skipped.yaml": "# +argocd:skip-file-rendering\n" + manifest("s"),
    "shop/readme.md": "x",
}


def names(found) -> list[str]:
    assert isinstance(found, list), found
    return sorted(each["metadata"]["name"] for each in found)


def test_a_directory_reads_its_own_manifests_only(build) -> None:
    assert names(build({**DIRECTORY, **application()})) == ["a", "b", "c"]


def test_directory_recurse(build) -> None:
    assert names(build({**DIRECTORY, **application(directory={"recurse": True})})) == ["a", "b", "c", "d"]


def test_directory_include_and_exclude(build) -> None:
    block = {"recurse": True, "include": "{*.yaml,deep/**}", "exclude": "a.*"}
    assert names(build({**DIRECTORY, **application(directory=block)})) == ["d"]


def test_directory_jsonnet_is_not_rendered(build) -> None:
    said = build({**DIRECTORY, "shop/x.jsonnet": "{}", **application()})
    assert said == "shop/x.jsonnet is jsonnet, and there is no jsonnet engine here"


def test_directory_jsonnet_below_is_read_only_when_recursing_and_not_excluded(build) -> None:
    files = {**DIRECTORY, "shop/sub/x.jsonnet": "{}", "shop/y.libsonnet": "{}"}
    assert isinstance(build({**files, **application()}), list)
    assert "sub/x.jsonnet is jsonnet" in build({**files, **application(directory={"recurse": True})})
    excluded = {"recurse": True, "exclude": "**/*.jsonnet"}
    assert isinstance(build({**files, **application(directory=excluded)}), list)


def test_jsonnet_beside_a_kustomization_is_nobodys(build) -> None:
    assert isinstance(build({**BASE, "shop/x.jsonnet": "{}", **application()}), list)


def test_an_explicit_directory_block_wins_over_a_kustomization(build) -> None:
    found = build({**BASE, "shop/kustomization.yaml": "namePrefix: x-\n", **application(directory={})})
    assert names(found) == ["web"]


def test_a_broken_manifest_in_a_directory_is_refused(build) -> None:
    said = build({"shop/x.yaml": manifest("x") + "a: [\n", **application()})
    assert isinstance(said, str)
    assert said.startswith("shop/x.yaml is not valid YAML")


# --- what a committed argocd-cm says


CM = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm}\ndata: {kustomize.buildOptions: '%s'}\n"


@pytest.mark.parametrize(
    ("options", "expected"),
    [("--enable-helm", True), ("--load-restrictor LoadRestrictionsNone", False), (None, False)],
)
def test_a_committed_argocd_cm_decides_the_load_restrictor(options: str | None, expected: bool) -> None:
    files = {"argocd/argocd-cm.yaml": CM % options} if options is not None else {}
    assert build_options(graph(files)) == options
    assert restricts(graph(files)) is expected


def test_a_directory_of_jsonnet_is_unresolved_with_what_it_is_given() -> None:
    given = {
        "tlas": [
            {"name": "ns", "value": "$ARGOCD_APP_NAMESPACE"},
            {"name": "replicas", "value": "2", "code": True},
        ],
        "extVars": [{"name": "env", "value": "prod"}],
        "libs": ["vendor", "lib"],
    }
    files = {**application(directory={"jsonnet": given}), "shop/b.jsonnet": "{}", "shop/a.jsonnet": "{}"}
    (shop,) = [each for each in found(files) if each.name == "shop"]
    assert (shop.path, shop.reason) == (
        "shop",
        "shop/a.jsonnet, shop/b.jsonnet are jsonnet (tlas: ns, replicas; extVars: env; libs: vendor, lib), "
        "and there is no jsonnet engine here",
    )


def test_a_jsonnet_block_without_jsonnet_files_is_a_plain_directory() -> None:
    files = {
        **application(directory={"jsonnet": {"libs": ["vendor"]}}),
        "shop/a.yaml": "{}",
        "vendor/a.jsonnet": "1",
    }
    (shop,) = [each for each in found(files) if each.name == "shop"]
    assert shop.reason is None


def test_a_source_file_that_is_no_yaml_is_named(build) -> None:
    said = build({**BASE, "shop/.argocd-source.yaml": "kustomize: {\n", **application()})
    assert said.startswith("shop/.argocd-source.yaml is not valid YAML: ")


def test_replicas_that_are_no_number_are_named(build) -> None:
    said = build({**BASE, **application({"replicas": [{"name": "web", "count": "many"}]})})
    assert said == "the replicas of web are 'many', expected a number"


def test_jsonnet_that_an_override_brings_in_is_not_rendered(build) -> None:
    recursing = {"shop/.argocd-source.yaml": "directory: {recurse: true}\n", "shop/sub/x.jsonnet": "{}"}
    said = build({**DIRECTORY, **recursing, **application()})
    assert said == "shop/sub/x.jsonnet is jsonnet, and there is no jsonnet engine here"


def test_a_kustomization_that_is_no_mapping_cannot_be_overridden(build) -> None:
    files = {**BASE, "shop/kustomization.yaml": "- d.yaml\n"}
    said = build({**files, **application({"namePrefix": "a-"})})
    assert said == "the kustomization of shop cannot be read"
