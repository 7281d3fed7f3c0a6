import pytest
from deployable_trees import OWN, found, graph, overlays

from promoter.deployables import Cluster, Inventory, Settings
from promoter.deployables.applicationset.scope import Scope
from promoter.deployables.applicationset.template import application, strategic
from promoter.deployables.context import Context
from promoter.deployables.conventions import Conventions
from promoter.deployables.globs import doublestar, path_match, pathspec
from promoter.deployables.naming import Naming
from promoter.deployables.objects import mapping, objects
from promoter.model import Deployable, Json, Location
from promoter.yamldoc import parse, value

TEMPLATE = """  template:
    metadata: {{name: '{name}'}}
    spec:
      project: default
      source: {{repoURL: '{url}', path: '{path}'}}
      destination: {{name: '{cluster}', namespace: shop}}
"""
INVENTORY = Inventory(
    (
        Cluster("Prod_EU", "https://eu", labels={"tier": "prod"}, annotations={"zone": "a"}),
        Cluster("staging", "https://st", labels={"tier": "nonprod"}),
    )
)


def appset(
    generators: str,
    *,
    name: str = "x",
    path: str = "apps",
    cluster: str = "in-cluster",
    go: bool = True,
    extra: str = "",
) -> str:
    indented = "".join(f"  {line}\n" for line in generators.strip("\n").splitlines())
    engine = "  goTemplate: true\n  goTemplateOptions: [missingkey=error]\n" if go else ""
    head = (
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: set, namespace: argocd}\n"
    )
    template = TEMPLATE.format(name=name, path=path, cluster=cluster, url=OWN)
    return f"{head}spec:\n{engine}  generators:\n{indented}{template}{extra}"


def made(text: str, files: dict[str, str] | None = None, inventory: Inventory | None = None, **more: str):
    settings = Settings(name="gitops", urls=(OWN,), inventory=inventory, **more)
    tree = {"set.yaml": text, "apps/cm.yaml": "kind: ConfigMap\n", **(files or {})}
    return [each for each in found(tree, settings) if each.controller == "argocd"]


def names(deployables: list[Deployable]) -> list[str]:
    return sorted(each.name for each in deployables)


def reason(
    text: str, files: dict[str, str] | None = None, inventory: Inventory | None = None
) -> str | None:
    (only,) = made(text, files, inventory)
    assert only.kind == "ApplicationSet"
    assert only.path is None
    return only.reason


GIT = f"- git:\n    repoURL: {OWN}\n    revision: HEAD\n"


# --- list


def test_list_elements_fill_a_go_template() -> None:
    text = appset("- list: {elements: [{app: {name: a}}, {app: {name: b}}]}", name="{{.app.name}}-x")
    assert names(made(text)) == ["a-x", "b-x"]


def test_list_elements_fill_a_flat_template_and_unknown_keys_stay() -> None:
    text = appset(
        "- list: {elements: [{app: a, values: {env: dev}}]}",
        name="{{app}}-{{ values.env }}-{{no}}",
        go=False,
    )
    assert names(made(text)) == ["a-dev-{{no}}"]


def test_list_elements_yaml_add_to_the_elements() -> None:
    text = appset('- list: {elements: [{app: a}], elementsYaml: "- app: b"}', name="{{.app}}")
    assert names(made(text)) == ["a", "b"]


def test_a_flat_list_element_that_is_no_string_is_unresolved() -> None:
    text = appset("- list: {elements: [{app: 1}]}", name="{{app}}", go=False)
    assert reason(text) == "the list element's app is no string, which needs goTemplate: true"


def test_a_number_in_a_go_list_prints_as_go_prints_it() -> None:
    assert names(made(appset("- list: {elements: [{n: 3}]}", name="n{{.n}}"))) == ["n3"]


# --- git directories


DIRECTORIES = overlays(
    "apps/shop/envs/qa", "apps/shop/envs/prod", "apps/pay/envs/qa", "apps/.hidden/envs/qa"
)


def test_git_directories_give_the_path_parameters() -> None:
    generator = GIT + "    directories: [{path: 'apps/*/envs/qa'}]\n"
    text = appset(generator, name="{{index .path.segments 1}}-{{.path.basename}}", path="{{.path.path}}")
    deployables = made(text, DIRECTORIES)
    assert [(each.name, each.path, each.app, each.environment) for each in deployables] == [
        ("pay-qa", "apps/pay/envs/qa", "pay", "qa"),
        ("shop-qa", "apps/shop/envs/qa", "shop", "qa"),
    ]


def test_git_directories_exclude_wins() -> None:
    generator = GIT + "    directories: [{path: 'apps/*/envs/*'}, {path: 'apps/pay/*/*', exclude: true}]\n"
    text = appset(generator, name="{{.path.basenameNormalized}}", path="{{.path.path}}")
    assert names(made(text, DIRECTORIES)) == ["prod", "qa"]


def test_flat_git_directories_have_indexed_segments() -> None:
    generator = GIT + "    directories: [{path: apps/shop/envs/prod}]\n"
    text = appset(generator, name="{{path[1]}}-{{path.basename}}", path="{{path}}", go=False)
    assert [(each.name, each.path) for each in made(text, DIRECTORIES)] == [
        ("shop-prod", "apps/shop/envs/prod")
    ]


def test_path_param_prefix_nests_the_path() -> None:
    generator = GIT + "    pathParamPrefix: my\n    directories: [{path: apps/shop/envs/prod}]\n"
    assert names(made(appset(generator, name="{{.my.path.basename}}"), DIRECTORIES)) == ["prod"]
    flat = appset(generator, name="{{my.path.basename}}{{my.path[1]}}", go=False)
    assert names(made(flat, DIRECTORIES)) == ["prodshop"]


def test_git_values_are_filled_in_once() -> None:
    generator = (
        GIT + "    directories: [{path: apps/shop/envs/qa}]\n    values: {v: '{{.path.basename}}!'}\n"
    )
    assert names(made(appset(generator, name="{{.values.v}}"), DIRECTORIES)) == ["qa!"]


def test_a_git_generator_of_another_repository_is_unresolved() -> None:
    text = appset("- git:\n    repoURL: https://example.com/x/y\n    directories: [{path: '*'}]\n")
    expected = "its git generator reads https://example.com/x/y, which is not this repository"
    assert reason(text) == expected


def test_a_git_generator_of_another_revision_is_unresolved() -> None:
    generator = GIT.replace("HEAD", "release-1") + "    directories: [{path: '*'}]\n"
    expected = "its git generator reads the revision release-1 of this repository, not this one"
    assert reason(appset(generator, name="x")) == expected


# --- git files


FILES = {
    "conf/a/one.yaml": "app: {name: one}\nreplicas: 2\n",
    "conf/b/c/two.json": '[{"app": {"name": "two"}}, {"app": {"name": "three"}}]',
}


def test_git_files_cross_directories_and_hold_one_set_or_many() -> None:
    generator = GIT + "    files: [{path: 'conf/*.yaml'}, {path: 'conf/*.json'}]\n"
    text = appset(generator, name="{{.app.name}}-{{.path.basename}}-{{.path.filename}}")
    assert names(made(text, FILES)) == ["one-a-one.yaml", "three-c-two.json", "two-c-two.json"]


def test_flat_git_files_are_flattened_with_dots_and_made_text() -> None:
    generator = GIT + "    files: [{path: 'conf/a/*'}]\n"
    assert names(made(appset(generator, name="{{app.name}}{{replicas}}", go=False), FILES)) == ["one2"]


def test_git_files_exclude_removes() -> None:
    generator = GIT + "    files: [{path: 'conf/**'}, {path: 'conf/b/**', exclude: true}]\n"
    assert names(made(appset(generator, name="{{.app.name}}"), FILES)) == ["one"]


def test_a_git_file_that_does_not_parse_is_unresolved_and_named() -> None:
    generator = GIT + "    files: [{path: bad.yaml}]\n"
    said = reason(appset(generator, name="x"), {"bad.yaml": "a: [\n"})
    assert said is not None
    assert said.startswith("bad.yaml, which its git generator reads, is not valid YAML")


@pytest.mark.parametrize("text", ["- a\n- b\n", "just a text\n", "- {app: a}\n- 3\n"])
def test_a_git_file_that_holds_no_objects_is_unresolved_and_named(text: str) -> None:
    generator = GIT + "    files: [{path: conf.yaml}]\n"
    said = reason(appset(generator, name="x"), {"conf.yaml": text})
    assert said == "conf.yaml, which its git generator reads, holds no object of parameters"


# --- the newer globbing of git files


CHARTS = {
    "cluster-charts/cluster1/mychart/charts/mysubchart/values.yaml": "n: sub\n",
    "cluster-charts/cluster1/mychart/values.yaml": "n: my\n",
    "cluster-charts/cluster1/myotherchart/values.yaml": "n: other\n",
    "cluster-charts/cluster2/a/values.yaml": "n: two\n",
}
PARAMS = """apiVersion: v1
kind: ConfigMap
metadata: {name: argocd-cmd-params-cm}
data: {applicationsetcontroller.enable.new.git.file.globbing: "%s"}
"""


def globbed(pattern: str, files: dict[str, str] | None = None, **more: str) -> list[str]:
    text = appset(GIT + f"    files: [{{path: '{pattern}'}}]\n", name="{{.n}}")
    return names(made(text, {**CHARTS, **(files or {})}, **more))


def test_git_files_with_the_new_globbing_stay_in_their_directory() -> None:
    pattern = "cluster-charts/*/*/values.yaml"
    assert globbed(pattern, git_file_globbing="old") == ["my", "other", "sub", "two"]
    assert globbed(pattern, git_file_globbing="new") == ["my", "other", "two"]


@pytest.mark.parametrize(
    ("pattern", "found_there"),
    [
        ("cluster-charts/**/values.yaml", ["my", "other", "sub", "two"]),
        ("**/mysubchart/*.yaml", ["sub"]),
        ("./cluster-charts//*/{mychart,a}/values.yaml", ["my", "two"]),
        ("/cluster-charts/cluster[!1]/a/values.yaml", ["two"]),
        ("cluster-charts/cluster1/my**/values.yaml", ["my", "other"]),
        ("cluster-charts/**.yaml", []),
    ],
)
def test_the_new_globbing_is_that_of_doublestar(pattern: str, found_there: list[str]) -> None:
    assert globbed(pattern, git_file_globbing="new") == found_there


def test_a_committed_setting_of_the_controller_turns_the_new_globbing_on() -> None:
    pattern = "cluster-charts/*/*/values.yaml"
    said = {"argocd/argocd-cmd-params-cm.yaml": PARAMS % "true"}
    assert globbed(pattern) == ["my", "other", "sub", "two"]
    assert globbed(pattern, said) == ["my", "other", "two"]
    assert globbed(pattern, said, git_file_globbing="old") == ["my", "other", "sub", "two"]
    assert globbed(pattern, {"argocd-cmd-params-cm.yml": PARAMS % "false"}) == globbed(pattern)


def test_with_the_new_globbing_a_pattern_that_catches_a_directory_is_unresolved() -> None:
    text = appset(GIT + "    files: [{path: 'cluster-charts/**'}]\n", name="{{.n}}")
    (only,) = made(text, CHARTS, git_file_globbing="new")
    assert only.reason == (
        "its git generator's pattern cluster-charts/** matches the directory cluster-charts, "
        "which Argo CD's new globbing cannot read as a file"
    )


# --- clusters


def test_clusters_come_from_the_inventory_with_the_local_one_last() -> None:
    text = appset("- clusters: {}", name="{{.nameNormalized}}", cluster="{{.name}}")
    deployables = made(text, inventory=INVENTORY)
    assert {each.name: each.destination.cluster for each in deployables} == {
        "prod-eu": "Prod_EU",
        "staging": "staging",
        "in-cluster": "in-cluster",
    }


def test_a_cluster_selector_leaves_the_local_cluster_out() -> None:
    generator = (
        "- clusters: {selector: {matchLabels: {tier: prod}}, values: {v: '{{.metadata.labels.tier}}'}}"
    )
    assert names(made(appset(generator, name="{{.name}}-{{.values.v}}"), inventory=INVENTORY)) == [
        "Prod_EU-prod"
    ]


def test_flat_clusters_have_dotted_labels_and_annotations() -> None:
    generator = "- clusters: {selector: {matchExpressions: [{key: tier, operator: In, values: [prod]}]}}"
    text = appset(generator, name="{{metadata.labels.tier}}-{{metadata.annotations.zone}}", go=False)
    assert names(made(text, inventory=INVENTORY)) == ["prod-a"]


def test_clusters_as_a_flat_list_are_one_set() -> None:
    text = appset("- clusters: {flatList: true}", name="{{len .clusters}}")
    assert names(made(text, inventory=INVENTORY)) == ["3"]


def test_clusters_without_an_inventory_are_unresolved() -> None:
    expected = "its clusters generator needs an inventory file that lists the clusters"
    assert reason(appset("- clusters: {}", name="x")) == expected


# --- matrix and merge


def test_a_matrix_fills_the_second_generator_with_the_first() -> None:
    generator = f"""- matrix:
    generators:
    - list: {{elements: [{{app: shop}}, {{app: pay}}]}}
    - git:
        repoURL: {OWN}
        directories: [{{path: 'apps/{{{{.app}}}}/envs/*'}}]
"""
    text = appset(generator, name="{{.app}}-{{.path.basename}}", path="{{.path.path}}")
    assert names(made(text, DIRECTORIES)) == ["pay-qa", "shop-prod", "shop-qa"]


def test_a_flat_matrix_with_contradicting_sets_is_unresolved() -> None:
    generator = """- matrix:
    generators:
    - list: {elements: [{app: a}]}
    - list: {elements: [{app: b}]}
"""
    assert (
        reason(appset(generator, name="{{app}}", go=False))
        == "both generators of its matrix give app, and differ"
    )


def test_in_a_go_matrix_the_first_generator_wins() -> None:
    generator = """- matrix:
    generators:
    - list: {elements: [{app: a}]}
    - list: {elements: [{app: b, n: c}]}
"""
    assert names(made(appset(generator, name="{{.app}}{{.n}}"))) == ["ac"]


def test_a_matrix_of_three_is_unresolved() -> None:
    generator = "- matrix: {generators: [{list: {}}, {list: {}}, {list: {}}]}"
    assert reason(appset(generator, name="x")) == "its matrix generator has 3 generators, expected 2"


MERGE = """- merge:
    mergeKeys: [nameNormalized]
    generators:
    - clusters: {values: {dir: base}}
    - list:
        elements:
        - {nameNormalized: staging, values.dir: special}
        - {nameNormalized: gone, values.dir: x}
"""


def test_a_merge_overrides_only_what_the_first_generator_has() -> None:
    text = appset(MERGE, name="{{nameNormalized}}-{{values.dir}}", go=False)
    assert names(made(text, inventory=INVENTORY)) == ["in-cluster-base", "prod-eu-base", "staging-special"]


def test_a_merge_inside_a_matrix_is_read() -> None:
    generator = """- matrix:
    generators:
    - merge:
        mergeKeys: [app]
        generators:
        - list: {elements: [{app: a, n: '1'}]}
        - list: {elements: [{app: a, n: '2'}]}
    - list: {elements: [{env: dev}, {env: prod}]}
"""
    assert names(made(appset(generator, name="{{.app}}{{.n}}{{.env}}"))) == ["a2dev", "a2prod"]


def test_merge_keys_that_repeat_are_unresolved() -> None:
    generator = """- merge:
    mergeKeys: [app]
    generators:
    - list: {elements: [{app: a}, {app: a}]}
    - list: {elements: [{app: a}]}
"""
    assert (
        reason(appset(generator, name="x"))
        == 'two sets of its merge generator have the same merge keys ["a"]'
    )


# --- what only a network knows


@pytest.mark.parametrize(
    ("generator", "asks"),
    [
        ("pullRequest", "asks a forge for pull requests"),
        ("scmProvider", "asks an SCM provider"),
        ("plugin", "asks a plugin"),
        ("clusterDecisionResource", "reads a resource of the cluster"),
    ],
)
def test_a_network_generator_is_unresolved(generator: str, asks: str) -> None:
    expected = f"its {generator} generator {asks}, and the inventory does not say what it gives"
    assert reason(appset(f"- {generator}: {{}}", name="x")) == expected


def test_the_inventory_can_stand_for_a_network_generator() -> None:
    inventory = Inventory(parameters={"set": ({"number": "7"},)})
    assert names(made(appset("- pullRequest: {}", name="pr-{{.number}}"), inventory=inventory)) == ["pr-7"]


def test_one_unresolved_generator_does_not_hide_the_others() -> None:
    text = appset("- list: {elements: [{app: a}]}\n- pullRequest: {}", name="{{.app}}")
    assert sorted((each.kind, each.reason is None) for each in made(text)) == [
        ("Application", True),
        ("ApplicationSet", False),
    ]


def test_an_unknown_generator_is_named_as_unresolved() -> None:
    said = reason(appset("- magic: {}", name="x"))
    assert said is not None
    assert said.startswith("it has a generator that is none of list, clusters, git")


# --- selectors, templates, patches


def test_a_generator_selector_filters_the_flattened_sets() -> None:
    generator = """- list: {elements: [{app: {name: a}}, {app: {name: b}}]}
  selector: {matchExpressions: [{key: app.name, operator: NotIn, values: [b]}]}
"""
    assert names(made(appset(generator, name="{{.app.name}}"))) == ["a"]


def test_a_selector_before_the_generator_is_not_taken_for_its_block() -> None:
    generator = """- selector: {matchLabels: {app: a}, template: {metadata: {name: wrong}}}
  list: {elements: [{app: a}], template: {metadata: {name: 'own-{{.app}}'}}}
"""
    assert names(made(appset(generator, name="{{.app}}"))) == ["own-a"]


def test_a_generators_own_template_lies_over_the_sets() -> None:
    generator = (
        "- list: {elements: [{app: a}], template: {metadata: {name: 'own-{{.app}}'}, spec: {project: ''}}}"
    )
    (only,) = made(appset(generator, name="{{.app}}"))
    spec = only.overrides["spec"]
    assert only.name == "own-a"
    assert isinstance(spec, dict)
    assert spec["project"] == "default"


def test_a_template_patch_is_merged_but_keeps_the_project() -> None:
    extra = """  templatePatch: |
    spec:
      project: other
      source:
        kustomize: {images: ["shop:{{.app}}"]}
"""
    (only,) = made(appset("- list: {elements: [{app: a}]}", name="{{.app}}", extra=extra))
    spec, source = only.overrides["spec"], only.overrides["source"]
    assert isinstance(spec, dict)
    assert isinstance(source, dict)
    assert spec["project"] == "default"
    assert source["kustomize"] == {"images": ["shop:a"]}


def test_a_missing_key_is_unresolved_when_the_option_asks_for_it() -> None:
    said = reason(appset("- list: {elements: [{app: a}]}", name="{{.nothing}}"))
    assert said == "its template '{{.nothing}}' does not render: there is no parameter 'nothing'"


def test_a_function_that_is_not_supported_is_named() -> None:
    said = reason(appset("- list: {elements: [{app: a}]}", name="{{now}}"))
    assert said == "its template '{{now}}' does not render: the function now is not supported"


def test_a_generator_without_sets_makes_no_application() -> None:
    assert made(appset("- list: {elements: []}", name="x")) == []


def test_a_name_that_two_sets_give_is_said_to_be_refused() -> None:
    deployables = made(appset("- list: {elements: [{app: a}, {app: b}]}", name="same"))
    assert len(deployables) == 2
    for each in deployables:
        assert "2 parameter sets give the name same, which Argo CD refuses" in each.evidence


def test_a_generators_parameter_tells_the_environment() -> None:
    text = appset("- list: {elements: [{env: stg}]}", name="shop", path="apps")
    (only,) = made(text)
    assert only.environment == "staging"
    assert only.evidence[0] == "environment staging: the generator's parameter env"
    assert only.evidence[-1] == "generated by the ApplicationSet set"


# --- globs


@pytest.mark.parametrize(
    ("glob", "pattern", "path", "expected"),
    [
        (path_match, "apps/*", "apps/a", True),
        (path_match, "apps/*", "apps/a/b", False),
        (path_match, "apps/[ab]?", "apps/ax", True),
        (path_match, "apps/[^a]x", "apps/ax", False),
        (path_match, "a\\*", "a*", True),
        (path_match, "apps/[", "apps/[", False),
        (pathspec, "some/*.yaml", "some/deep/down.yaml", True),
        (pathspec, "some", "some/deep/down.yaml", True),
        (pathspec, "some", "something", False),
        (doublestar, "{a,b}/**/*.yaml", "b/c/d/e.yaml", True),
        (doublestar, "*.yaml", "a/b.yaml", False),
        (doublestar, "a}b,c", "a}b,c", True),
    ],
)
def test_globs_match_as_their_tools_do(glob, pattern: str, path: str, expected: bool) -> None:
    assert (glob(pattern).fullmatch(path) is not None) == expected


# --- rare forms

ONE = "- list: {elements: [{app: a}]}"


@pytest.mark.parametrize(
    ("generator", "said"),
    [
        ("- list: {elementsYaml: '[a'}", "its elementsYaml is not valid YAML: "),
        (
            f"- git: {{repoURL: '{OWN}', revision: HEAD}}",
            "its git generator names neither directories nor files",
        ),
        (
            "- merge: {mergeKeys: [a], generators: [{list: {}}]}",
            "its merge generator needs mergeKeys and at least 2",
        ),
        (
            "- merge: {generators: [{list: {}}, {list: {}}]}",
            "its merge generator needs mergeKeys and at least 2",
        ),
    ],
)
def test_a_generator_that_is_written_wrongly_says_what_is_missing(generator: str, said: str) -> None:
    assert (reason(appset(generator)) or "").startswith(said)


def test_an_empty_elements_yaml_gives_no_element() -> None:
    assert names(
        made(appset("- list: {elements: [{app: a}], elementsYaml: '# none'}", name="{{.app}}"))
    ) == ["a"]


def test_a_flat_matrix_whose_sets_agree_joins_them() -> None:
    one, other = ("{list: {elements: [{a: x, b: '1'}]}}", "{list: {elements: [{a: x, c: '2'}]}}")
    generator = f"- matrix: {{generators: [{one}, {other}]}}"
    assert names(made(appset(generator, name="{{a}}{{b}}{{c}}", go=False))) == ["x12"]


def test_what_the_first_generator_cannot_fill_of_the_seconds_values_is_filled_later() -> None:
    generator = """- matrix:
    generators:
    - list: {elements: [{app: a}]}
    - clusters:
        selector: {matchLabels: {tier: prod}}
        values: {one: '{{.app}}', late: '{{.name}}', deep: {n: 1, t: '{{.app}}'}}
"""
    text = appset(generator, name="{{.values.one}}-{{.values.late}}")
    assert names(made(text, inventory=INVENTORY)) == ["a-Prod_EU"]


@pytest.mark.parametrize(
    ("patch", "said"),
    [("[a]", "it is no object"), ("", "it is no object"), ("a: [", "")],
)
def test_a_template_patch_that_is_no_object_is_unresolved(patch: str, said: str) -> None:
    extra = f"  templatePatch: |\n    {{{{if true}}}}{patch}{{{{end}}}}\n"
    assert (reason(appset(ONE, extra=extra)) or "").startswith(f"its templatePatch is not usable: {said}")


@pytest.mark.parametrize(
    ("patch", "merged"),
    [
        ({"a": None}, {"f": ["x"], "finalizers": ["one"]}),
        ({"a": {"$patch": "delete"}}, {"f": ["x"], "finalizers": ["one"]}),
        ({"a": {"$patch": "replace", "c": 1}}, {"a": {"c": 1}, "f": ["x"], "finalizers": ["one"]}),
        ({"a": {"c": 1}}, {"a": {"b": 1, "c": 1}, "f": ["x"], "finalizers": ["one"]}),
        ({"f": ["y"]}, {"a": {"b": 1}, "f": ["y"], "finalizers": ["one"]}),
        ({"finalizers": ["one", "two"]}, {"a": {"b": 1}, "f": ["x"], "finalizers": ["one", "two"]}),
        (
            {"new": {"gone": None, "n": 1}},
            {"a": {"b": 1}, "f": ["x"], "finalizers": ["one"], "new": {"n": 1}},
        ),
    ],
)
def test_a_strategic_merge_removes_replaces_and_adds_finalizers_up(
    patch: dict[str, Json], merged: dict[str, Json]
) -> None:
    assert strategic({"a": {"b": 1}, "f": ["x"], "finalizers": ["one"]}, patch) == merged


@pytest.mark.parametrize(
    ("extra", "finalizers"),
    [
        ("", ["resources-finalizer.argocd.argoproj.io"]),
        ("  syncPolicy: {preserveResourcesOnDeletion: true}\n", None),
        ("  templatePatch: '{metadata: {finalizers: [mine]}}'\n", ["mine"]),
    ],
)
def test_an_application_gets_the_controllers_finalizer_unless_told_otherwise(
    extra: str, finalizers: list[str] | None
) -> None:
    file = parse("set.yaml", appset(ONE, extra=extra).encode())
    (holder,) = objects(value(file.documents[0]), Location("set.yaml", 1))
    settings = Settings(name="gitops", urls=(OWN,))
    context = Context(graph({}), settings, Naming(Conventions.of(()), settings), (holder,))
    scope = Scope(context, holder, go=True, missing="default")
    body = application(scope, {"list": {}}, {"app": "a"})
    assert mapping(body["metadata"]).get("finalizers") == finalizers
