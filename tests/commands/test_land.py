"""Landing pull requests of the local forge, and the gates that are asked once more."""

import pytest

pytestmark = pytest.mark.renderer


def propose(promoter, source="dev", target="staging"):
    assert promoter("promote", "shop", "--from", source, "--to", target).code == 0


def test_a_landed_promotion_is_in_the_base_branch_and_the_work_tree(shop, promoter):
    propose(promoter)

    ran = promoter("land")

    assert ran.code == 0, ran.err
    assert '"1.10"' in shop.git("show", "main:apps/shop/overlays/staging/kustomization.yaml")
    assert '"1.10"' in shop.overlay("staging").read_text()
    assert shop.git("status", "--porcelain") == ""


def test_with_several_open_it_asks_which(shop, promoter):
    propose(promoter)
    promoter("land")
    propose(promoter, "staging", "prod")

    ran = promoter("land")

    assert ran.code == 2
    assert "#2" in ran.err
    assert "#3" in ran.err
    assert promoter("land", "--all").code == 0
    assert promoter("status").out.count("1.10") == 4


def test_with_none_open_it_says_so(promoter):
    ran = promoter("land")

    assert ran.code == 2
    assert "nothing to land" in ran.err


def test_a_hold_set_meanwhile_stops_it(shop, promoter):
    propose(promoter)
    assert promoter("hold", "shop", "--in", "staging", "--because", "wait").code == 0

    ran = promoter("land")

    assert ran.code == 5
    assert "held in staging" in ran.err
    assert promoter("release", "shop", "--in", "staging").code == 0
    assert promoter("land").code == 0


def test_an_unknown_number_lists_what_is_open(promoter):
    propose(promoter)

    ran = promoter("land", "7")

    assert ran.code == 2
    assert "#1 promote(shop): dev 1.10 → staging" in ran.err


def test_a_remote_gets_the_branch_and_the_landed_commit(shop, promoter, tmp_path):
    shop.git("init", "--quiet", "--bare", str(tmp_path / "remote.git"))
    shop.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    shop.git("push", "--quiet", "origin", "main")

    propose(promoter)
    assert "promote/shop/staging" in shop.git("ls-remote", "origin")
    ran = promoter("land")

    assert ran.code == 0, ran.err
    tip = shop.git("ls-remote", "origin", "refs/heads/main").split()[0]
    assert tip == shop.git("rev-parse", "main")
    assert '"1.10"' in shop.git("show", f"{tip}:apps/shop/overlays/staging/kustomization.yaml")


def test_the_help_asks_no_reason_that_landing_does_not_take(promoter):
    said = promoter("land", "--help").out

    assert "--override" in said
    assert "--because" not in said
