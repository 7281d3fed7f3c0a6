"""Flux Operator's ResourceSets: inputs, templates, what they make, and what nobody can know from here.

The vectors follow the documentation of the API and the operator's own test data.
"""

import json

import pytest
from deployable_trees import OWN, found

from promoter.deployables import Inventory, Settings
from promoter.deployables.resourcesets.inputs import normalised
from promoter.model import Deployable

KUSTOMIZATION = {
    "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
    "kind": "Kustomization",
    "metadata": {"name": "<< inputs.tenant >>", "namespace": "flux-system"},
    "spec": {
        "sourceRef": {"kind": "GitRepository", "name": "flux-system"},
        "path": "./tenants/<< inputs.tenant >>",
    },
}
TENANTS = {f"tenants/{name}/cm.yaml": "{}\n" for name in ("team1", "team2")}
SOURCE = {
    "apiVersion": "source.toolkit.fluxcd.io/v1",
    "kind": "GitRepository",
    "metadata": {"name": "flux-system", "namespace": "flux-system"},
    "spec": {"url": OWN},
}


def document(kind: str, name: str, spec: dict, **metadata: object) -> str:
    body = {
        "apiVersion": "fluxcd.controlplane.io/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": "flux-system", **metadata},
        "spec": spec,
    }
    return json.dumps(body, indent=1)


def tree(providers: dict[str, dict] | None = None, **spec: object) -> dict[str, str]:
    files = {
        **TENANTS,
        "set.json": document("ResourceSet", "apps", spec),
        "git.json": json.dumps(SOURCE, indent=1),
    }
    for name, given in (providers or {}).items():
        metadata = {"labels": {"use": "apps"}} if name.startswith("labelled") else {}
        files[f"{name}.json"] = document("ResourceSetInputProvider", name, given, **metadata)
    return files


def flux(files: dict[str, str], inventory: Inventory | None = None) -> list[Deployable]:
    settings = Settings(name="gitops", urls=(OWN,), inventory=inventory)
    return [each for each in found(files, settings) if each.controller == "flux"]


def paths(files: dict[str, str], inventory: Inventory | None = None) -> list[tuple[str, str | None]]:
    return sorted((e.name, e.path) for e in flux(files, inventory) if e.kind == "Kustomization")


def the_set(files: dict[str, str], inventory: Inventory | None = None) -> Deployable:
    (only,) = [each for each in flux(files, inventory) if each.kind == "ResourceSet"]
    return only


BOTH = [("team1", "tenants/team1"), ("team2", "tenants/team2")]
INPUTS = [{"tenant": "team1"}, {"tenant": "team2"}]


def test_a_resource_set_makes_its_resources_for_each_input() -> None:
    files = tree(inputs=INPUTS, resources=[KUSTOMIZATION])
    assert paths(files) == BOTH
    made = the_set(files)
    assert (made.path, made.reason) == (None, None)
    assert "it makes Kustomization/team1, Kustomization/team2" in made.evidence
    (one, _) = [each for each in flux(files) if each.kind == "Kustomization"]
    assert "made by the ResourceSet apps" in one.evidence
    assert one.location.path == "set.json"


def test_a_resources_template_may_have_conditions_and_loops() -> None:
    text = """---
<<- range $name := inputs.tenants >>
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: << $name >>, namespace: flux-system}
spec:
  sourceRef: {kind: GitRepository, name: flux-system}
  <<- if inputs.suspend >>
  suspend: true
  <<- end >>
  path: ./tenants/<< $name >>
---
<<- end >>
"""
    files = tree(inputs=[{"tenants": ["team1", "team2"], "suspend": True}], resourcesTemplate=text)
    assert paths(files) == BOTH
    assert all(each.suspended for each in flux(files) if each.kind == "Kustomization")


def test_an_object_that_two_inputs_make_is_made_once_and_resources_win_over_the_template() -> None:
    shared = {**KUSTOMIZATION, "metadata": {"name": "one"}}
    shared["spec"] = {**KUSTOMIZATION["spec"], "path": "./tenants/team1"}
    text = json.dumps({**shared, "spec": {**shared["spec"], "path": "./tenants/team2"}})
    files = tree(inputs=INPUTS, resources=[shared], resourcesTemplate=text)
    assert paths(files) == [("one", "tenants/team1")]


def test_a_resource_whose_annotation_disables_it_is_not_made() -> None:
    switch = '<< if eq inputs.tenant "team1" >>enabled<< else >>disabled<< end >>'
    metadata = {**KUSTOMIZATION["metadata"], "annotations": {"fluxcd.controlplane.io/reconcile": switch}}
    assert paths(tree(inputs=INPUTS, resources=[{**KUSTOMIZATION, "metadata": metadata}])) == BOTH[:1]


def test_without_inputs_the_resources_are_made_once() -> None:
    plain = {**KUSTOMIZATION, "metadata": {"name": "team1"}}
    plain["spec"] = {**KUSTOMIZATION["spec"], "path": "./tenants/team1"}
    assert paths(tree(resources=[plain])) == BOTH[:1]


def test_a_static_provider_gives_its_default_values() -> None:
    static = {"static": {"type": "Static", "defaultValues": {"tenant": "team2"}}}
    files = tree(static, inputs=INPUTS[:1], inputsFrom=[{"name": "static"}], resources=[KUSTOMIZATION])
    assert paths(files) == BOTH


def test_providers_are_chosen_by_their_labels() -> None:
    static = {
        "labelled": {"type": "Static", "defaultValues": {"tenant": "team1"}},
        "other": {"type": "Static", "defaultValues": {"tenant": "team2"}},
    }
    chosen = [{"kind": "ResourceSetInputProvider", "selector": {"matchLabels": {"use": "apps"}}}]
    assert paths(tree(static, inputsFrom=chosen, resources=[KUSTOMIZATION])) == BOTH[:1]


@pytest.mark.parametrize(
    ("providers", "reference", "reason"),
    [
        (
            {"prs": {"type": "GitHubPullRequest", "url": "https://github.com/acme/app"}},
            {"name": "prs"},
            "its ResourceSetInputProvider prs asks a service (GitHubPullRequest), and the inventory does "
            "not say what it gives",
        ),
        (
            {},
            {"name": "gone"},
            "the ResourceSetInputProvider gone that gives its inputs is not in this repository",
        ),
        (
            {},
            {"selector": {"matchLabels": {"a": "b"}}},
            "no ResourceSetInputProvider in this repository has the labels that it selects",
        ),
    ],
)
def test_a_provider_that_only_a_cluster_knows_leaves_the_set_unresolved(
    providers: dict, reference: dict, reason: str
) -> None:
    files = tree(providers, inputs=INPUTS[:1], inputsFrom=[reference], resources=[KUSTOMIZATION])
    assert the_set(files).reason == reason
    assert paths(files) == BOTH[:1], "what is known is there all the same"


def test_the_inventory_can_stand_for_a_provider_that_asks_a_service() -> None:
    prs = {"prs": {"type": "GitHubPullRequest", "defaultValues": {"tenant": "team1"}}}
    files = tree(prs, inputsFrom=[{"name": "prs"}], resources=[KUSTOMIZATION])
    inventory = Inventory(parameters={"prs": ({}, {"tenant": "team2"})})
    assert paths(files, inventory) == BOTH
    assert the_set(files, inventory).reason is None


def test_a_permutation_has_each_givers_inputs_under_its_name() -> None:
    providers = {
        "static-env": {"type": "Static", "defaultValues": {"name": "eu"}},
        "static-tier": {"type": "Static", "defaultValues": {"name": "web"}},
    }
    metadata = {
        "name": "<< inputs.apps.tenant >>-<< inputs.static_env.name >>-<< inputs.static_tier.name >>"
    }
    spec = {**KUSTOMIZATION["spec"], "path": "./tenants/<< inputs.apps.tenant >>"}
    files = tree(
        providers,
        inputStrategy={"name": "Permute"},
        inputs=INPUTS,
        inputsFrom=[{"name": "static-env"}, {"name": "static-tier"}],
        resources=[{**KUSTOMIZATION, "metadata": metadata, "spec": spec}],
    )
    assert paths(files) == [("team1-eu-web", "tenants/team1"), ("team2-eu-web", "tenants/team2")]


def test_the_provider_and_functions_of_the_operator_are_known_to_templates() -> None:
    metadata = {
        "name": "<< inputs.provider.kind | lower >>-<< inputs.tenant | slugify >>",
        "labels": "<< inputs.labels | toYaml | nindent 4 >>",
    }
    inputs = [{"tenant": "Team One!", "labels": {"environment": "prod"}, "on": "true"}]
    spec = {**KUSTOMIZATION["spec"], "path": "./tenants/team1", "suspend": "<< inputs.on | bool >>"}
    files = tree(inputs=inputs, resources=[{**KUSTOMIZATION, "metadata": metadata, "spec": spec}])
    (made,) = [each for each in flux(files) if each.kind == "Kustomization"]
    assert (made.name, made.environment, made.suspended) == ("resourceset-team-one", "prod", True)


def test_steps_make_their_resources_and_refuse_one_that_is_made_twice() -> None:
    first = {"name": "one", "resources": [KUSTOMIZATION]}
    files = tree(inputs=INPUTS[:1], steps=[first])
    assert paths(files) == BOTH[:1]
    twice = tree(inputs=INPUTS[:1], steps=[first, {"name": "two", "resources": [KUSTOMIZATION]}])
    assert the_set(twice).reason == (
        "its resources cannot be made: the step two makes "
        "Kustomization.kustomize.toolkit.fluxcd.io/flux-system/team1 again, which is refused"
    )


def test_common_metadata_reaches_what_is_made() -> None:
    files = tree(
        inputs=INPUTS, commonMetadata={"labels": {"environment": "staging"}}, resources=[KUSTOMIZATION]
    )
    assert {each.environment for each in flux(files) if each.kind == "Kustomization"} == {"staging"}


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"inputs": [{"a": "1"}]}, "there is no parameter 'tenant'"),
        ({"inputs": INPUTS, "resourcesTemplate": "<< now >>"}, "the function now is not supported"),
        ({"inputs": INPUTS, "resourcesTemplate": "a: [\n"}, "what a template gives is not valid YAML"),
        (
            {"inputs": INPUTS, "resourcesTemplate": "a: b\n"},
            "what a template gives is no Kubernetes object",
        ),
        ({"inputs": INPUTS, "steps": [{"name": "x"}]}, "it has steps beside resources"),
    ],
)
def test_a_template_that_fails_leaves_the_whole_set_unresolved(spec: dict, said: str) -> None:
    files = tree(resources=[KUSTOMIZATION], **spec)
    assert said in (the_set(files).reason or "")
    assert paths(files) == []


def test_a_source_that_a_resource_set_makes_is_known_to_what_reads_it() -> None:
    foreign = {**SOURCE, "metadata": {"name": "<< inputs.tenant >>-source"}}
    foreign["spec"] = {"url": "https://example.com/<< inputs.tenant >>/other"}
    spec = {
        **KUSTOMIZATION["spec"],
        "sourceRef": {"kind": "GitRepository", "name": "<< inputs.tenant >>-source"},
    }
    files = tree(inputs=INPUTS[:1], resources=[foreign, {**KUSTOMIZATION, "spec": spec}])
    assert paths(files) == [("team1", None)]


def test_a_resource_set_may_make_another_one() -> None:
    plain = {**KUSTOMIZATION, "metadata": {"name": "team1"}}
    plain["spec"] = {**KUSTOMIZATION["spec"], "path": "./tenants/team1"}
    outer = tree(resources=[json.loads(document("ResourceSet", "inner", {"resources": [plain]}))])
    assert paths(outer) == BOTH[:1]


def test_a_resource_set_that_makes_itself_is_listed_once() -> None:
    itself = json.loads(document("ResourceSet", "apps", {"resources": [KUSTOMIZATION]}))
    assert the_set(tree(inputs=INPUTS, resources=[itself])).reason is None


def test_a_disabled_resource_set_is_suspended_and_renders_nothing_here() -> None:
    from deployable_trees import graph

    from promoter.deployables.builds import Unproven, prepare

    files = tree(inputs=INPUTS, resources=[KUSTOMIZATION])
    files["set.json"] = document(
        "ResourceSet",
        "apps",
        {"resources": []},
        annotations={"fluxcd.controlplane.io/reconcile": "disabled"},
    )
    made = the_set(files)
    assert made.suspended
    said = prepare(graph(files), made)
    assert isinstance(said, Unproven)
    assert said.reason == "the Flux Operator builds what the ResourceSet apps makes, inside the cluster"


@pytest.mark.parametrize(("name", "said"), [("Static-Env", "static_env"), ("a--b.c", "a_bc"), ("_x_", "x")])
def test_a_givers_name_is_normalised_for_templates(name: str, said: str) -> None:
    assert normalised(name) == said


def test_a_set_whose_only_provider_is_not_here_makes_nothing_and_says_so() -> None:
    (one,) = flux(tree(inputsFrom=[{"name": "gone"}], resources=[KUSTOMIZATION]))
    assert (one.kind, one.path) == ("ResourceSet", None)
    assert one.reason is not None
    assert "gone" in one.reason


def test_a_permutation_with_a_provider_that_is_not_here_makes_nothing() -> None:
    strategy = {"name": "Permute"}
    given = {"inputs": [{"tenant": "team1"}], "inputsFrom": [{"name": "gone"}]}
    (one,) = flux(tree(**given, inputStrategy=strategy, resources=[KUSTOMIZATION]))
    assert one.kind == "ResourceSet"
    assert "gone" in (one.reason or "")


def test_a_permutation_of_more_sets_than_the_operator_takes_is_refused() -> None:
    many = {"type": "Static", "defaultValues": {"a": "b"}}
    providers = {f"labelled{number}": many for number in range(3)}
    inputs = [{"tenant": f"team{number}"} for number in range(10_001)]
    chosen = [{"selector": {"matchLabels": {"use": "apps"}}}]
    spec = {"inputs": inputs, "inputsFrom": chosen, "inputStrategy": {"name": "Permute"}}
    (one,) = flux(tree(providers, **spec, resources=[KUSTOMIZATION]))
    assert one.reason == "its inputs have more than 10000 permutations, which the operator refuses"
