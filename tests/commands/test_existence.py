"""Promotions, rollbacks and landings that ask a real registry on loopback before versions move."""

import json

import pytest
from registry_server import RegistryServer

pytestmark = pytest.mark.renderer

PROMOTE = ("promote", "shop", "--from", "dev", "--to", "staging")


@pytest.fixture
def registry(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-logins"))
    server = RegistryServer()
    yield server
    server.close()


@pytest.fixture
def configured(shop, registry):
    """Moves the repository's images to the registry on loopback and sets what the configuration says."""

    def configure(exists="require", digest=""):
        for path in shop.git("ls-files").splitlines():
            file = shop.path / path
            file.write_text(file.read_text().replace("ghcr.io/acme/shop", f"{registry.host}/acme/shop"))
        config = shop.path / "promoter.yaml"
        rule = f"\n  shop:\n    images: [{{repo: '{registry.host}/acme/shop', digest: {digest}}}]"
        text = config.read_text() + f"verify: {{ exists: {exists} }}\n"
        config.write_text(text + f"apps:{rule}\n" * bool(digest))
        shop.commit_files({}, "Ask a registry")
        return shop

    return configure


def paths(registry):
    return [call.path.rpartition("/")[2] for call in registry.calls]


def test_a_version_that_was_pushed_is_promoted_and_the_pull_request_says_so(configured, registry, promoter):
    shop = configured()
    registry.push("acme/shop", "1.10")

    ran = promoter(*PROMOTE)

    assert ran.code == 0, ran.err
    written = (shop.path / ".git/promoter/1.md").read_text()
    assert f"| exists | :white_check_mark: allowed | {registry.host}/acme/shop:1.10 is there |" in written


def test_a_version_that_was_never_pushed_is_refused_and_nothing_is_written(configured, registry, refused):
    configured()

    said = refused(*PROMOTE)

    assert f"shop in staging: exists: {registry.host}/acme/shop has no 1.10" in said


def test_only_what_moves_is_asked_for(configured, registry, promoter):
    configured()
    registry.push("acme/shop", "1.10")

    promoter("status")
    assert registry.calls == []
    promoter(*PROMOTE)
    assert paths(registry) == ["1.10"]


def test_with_off_nobody_is_asked(configured, registry, promoter):
    configured(exists="off")

    ran = promoter(*PROMOTE)

    assert ran.code == 0, ran.err
    assert "exists" not in ran.out
    assert registry.calls == []


def test_a_warning_is_told_and_does_not_stop(configured, registry, promoter):
    configured(exists="warn")

    ran = promoter(*PROMOTE)

    assert ran.code == 0, ran.err
    assert f"exists: warning: {registry.host}/acme/shop has no 1.10" in ran.out


def test_a_registry_that_does_not_answer_is_pending_and_opens_by_hand(configured, registry, promoter):
    configured()
    registry.fault(503, times=2)

    ran = promoter(*PROMOTE)
    assert ran.code == 5
    assert f"exists: not verified: {registry.host} answered 503" in ran.err

    ran = promoter(*PROMOTE, "--override", "exists", "--because", "the registry is down")
    assert ran.code == 0, ran.err
    assert "(overridden)" in ran.out


def test_a_private_registry_without_a_login_is_pending_with_what_to_do(configured, registry, promoter):
    configured()
    registry.guard, registry.login = "bearer", ("robot", "x")

    ran = promoter(*PROMOTE)

    assert ran.code == 5
    assert f"`docker login {registry.host}` writes one" in ran.err


def test_a_placeholder_is_asked_for_by_the_repository_that_the_rules_give_it(shop, registry, promoter):
    overlay = "apps/shop/overlays/{}/kustomization.yaml"
    for environment in ("dev", "staging"):
        shop.write(
            overlay.format(environment),
            shop.overlay(environment).read_text().replace("ghcr.io/acme/shop", "shop-image"),
        )
    base = shop.path / "apps/shop/base/deployment.yaml"
    base.write_text(base.read_text().replace("ghcr.io/acme/shop", "shop-image"))
    rule = f"apps: {{shop: {{images: [{{repo: '{registry.host}/acme/shop', names: [shop-image]}}]}}}}\n"
    config = (shop.path / "promoter.yaml").read_text()
    shop.commit_files({"promoter.yaml": config + "verify: {exists: require}\n" + rule})
    registry.push("acme/shop", "1.10")

    ran = promoter(*PROMOTE, "--dry-run")

    assert "exists" not in ran.out, ran.out
    assert paths(registry) == ["1.10"]


def test_a_required_digest_is_the_registrys(configured, registry, promoter):
    shop = configured(digest="require")
    digest = registry.push("acme/shop", "1.10")

    ran = promoter(*PROMOTE)

    assert ran.code == 0, ran.err
    written = shop.git("show", "promote/shop/staging:apps/shop/overlays/staging/kustomization.yaml")
    assert f'newTag: "1.10" # moved by promoter\n    digest: "{digest}"\n' in written
    assert promoter(*PROMOTE).code == 0
    assert shop.git("rev-list", "--count", "main..promote/shop/staging") == "1"


def test_a_required_digest_that_nobody_was_asked_for_is_refused(configured, registry, promoter):
    configured(exists="off", digest="require")

    ran = promoter(*PROMOTE)

    assert ran.code == 5
    assert "has no digest, which the configuration requires: no registry is asked" in ran.err
    assert "VERSION@sha256" in ran.err


def test_a_required_digest_of_a_tag_that_is_not_there_is_refused(configured, registry, promoter):
    configured(digest="require")

    ran = promoter(*PROMOTE)

    assert ran.code == 5
    assert f"requires: {registry.host}/acme/shop has no 1.10" in ran.err


def test_a_pin_by_digest_stays_one_where_the_source_names_a_tag_only(configured, registry, promoter):
    shop = configured()
    old, new = registry.push("acme/shop", "1.9"), registry.push("acme/shop", "1.10")
    overlay = shop.overlay("staging")
    overlay.write_text(overlay.read_text().replace("# moved by promoter", f"# moved\n    digest: {old}"))
    shop.commit_files({}, "Pin by digest")

    ran = promoter(*PROMOTE)

    assert ran.code == 0, ran.err
    assert f"digest: {new}" in shop.git("show", f"promote/shop/staging:{overlay.relative_to(shop.path)}")


def test_a_version_that_vanished_from_the_registry_does_not_land(configured, registry, promoter):
    configured()
    registry.push("acme/shop", "1.10")
    promoter(*PROMOTE)
    registry.pushed.clear()

    ran = promoter("land")

    assert ran.code == 5
    assert f"exists: {registry.host}/acme/shop has no 1.10" in ran.err


def test_a_landing_never_asks_for_an_image_that_the_environment_does_not_pin(
    configured, registry, promoter, shop
):
    configured()
    registry.push("acme/shop", "1.10")
    promoter(*PROMOTE)
    file = shop.path / ".git/promoter/1.md"
    named = f"Promoter-Image: {registry.host}/acme/shop"
    file.write_text(file.read_text().replace(named, f"Promoter-Image: {registry.host}/somebody/else"))
    registry.calls.clear()

    promoter("land")

    assert registry.calls == []


def test_reconcile_waits_for_a_version_that_is_not_pushed_yet(configured, registry, promoter):
    configured()
    refused = json.loads(promoter("reconcile", "--dry-run", "--format", "json").out)["decisions"]
    registry.push("acme/shop", "1.10")
    proposed = json.loads(promoter("reconcile", "--dry-run", "--format", "json").out)["decisions"]

    assert refused[0]["reason"].startswith("exists: ")
    assert proposed[0]["decision"] == "propose"


@pytest.fixture
def rolled_out(configured, registry, promoter):
    """staging ran 1.9 and runs 1.10."""

    def roll_out(exists="require"):
        shop = configured(exists=exists)
        registry.push("acme/shop", "1.10")
        assert promoter(*PROMOTE).code == 0
        assert promoter("land").code == 0
        registry.calls.clear()
        return shop

    return roll_out


ROLLBACK = ("rollback", "shop", "--in", "staging", "--because", "500s")


def test_case_7_a_rollback_to_a_version_that_the_registry_dropped_is_refused(rolled_out, registry, refused):
    rolled_out()

    said = refused(*ROLLBACK)

    assert f"exists: {registry.host}/acme/shop has no 1.9" in said


def test_a_rollback_does_not_wait_for_a_registry_that_does_not_answer(rolled_out, registry, promoter):
    rolled_out()
    registry.fault(503)

    ran = promoter(*ROLLBACK)

    assert ran.code == 0, ran.err
    assert "exists: warning: not verified" in ran.out
