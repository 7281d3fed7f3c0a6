"""What goes wrong when versions are taken back: the known cases, each by its number.

Case 7 is in test_existence.py, beside the registry that it needs; case 18 in test_bundles.py (and, of the
choice alone, in test_target.py); case 20 (who may) in test_rollback_rights.py.
"""

import json
from dataclasses import replace

import pytest

from promoter.commands.rollback import RollbackRequest, rollback
from promoter.commands.workspace import Workspace
from promoter.errors import RefusedError
from promoter.model import EnvRef

pytestmark = pytest.mark.renderer
OVERLAY = "apps/shop/overlays/prod-eu/kustomization.yaml"
ROLLBACK = ("rollback", "shop", "--in", "prod-eu", "--because", "500s")


def run(shop, version, message=None, **changed):
    """prod-eu runs this version from now on, by a commit of a person."""
    text = shop.overlay("prod-eu").read_text()
    old = text.split("newTag: ")[1].split(" #")[0]
    files = {OVERLAY: text.replace(f"newTag: {old}", f'newTag: "{version}"'), **changed}
    return shop.commit_files(files, message or f"Run {version}")


@pytest.fixture
def prod(shop):
    """prod-eu ran 1.9, then 1.10, then 1.11."""
    run(shop, "1.10")
    run(shop, "1.11")
    return shop


def bumps(ran):
    assert ran.code == 0, ran.err
    return [(bump["from"], bump["to"]) for bump in json.loads(ran.out)["plan"]["bumps"]]


def dry(promoter, *command):
    return promoter(*command, "--dry-run", "--format", "json")


def test_case_01_promotion_that_was_reverted_can_be_landed_again(shop, promoter):
    promote = ("promote", "shop", "--from", "dev", "--to", "staging")
    promoter(*promote)
    promoter("land")
    shop.git("revert", "--no-edit", "HEAD")
    assert '"1.9"' in shop.overlay("staging").read_text()

    assert promoter(*promote).code == 0
    assert promoter("land").code == 0

    assert '"1.10"' in shop.overlay("staging").read_text()


def test_case_02_hotfix_on_the_same_line_is_no_conflict(prod, promoter):
    run(prod, "1.11-hotfix")

    assert bumps(dry(promoter, *ROLLBACK, "--to", "1.10")) == [("1.11-hotfix", "1.10")]
    assert bumps(dry(promoter, *ROLLBACK)) == [("1.11-hotfix", "1.11")]


def test_case_03_rollback_touches_one_app_of_a_batched_change(prod, promoter):
    text = prod.overlay("prod-us").read_text().replace('"1.9"', '"1.12"')
    run(prod, "1.12", **{"apps/shop/overlays/prod-us/kustomization.yaml": text})

    assert promoter(*ROLLBACK).code == 0

    changed = prod.git("diff", "--name-only", "main", "promote/shop/prod-eu").splitlines()
    assert [path for path in changed if not path.startswith(".promoter/")] == [OVERLAY]


def test_case_04_version_in_a_shared_base_is_not_taken_back_for_one_environment(shop, refused):
    base = "apps/shop/base/kustomization.yaml"
    plain = (shop.path / base).read_text()
    overlays = {
        f"apps/shop/overlays/{env}/kustomization.yaml": "resources: [../../base]\n"
        for env in ("staging", "prod-eu", "prod-us")
    }
    for version in ("1.9", "1.10"):
        image = f"images: [{{name: ghcr.io/acme/shop, newTag: '{version}'}}]\n"
        shop.commit_files({base: plain + image, **overlays}, f"All run {version}")

    said = refused(*ROLLBACK)

    assert base in said


def test_case_05_tag_and_digest_go_back_together(shop, promoter):
    for version, digit in (("1.10", "a"), ("1.11", "b")):
        text = shop.overlay("prod-eu").read_text().split("    newTag:")[0]
        digest = f"sha256:{digit * 64}"
        tail = f'    newTag: "{version}"\n    digest: {digest}\nreplicas:\n  - name: shop\n    count: 3\n'
        shop.commit_files({OVERLAY: text + tail}, f"Run {version}")

    assert promoter(*ROLLBACK).code == 0

    after = prod_overlay(shop)
    assert 'newTag: "1.10"' in after
    assert f"sha256:{'a' * 64}" in after
    assert f"sha256:{'b' * 64}" not in after


def prod_overlay(shop):
    return shop.git("show", f"promote/shop/prod-eu:{OVERLAY}")


def test_case_06_tag_without_a_digest_is_said_to_prove_nothing(prod, promoter):
    assert "no digest was recorded for 1.10" in promoter(*ROLLBACK).out


def test_case_07_image_that_somebody_says_is_gone_is_passed_over_for_the_next_older(prod, promoter):
    gone = "deleted from the registry"
    assert promoter("skip", "shop@1.10", "--because", gone).code == 0

    ran = promoter(*ROLLBACK)

    assert ran.code == 0, ran.err
    assert '"1.9"' in prod_overlay(prod)
    assert f"note: passed over 1.10: it is skipped: {gone}" in ran.out


def test_case_08_configuration_that_moved_on_stays_and_is_listed(prod, promoter):
    text = prod.overlay("prod-eu").read_text().replace("count: 3", "count: 5")
    prod.commit_files({OVERLAY: text}, "More replicas")

    ran = promoter(*ROLLBACK)

    assert "not rolled back: Deployment.apps/shop/shop: spec.replicas" in ran.out
    assert "count: 5" in prod_overlay(prod)


@pytest.fixture
def migrated(prod):
    """prod-eu ran 1.9, 1.10 and 1.11, and 1.10 changed the database for good."""
    text = (prod.path / "promoter.yaml").read_text()
    limit = 'apps:\n  shop: { irreversible_before: "1.10" }\n'
    prod.commit_files({"promoter.yaml": text + limit}, "Say what cannot be undone")
    return prod


def test_case_09_back_over_a_version_that_cannot_be_undone_is_refused(migrated, refused):
    said = refused(*ROLLBACK, "--to", "1.9")

    assert "irreversible: shop cannot go back from 1.11 to 1.9: 1.10 is not undone" in said


def test_case_09_back_to_the_limit_itself_is_free(migrated, promoter):
    assert bumps(dry(promoter, *ROLLBACK)) == [("1.11", "1.10")]
    assert promoter(*ROLLBACK).code == 0


def test_case_09_whoever_insists_goes_back_and_the_commit_says_so(migrated, promoter):
    assert promoter(*ROLLBACK, "--to", "1.9", "--override", "irreversible").code == 0

    assert '"1.9"' in prod_overlay(migrated)
    said = migrated.git("log", "-1", "--format=%B", "promote/shop/prod-eu")
    assert "Promoter-Override: irreversible" in said


def test_case_09_version_without_a_place_in_the_order_counts_as_before(migrated, promoter):
    ran = promoter(*ROLLBACK, "--to", "nightly")

    assert ran.code == 5
    assert "whether nightly is before 1.10 cannot be told (semver)" in ran.err


def test_case_09_promotion_goes_no_further_back_than_a_rollback(migrated, promoter):
    ran = promoter("promote", "shop@1.9", "--to", "prod-eu", "--override", "order", "--because", "x")

    assert ran.code == 5
    assert "irreversible: shop cannot go back from 1.11 to 1.9" in ran.err


def test_case_09_no_other_gate_opens_for_a_rollback(migrated, promoter):
    ran = promoter(*ROLLBACK, "--override", "soak")

    assert ran.code == 2
    assert "does not open for a rollback" in ran.err


def test_case_10_manifests_of_today_stay(prod, promoter):
    service = "apps/shop/base/service.yaml"
    text = (prod.path / service).read_text().replace("port: 80", "port: 8080")
    prod.commit_files({service: text}, "Another port")

    assert promoter(*ROLLBACK).code == 0

    assert prod.git("diff", "main", "promote/shop/prod-eu", "--", service) == ""


ARGO = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-prod-eu, namespace: argocd}
spec:
  project: default
  source: {repoURL: "https://git.example.test/shop.git", path: apps/shop/overlays/prod-eu}
  destination: {name: prod-eu, namespace: shop}
"""
AUTOMATED = "  syncPolicy: {automated: {selfHeal: true}}\n"
FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: shop, namespace: shop}
spec:
  interval: 10m
  path: ./apps/shop/overlays/prod-eu
  prune: true
  sourceRef: {kind: GitRepository, name: gitops}
"""


@pytest.mark.parametrize(
    ("controller", "said"),
    [
        (ARGO + AUTOMATED, "Argo CD applies Application shop-prod-eu at its next look at the repository"),
        (ARGO, "Application shop-prod-eu does not sync by itself, somebody has to sync it"),
        (FLUX, "Flux applies Kustomization shop every 10m"),
        (FLUX + "  suspend: true\n", "Kustomization shop is suspended, Flux applies it once it is resumed"),
    ],
    ids=["argocd-automated", "argocd-by-hand", "flux", "flux-suspended"],
)
def test_case_11_merged_is_not_running_and_the_reply_says_what_it_waits_for(
    prod, promoter, controller, said
):
    prod.git("remote", "add", "origin", "https://git.example.test/shop.git")
    prod.commit_files({"clusters/prod-eu/shop.yaml": controller}, "Deploy by a controller")

    ran = promoter(*ROLLBACK, "--dry-run")

    assert ran.code == 0, ran.err
    assert f"note: merged is not running: {said}" in ran.out


def test_case_12_first_version_has_nothing_before_it(shop, promoter):
    ran = promoter(*ROLLBACK)

    assert ran.code == 5
    assert "no other version ever ran here" in ran.err
    assert "--to" in ran.err


def test_case_13_history_that_was_squashed_asks_for_the_version(prod, promoter):
    prod.git("checkout", "--quiet", "--orphan", "fresh")
    prod.commit_files({}, "Everything anew")
    prod.git("branch", "--move", "--force", "main")

    ran = promoter(*ROLLBACK)

    assert ran.code == 5
    assert "--to" in ran.err
    assert bumps(dry(promoter, *ROLLBACK, "--to", "1.10")) == [("1.11", "1.10")]


def test_case_14_walk_stops_where_the_version_was_written_in_another_way(shop, promoter):
    today = shop.overlay("prod-eu").read_text()
    shop.commit_files({OVERLAY: "resources: [../../base]\n"}, "The version was elsewhere")
    shop.commit_files({OVERLAY: today.replace('"1.9"', '"1.10"')}, "Run 1.10")

    ran = promoter(*ROLLBACK)

    assert ran.code == 5
    assert "none can be read" in ran.err


def test_case_15_spelling_of_then_is_written_back(shop, promoter):
    for version in ("v1.10", "1.10", "1.11"):
        run(shop, version)

    assert bumps(dry(promoter, *ROLLBACK)) == [("1.11", "1.10")]
    assert bumps(dry(promoter, *ROLLBACK, "--steps", "2")) == [("1.11", "1.9")]


def test_case_16_second_rollback_before_the_first_landed_is_the_same_one(prod, promoter):
    promoter(*ROLLBACK)
    before = prod.state()

    again = promoter("rollback", "shop", "--in", "prod-eu", "--because", "500s", "--format", "json")

    assert bumps(again) == [("1.11", "1.10")]
    assert prod.state() == before


def test_case_16_second_rollback_asked_before_the_first_landed_is_no_second_step_back(prod):
    asked = prod.clock - 1
    request = RollbackRequest(("shop",), EnvRef("prod-eu"), because="500s", mode="plan", asked_at=asked)
    workspace = Workspace.open(str(prod.path))
    with pytest.raises(RefusedError, match=r"it changed to 1\.11 after this was asked"):
        rollback(workspace, request)
    later = rollback(workspace, replace(request, asked_at=prod.clock + 1))
    workspace.close()
    assert [bump.new.version for each in later.proposals for bump in each.plan.bumps] == ["1.10"]


def test_case_17_nothing_is_rolled_back_that_nobody_asked_for(shop, promoter):
    rule = "prod-eu: { tier: prod, land: when-green, checks: { active: [argocd/healthy] },"
    text = (shop.path / "promoter.yaml").read_text().replace("prod-eu: { tier: prod,", rule)
    shop.commit_files({"promoter.yaml": text}, "Land by itself")
    assert promoter("promote", "shop", "--to", "staging").code == 0
    assert promoter("land").code == 0
    head = shop.git("rev-parse", "main")
    workspace = Workspace.open(str(shop.path))
    workspace.forge.ensure_status(head, "argocd/healthy", "failure", "it does not start")
    workspace.close()
    before = shop.state()

    ran = promoter("reconcile", "--format", "json")

    assert ran.code == 0, ran.err
    decisions = {each["environment"]: each["decision"] for each in json.loads(ran.out)["decisions"]}
    assert decisions["prod-eu"] == "refuse", "a version that is unhealthy upstream goes no further"
    assert set(decisions.values()) == {"nothing", "refuse"}
    assert shop.state() == before


def test_case_17_there_is_no_setting_that_would_roll_back_unasked(shop, promoter):
    text = (shop.path / "promoter.yaml").read_text()
    shop.commit_files({"promoter.yaml": f"{text}rollback: {{ automatic: true }}\n"}, "Automatic")

    ran = promoter("status")

    assert ran.code == 2
    assert "known keys: hold, land, skip_bad_version" in ran.err


def test_case_19_hold_that_was_forgotten_is_told(prod, promoter):
    assert promoter(*ROLLBACK).code == 0
    assert promoter("land").code == 0
    hold = prod.path / ".promoter/holds/prod-eu/shop.yaml"
    since = next(line for line in hold.read_text().splitlines() if line.startswith("since: "))
    old = hold.read_text().replace(since, "since: 2020-01-01T00:00:00+00:00")
    prod.commit_files({".promoter/holds/prod-eu/shop.yaml": old}, "Long ago")

    assert "shop has been held in prod-eu for" in promoter("status").out
