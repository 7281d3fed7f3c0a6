"""Reconcile: what is due is done, once, and the second run in a row writes nothing."""

import json

import pytest

pytestmark = pytest.mark.renderer
STAGING = "apps/shop/overlays/staging/kustomization.yaml"


def decisions(promoter, *arguments):
    ran = promoter("reconcile", "--format", "json", *arguments)
    assert ran.code == 0, ran.err
    said = json.loads(ran.out)["decisions"]
    return {each["environment"]: (each["decision"], each["reason"]) for each in said}


def everything(shop):
    """Refs and the bytes of every pull request: equal means that no write call was made."""
    files = sorted((shop.path / ".git/promoter").rglob("*.md"))
    return shop.state(), [(file.name, file.read_bytes(), file.stat().st_mtime_ns) for file in files]


def configured(shop, old, new):
    text = (shop.path / "promoter.yaml").read_text()
    assert old in text
    shop.commit_files({"promoter.yaml": text.replace(old, new)}, "Configure")


def test_a_bump_of_dev_proposes_staging_and_prod_waits_for_it(promoter):
    assert decisions(promoter) == {
        "staging": ("propose", "every gate is open"),
        "prod-eu": ("nothing", ""),
        "prod-us": ("nothing", ""),
    }


def test_a_second_run_in_a_row_writes_nothing(shop, promoter):
    decisions(promoter)
    before = everything(shop)

    assert decisions(promoter)["staging"][0] == "unchanged"
    assert everything(shop) == before


def test_what_somebody_asked_for_keeps_its_reason(shop, promoter):
    promoter("promote", "shop", "--from", "dev", "--to", "staging", "--because", "fixes the cart")
    before = everything(shop)

    assert decisions(promoter)["staging"][0] == "unchanged"
    assert everything(shop) == before
    assert "Promoter-Because: fixes the cart" in shop.git(
        "log", "-1", "--format=%B", "promote/shop/staging"
    )


def test_a_dry_run_decides_and_does_nothing(shop, promoter):
    before = everything(shop)

    assert decisions(promoter, "--dry-run")["staging"][0] == "propose"
    assert everything(shop) == before


def test_an_environment_that_lands_when_green_is_landed_by_the_next_run(shop, promoter):
    configured(shop, "staging: { needs: [dev] }", "staging: { needs: [dev], land: when-green }")
    decisions(promoter)

    assert decisions(promoter)["staging"][0] == "land"
    assert decisions(promoter)["prod-eu"][0] in ("propose", "unchanged")
    assert '"1.10"' in shop.git("show", f"main:{STAGING}")


def test_a_check_that_nobody_reported_keeps_it_from_landing(shop, promoter):
    rule = "staging: { needs: [dev], land: when-green, checks: { proposed: [lint] } }"
    configured(shop, "staging: { needs: [dev] }", rule)
    decisions(promoter)

    step, reason = decisions(promoter)["staging"]

    assert step == "wait"
    assert "lint" in reason


def test_an_overtaken_pull_request_is_closed(shop, promoter):
    decisions(promoter)
    text = shop.overlay("staging").read_text()
    shop.commit_files({STAGING: text.replace('"1.9"', '"1.10"')}, "Bump by hand")

    assert decisions(promoter)["staging"][0] == "close"
    assert decisions(promoter)["staging"][0] == "nothing"


def test_a_hold_closes_the_pull_request_and_a_release_proposes_again(shop, promoter):
    decisions(promoter)
    promoter("hold", "shop", "--in", "staging", "--because", "wait")

    assert decisions(promoter)["staging"][0] == "close"
    assert decisions(promoter)["staging"][0] == "refuse"
    promoter("release", "shop", "--in", "staging")
    assert decisions(promoter)["staging"][0] == "propose"


def test_soak_waits_and_says_until_when(shop, promoter):
    configured(shop, "prod-eu: { tier: prod,", "prod-eu: { tier: prod, soak: 99999d,")
    text = shop.overlay("staging").read_text()
    shop.commit_files({STAGING: text.replace('"1.9"', '"1.10"')}, "Bump by hand")

    step, reason = decisions(promoter)["prod-eu"]

    assert step == "wait"
    assert "soak" in reason


def test_a_subject_that_fails_does_not_stop_the_others(shop, promoter):
    shop.commit_files(
        {"apps/shop/overlays/staging/kustomization.yaml": "resources: [nope.yaml]\n"}, "Break"
    )

    found = decisions(promoter)

    assert set(found) == {"staging", "prod-eu", "prod-us"}


def test_an_older_version_upstream_is_not_proposed(shop, promoter):
    text = shop.overlay("staging").read_text()
    shop.commit_files({STAGING: text.replace('"1.9"', '"1.11"')}, "Run ahead of dev")

    step, reason = decisions(promoter)["staging"]

    assert step == "nothing"
    assert "older 1.10" in reason


def told(promoter, *arguments):
    """What is decided, by subject and environment."""
    ran = promoter("reconcile", "--format", "json", *arguments)
    assert ran.code == 0, ran.err
    return {(each["app"], each["environment"]): each for each in json.loads(ran.out)["decisions"]}


def test_of_several_apps_only_those_that_are_named_are_looked_at(shop, promoter):
    shop.another("cart", "dev", "staging")

    assert {subject for subject, _ in told(promoter, "--dry-run")} == {"cart", "shop"}
    assert {subject for subject, _ in told(promoter, "--dry-run", "cart")} == {"cart"}


def test_an_app_that_no_environment_before_has_is_told_as_such(shop, promoter):
    shop.another("cart", "staging")

    assert told(promoter, "--dry-run")["cart", "staging"]["reason"] == "cart is not deployed to dev"


def test_a_dry_run_tells_what_would_land_and_lands_nothing(shop, promoter):
    configured(shop, "staging: { needs: [dev] }", "staging: { needs: [dev], land: when-green }")
    decisions(promoter)
    before = everything(shop)

    assert decisions(promoter, "--dry-run")["staging"] == ("land", "every gate is open")
    assert everything(shop) == before


@pytest.mark.parametrize("again", [False, True])
def test_a_dry_run_decides_about_an_open_pull_request_as_the_run_after_it(shop, promoter, again):
    decisions(promoter)
    if again:
        shop.commit(**{"README.md": "Shops\n"})

    planned = decisions(promoter, "--dry-run")["staging"]

    assert planned[0] == ("rebuild" if again else "unchanged")
    assert decisions(promoter)["staging"] == planned


def test_a_dry_run_tells_what_would_be_closed_and_closes_nothing(shop, promoter):
    decisions(promoter)
    promoter("hold", "shop", "--in", "staging", "--because", "wait")
    before = everything(shop)

    assert decisions(promoter, "--dry-run")["staging"][0] == "close"
    assert everything(shop) == before
