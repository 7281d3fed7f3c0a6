"""Bundles: apps that are promoted and rolled back together or not at all."""

import json
import time

import pytest

from promoter.forge.local import LocalForge

pytestmark = pytest.mark.renderer

ENVIRONMENTS = ("dev", "staging", "prod-eu", "prod-us")
PODS = "apiVersion: v1\nkind: Pod\nmetadata: {name: pay}\nspec: {containers: [{name: pay, image: x/pay}]}\n"


@pytest.fixture
def checkout(shop):
    """The shop's repository with a second app, and a bundle of the two."""
    known = (shop.path / "promoter.yaml").read_text()
    files = {
        "promoter.yaml": known + "bundles:\n  checkout: { apps: [shop, pay], atomic: true }\n",
        "apps/pay/base/kustomization.yaml": "resources: [pod.yaml]\n",
        "apps/pay/base/pod.yaml": PODS,
    }
    for name in ENVIRONMENTS:
        application = (shop.path / f"argocd/shop-{name}.yaml").read_text().replace("shop", "pay")
        files[f"argocd/pay-{name}.yaml"] = application
        files[f"apps/pay/overlays/{name}/kustomization.yaml"] = pay("v2" if name == "dev" else "v1")
    shop.commit_files(files, "Add pay")
    return shop


def pay(version: str) -> str:
    return f"resources: [../../base]\nimages:\n- name: x/pay\n  newTag: {version}\n"


def moved(repository, branch: str) -> list[str]:
    lines = repository.git("diff", "-U0", "main", branch, "--", "apps").splitlines()
    return [line.split("#")[0].strip("+ ") for line in lines if line.startswith("+") and line[:3] != "+++"]


def test_a_bundle_moves_in_one_commit(checkout, promoter):
    ran = promoter("promote", "checkout", "--from", "dev", "--to", "staging", "--format", "json")

    assert ran.code == 0, ran.err
    (proposal,) = json.loads(ran.out)["proposals"]
    assert proposal["proof"]["state"] == "proven"
    assert moved(checkout, "promote/checkout/staging") == ["newTag: v2", 'newTag: "1.10"']
    body = checkout.git("log", "-1", "--format=%B", "promote/checkout/staging")
    assert "Promoter-App: shop" in body
    assert "Promoter-App: pay" in body


def test_all_apps_of_an_environment_keep_bundles_together(checkout, promoter):
    promoter("promote", "--from", "dev", "--to", "staging")

    branches = checkout.git("for-each-ref", "--format=%(refname:short)", "refs/heads/promote")
    assert branches == "promote/checkout/staging"


def test_one_member_alone_is_refused_with_the_bundles_name(checkout, promoter):
    ran = promoter("promote", "shop", "--from", "dev", "--to", "staging")

    assert ran.code == 5
    assert "shop moves together with pay in the bundle checkout" in ran.err


def test_a_member_that_cannot_move_stops_the_whole_bundle(checkout, refused):
    path = "apps/pay/overlays/staging/kustomization.yaml"
    checkout.commit_files({path: pay("|\n    v1")}, "Break")

    said = refused("promote", "checkout", "--from", "dev", "--to", "staging")

    assert "block scalar" in said


def test_a_bundle_goes_back_as_one_with_a_hold_for_each_app(checkout, promoter):
    promoter("promote", "checkout", "--from", "dev", "--to", "staging")
    checkout.git("merge", "--quiet", "--ff-only", "promote/checkout/staging")

    ran = promoter("rollback", "checkout", "--in", "staging", "--because", "500s")

    assert ran.code == 0, ran.err
    assert moved(checkout, "promote/checkout/staging") == ["newTag: v1", 'newTag: "1.9"']
    changed = checkout.git("diff", "--name-only", "main", "promote/checkout/staging").split()
    assert ".promoter/holds/staging/pay.yaml" in changed
    assert ".promoter/holds/staging/shop.yaml" in changed


def test_of_several_apps_one_that_cannot_move_is_left_alone_and_told(checkout, promoter):
    known = (checkout.path / "promoter.yaml").read_text().partition("bundles:")[0]
    path = "apps/pay/overlays/staging/kustomization.yaml"
    checkout.commit_files({"promoter.yaml": known, path: pay("|\n    v1")}, "Unbundle and break")

    ran = promoter("promote", "--from", "dev", "--to", "staging")

    assert ran.code == 0, ran.err
    assert "block scalar" in ran.out
    assert moved(checkout, "promote/shop/staging") == ['newTag: "1.10"']


def test_reconcile_proposes_the_bundle_once(checkout, promoter):
    ran = promoter("reconcile", "--format", "json")

    assert ran.code == 0, ran.err
    branches = checkout.git("for-each-ref", "--format=%(refname:short)", "refs/heads/promote")
    assert branches.split() == ["promote/checkout/staging"]


def test_a_bundle_moves_though_a_member_is_not_deployed_there(checkout, promoter):
    checkout.git("rm", "-q", "-r", "argocd/pay-staging.yaml", "apps/pay/overlays/staging")
    checkout.git("commit", "-qm", "Remove")

    ran = promoter("promote", "checkout", "--from", "dev", "--to", "staging")

    assert ran.code == 0, ran.err
    assert moved(checkout, "promote/checkout/staging") == ['newTag: "1.10"']


def test_landing_a_bundle_asks_the_forge_once_of_each_commit(checkout, promoter, monkeypatch):
    rules = "staging: { needs: [dev], checks: { active: [e2e] } }"
    known = (checkout.path / "promoter.yaml").read_text()
    checkout.commit_files(
        {"promoter.yaml": known.replace("staging: { needs: [dev] }", rules)}, "Ask for e2e"
    )
    promoter("promote", "checkout", "--to", "staging", "--override", "checks", "--because", "a fix")
    asked = []

    def states(_, commit):
        asked.append(commit)
        return {"e2e": "success"}

    monkeypatch.setattr(LocalForge, "states", states)

    ran = promoter("land")

    assert ran.code == 0, ran.err
    assert len(asked) == len(set(asked)) > 1


def test_case_18_a_bundle_of_which_one_member_moved_since_asks_which(checkout, promoter, refused):
    """Of the known cases of taking versions back: the vector of now is not the one that was promoted."""
    checkout.commit_files({"apps/pay/overlays/staging/kustomization.yaml": pay("v2")}, "Move pay alone")

    said = refused("rollback", "checkout", "--in", "staging", "--because", "500s")

    assert "only pay moved in the last step" in said
    assert "name the version of pay with `--to`" in said
    back = ("rollback", "checkout", "--in", "staging", "--to", "v1", "--because", "500s")
    assert promoter(*back).code == 0
    assert moved(checkout, "promote/checkout/staging") == ["newTag: v1"]


def test_of_a_bundle_each_member_moves_to_what_has_soaked_beside_the_others(checkout, promoter):
    known = (checkout.path / "promoter.yaml").read_text()
    soaking = known.replace("prod-eu: { tier: prod,", "prod-eu: { tier: prod, soak: 24h,")
    pays, shops = (f"apps/{app}/overlays/staging/kustomization.yaml" for app in ("pay", "shop"))
    shop = (checkout.path / shops).read_text()
    changes = [
        (96, {"promoter.yaml": soaking}),
        (72, {pays: pay("v2"), shops: shop.replace('"1.9"', '"1.10"')}),
        (30, {shops: shop.replace('"1.9"', '"1.11"')}),
        (2, {pays: pay("v3")}),
    ]
    for hours, files in changes:
        checkout.clock = int(time.time()) - hours * 3600
        checkout.commit_files(files, "Move on")

    ran = promoter("reconcile", "--format", "json")

    assert ran.code == 0, ran.err
    said = {each["environment"]: each for each in json.loads(ran.out)["decisions"]}["prod-eu"]
    assert (said["decision"], said["version"]) == ("propose", "1.11, v2")
    assert moved(checkout, "promote/checkout/prod-eu") == ["newTag: v2", 'newTag: "1.11"']
    assert "then 1.11, v3: soak" in said["reason"]
    rows = json.loads(promoter("status", "--format", "json").out)["rows"]
    due = {each["app"]: each["due"] for each in rows if each["environment"] == "prod-eu"}
    assert due == {"pay": "v2", "shop": "1.11"}
