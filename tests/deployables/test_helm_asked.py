"""What is asked of Helm for a chart of this repository, or why nothing is. It takes no helm to decide."""

import json

import pytest
from deployable_trees import OWN, application, found, graph
from helm_trees import chart, config_map, generated, helm, release, several

from promoter.deployables.builds import Prepared, prepare
from promoter.deployables.builds.inputs import chart_values, reads
from promoter.deployables.builds.prepared import for_kubernetes
from promoter.model import ChartBuild


def deployed(files):
    """The shop, by its first source."""
    return graph(files), next(each for each in found(files) if each.name == "shop")


def asked(files) -> ChartBuild:
    ready = prepare(*deployed(files))
    assert isinstance(ready, Prepared), ready
    assert isinstance(ready.build, ChartBuild)
    return ready.build


def refusal(files) -> str:
    said = prepare(*deployed(files))
    assert not isinstance(said, Prepared)
    return said.reason


def over(files) -> dict:
    return json.loads(asked(files).inline)


# --- Flux


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ({}, "shop"),
        ({"targetNamespace": "web"}, "web-shop"),
        ({"targetNamespace": "web", "releaseName": "other"}, "other"),
        ({"targetNamespace": "n" * 48}, f"{'n' * 48}-shop"),
        ({"targetNamespace": "n" * 49}, f"{'n' * 40}-347c03228a7d"),
    ],
)
def test_a_release_has_the_name_that_flux_gives_it(spec, name):
    assert asked({**chart(), **release(**spec)}).release == name


def test_what_a_release_says_of_its_install_is_asked_for():
    plain = asked({**chart(), **release()})
    assert (plain.crds, plain.checked, plain.tests, plain.inline) == (True, True, False, "")
    assert not asked({**chart(), **release(install={"crds": "Skip"})}).crds
    assert not asked({**chart(), **release(install={"skipCRDs": True})}).crds
    assert not asked({**chart(), **release(install={"disableSchemaValidation": True})}).checked


def test_values_files_are_merged_in_their_order_into_the_charts_own():
    files = {
        "v/a.yaml": "image: {tag: '2', pull: Always}\n",
        "v/b.yaml": "image: {tag: '3'}\n",
        "v/c.yaml": "",
    }
    told = {"valuesFiles": ["./v/a.yaml", "v/b.yaml", "v/c.yaml"]}
    build = asked({**chart(), **files, **release(told=told)})
    assert json.loads(build.snapshot["shop/values.yaml"]) == {"image": {"tag": "3", "pull": "Always"}}
    assert {"v/a.yaml", "v/b.yaml", "v/c.yaml"} <= set(build.sources)


def test_a_values_file_that_is_no_yaml_is_named():
    files = {**chart(), "v.yaml": "a: [\n", **release(told={"valuesFiles": ["v.yaml"]})}
    assert refusal(files).startswith("the values of v.yaml are not valid YAML: ")


def test_a_values_file_that_is_missing_is_named_or_left_out_as_told():
    told = {"valuesFiles": ["shop/values.yaml", "gone.yaml"]}
    assert refusal({**chart(), **release(told=told)}) == "its values file gone.yaml does not exist"
    ignoring = release(told={**told, "ignoreMissingValuesFiles": True})
    assert json.loads(asked({**chart(), **ignoring}).snapshot["shop/values.yaml"])["replicas"] == 1


def test_a_values_file_outside_the_repository_hides_none_of_the_others():
    told = {"valuesFiles": ["../../secrets.yaml", "v.yaml"]}
    files = {**chart(), "v.yaml": "a: 1\n", **release(told=told)}
    assert refusal(files) == "the value file ../../secrets.yaml leads out of the repository"
    assert "v.yaml" in reads(*deployed(files))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9", 9),
        ("-3", -3),
        ("0", 0),
        ("007", "007"),
        ("1.2", "1.2"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("True", "True"),
        ("a b", "a b"),
    ],
)
def test_a_value_at_a_target_path_has_the_type_that_helm_gives_it(text, value):
    source = [{"kind": "ConfigMap", "name": "shared", "targetPath": "image.tag"}]
    found = over({**chart(), **config_map(text), **release(valuesFrom=source)})
    assert found == {"image": {"tag": value}}


def test_a_target_path_in_helms_richer_notation_is_refused():
    source = [{"kind": "ConfigMap", "name": "shared", "targetPath": "hosts[0].name"}]
    said = refusal({**chart(), **config_map("x"), **release(valuesFrom=source)})
    assert said == "the targetPath hosts[0].name is more than names with dots, which is not read here"


def test_later_sources_of_values_lie_over_earlier_ones_and_the_releases_own_over_all():
    maps = {**config_map("a: 1\nb: 1\nc: 1\n", "one"), **config_map("b: 2\nc: 2\n", "two")}
    sources = [{"kind": "ConfigMap", "name": "one"}, {"kind": "ConfigMap", "name": "two"}]
    found = over({**chart(), **maps, **release({"c": 3}, valuesFrom=sources)})
    assert found == {"a": 1, "b": 2, "c": 3}


def test_values_of_a_config_map_may_stand_under_another_key():
    source = [{"kind": "ConfigMap", "name": "shared", "valuesKey": "prod.yaml"}]
    said = refusal({**chart(), **config_map("a: 1\n"), **release(valuesFrom=source)})
    assert said == "the values in the ConfigMap shared are known to the cluster only"


def test_the_releases_own_values_are_known_where_a_secret_holds_more():
    source = [{"kind": "Secret", "name": "keys"}]
    files = {**chart(), **release({"image": {"tag": "6"}}, valuesFrom=source)}
    assert refusal(files) == "the values in the Secret keys are known to the cluster only"
    layers = chart_values(*deployed(files))
    assert layers is not None
    assert layers.inline == {"image": {"tag": "6"}}


def generator(**told: object) -> dict[str, str]:
    body = {
        "resources": ["../../clusters/source.yaml", "../../clusters/shop.json"],
        "configMapGenerator": [
            {"name": "other", "literals": ["values.yaml=a: 0"]},
            {"name": "shared", **told},
        ],
    }
    return {"envs/prod/kustomization.yaml": json.dumps(body)}


FROM_SHARED = release(valuesFrom=[{"kind": "ConfigMap", "name": "shared"}])


@pytest.mark.parametrize(
    "told",
    [
        {"literals": ["values.yaml='a: 1'"]},
        {"files": ["values.yaml"]},
        {"files": ["values.yaml=mine.yaml"]},
    ],
)
def test_a_generator_beside_the_release_gives_its_values(told):
    more = {"envs/prod/values.yaml": "a: 1\n", "envs/prod/mine.yaml": "a: 1\n"}
    assert over({**chart(), **FROM_SHARED, **generator(**told), **more}) == {"a": 1}


@pytest.mark.parametrize(
    "told",
    [
        {"literals": ["values.yaml=a: 1"], "behavior": "merge"},
        {"envs": ["values.env"]},
        {"files": ["gone.yaml"]},
        {"files": ["gone.yaml", "../../../out.yaml"]},
    ],
)
def test_a_generator_that_does_not_tell_the_values_leaves_them_to_the_cluster(told):
    said = refusal({**chart(), **FROM_SHARED, **generator(**told)})
    assert said == "the values in the ConfigMap shared are known to the cluster only"


def test_a_generated_name_with_its_hash_is_the_same_config_map():
    hashed = release(valuesFrom=[{"kind": "ConfigMap", "name": "shared-5g2t9bk6h8"}])
    files = {**chart(), **hashed, **generated("prod", "a: 4\n")}
    assert over(files) == {"a": 4}
    assert "envs/prod/values.yaml" in reads(*deployed(files))


def test_post_renderers_keep_the_fields_that_flux_has():
    merge = {"kind": "Deployment", "metadata": {"name": "shop"}, "spec": {"replicas": 8}}
    first = {
        "patches": [{"patch": "[]", "target": {"kind": "Deployment"}, "path": "/etc/passwd"}],
        "images": [{"name": "registry/web", "newTag": "7", "tagSuffix": "-x"}],
        "resources": ["/etc"],
    }
    second = {"patchesStrategicMerge": [merge, {}]}
    renderers = [{"kustomize": first}, {"kustomize": second}]
    one, other = map(json.loads, asked({**chart(), **release(postRenderers=renderers)}).after)
    assert one == {
        "resources": ["objects.yaml"],
        "patches": [{"patch": "[]", "target": {"kind": "Deployment"}}],
        "images": [{"name": "registry/web", "newTag": "7"}],
    }
    assert other["resources"] == ["objects.yaml"]
    assert [json.loads(each) for each in other["patchesStrategicMerge"]] == [merge]


def test_common_metadata_is_set_after_the_build():
    said = release(commonMetadata={"labels": {"team": "a"}, "annotations": {"b": "c"}})
    ready = prepare(*deployed({**chart(), **said}))
    assert isinstance(ready, Prepared)
    assert ready.after is not None
    assert (ready.after.labels, ready.after.annotations) == ((("team", "a"),), (("b", "c"),))
    assert not ready.after.enabled


def test_variables_in_values_are_left_to_the_one_that_fills_them_in():
    said = "variables in its values are filled in by the FluxKustomization that applies it"
    assert refusal({**chart(), **release({"tag": "${TAG}"})}) == said
    assert over({**chart(), **release({"tag": "$${TAG}"})}) == {"tag": "$${TAG}"}


# --- Argo CD


def test_parameters_are_options_in_order_with_their_commas_escaped():
    told = [
        {"name": "b", "value": "x,y"},
        {"name": "a", "value": "{x,y}"},
        {"name": "c", "value": "x\\,y"},
        {"name": "d", "value": "1", "forceString": True},
        {"name": "b", "value": "z,"},
    ]
    assert asked({**chart(), **helm(parameters=told)}).settings == (
        ("set", "a={x,y}"),
        ("set", "b=z\\,"),
        ("set", "c=x\\,y"),
        ("set-string", "d=1"),
    )


def test_file_parameters_name_files_that_are_there():
    told = [{"name": "text", "path": "../motd.txt"}]
    said = refusal({**chart(), **helm(fileParameters=told)})
    assert said == "the file ../motd.txt of helm.fileParameters does not exist"
    build = asked({**chart(), "motd.txt": "hello\n", **helm(fileParameters=told)})
    assert build.inputs == (("text", "motd.txt"),)
    assert "motd.txt" in build.sources


def test_value_files_keep_their_order_and_a_named_one_its_place():
    files = {f"shop/{name}.yaml": "a: 1\n" for name in "abc"}
    build = asked({**chart(), **files, **helm(valueFiles=["[a-c].yaml", "b.yaml", "b.yaml"])})
    assert build.values == ("shop/a.yaml", "shop/c.yaml", "shop/b.yaml")


def test_a_value_file_that_is_missing_is_named_or_left_out_as_told():
    assert (
        refusal({**chart(), **helm(valueFiles=["gone.yaml"])}) == "its value file gone.yaml does not exist"
    )
    assert asked({**chart(), **helm(valueFiles=["gone.yaml"], ignoreMissingValueFiles=True)}).values == ()


@pytest.mark.parametrize("bad", ["https://example.com/v.yaml", "../../v.yaml", "../../*.yaml"])
def test_a_value_file_that_cannot_be_known_hides_none_of_the_others(bad):
    files = {**chart(), "values/prod.yaml": "a: 1\n", **helm(valueFiles=[bad, "../values/prod.yaml"])}
    assert bad in refusal(files)
    assert "values/prod.yaml" in reads(*deployed(files))


def test_a_value_file_of_a_source_that_is_not_there_is_missing():
    said = refusal({**chart(), **helm(valueFiles=["$there/values/prod.yaml"])})
    assert said == "its value file $there/values/prod.yaml does not exist"


def test_a_value_file_may_count_from_another_source_of_this_repository():
    assert asked({**chart(), **several()}).values == ("values/prod.yaml",)
    said = refusal({**chart(), **several(values="https://example.com/other.git")})
    assert "lies outside this repository or at another revision" in said


def test_a_value_file_that_counts_from_a_chart_elsewhere_is_not_here():
    elsewhere = {"repoURL": "https://example.com/charts", "chart": "web", "targetRevision": "1.0.0"}
    files = {**several(elsewhere)}
    files["apps/shop.json"] = files["apps/shop.json"].replace("$here/values/prod.yaml", "values/prod.yaml")
    layers = chart_values(*deployed(files))
    assert layers is not None
    assert layers.values == ()


def test_values_of_the_source_itself_lie_over_its_files():
    both = helm(valuesObject={"a": 1}, values="a: 2\n")
    assert json.loads(asked({**chart(), **both}).inline) == {"a": 1}
    assert asked({**chart(), **helm(values="a: 2\n")}).inline == "a: 2\n"


def test_a_version_of_helm_that_argo_cd_has_not_is_named():
    assert "helm.version v2 is not one that Argo CD has" in refusal({**chart(), **helm(version="v2")})


def test_the_environments_kubernetes_counts_where_the_source_names_none():
    plain, own = ({**chart(), **each} for each in (application(), helm(kubeVersion="1.30")))
    for files, version in ((plain, "1.34"), (own, "1.30")):
        ready = prepare(*deployed(files))
        assert isinstance(ready, Prepared)
        build = for_kubernetes(ready, "1.34").build
        assert isinstance(build, ChartBuild)
        assert build.kube_version == version


def test_the_environments_kubernetes_counts_for_later_sources_too():
    body = json.loads(several()["apps/shop.json"])
    body["spec"]["sources"] = [{"repoURL": OWN, "path": "shop"}, {"repoURL": OWN, "path": "tail"}]
    ready = prepare(*deployed({**chart(), **chart("tail"), "apps/shop.json": json.dumps(body)}))
    assert isinstance(ready, Prepared)
    (later,) = for_kubernetes(ready, "1.34").later
    assert isinstance(later.prepared.build, ChartBuild)
    assert later.prepared.build.kube_version == "1.34"
