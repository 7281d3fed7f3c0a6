"""Where a promotion comes from when the command does not say it."""

import pytest

pytestmark = pytest.mark.renderer


@pytest.fixture
def fanned_in(shop):
    """Staging may take what either dev or prod-eu runs; prod-us takes what both of the others run."""
    path = shop.path / "promoter.yaml"
    text = (
        "version: 1\n"
        "environments:\n"
        "  dev: { tier: nonprod }\n"
        "  prod-eu: { tier: nonprod }\n"
        "  staging: { tier: nonprod, needs: [dev, prod-eu], needs_mode: any }\n"
        "  prod-us: { tier: prod, needs: [prod-eu, staging] }\n"
    )
    shop.commit_files({path.name: text}, "Let two environments lead to staging")
    return shop


def version(shop, environment, tag):
    path = f"apps/shop/overlays/{environment}/kustomization.yaml"
    text = (shop.path / path).read_text()
    shop.commit_files({path: text.replace('"1.9"', f'"{tag}"')}, f"Run {tag} in {environment}")


def test_the_only_one_that_has_something_is_taken(fanned_in, promoter):
    ran = promoter("promote", "shop", "--to", "staging")

    assert ran.code == 0, ran.err
    assert fanned_in.git("log", "-1", "--format=%s", "promote/shop/staging").startswith(
        "promote(shop): dev 1.10"
    )


def test_two_that_have_different_versions_are_shown_with_them(fanned_in, promoter):
    version(fanned_in, "prod-eu", "1.11")

    ran = promoter("promote", "shop", "--to", "staging")

    assert ran.code == 2
    assert "dev (ghcr.io/acme/shop:1.10) or prod-eu (ghcr.io/acme/shop:1.11)" in ran.err
    assert "say --from ENV" in ran.err


def test_two_that_have_the_same_need_no_choice(fanned_in, promoter):
    version(fanned_in, "prod-eu", "1.10")

    ran = promoter("promote", "shop", "--to", "staging")

    assert ran.code == 0, ran.err
    assert fanned_in.git("log", "-1", "--format=%s", "promote/shop/staging").startswith(
        "promote(shop): dev 1.10"
    )


def test_where_none_has_anything_there_is_nothing_to_do(fanned_in, promoter):
    ran = promoter("promote", "shop", "--to", "prod-us")

    assert ran.code == 0, ran.err
    assert "Nothing to do" in ran.err + ran.out


def test_where_nothing_comes_before_the_source_is_asked_for(fanned_in, promoter):
    ran = promoter("promote", "shop", "--to", "dev")

    assert ran.code == 2
    assert "nothing comes before it" in ran.err
    assert "APP@VERSION" in ran.err
