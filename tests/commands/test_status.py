"""What runs where, who is behind, and what could move."""

import json
import os

import pytest


def test_the_table_names_what_can_be_promoted_and_what_stops_the_rest(promoter):
    ran = promoter("status")

    assert ran.code == 0, ran.err
    lines = [line.split() for line in ran.out.splitlines()]
    assert [line[:3] for line in lines[1:]] == [
        ["shop", "dev", "1.10"],
        ["shop", "staging", "1.9"],
        ["shop", "prod-eu", "1.9"],
        ["shop", "prod-us", "1.9"],
    ]
    assert "1.10 from dev can be promoted" in ran.out


def test_a_hold_is_shown_with_its_reason(shop, promoter):
    shop.commit_files({".promoter/holds/staging/shop.yaml": "because: 500s\n"}, "Hold")

    assert "held: 500s" in promoter("status").out


def test_an_old_hold_is_told(shop, promoter):
    shop.commit_files({".promoter/holds/staging/shop.yaml": "since: 2020-01-01T00:00:00Z\n"}, "Hold")

    assert "`promoter release shop --in staging`" in promoter("status").out


def test_json_has_a_row_for_each_environment(promoter):
    said = json.loads(promoter("status", "--format", "json").out)

    assert said["schema"] == "promoter/status/v1"
    staging = next(row for row in said["rows"] if row["environment"] == "staging")
    assert staging["behind"] == {"environment": "dev", "version": "1.10"}
    assert {gate["state"] for gate in staging["gates"]} == {"allowed"}


def test_what_promote_would_refuse_to_edit_is_not_called_ready(shop, promoter):
    base = shop.move_versions_into_base()

    said = promoter("status").out

    assert "can be promoted" not in said
    assert f"is set in {base}, which is shared with dev, prod-eu, prod-us" in said


PLUGIN = "apiVersion: acme.example/v1\nkind: Secretly\nmetadata: { name: x }\n"


def with_plugin(shop, config=""):
    overlay = "apps/shop/overlays/staging"
    text = (shop.path / overlay / "kustomization.yaml").read_text()
    written = {
        f"{overlay}/plugin.yaml": PLUGIN,
        f"{overlay}/kustomization.yaml": f"{text}\ntransformers: [plugin.yaml]\n",
        "promoter.yaml": (shop.path / "promoter.yaml").read_text() + config,
    }
    shop.commit_files(written, "Transform staging")


def test_what_promote_could_not_prove_is_not_called_ready(shop, promoter):
    with_plugin(shop)

    said = promoter("status").out

    assert "1.10 from dev can be promoted" not in said
    assert "1.10 from dev: it cannot be proved: transformers: Secretly is an external plugin" in said
    assert (
        "proof unproven: the target cannot be rendered"
        in promoter("promote", "shop", "--to", "staging").err
    )


def test_what_needs_no_proof_where_it_cannot_be_rendered_is_called_ready(shop, promoter):
    with_plugin(shop, "proof: when-renderable\n")

    assert "1.10 from dev can be promoted" in promoter("status").out


def test_json_tells_what_promote_would_refuse_to_edit(shop, promoter):
    base = shop.move_versions_into_base()

    rows = json.loads(promoter("status", "--format", "json").out)["rows"]

    refused = {row["environment"]: row["obstacle"] for row in rows}
    assert refused["dev"] is None
    assert refused["staging"].startswith(f"{base}:")


def test_an_entry_of_its_own_that_may_be_created_is_no_obstacle(shop, promoter):
    shop.move_versions_into_base()
    config = (shop.path / "promoter.yaml").read_text()
    shop.commit_files({"promoter.yaml": config + "apps:\n  shop: { create: true }\n"}, "Create entries")

    assert "1.10 from dev can be promoted" in promoter("status").out


def test_what_the_order_of_versions_forbids_is_not_called_ready(shop, promoter):
    config = (shop.path / "promoter.yaml").read_text()
    rule = "apps:\n  shop: { images: [{ repo: ghcr.io/acme/shop, versions: <1.10 }] }\n"
    shop.commit_files({"promoter.yaml": config + rule}, "Limit the versions")

    said = promoter("status").out

    assert "can be promoted" not in said
    assert "1.10 is not within '<1.10'" in said


def test_an_unresolved_deployable_is_listed_with_its_reason(shop, promoter):
    application = (shop.path / "argocd/shop-dev.yaml").read_text()
    elsewhere = application.replace("path: apps/shop/overlays/dev", "path: nowhere").replace(
        "shop-dev", "web-dev"
    )
    shop.commit_files({"argocd/web-dev.yaml": elsewhere}, "Add web")

    assert "nowhere" in promoter("status").out


CHART = """apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: NAME, namespace: argocd}
spec:
  project: default
  source: {repoURL: https://charts.example.com, chart: cache, targetRevision: VERSION}
  destination: {namespace: dev, server: https://kubernetes.default.svc}
"""


def lines_about(app, promoter):
    return [line.split() for line in promoter("status").out.splitlines() if line.startswith(f"{app} ")]


def test_a_chart_from_elsewhere_has_one_line_with_its_version(shop, promoter):
    text = CHART.replace("NAME", "cache-dev").replace("VERSION", "1.2.3")
    shop.commit_files({"argocd/cache-dev.yaml": text}, "Add a chart")

    assert [line[:3] for line in lines_about("cache", promoter)] == [["cache", "dev", "1.2.3"]]


def test_what_lies_elsewhere_beside_a_chart_of_the_same_app_is_told_too(shop, promoter):
    chart = CHART.replace("VERSION", "1.2.3")
    other = CHART.replace("chart: cache, targetRevision: VERSION", "path: x/cache/overlays/dev")
    written = {
        "argocd/a.yaml": chart.replace("NAME", "cache-dev"),
        "argocd/b.yaml": other.replace("NAME", "cache-dev").replace(
            "namespace: argocd", "namespace: other"
        ),
    }
    shop.commit_files(written, "Add a chart and what it needs")

    versions = [line[2] for line in lines_about("cache", promoter) if line[1] == "dev"]

    assert sorted(versions) == ["cache:1.2.3", "unresolved"]


def test_a_chart_from_elsewhere_without_a_version_is_told_with_the_reason(shop, promoter):
    text = CHART.replace("NAME", "cache-dev").replace(", targetRevision: VERSION", "")
    shop.commit_files({"argocd/cache-dev.yaml": text}, "Add a chart")

    (line,) = lines_about("cache", promoter)

    assert line[:3] == ["cache", "dev", "unresolved"]
    assert "its chart lies elsewhere and is not downloaded" in " ".join(line)


def test_two_applications_that_say_the_same_have_one_line(shop, promoter):
    tree = {"apps/plain/overlays/dev/kustomization.yaml": "namePrefix: plain-\n"}
    application = (shop.path / "argocd/shop-dev.yaml").read_text().replace("apps/shop", "apps/plain")
    for name in ("one", "two"):
        tree[f"argocd/{name}.yaml"] = application.replace("shop-dev", name)
    shop.commit_files(tree, "Add the same twice")

    assert len(lines_about("plain", promoter)) == 1


def test_history_lists_versions_with_the_newest_first(shop, promoter):
    text = shop.overlay("staging").read_text()
    path = "apps/shop/overlays/staging/kustomization.yaml"
    shop.commit_files({path: text.replace('"1.9"', '"1.10"')}, "Bump")

    said = json.loads(promoter("history", "shop", "--in", "staging", "--format", "json").out)

    assert [(entry["version"], entry["until"] is None) for entry in said["entries"]] == [
        ("1.10", True),
        ("1.9", False),
    ]


@pytest.mark.parametrize("arguments", [("status", "shpo"), ("history", "shpo")])
def test_an_unknown_app_gets_a_suggestion(promoter, arguments):
    ran = promoter(*arguments)

    assert ran.code == 2
    assert "did you mean 'shop'?" in ran.err


def test_outside_a_repository_it_says_so(promoter, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()

    ran = promoter("-C", str(outside), "status")

    assert ran.code == 3
    assert "not" in ran.err
    assert "git" in ran.err


def test_a_repository_without_anything_to_deploy_says_so(promoter, tmp_path):
    empty = tmp_path / "empty"
    os.system(f"git init -q {empty}")

    ran = promoter("-C", str(empty), "status")

    assert ran.code == 0
    assert "Nothing that this repository deploys was found" in ran.out


def test_a_skip_that_is_over_is_told_with_the_way_to_remove_it(shop, promoter):
    note = "because: x\nsince: 2020-01-01T00:00:00Z\nuntil: 2020-01-02T00:00:00Z\n"
    shop.commit_files({".promoter/skips/shop/2.0.yaml": note}, "Skip")

    said = promoter("status")

    assert "the skip of shop@2.0 is over; `promoter unskip shop@2.0` removes it" in said.out + said.err


def test_what_is_not_committed_yet_runs_from_now_on(shop, promoter):
    text = shop.overlay("staging").read_text()
    shop.overlay("staging").write_text(text.replace('"1.9"', '"1.9.5"'))

    (row,) = (
        each
        for each in json.loads(promoter("status", "--format", "json").out)["rows"]
        if each["environment"] == "staging"
    )

    assert row["version"] == "1.9.5"


def test_a_bare_repository_is_read_at_its_head(shop, promoter, tmp_path):
    bare = tmp_path / "bare" / "shop.git"
    shop.git("clone", "--quiet", "--bare", str(shop.path), str(bare))
    shop.git("--git-dir", str(bare), "remote", "remove", "origin")

    assert promoter("-C", str(bare), "status").out == promoter("status").out
