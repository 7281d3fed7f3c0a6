import csv
import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).parents[2] / "overlays-spec/schemas"

EXTERNAL = """apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: previews, namespace: argocd}
spec:
  generators: [{pullRequest: {github: {owner: acme, repo: shop}}}]
  template: {metadata: {name: 'p-{{number}}'}}
"""


def test_apps_show_environment_path_and_images(promoter):
    ran = promoter("apps")

    assert ran.code == 0, ran.err
    lines = ran.out.splitlines()
    assert lines[0].split()[:4] == ["ENVIRONMENT", "APP", "CONTROLLER", "NAME"]
    assert [line.split()[0] for line in lines[1:5]] == ["dev", "staging", "prod-eu", "prod-us"]
    assert "apps/shop/overlays/dev" in lines[1]
    assert "shop:1.10" in lines[1]


def test_apps_in_json_carry_what_every_app_is(promoter):
    ran = promoter("apps", "--format", "json")

    document = json.loads(ran.out)
    assert document["schema"] == "promoter/apps/v1"
    first = document["apps"][0]
    assert (first["app"], first["environment"], first["state"]) == ("shop", "dev", "resolved")
    assert first["path"] == "apps/shop/overlays/dev"
    assert first["images"] == ["ghcr.io/acme/shop:1.10"]
    assert first["location"]["line"] > 0


def test_apps_explain_says_what_decided_the_environment(promoter):
    ran = promoter("apps", "--explain", "shop")

    assert ran.code == 0, ran.err
    assert "environment dev: the folder overlays/dev" in ran.out
    assert "app shop: " in ran.out


def test_an_unresolved_applicationset_is_listed_with_its_reason(shop, promoter):
    shop.write("argocd/previews.yaml", EXTERNAL)

    ran = promoter("apps")

    assert ran.code == 0, ran.err
    assert "Unresolved (1):" in ran.out
    expected = "its pullRequest generator asks a forge for pull requests"
    assert f"ApplicationSet previews (argocd/previews.yaml:1:1): {expected}" in ran.out
    assert "ApplicationSet previews" in promoter("apps", "--explain", "previews").out


def test_an_unknown_app_is_named_with_the_nearest(promoter):
    ran = promoter("apps", "shopp")

    assert ran.code == 2
    assert "did you mean 'shop'" in ran.err


def test_images_name_the_object_and_the_line_of_the_version(promoter):
    ran = promoter("images", "dev")

    assert ran.code == 0, ran.err
    row = next(line for line in ran.out.splitlines() if "ghcr.io/acme/shop" in line)
    assert "1.10" in row
    assert "Deployment/" in row
    assert "apps/shop/overlays/dev/kustomization.yaml:" in row


def test_images_in_json_and_csv_say_the_same(promoter):
    document = json.loads(promoter("images", "dev", "--format", "json").out)
    rows = list(csv.DictReader(promoter("images", "dev", "--format", "csv").out.splitlines()))

    assert document["schema"] == "promoter/images/v1"
    first = document["images"][0]
    assert rows[0]["image"] == first["name"]
    assert rows[0]["tag"] == first["tag"]
    assert rows[0]["path"] == first["written"][0]["path"]
    assert rows[0]["kind"] == first["objects"][0]["kind"]


def test_what_cannot_be_rendered_has_its_images_read_from_its_files(shop, promoter):
    overlay = shop.overlay("dev")
    overlay.write_text(overlay.read_text() + "helmCharts: [{name: x, repo: 'https://example.com'}]\n")

    ran = promoter("images", "dev")

    assert ran.code == 0, ran.err
    assert "(read from files)" in ran.out
    assert "Not rendered, images read from files (1):" in ran.out


def test_an_unresolved_generator_is_named_by_diff_and_status_and_no_rule_misses_its_apps(shop, promoter):
    shop.commit_files({"argocd/previews.yaml": EXTERNAL})
    shop.write("argocd/previews.yaml", EXTERNAL.replace("repo: shop", "repo: other"))

    diff, status, lint = promoter("diff"), promoter("status"), promoter("lint")

    assert "previews" in diff.out
    assert "its pullRequest generator asks a forge for pull requests" in diff.out
    assert "unresolved" in next(line for line in status.out.splitlines() if line.startswith("previews"))
    assert "previews" not in lint.out


def test_a_sync_window_of_the_app_project_refuses_a_promotion(shop, promoter):
    applications = [path.read_text() for path in shop.path.rglob("*.yaml")]
    text = next(each for each in applications if "kind: Application" in each)
    project = next(line for line in text.splitlines() if "project:" in line).split()[-1]
    shop.commit_files(
        {
            "argocd/project.yaml": f"""apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {{name: {project}, namespace: argocd}}
spec:
  syncWindows: [{{kind: deny, schedule: '* * * * *', duration: 1h, applications: ['*']}}]
"""
        }
    )

    ran = promoter("promote", "shop", "--from", "dev", "--to", "staging")

    assert ran.code == 5
    assert f"shop in staging: window: closed by the window 'AppProject {project}'" in ran.err


PATCHED = """namePrefix: copy-
resources: [shop-dev.yaml]
"""


def test_without_an_engine_the_objects_are_taken_from_their_files_and_say_so(shop, promoter):
    shop.write("promoter.yaml", "version: 1\nrender: {kustomize: /nowhere/kustomize}\n")
    shop.write("argocd/kustomization.yaml", PATCHED)

    ran = promoter("apps", "--explain", "shop")

    assert ran.code == 0, ran.err
    assert "taken from its file, because argocd does not build: " in ran.out


def test_an_inventory_that_does_not_exist_is_a_mistake_of_the_configuration(shop, promoter):
    shop.write("promoter.yaml", "version: 1\ninventory: clusters.yaml\n")

    ran = promoter("apps")

    assert ran.code == 2
    assert "the inventory 'clusters.yaml' does not exist" in ran.err


def test_the_inventory_resolves_the_clusters_of_an_applicationset(shop, promoter):
    shop.write("promoter.yaml", "version: 1\ninventory: clusters.yaml\n")
    shop.write("clusters.yaml", "clusters: [{name: eu-prod, server: 'https://eu'}]\n")
    generators = (
        "generators: [{clusters: {selector: {matchExpressions: [{key: a, operator: DoesNotExist}]}}}]"
    )
    text = EXTERNAL.replace(EXTERNAL.splitlines()[4].strip(), generators).replace("{{number}}", "{{name}}")
    shop.write("argocd/all.yaml", text.rstrip()[:-1] + ", spec: {destination: {name: '{{name}}'}}}\n")

    document = json.loads(promoter("apps", "--format", "json").out)

    made = [each for each in document["apps"] if each["name"] == "p-eu-prod"]
    assert [each["environment"] for each in made] == ["prod"]


@pytest.mark.parametrize("command", ["apps", "images"])
def test_the_json_is_what_the_published_schema_says(command, shop, promoter):
    shop.write("argocd/previews.yaml", EXTERNAL)
    overlay = shop.overlay("dev")
    overlay.write_text(overlay.read_text() + "helmCharts: [{name: x, repo: 'https://example.com'}]\n")
    schema = json.loads((SCHEMAS / f"{command}.v1.json").read_text())

    ran = promoter(command, "--format", "json")

    assert ran.code == 0, ran.err
    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(json.loads(ran.out))) == []


MANIFEST = b"""apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: a, image: "ghcr.io/acme/plain:1.0"}]}
"""


def test_a_file_whose_name_is_not_utf8_is_read(shop, promoter):
    folder = shop.path / "clusters/prod/server/manifests"
    folder.mkdir(parents=True)
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.yaml")).write_bytes(MANIFEST)
    shop.commit("Deploy a file of another encoding")

    assert "plain:1.0" in promoter("apps").out
