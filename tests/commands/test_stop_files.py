"""The hold and the skips that a rollback commits, by what is asked and what the configuration says."""

from datetime import UTC, datetime, timedelta

import pytest

from promoter.commands import stop_files
from promoter.errors import UsageError

SINCE = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hold", "until"),
    [("until-released", None), ("2h", SINCE + timedelta(hours=2)), ("90s", SINCE + timedelta(seconds=90))],
)
def test_a_hold_ends_after_its_time_or_never(hold, until):
    assert stop_files._until(hold, SINCE) == until


def test_a_hold_of_an_unknown_length_is_refused():
    with pytest.raises(UsageError, match="expected a duration like 2h for the hold, found 'soon'"):
        stop_files._until("soon", SINCE)


@pytest.mark.renderer
@pytest.mark.parametrize(
    ("hold", "skip", "written"),
    [
        ("none", "false", []),
        ("none", "true", [".promoter/skips/shop/1.10.yaml"]),
        ("2h", "false", [".promoter/holds/prod-eu/shop.yaml"]),
    ],
)
def test_the_configuration_says_what_a_rollback_leaves_behind(shop, promoter, hold, skip, written):
    overlay = "apps/shop/overlays/prod-eu/kustomization.yaml"
    text = shop.overlay("prod-eu").read_text()
    shop.commit_files({overlay: text.replace('newTag: "1.9"', 'newTag: "1.10"')}, "Run 1.10")
    config = (shop.path / "promoter.yaml").read_text()
    rule = f"\nrollback: {{hold: {hold}, skip_bad_version: {skip}}}\n"
    shop.commit_files({"promoter.yaml": config + rule}, "Configure")

    ran = promoter("rollback", "shop", "--in", "prod-eu", "--because", "500s", "--write")

    assert ran.code == 0, ran.err
    assert (
        sorted(str(each.relative_to(shop.path)) for each in (shop.path / ".promoter").rglob("*.yaml"))
        == written
    )
