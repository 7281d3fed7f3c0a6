"""Argo CD's Helm sources whose chart lies in the repository, field by field, with the real helm."""

import pytest
from deployable_trees import application, found, graph
from helm_trees import chart, helm, image, needs_helm, several

from promoter.deployables.builds.inputs import chart_values, reads

pytestmark = [pytest.mark.renderer, needs_helm]


def only(result):
    assert isinstance(result, list), result
    (body,) = result
    return body


def test_a_chart_is_rendered_with_its_own_values(build) -> None:
    body = only(build({**chart(), **application()}))
    assert (body["metadata"]["name"], body["metadata"]["namespace"]) == ("shop", "ns")
    assert image([body]) == "registry/web:1"


def test_release_name_and_namespace_are_the_sources(build) -> None:
    body = only(build({**chart(), **helm(releaseName="other", namespace="there")}))
    assert (body["metadata"]["name"], body["metadata"]["namespace"]) == ("other", "there")


def test_of_several_value_files_the_last_wins(build) -> None:
    files = {"shop/a.yaml": "image: {tag: '2'}\nreplicas: 2\n", "shop/b.yaml": "image: {tag: '3'}\n"}
    body = only(build({**chart(), **files, **helm(valueFiles=["a.yaml", "b.yaml"])}))
    assert (image([body]), body["spec"]["replicas"]) == ("registry/web:3", 2)


def test_a_value_file_may_lie_outside_the_chart(build) -> None:
    files = {"values/prod.yaml": "image: {tag: '2'}\n"}
    assert (
        image(build({**chart(), **files, **helm(valueFiles=["../values/prod.yaml"])})) == "registry/web:2"
    )
    assert image(build({**chart(), **files, **helm(valueFiles=["/values/prod.yaml"])})) == "registry/web:2"


def test_a_value_file_outside_the_repository_is_refused(build) -> None:
    said = build({**chart(), **helm(valueFiles=["../../etc/passwd"])})
    assert said == "the value file ../../etc/passwd leads out of the repository"


def test_a_remote_value_file_is_refused(build) -> None:
    said = build({**chart(), **helm(valueFiles=["https://example.com/v.yaml"])})
    assert said == "the value file https://example.com/v.yaml is remote, and nothing is downloaded"


def test_a_missing_value_file_is_refused_unless_missing_ones_are_ignored(build) -> None:
    assert build({**chart(), **helm(valueFiles=["gone.yaml"])}) == "its value file gone.yaml does not exist"
    ignoring = helm(valueFiles=["gone.yaml"], ignoreMissingValueFiles=True)
    assert image(build({**chart(), **ignoring})) == "registry/web:1"


def test_value_files_are_filled_from_the_build_environment(build) -> None:
    files = {"shop/values-shop.yaml": "image: {tag: '7'}\n"}
    named = helm(valueFiles=["values-${ARGOCD_APP_NAME}.yaml"])
    assert image(build({**chart(), **files, **named})) == "registry/web:7"


def test_a_glob_of_value_files_is_sorted_and_a_named_file_keeps_its_place(build) -> None:
    files = {f"shop/v/{name}.yaml": f"image: {{tag: '{name}'}}\n" for name in ("a", "b", "c")}
    assert image(build({**chart(), **files, **helm(valueFiles=["v/*.yaml"])})) == "registry/web:c"
    assert (
        image(build({**chart(), **files, **helm(valueFiles=["v/*.yaml", "v/a.yaml"])})) == "registry/web:a"
    )


def test_values_lie_over_value_files_and_values_object_wins_over_values(build) -> None:
    files = {**chart(), "shop/a.yaml": "image: {tag: '2'}\n"}
    block = {"valueFiles": ["a.yaml"], "values": "image: {tag: '3'}\n"}
    assert image(build({**files, **helm(**block)})) == "registry/web:3"
    assert (
        image(build({**files, **helm(**block, valuesObject={"image": {"tag": "4"}})})) == "registry/web:4"
    )


def test_parameters_lie_over_everything_and_may_force_a_text(build) -> None:
    parameters = [
        {"name": "image.tag", "value": "1.10", "forceString": True},
        {"name": "replicas", "value": "3"},
    ]
    body = only(build({**chart(), **helm(values="image: {tag: '3'}\n", parameters=parameters)}))
    assert (image([body]), body["spec"]["replicas"]) == ("registry/web:1.10", 3)


def test_a_comma_in_a_parameter_is_part_of_its_value(build) -> None:
    block = {"parameters": [{"name": "image.tag", "value": "a,b=c"}]}
    assert image(build({**chart(), **helm(**block)})) == "registry/web:a,b=c"


def test_file_parameters_give_a_files_text(build) -> None:
    block = {"fileParameters": [{"name": "image.tag", "path": "tag.txt"}]}
    assert image(build({**chart(), "shop/tag.txt": "9", **helm(**block)})) == "registry/web:9"


CRD = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
"""


def test_skip_crds_leaves_them_out(build) -> None:
    files = {**chart(), "shop/crds/c.yaml": CRD}
    assert len(build({**files, **application()})) == 2
    assert len(build({**files, **helm(skipCrds=True)})) == 1


VERSIONS = """apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data: {v: "{{ .Capabilities.KubeVersion.Version }} {{ .Capabilities.APIVersions.Has "acme.io/v1" }}"}
"""


def test_kube_version_and_api_versions_are_the_sources(build) -> None:
    files = {**chart(), "shop/templates/d.yaml": VERSIONS}
    assert only(build({**files, **application()}))["data"]["v"] == "v1.34.0 false"
    body = only(build({**files, **helm(kubeVersion="1.30.1", apiVersions=["acme.io/v1"])}))
    assert body["data"]["v"] == "v1.30.1 true"


def test_helm_version_two_is_refused(build) -> None:
    assert (
        build({**chart(), **helm(version="v2")}) == "helm.version v2 is not one that Argo CD has, it has v3"
    )


def test_a_source_file_beside_the_chart_changes_the_helm_block(build) -> None:
    beside = {"shop/.argocd-source-shop.yaml": "helm: {parameters: [{name: image.tag, value: '8'}]}\n"}
    assert image(build({**chart(), **beside, **application()})) == "registry/web:8"


def test_an_unmet_dependency_is_named_and_not_downloaded(build) -> None:
    more = "dependencies: [{name: redis, version: 1.x, repository: 'https://example.com/charts'}]\n"
    assert build({**chart(more=more), **application()}) == (
        "the chart shop needs redis 1.x of https://example.com/charts, which its charts/ folder does not "
        "hold, and nothing is downloaded"
    )


def test_a_dependency_in_the_charts_folder_is_rendered(build) -> None:
    more = "dependencies: [{name: web, version: 0.1.0, repository: 'https://example.com/charts'}]\n"
    found = build({**chart(more=more), **chart("shop/charts/web"), **application()})
    assert len(found) == 2


def test_a_dependency_of_a_folder_of_the_repository_is_rendered(build) -> None:
    more = "dependencies: [{name: web, version: 0.1.0, repository: 'file://../libs/web'}]\n"
    tree = {
        **chart(more=more),
        **chart("libs/web"),
        **helm(parameters=[{"name": "web.image.tag", "value": "5"}]),
    }
    found = build(tree)
    assert sorted(image([each]) for each in found) == ["registry/web:1", "registry/web:5"]
    assert "libs/web/templates/d.yaml" in read_by(tree)


def test_a_template_that_fails_says_where(build) -> None:
    said = build({**chart(), "shop/templates/d.yaml": '{{ fail "no replicas" }}\n', **application()})
    assert "no replicas" in said
    assert "/tmp" not in said


def test_a_value_file_may_count_from_another_source_of_this_repository(build) -> None:
    assert image(build({**chart(), **several()})) == "registry/web:2"


def test_a_value_file_of_another_repository_is_refused(build) -> None:
    said = build({**chart(), **several(values="https://example.com/other.git")})
    assert (
        said == "its value file $here/values/prod.yaml lies outside this repository or at another revision"
    )


# --- which files decide


def deployed(files: dict[str, str]):
    (each,) = [each for each in found(files) if each.name == "shop"]
    return graph(files), each


def read_by(files: dict[str, str]) -> frozenset[str]:
    return reads(*deployed(files))


def test_a_chart_reads_its_folder_and_the_value_files_named() -> None:
    files = {
        **chart(),
        "values/prod.yaml": "a: 1\n",
        "values/dev.yaml": "a: 2\n",
        "shop/.helmignore": "x\n",
    }
    assert read_by({**files, **helm(valueFiles=["../values/prod.yaml"])}) == {
        "shop/.helmignore",
        "shop/Chart.yaml",
        "shop/templates/d.yaml",
        "shop/values.yaml",
        "values/prod.yaml",
    }


def test_what_a_chart_reads_is_known_where_its_render_is_refused() -> None:
    more = "dependencies: [{name: redis, version: 1.x, repository: 'https://example.com/charts'}]\n"
    files = {**chart(more=more), "values/prod.yaml": "a: 1\n"}
    named = helm(valueFiles=["gone.yaml", "../values/prod.yaml"])
    assert {"values/prod.yaml", "shop/templates/d.yaml"} <= read_by({**files, **named})


def test_the_value_files_of_a_chart_elsewhere_are_read_too() -> None:
    elsewhere = {"repoURL": "https://example.com/charts", "chart": "web", "targetRevision": "1.0.0"}
    assert read_by(several(elsewhere)) == {"values/prod.yaml"}


def test_the_layers_of_a_charts_values_are_in_helms_order() -> None:
    files = {**chart(), "shop/b.yaml": "x: 1\n", "shop/a.yaml": "x: 2\n"}
    found = chart_values(*deployed({**files, **helm(valueFiles=["b.yaml", "a.yaml"])}))
    assert found is not None
    assert found.values == ("shop/values.yaml", "shop/b.yaml", "shop/a.yaml")


@pytest.mark.parametrize(
    ("made", "what"),
    [
        ("{{ randAlphaNum 12 | quote }}", "a password"),
        ('{{ (genSelfSignedCert "a" nil nil 1).Key | quote }}', "a certificate"),
        ('"{{ now | unixEpoch }}"', "the time"),
    ],
)
def test_a_chart_that_makes_something_up_is_not_provable(build, made: str, what: str) -> None:
    secret = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData: {{key: {made}}}\n"
    said = build({**chart(), "shop/templates/s.yaml": secret, **application()})
    assert said.startswith("two renders of the same chart differ (Secret/s stringData.key)")
    assert what in said


def test_a_function_that_would_make_something_up_and_is_not_used_does_no_harm(build) -> None:
    helper = '{{- define "unused" }}{{ randAlphaNum 5 }}{{ now }}{{ end -}}\n'
    assert image(build({**chart(), "shop/templates/_h.tpl": helper, **application()})) == "registry/web:1"


def test_the_items_of_a_list_are_objects_of_their_own(build) -> None:
    listed = "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}]\n"
    found = build({**chart(), "shop/templates/d.yaml": listed, **application()})
    assert [each["metadata"]["name"] for each in found] == ["a"]


HOOK = """apiVersion: v1
kind: Pod
metadata: {name: t, annotations: {helm.sh/hook: test}}
"""
SCHEMA = '{"type": "object", "properties": {"replicas": {"type": "string"}}}'


def test_skip_tests_and_schema_validation_are_the_sources(build) -> None:
    files = {**chart(), "shop/templates/t.yaml": HOOK}
    assert len(build({**files, **application()})) == 2
    assert len(build({**files, **helm(skipTests=True)})) == 1
    checked = {**chart(), "shop/values.schema.json": SCHEMA}
    assert "replicas" in build({**checked, **application()})
    assert len(build({**checked, **helm(skipSchemaValidation=True)})) == 1
