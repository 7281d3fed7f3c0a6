import json

import pytest
from deployable_trees import OWN, found, overlays

from promoter.deployables import Settings
from promoter.model import Destination

HEAD = "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"


def application(spec: str, name: str = "shop-staging", metadata: str = "") -> str:
    indented = "".join(f"  {line}\n" for line in spec.strip().splitlines())
    return f"{HEAD}metadata:\n  name: {name}\n  namespace: argocd\n{metadata}spec:\n{indented}"


def source(path: str, url: str = OWN) -> str:
    return f"source: {{repoURL: '{url}', path: {path}}}\n"


def only(files: dict[str, str]):
    (deployable,) = [each for each in found(files) if each.controller == "argocd"]
    return deployable


def test_an_application_gives_path_destination_and_place() -> None:
    spec = source("./shop/overlays/staging/") + "destination: {name: eu-1, namespace: shop}\n"
    deployable = only({"apps/shop.yaml": application(spec), **overlays("shop/overlays/staging")})
    assert deployable.path == "shop/overlays/staging"
    assert deployable.destination == Destination("eu-1", "shop")
    assert str(deployable.location) == "apps/shop.yaml:1:1"
    assert (deployable.app, deployable.environment, deployable.reason) == ("shop", "staging", None)


SPEC = {"source": {"repoURL": OWN, "path": "shop/overlays/dev"}, "destination": {"namespace": "shop"}}
OBJECT = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Application",
    "metadata": {"name": "shop"},
    "spec": SPEC,
}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(OBJECT),
        json.dumps(OBJECT, separators=(",", ":")),
        json.dumps(dict(reversed(OBJECT.items()))),
        json.dumps({"apiVersion": "v1", "kind": "List", "items": [OBJECT]}),
        json.dumps(OBJECT).replace('"', ""),
        f"- {json.dumps(OBJECT)}".replace("- {", "---\n{ "),
    ],
)
def test_an_object_on_one_line_is_found(text: str) -> None:
    deployable = only({"apps/shop.yaml": text, **overlays("shop/overlays/dev")})
    assert (deployable.name, deployable.path) == ("shop", "shop/overlays/dev")


def test_a_directory_that_an_application_syncs_is_listed_once() -> None:
    files = {"apps/shop.yaml": application(source("shop/overlays/dev")), **overlays("shop/overlays/dev")}
    assert [each.controller for each in found(files)] == ["argocd"]


def test_sources_win_over_source_and_a_ref_without_path_renders_nothing() -> None:
    spec = (
        source("ignored")
        + f"sources:\n- {{repoURL: '{OWN}', ref: values}}\n- {{repoURL: '{OWN}', path: a/overlays/dev}}\n"
        + f"- {{repoURL: '{OWN}', ref: both, path: b/overlays/dev}}\n"
    )
    files = {"apps/shop.yaml": application(spec), **overlays("a/overlays/dev", "b/overlays/dev")}
    assert [(each.path, each.overrides["index"]) for each in found(files)] == [
        ("a/overlays/dev", 1),
        ("b/overlays/dev", 2),
    ]


def test_a_source_hydrator_renders_its_dry_source() -> None:
    dry = f"drySource: {{repoURL: '{OWN}', path: shop/overlays/dev, targetRevision: HEAD}}"
    sync = "syncSource: {targetBranch: environments/dev, path: shop}"
    spec = f"sourceHydrator:\n  {dry}\n  {sync}\n"
    files = {"apps/shop.yaml": application(spec), **overlays("shop/overlays/dev")}
    assert only(files).path == "shop/overlays/dev"


def test_a_source_in_another_repository_has_no_path() -> None:
    deployable = only({"a.yaml": application(source("x", "https://example.com/other/repo"))})
    assert deployable.path is None
    assert deployable.evidence[-1] == "the source https://example.com/other/repo is not this repository"


def test_a_path_that_does_not_exist_is_unresolved_and_named() -> None:
    assert only({"a.yaml": application(source("gone"))}).reason == "the path gone does not exist"


def test_an_application_without_a_source_is_unresolved() -> None:
    assert only({"a.yaml": application("destination: {namespace: x}")}).reason == "it names no source"


def test_a_patch_of_an_application_is_no_application() -> None:
    files = {
        "apps/kustomization.yaml": "resources: [app.yaml]\npatches: [{path: patch.yaml}]\n",
        "apps/app.yaml": application(source("shop/overlays/dev")),
        "apps/patch.yaml": application("project: other"),
        **overlays("shop/overlays/dev"),
    }
    assert [each.location.path for each in found(files)] == ["apps/app.yaml"]


def test_a_label_wins_over_the_path() -> None:
    text = application(source("shop/overlays/dev"), metadata="  labels: {acme.com/env: qa}\n")
    deployable = only({"a.yaml": text, **overlays("shop/overlays/dev")})
    assert deployable.environment == "qa"
    assert "the folder overlays/dev would say dev" in deployable.evidence


def test_the_folder_of_the_object_tells_the_environment_of_an_external_chart() -> None:
    chart = "source: {repoURL: 'https://charts.example.com', chart: redis, targetRevision: 1.2.3}"
    files = {
        "argocd/development/redis.yaml": application(chart, "redis"),
        "argocd/production/redis.yaml": application(chart, "redis"),
    }
    assert [(each.app, each.environment) for each in found(files)] == [("redis", "dev"), ("redis", "prod")]


def test_the_parent_application_tells_the_environment_of_its_children() -> None:
    files = {
        "bootstrap/root-prod.yaml": application(source("children"), "root-prod"),
        "children/redis.yaml": application(source("redis"), "redis"),
        "redis/cm.yaml": "kind: ConfigMap\n",
    }
    child = next(each for each in found(files) if each.name == "redis")
    assert child.environment == "prod"
    assert child.evidence[0] == "environment prod: Application root-prod applies children/redis.yaml"


def test_without_a_remote_the_url_named_most_is_this_repository() -> None:
    files = {
        "a.yaml": application(source("shop/overlays/dev"), "a"),
        "b.yaml": application(source("shop/overlays/dev"), "b"),
        "c.yaml": application(source("x", "https://example.com/other/repo"), "c"),
        **overlays("shop/overlays/dev"),
    }
    assert [each.path for each in found(files, Settings())].count("shop/overlays/dev") == 2


def test_a_source_at_another_revision_says_so() -> None:
    spec = f"source: {{repoURL: '{OWN}', path: shop/overlays/dev, targetRevision: v1.2}}\n"
    deployable = only({"a.yaml": application(spec), **overlays("shop/overlays/dev")})
    assert deployable.evidence[-1] == "its source is read at the revision v1.2; here it is read at this one"
