from datetime import UTC, datetime, timedelta

import pytest
from pages import report as diff_report
from rendered_text import rendered as objects

from promoter.diff import Options, diff
from promoter.diff.comparison import Comparison, DiffReport
from promoter.diff.roles import Roles
from promoter.gates import Note, allowed, refused
from promoter.report.history import HistoryEntry
from promoter.report.overview import OverviewReport, behind_by
from promoter.report.overview.html import render
from promoter.report.status import StatusReport, StatusRow

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
IMAGE = "ghcr.io/acme/shop"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {level: %s}\n"


def entry(environment, version, days, action="promote", *, bad=False):
    since = NOW - timedelta(days=days)
    until = since + timedelta(hours=5) if bad else None
    return HistoryEntry("shop", environment, IMAGE, version, since, until, "c" * 40, "Ada", action, bad)


ENTRIES = (
    entry("staging", "1.4.2", 1),
    entry("prod", "1.4.0", 2, "rollback"),
    entry("prod", "1.4.1", 3, bad=True),
    entry("staging", "1.4.1", 4),
    entry("staging", "1.4.0", 9, "other"),
)
ROWS = (
    StatusRow("shop", "dev", IMAGE, "1.5.0", NOW - timedelta(hours=3)),
    StatusRow("shop", "staging", IMAGE, "1.4.2", NOW, "c", "dev", "1.5.0", (allowed("order", ""),)),
    StatusRow(
        "shop",
        "prod",
        IMAGE,
        "1.4.0",
        NOW - timedelta(days=2),
        upstream="staging",
        waiting="1.4.2",
        gates=(refused("soak", "3h of 24h"),),
        hold=Note("500s since 14:00"),
    ),
)


@pytest.fixture
def overview():
    roles = Options(roles=Roles("staging", "prod"))
    found = diff(objects(CONFIG % "info"), objects(CONFIG % "debug"), roles)
    drift = DiffReport(
        "staging", "prod", (Comparison("staging → prod", "shop", "", diff=found),), is_drift=True
    )
    same = DiffReport("dev", "staging", (Comparison("dev → staging", "shop", ""),), is_drift=True)
    status = StatusReport(NOW, ("dev", "staging", "prod"), ROWS, ("an old hold",))
    return OverviewReport("gitops", status, ENTRIES, (same, drift), diff_report(), ("a note",))


@pytest.fixture
def page(browser, overview):
    browser.open(render(overview))
    return browser


def test_behind_by_counts_the_versions_that_came_later_upstream(overview):
    assert [behind_by(overview, row) for row in ROWS] == [0, None, 2]


def test_the_matrix_shows_version_age_and_what_holds_it_back(page):
    cells = page.visible(".matrix tbody td")

    assert cells[0].split() == ["1.5.0", "3h"]
    assert "another version behind dev (1.5.0)" in cells[1]
    assert "can be promoted now" in cells[1]
    assert "2 behind staging (1.4.2)" in cells[2]
    assert "soak: 3h of 24h" in cells[2]
    assert "held: 500s since 14:00" in cells[2]


def test_the_timeline_tells_promotions_and_rollbacks_newest_first(page):
    events = page.visible(".timeline li")

    assert [event.split("\n")[0] for event in events] == [
        "shop promoted to 1.4.2 in staging",
        "shop rolled back to 1.4.0 in prod",
        "shop promoted to 1.4.1 in prod rolled back from later",
        "shop promoted to 1.4.1 in staging",
        "shop became 1.4.0 in staging",
    ]


def test_the_drift_and_the_change_under_way_are_on_the_page(page):
    assert page.visible("#drift0 .empty") == ["No drift."]
    assert page.visible("#drift1 tbody td") == ["config", "ConfigMap/c data.level: info → debug"]
    assert "prod-eu · shop" in page.visible("section h3 > span:first-child")


def test_the_filter_by_environment_narrows_timeline_and_drift(page):
    page.run(
        "const s = document.getElementById('environment');"
        "s.value = 'prod'; s.dispatchEvent(new Event('change'))"
    )

    assert len(page.visible(".timeline li")) == 2
    assert page.visible("#drift0") == []
    assert page.visible("#drift1") != []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_overview_breaks_no_rule_of_accessibility(page, violations, theme):
    page.run("document.documentElement.dataset.theme = arguments[0]", theme)

    assert violations() == []
    assert page.complaints() == []


def test_nothing_at_all_still_makes_a_page(browser, violations):
    empty = StatusReport(NOW, (), ())
    browser.open(render(OverviewReport("gitops", empty, (), (), DiffReport("main", "work tree", ()))))

    assert browser.visible(".empty") == ["No version is pinned anywhere here.", "Nothing has happened yet."]
    assert violations() == []
