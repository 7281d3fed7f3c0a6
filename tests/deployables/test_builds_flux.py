import pytest
from deployable_trees import flux

pytestmark = pytest.mark.renderer

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry/web:1"}]}
"""
BASE = {"shop/kustomization.yaml": "resources: [d.yaml]\n", "shop/d.yaml": DEPLOYMENT}


def only(found):
    assert isinstance(found, list), found
    (body,) = found
    return body


def image(found) -> str:
    return only(found)["spec"]["template"]["spec"]["containers"][0]["image"]


def kustomization(text: str) -> dict[str, str]:
    return {**BASE, "shop/kustomization.yaml": "resources: [d.yaml]\n" + text}


def manifest(name: str, data: str = "") -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n{data}"


# --- the build


def test_a_missing_kustomization_is_generated_recursively(build) -> None:
    files = {
        "shop/a.yaml": manifest("a"),
        "shop/deep/b.yml": manifest("b"),
        "shop/own/kustomization.yaml": "resources: [c.yaml]\nnamePrefix: p-\n",
        "shop/own/c.yaml": manifest("c"),
        "shop/own/not-listed.yaml": manifest("x"),
        "shop/readme.md": "x",
        "shop/.sops.yaml": "creation_rules: []\n",
    }
    found = build({**files, **flux()})
    assert isinstance(found, list), found
    assert sorted(each["metadata"]["name"] for each in found) == ["a", "b", "p-c"]


def test_a_generated_kustomization_refuses_yaml_that_is_no_object(build) -> None:
    said = build({"shop/values.yaml": "replicas: 1\n", **flux()})
    assert said == "shop/values.yaml holds no Kubernetes object, and Flux reads every YAML file here"


def test_target_namespace_overrides_the_namespace(build) -> None:
    found = build({**kustomization("namespace: old\n"), **flux(targetNamespace="team")})
    assert only(found)["metadata"]["namespace"] == "team"


def test_name_prefix_and_name_suffix_override(build) -> None:
    found = build({**kustomization("namePrefix: old-\n"), **flux(namePrefix="a-", nameSuffix="-z")})
    assert only(found)["metadata"]["name"] == "a-web-z"


def test_patches_are_appended(build) -> None:
    patch = {
        "target": {"kind": "Deployment"},
        "patch": "- op: replace\n  path: /spec/replicas\n  value: 7\n",
    }
    assert only(build({**BASE, **flux(patches=[patch])}))["spec"]["replicas"] == 7


def test_old_patches_are_appended_too(build) -> None:
    merge = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"replicas": 5},
    }
    assert only(build({**BASE, **flux(patchesStrategicMerge=[merge])}))["spec"]["replicas"] == 5
    target = {"version": "v1", "group": "apps", "kind": "Deployment", "name": "web"}
    json6902 = {"target": target, "patch": [{"op": "replace", "path": "/spec/replicas", "value": 6}]}
    assert only(build({**BASE, **flux(patchesJson6902=[json6902])}))["spec"]["replicas"] == 6


PARTS = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: c-\n"
COMPONENT = {"parts/kustomization.yaml": PARTS}


def test_components_are_appended_and_missing_ones_ignored_when_asked(build) -> None:
    spec = flux(components=["../parts", "../gone"], ignoreMissingComponents=True)
    assert only(build({**BASE, **COMPONENT, **spec}))["metadata"]["name"] == "c-web"


def test_a_remote_component_is_refused(build) -> None:
    said = build({**BASE, **flux(components=["https://example.com/x"])})
    assert said == "the component https://example.com/x is not in the same source, which Flux refuses"


def test_images_are_merged_field_by_field(build) -> None:
    files = kustomization("images: [{name: registry/web, newName: mirror/web, newTag: '5'}]\n")
    assert (
        image(build({**files, **flux(images=[{"name": "registry/web", "newTag": "6"}])})) == "mirror/web:6"
    )
    assert (
        image(build({**files, **flux(images=[{"name": "registry/web", "newName": "x/web"}])})) == "x/web:5"
    )
    digest = "sha256:" + "a" * 64
    found = build({**files, **flux(images=[{"name": "registry/web", "digest": digest}])})
    assert image(found) == f"mirror/web@{digest}"


def test_images_replace_the_entry_whole_as_older_flux_did_when_so_configured(build) -> None:
    files = kustomization("images: [{name: a}, {name: registry/web, newName: mirror/web, newTag: '5'}]\n")
    tagged = {**files, **flux(images=[{"name": "registry/web", "newTag": "6"}])}
    renamed = {**files, **flux(images=[{"name": "registry/web", "newName": "x/web"}])}
    assert image(build(tagged, flux_images="replace")) == "registry/web:6"
    assert image(build(renamed, flux_images="replace")) == "x/web:1"


def test_build_metadata_is_added(build) -> None:
    body = only(build({**BASE, **flux(buildMetadata=["originAnnotations"])}))
    assert "config.kubernetes.io/origin" in body["metadata"]["annotations"]


def test_fields_without_effect_on_the_output_change_nothing(build) -> None:
    spec = flux(prune=True, wait=True, force=True, interval="1h", timeout="5m", dependsOn=[{"name": "x"}])
    assert build({**BASE, **spec}) == build({**BASE, **flux()})


# --- after the build


CONFIG = {"shop/kustomization.yaml": "resources: [c.yaml]\n"}


def substituted(build, data: str, post: dict, files: dict[str, str] | None = None):
    tree = {
        **CONFIG,
        "shop/c.yaml": manifest("c", f"data: {data}\n"),
        **(files or {}),
        **flux(postBuild=post),
    }
    return only(build(tree))["data"]


def test_post_build_substitute_fills_variables(build) -> None:
    data = '{a: "${cluster_name}", b: "$plain", c: "$${kept}", d: "${gone}", e: "${x:=d}"}'
    assert substituted(build, data, {"substitute": {"cluster_name": "eu-1"}}) == {
        "a": "eu-1",
        "b": "$plain",
        "c": "${kept}",
        "d": None,
        "e": "d",
    }


def test_a_substituted_value_may_change_its_type(build) -> None:
    files = dict(BASE)
    files["shop/d.yaml"] = DEPLOYMENT.replace("replicas: 1", "replicas: ${n}")
    assert only(build({**files, **flux(postBuild={"substitute": {"n": "3"}})}))["spec"]["replicas"] == 3


def test_without_any_variable_nothing_is_substituted(build) -> None:
    assert substituted(build, '{a: "${x:=d}"}', {"substituteFrom": []}) == {"a": "${x:=d}"}


def test_the_strategy_always_substitutes_without_a_variable(build) -> None:
    assert substituted(build, '{a: "${x:=d}"}', {"substituteStrategy": "Always"}) == {"a": "d"}


VARS = {"clusters/vars.yaml": manifest("vars", 'data: {cluster_name: "eu-1\\n", region: eu}\n')}


def test_substitute_from_a_committed_config_map(build) -> None:
    post = {"substituteFrom": [{"kind": "ConfigMap", "name": "vars"}], "substitute": {"region": "own"}}
    assert substituted(build, '{a: "${cluster_name}", b: "${region}"}', post, VARS) == {
        "a": "eu-1",
        "b": "own",
    }


def test_variables_of_a_secret_stay_as_written(build) -> None:
    post = {"substituteFrom": [{"kind": "Secret", "name": "s"}], "substitute": {"a": "1x"}}
    assert substituted(build, '{a: "${a}", b: "${b}"}', post) == {"a": "1x", "b": "${b}"}


def test_an_optional_config_map_that_is_absent_leaves_variables_empty(build) -> None:
    source = {"kind": "ConfigMap", "name": "none", "optional": True}
    post = {"substituteFrom": [source], "substitute": {"a": "1x"}}
    assert substituted(build, '{a: "${a}", b: "x${b}"}', post) == {"a": "1x", "b": "x"}


def test_an_object_can_switch_substitution_off(build) -> None:
    body = manifest("c", 'data: {a: "${a}"}\n').replace(
        "{name: c}", "{name: c, labels: {kustomize.toolkit.fluxcd.io/substitute: disabled}}"
    )
    files = {**CONFIG, "shop/c.yaml": body, **flux(postBuild={"substitute": {"a": "b"}})}
    assert only(build(files))["data"] == {"a": "${a}"}


def test_common_metadata_reaches_metadata_only(build) -> None:
    spec = flux(commonMetadata={"labels": {"team": "a"}, "annotations": {"note": "b"}})
    body = only(build({**BASE, **spec}))
    assert body["metadata"]["labels"] == {"team": "a"}
    assert body["metadata"]["annotations"] == {"note": "b"}
    assert body["spec"]["template"]["metadata"]["labels"] == {"app": "web"}
    assert body["spec"]["selector"]["matchLabels"] == {"app": "web"}


def test_ciphertext_becomes_a_placeholder_named_after_its_field(build) -> None:
    body = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
    body += "stringData: {token: 'ENC[AES256,data:x]'}\nsops: {v: '1'}\n"
    found = only(build({"shop/kustomization.yaml": "resources: [s.yaml]\n", "shop/s.yaml": body, **flux()}))
    assert found["stringData"] == {"token": "encrypted-token"}
    assert "sops" not in found


def test_a_chart_from_elsewhere_is_not_downloaded(build) -> None:
    release = """apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: shop, namespace: flux-system}
spec: {chart: {spec: {chart: redis, sourceRef: {kind: HelmRepository, name: x}}}}
"""
    assert build({"r.yaml": release}) == "its chart lies elsewhere and is not downloaded"


def test_a_generated_kustomization_refuses_a_file_that_is_no_yaml(build) -> None:
    said = build({"shop/a.yaml": manifest("a"), "shop/b.yaml": "a: [\n", **flux()})
    assert said.startswith("shop/b.yaml is not valid YAML: ")


def test_a_path_that_the_source_leaves_out_is_told(build) -> None:
    said = build({**BASE, ".sourceignore": "shop/\n", **flux()})
    assert said == "the path shop is left out of the source by .sourceignore or spec.ignore"


@pytest.mark.parametrize(("written", "value"), [("true", "true"), ("2", "2"), ("null", ""), ("'x'", "x")])
def test_a_value_of_a_config_map_is_substituted_as_text(build, written, value) -> None:
    told = {"substituteFrom": [{"kind": "ConfigMap", "name": "v"}]}
    files = {
        "shop/a.yaml": manifest("a", 'data: {v: "x${V}"}\n'),
        "vars.yaml": manifest("v", f"data: {{V: {written}}}\n"),
    }
    made = only(build({**files, **flux(postBuild=told)}))
    assert made["data"] == {"v": f"x{value}"}


def test_ciphertext_in_a_list_becomes_placeholders(build) -> None:
    text = manifest("a", "data: {v: x}\n") + "list: ['ENC[AES256_GCM,data:x]', plain]\nsops: {mac: x}\n"
    assert only(build({"shop/a.yaml": text, **flux()}))["list"] == ["encrypted-list", "plain"]


def test_a_substitution_that_breaks_the_yaml_is_a_failure_that_names_the_object(build) -> None:
    text = manifest("a", "data: {v: '${V}'}\n")
    said = build({"shop/a.yaml": text, **flux(postBuild={"substitute": {"V": "x\ny: ["}})})
    assert said == "after substitution ConfigMap/a is not valid YAML"
