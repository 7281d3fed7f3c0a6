"""Where the newest version has not soaked yet, the newest one that has moves on."""

import json
import re
import time

import pytest

from promoter.commands.workspace import Workspace

pytestmark = pytest.mark.renderer

HOUR = 3600
STAGING = "apps/shop/overlays/staging/kustomization.yaml"
PROD = "apps/shop/overlays/prod-eu/kustomization.yaml"


@pytest.fixture
def staging(shop):
    """Commits versions of staging (or of another environment) so many hours ago, the oldest first."""
    configured(shop, "prod-eu: { tier: prod,", "prod-eu: { tier: prod, soak: 24h,")

    def ran(*versions, path=STAGING):
        for version, hours in versions:
            shop.clock = int(time.time() - hours * HOUR) - 60
            moved(shop, path, version)

    return ran


def configured(shop, old, new):
    text = (shop.path / "promoter.yaml").read_text()
    assert old in text
    shop.commit_files({"promoter.yaml": text.replace(old, new)}, "Configure")


def moved(shop, path, version):
    text = (shop.path / path).read_text()
    shop.commit_files({path: re.sub("newTag: .*", f'newTag: "{version}"', text)}, f"Run {version}")


def decided(promoter, *arguments):
    ran = promoter("reconcile", "--format", "json", *arguments)
    assert ran.code == 0, ran.err
    found = (each for each in json.loads(ran.out)["decisions"] if each["environment"] == "prod-eu")
    return next((each["decision"], each["version"], each["reason"]) for each in found)


def row(promoter):
    rows = json.loads(promoter("status", "--format", "json").out)["rows"]
    return next(each for each in rows if each["environment"] == "prod-eu")


def proposed(shop):
    return re.search('newTag: "(.*)"', shop.git("show", f"promote/shop/prod-eu:{PROD}"))[1]


def test_the_newest_version_that_has_soaked_is_proposed_and_the_newest_is_told(shop, promoter, staging):
    staging(("1.10", 48), ("1.11", 1))

    step, version, reason = decided(promoter)

    assert (step, version) == ("propose", "1.10")
    later = r"1\.11: soak: soaks for 1d: in staging until \d{4}-\d\d-\d\d \d\d:\d\d UTC"
    assert re.fullmatch(rf"every gate is open; then {later}", reason)
    assert proposed(shop) == "1.10"
    assert shop.git("log", "-1", "--format=%s", "promote/shop/prod-eu") == (
        "promote(shop): staging 1.10 → prod-eu"
    )


def test_status_says_what_can_move_now_and_when_the_newest_can(promoter, staging):
    staging(("1.10", 48), ("1.11", 1))

    line = next(each for each in promoter("status").out.splitlines() if "prod-eu" in each)

    assert "1.10 from staging can be promoted; then 1.11: soak: soaks for 1d: in staging until" in line
    assert (row(promoter)["due"], row(promoter)["behind"]["version"]) == ("1.10", "1.11")


def test_a_hold_is_told_and_nothing_is_said_to_be_free_to_move(shop, promoter, staging):
    staging(("1.10", 48), ("1.11", 1))
    promoter("hold", "shop", "--in", "prod-eu", "--because", "audit")

    assert decided(promoter)[0] == "refuse"
    assert "can be promoted" not in next(
        each for each in promoter("status").out.splitlines() if "prod-eu" in each
    )


def test_what_is_proposed_stays_as_it_is_when_staging_moves_on(shop, promoter, staging):
    staging(("1.10", 48))
    assert decided(promoter)[0] == "propose"
    before = shop.git("log", "-1", "--format=%B", "promote/shop/prod-eu")
    staging(("1.11", 1))

    assert decided(promoter)[:2] == ("rebuild", "1.10")
    assert shop.git("log", "-1", "--format=%B", "promote/shop/prod-eu") == before
    assert decided(promoter)[0] == "unchanged"


def test_the_newest_replaces_it_once_it_has_soaked(shop, promoter, staging):
    staging(("1.10", 48), ("1.11", 1))
    decided(promoter)
    configured(shop, "soak: 24h", "soak: 30m")

    assert decided(promoter)[:2] == ("rebuild", "1.11")
    assert proposed(shop) == "1.11"


def test_an_environment_that_has_it_waits_for_the_newest(promoter, staging):
    staging(("1.10", 48), ("1.11", 1))
    staging(("1.10", 0.5), path=PROD)

    step, version, reason = decided(promoter)

    assert (step, version) == ("wait", "1.11")
    assert "soaks for 1d" in reason
    assert row(promoter)["due"] is None


def test_it_lands_by_itself_where_that_is_configured(shop, promoter, staging):
    configured(shop, "soak: 24h,", "soak: 24h, land: when-green,")
    staging(("1.10", 48), ("1.11", 1))
    decided(promoter)

    assert decided(promoter)[:2] == ("land", "1.10")
    assert decided(promoter)[:2] == ("wait", "1.11")


def test_nothing_goes_back_behind_what_the_environment_runs(promoter, staging):
    staging(("1.10", 48), ("1.11", 1))
    staging(("1.10.5", 0.5), path=PROD)

    assert decided(promoter)[:2] == ("wait", "1.11")


def test_a_skipped_version_is_gone_around(shop, promoter, staging):
    staging(("1.9.5", 96), ("1.10", 48), ("1.11", 1))
    promoter("skip", "shop@1.10", "--because", "leaks")

    assert decided(promoter)[:2] == ("propose", "1.9.5")


def test_a_skipped_newest_version_does_not_hide_the_one_before(promoter, staging):
    staging(("1.10", 96), ("1.11", 48))
    promoter("skip", "shop@1.11", "--because", "leaks")

    step, version, reason = decided(promoter)

    assert (step, version) == ("propose", "1.10")
    assert "; then 1.11: skip: shop@1.11 is skipped" in reason


def test_a_version_that_it_was_rolled_back_from_is_not_proposed_again(shop, promoter, staging):
    staging(("1.10", 48))
    assert decided(promoter)[:2] == ("propose", "1.10")
    assert promoter("land", "promote/shop/prod-eu").code == 0
    assert promoter("rollback", "shop", "--in", "prod-eu", "--because", "500s").code == 0
    assert promoter("land", "promote/shop/prod-eu").code == 0
    promoter("release", "shop", "--in", "prod-eu")
    promoter("unskip", "shop@1.10")
    shop.git("reset", "--quiet", "--hard")
    staging(("1.11", 1))

    assert decided(promoter)[:2] == ("wait", "1.11")


def test_a_version_that_was_rolled_back_from_before_is_not_proposed(promoter, staging):
    staging(("1.9.5", 120), ("1.10", 96), ("1.9.5", 48), ("1.11", 1))

    assert decided(promoter)[:2] == ("propose", "1.9.5")


def test_versions_without_an_order_move_on_in_the_order_in_which_they_ran(promoter, staging):
    staging(("aaaaaaa", 96), ("bbbbbbb", 48), ("ccccccc", 1))
    staging(("aaaaaaa", 0.5), path=PROD)

    assert decided(promoter)[:2] == ("propose", "bbbbbbb")


def test_a_version_that_never_ran_before_gives_nothing_to_compare_with(promoter, staging):
    staging(("bbbbbbb", 48), ("ccccccc", 1))
    staging(("ddddddd", 0.5), path=PROD)

    assert decided(promoter)[:2] == ("wait", "ccccccc")


def test_what_somebody_opened_a_gate_for_stays(promoter, staging):
    staging(("1.10", 48), ("1.11", 1))
    asked = ("promote", "shop", "--to", "prod-eu", "--override", "soak", "--because", "hotfix")
    assert promoter(*asked).code == 0

    assert decided(promoter)[:2] == ("unchanged", "1.11")


def test_a_check_of_the_head_says_nothing_of_a_version_that_ran_before(shop, promoter, staging):
    configured(shop, "soak: 24h,", "soak: 24h, checks: { active: [healthy] },")
    staging(("1.10", 48), ("1.11", 1))
    landed = shop.git("rev-parse", "HEAD~1")
    workspace = Workspace.open(str(shop.path))
    workspace.forge.ensure_status(shop.git("rev-parse", "HEAD"), "healthy", "success", "")

    assert decided(promoter)[:2] == ("wait", "1.11")

    workspace.forge.ensure_status(landed, "healthy", "success", "")
    workspace.close()
    assert decided(promoter)[:2] == ("propose", "1.10")
