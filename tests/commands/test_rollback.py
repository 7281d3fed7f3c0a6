"""Rollback through the command line: the target, the hold, the skip, and what it says."""

import json

import pytest

pytestmark = pytest.mark.renderer
OVERLAY = "apps/shop/overlays/prod-eu/kustomization.yaml"


@pytest.fixture
def prod(shop):
    """The shop whose prod-eu ran 1.9, then 1.10, then 1.11."""
    for version in ("1.10", "1.11"):
        text = shop.overlay("prod-eu").read_text()
        old = text.split('newTag: "')[1].split('"')[0]
        shop.commit_files({OVERLAY: text.replace(f'"{old}"', f'"{version}"')}, f"Run {version}")
    return shop


def merged(shop, branch="promote/shop/prod-eu"):
    shop.git("merge", "--quiet", "--ff-only", branch)


def test_the_version_before_comes_back_with_a_hold_and_a_skip_in_one_commit(prod, promoter):
    ran = promoter("rollback", "shop", "--in", "prod-eu", "--because", "500s")

    assert ran.code == 0, ran.err
    changed = prod.git("diff", "--name-only", "main", "promote/shop/prod-eu").splitlines()
    assert changed == [".promoter/holds/prod-eu/shop.yaml", ".promoter/skips/shop/1.11.yaml", OVERLAY]
    assert prod.git("rev-list", "--count", "main..promote/shop/prod-eu") == "1"
    assert '"1.10" # moved by promoter' in prod.git("show", f"promote/shop/prod-eu:{OVERLAY}")


def test_a_second_rollback_goes_further_back_and_does_not_flip_flop(prod, promoter):
    promoter("rollback", "shop", "--in", "prod-eu", "--because", "500s")
    merged(prod)

    ran = promoter("rollback", "shop", "--in", "prod-eu", "--because", "again", "--format", "json")

    assert [(b["from"], b["to"]) for b in json.loads(ran.out)["plan"]["bumps"]] == [("1.10", "1.9")]


def test_undo_goes_back_to_what_the_rollback_left_and_keeps_the_hold(prod, promoter):
    promoter("rollback", "shop", "--in", "prod-eu", "--because", "500s")
    merged(prod)

    ran = promoter("rollback", "shop", "--in", "prod-eu", "--undo", "--because", "it was the cache")

    assert ran.code == 0, ran.err
    changed = prod.git("diff", "--name-status", "main", "promote/shop/prod-eu").splitlines()
    assert changed == ["D\t.promoter/skips/shop/1.11.yaml", f"M\t{OVERLAY}"]


def test_running_twice_makes_no_second_commit(prod, promoter):
    promoter("rollback", "shop", "--in", "prod-eu", "--because", "500s")
    before = prod.state()

    promoter("rollback", "shop", "--in", "prod-eu", "--because", "500s")

    assert prod.state() == before


def test_a_held_app_is_not_promoted(prod, promoter):
    promoter("rollback", "shop", "--in", "prod-eu", "--because", "500s")
    merged(prod)

    ran = promoter("promote", "shop@1.12", "--to", "prod-eu", "--override", "order", "--because", "urgent")

    assert ran.code == 5
    assert "held in prod-eu" in ran.err


def test_a_named_version_that_never_ran_is_taken_and_said_so(prod, promoter):
    ran = promoter("rollback", "shop", "--in", "prod-eu", "--to", "1.8", "--because", "500s")

    assert ran.code == 0, ran.err
    assert "1.8 is not in the history of prod-eu" in ran.out


def test_steps_counts_versions(prod, promoter):
    ran = promoter("rollback", "shop", "--in", "prod-eu", "--steps", "2", "--dry-run", "--format", "json")

    assert json.loads(ran.out)["plan"]["bumps"][0]["to"] == "1.9"


def test_what_changed_besides_the_version_is_told_and_stays(prod, promoter):
    text = prod.overlay("prod-eu").read_text()
    prod.commit_files({OVERLAY: text.replace("count: 3", "count: 5")}, "Scale")

    ran = promoter("rollback", "shop", "--in", "prod-eu", "--because", "500s")

    assert "not rolled back: Deployment.apps/shop/shop: spec.replicas" in ran.out
    assert "count: 5" in prod.git("show", f"promote/shop/prod-eu:{OVERLAY}")


def test_the_first_version_has_nothing_before_it(refused):
    said = refused("rollback", "shop", "--in", "prod-us", "--because", "500s")

    assert "no other version ever ran here" in said


def test_a_rollback_of_prod_needs_a_reason(prod, promoter):
    ran = promoter("rollback", "shop", "--in", "prod-eu")

    assert ran.code == 2
    assert '--because "TEXT"' in ran.err


def test_a_shallow_clone_is_refused_with_the_command_that_deepens_it(prod, promoter, tmp_path):
    prod.git("clone", "--quiet", "--depth=1", f"file://{prod.path}", str(tmp_path / "shallow"))
    prod.path = tmp_path / "shallow"

    ran = promoter("-C", str(prod.path), "rollback", "shop", "--in", "prod-eu", "--because", "500s")

    assert ran.code == 5
    assert "git fetch --unshallow" in ran.err


def test_two_environments_at_once_write_the_same_skip_though_time_passes(shop, promoter, monkeypatch):
    both = ("prod-eu", "prod-us")
    path = "apps/shop/overlays/{}/kustomization.yaml"
    files = {path.format(each): shop.overlay(each).read_text().replace('"1.9"', '"1.10"') for each in both}
    shop.commit_files(files, "Run 1.10")
    seconds = iter(range(1_800_000_000, 1_900_000_000))
    monkeypatch.setattr("promoter.commands.clock.time.time", lambda: float(next(seconds)))

    assert promoter("rollback", "shop", "--in", "prod", "--because", "500s").code == 0

    assert promoter("land", "--all").code == 0
    assert all('"1.9"' in shop.git("show", f"main:{path.format(each)}") for each in both)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("shop",), "in which environment?"),
        (("--in", "prod-eu"), "which app?"),
        (
            ("shop", "--in", "prod-eu", "--override", "irreversible"),
            "opening a gate by hand needs a reason",
        ),
        (
            ("shop", "--in", "prod-eu", "--override", "order", "--because", "x"),
            "the gate 'order' does not open for a rollback",
        ),
    ],
)
def test_what_a_rollback_lacks_is_asked_for(prod, promoter, arguments, said):
    before = prod.state()

    ran = promoter("rollback", *arguments)

    assert (ran.code, prod.state()) == (2, before)
    assert said in ran.err


def test_an_app_that_the_environment_does_not_have_is_not_rolled_back_there(shop, promoter):
    shop.another("cart", "dev", "staging")

    ran = promoter("rollback", "cart", "--in", "prod-eu", "--because", "x")

    assert ran.code == 2
    assert "cart is not deployed to prod-eu" in ran.err
    assert "it is deployed to dev, staging" in ran.err


def test_an_app_that_is_built_elsewhere_is_not_rolled_back_here(shop, promoter):
    shop.another("cart", "staging")
    shop.git("rm", "-r", "--quiet", "apps/cart")
    text = (shop.path / "argocd/cart-staging.yaml").read_text()
    (url,) = (line.split()[1] for line in text.splitlines() if line.split()[:1] == ["repoURL:"])
    moved = {"argocd/cart-staging.yaml": text.replace(url, "https://example.com/other.git")}
    shop.commit_files(moved, "Move")

    ran = promoter("rollback", "cart", "--in", "staging", "--because", "x")

    assert ran.code == 5
    assert "cart in staging is not built from this repository" in ran.err
    assert "argocd/cart-staging.yaml:" in ran.err
