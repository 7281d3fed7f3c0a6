"""An Application whose later source gives an object again: the later one counts, in every command."""

import json

import pytest

pytestmark = pytest.mark.renderer
SAID = "is also in source 2 (late), whose object Argo CD keeps"


def two_sources(shop, kind: str = "Deployment", api: str = "apps/v1"):
    """staging also syncs the folder `late`, which holds one of its objects again."""
    application = shop.path / "argocd/shop-staging.yaml"
    text = application.read_text()
    source = text[text.index("  source:\n") : text.index("  destination:\n")]
    lines = source.replace("  source:\n", "").replace("    ", "      ")
    first = "    - " + lines.lstrip()
    second = first.replace("apps/shop/overlays/staging", "late")
    application.write_text(text.replace(source, f"  sources:\n{first}{second}"))
    manifest = shop.path / "apps/shop/base/deployment.yaml"
    shop.write("late/shop.yaml", manifest.read_text().replace("ghcr.io/acme/shop", "ghcr.io/acme/late:7"))
    if kind != "Deployment":
        body = {"apiVersion": api, "kind": kind, "metadata": {"name": "shop", "namespace": "shop"}}
        shop.write("late/shop.yaml", json.dumps(body))
    shop.commit_files({}, "Add a source")


def test_render_keeps_the_object_of_the_last_source_and_says_so(shop, promoter):
    two_sources(shop)

    ran = promoter("render", "staging")

    assert (ran.code, ran.out.count("kind: Deployment")) == (0, 1)
    assert "ghcr.io/acme/late" in ran.out
    assert SAID in ran.err


def test_lint_reports_it_at_the_earlier_source(shop, promoter):
    two_sources(shop)

    ran = promoter("lint", "--select", "ARG029,REF019")

    assert SAID in ran.out
    assert "REF019" not in ran.out


def test_images_lists_what_runs_and_not_what_is_replaced(shop, promoter):
    two_sources(shop)

    listed = json.loads(promoter("images", "staging", "--format", "json").out)

    assert [row["image"] for row in listed["images"]] == ["ghcr.io/acme/late:7"]


def test_a_new_later_source_takes_the_object_over_in_a_diff(shop, promoter):
    before = shop.git("rev-parse", "HEAD")
    two_sources(shop, kind="Service", api="v1")

    ran = promoter("diff", before, "HEAD")

    assert SAID in ran.out
    assert "now part of" in ran.out


def test_a_promotion_of_an_object_that_is_replaced_is_refused(shop, promoter):
    two_sources(shop)

    ran = promoter("promote", "shop", "--from", "dev", "--to", "staging", "--dry-run")

    assert "the edit had no effect" in ran.out + ran.err
