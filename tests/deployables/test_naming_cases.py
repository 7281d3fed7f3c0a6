"""Names that several clues could tell, and objects that come in lists."""

import json

import pytest
from deployable_trees import OWN, graph

from promoter.deployables import Settings
from promoter.deployables.artifacts import artifact_path
from promoter.deployables.context import Context
from promoter.deployables.conventions import Conventions
from promoter.deployables.naming import Clues, Naming, without_environment
from promoter.deployables.objects import objects, read
from promoter.deployables.parents import applies, inherit
from promoter.model import Deployable, Location

PLACE = Location("apps.yaml", 1)
APPLICATION = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Application",
    "metadata": {"name": "a"},
    "spec": {"source": {"repoURL": OWN}, "destination": {"name": "x"}},
}


@pytest.mark.parametrize(
    ("name", "environment", "app"),
    [
        ("shop-staging", "staging", "shop"),
        ("staging-shop", "staging", "shop"),
        ("stg.shop", "staging", "shop"),
        ("shop-prod-eu", "prod-eu", "shop"),
        ("prod-eu_shop", "prod-eu", "shop"),
        ("shop-dev", "", "shop"),
        ("shop", "staging", "shop"),
        ("staging", "", ""),
        ("my-shop", "staging", "my-shop"),
    ],
)
def test_an_app_is_the_name_without_its_environment(name, environment, app):
    assert without_environment(name, environment) == app


def naming(*templates: str, environments: tuple[str, ...] = ()) -> Naming:
    settings = Settings(name="gitops", urls=(OWN,), templates=templates, environments=environments)
    return Naming(Conventions.of(()), settings)


def test_the_first_configured_layout_that_matches_tells_app_and_environment():
    named = naming("services/{env}/{app}", "apps/{app}/envs/{env}").decide(Clues("apps/shop/envs/prod"))
    assert (named.app, named.environment) == ("shop", "prod")
    assert naming("apps/{app}/{env}").template("other") is None
    assert naming("{env}/{app}/{env}").template("prod/shop/dev") is None


def test_without_a_path_a_label_tells_the_app_and_else_the_repository_does():
    labels = {"app.kubernetes.io/part-of": "shop"}
    named = naming().decide(Clues(name="a-prod", labels=labels))
    assert (named.app, named.environment) == ("shop", "prod")
    assert naming().decide(Clues(name="prod")).app == "gitops"


def test_a_layout_that_tells_no_app_leaves_it_to_the_path():
    named = naming("clusters/{env}/*").decide(Clues("clusters/prod/x", name="a-prod"))
    assert (named.app, named.environment) == ("x", "prod")


def test_an_environment_takes_the_spelling_of_the_configuration():
    named = naming(environments=("production",)).decide(Clues(name="shop-prd"))
    assert named.environment == "production"


def test_items_of_lists_are_read_one_by_one_and_what_is_no_object_is_left_out():
    body = {
        "kind": "ApplicationList",
        "items": [APPLICATION, {"kind": "List", "items": [APPLICATION]}, "x"],
    }
    assert [each.name for each in objects(body, PLACE)] == ["a", "a"]
    assert list(objects(["x"], PLACE)) == []
    assert list(objects({**APPLICATION, "$patch": "delete"}, PLACE)) == []


def test_an_empty_document_holds_no_object():
    text = f"---\n---\n{json.dumps(APPLICATION)}\n"
    assert [each.name for each in read(graph({"a.yaml": text}), "a.yaml")] == ["a"]


# --- what applies what


def deployable(path: str | None, environment: str, at: str) -> Deployable:
    return Deployable("flux", "Kustomization", "x", "x", environment, path, Location(at, 1))


def test_a_parent_applies_what_its_build_reads_or_what_lies_below_its_path():
    given = graph(
        {"k/kustomization.yaml": "resources: [a.yaml]\n", "k/a.yaml": "", "k/b.yaml": "", "p/c.yaml": ""}
    )
    assert applies(given, deployable("k", "", "x"), "k/a.yaml")
    assert not applies(given, deployable("k", "", "x"), "k/b.yaml")
    assert applies(given, deployable("p", "", "x"), "p/c.yaml")
    assert not applies(given, deployable("p", "", "x"), "k/a.yaml")
    assert not applies(given, deployable(None, "", "x"), "p/c.yaml")


def test_an_environment_goes_down_through_every_level_and_stops_where_two_disagree():
    given = graph({"one/a.yaml": "", "two/b.yaml": "", "three/c.yaml": "", "both/d.yaml": ""})
    top = deployable("one", "prod", "root.yaml")
    middle, low = deployable("two", "", "one/a.yaml"), deployable("three", "", "two/b.yaml")
    assert [each.environment for each in inherit(given, (top, middle, low))] == ["prod", "prod", "prod"]
    torn = deployable("x", "", "both/d.yaml")
    rivals = (deployable("both", "prod", "r.yaml"), deployable("both", "dev", "r.yaml"), torn)
    assert inherit(given, rivals) == rivals


def test_a_chain_that_is_longer_than_the_rounds_ends_without_an_answer():
    files = {f"d{number}/a.yaml": "" for number in range(9)}
    chain = [deployable("d0", "prod", "root.yaml")]
    chain += [deployable(f"d{number + 1}", "", f"d{number}/a.yaml") for number in range(8)]
    environments = [each.environment for each in inherit(graph(files), chain)]
    assert environments == ["prod"] * 6 + [""] * 3


# --- artifacts


GENERATOR = """apiVersion: source.extensions.fluxcd.io/v1beta1
kind: ArtifactGenerator
metadata: {name: parts}
spec:
  sources:
  - {alias: repo, kind: GitRepository, name: own}
  - {alias: far, kind: GitRepository, name: other}
  - {alias: oci, kind: OCIRepository, name: own}
  artifacts:
  - name: else
    copy: [{from: "@repo/else/**", to: "@artifact/"}]
  - name: apps
    copy:
    - {from: "@repo/apps/base/**", to: "@artifact/"}
    - {from: "@repo/apps/prod/**", to: "@artifact/prod/"}
    - {from: "@repo/apps/one.yaml", to: "@artifact/one/"}
    - {from: "@far/apps/**", to: "@artifact/far/"}
    - {from: "@oci/apps/**", to: "@artifact/oci/"}
    - {from: "no alias", to: "@artifact/"}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: other}
spec: {url: https://example.com/other.git}
"""


@pytest.mark.parametrize(
    ("artifact", "path", "directory"),
    [
        ("apps", "prod/shop", "apps/prod/shop"),
        ("apps", "prod", "apps/prod"),
        ("apps", "dev", "apps/base/dev"),
        ("apps", "one", "apps/base/one"),
        ("apps", "far/x", "apps/base/far/x"),
        ("none", "prod", None),
    ],
)
def test_a_path_of_an_artifact_leads_to_the_longest_copy_of_this_repository(artifact, path, directory):
    given = graph({"g.yaml": GENERATOR})
    settings = Settings(name="gitops", urls=(OWN,))
    context = Context(given, settings, Naming(Conventions.of(()), settings), read(given, "g.yaml"))
    assert artifact_path(context, artifact, path) == directory
