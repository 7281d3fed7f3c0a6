import pytest
from pages import report

from promoter.report.diff.html import render

OBJECTS = "details.object > summary .name"
HEADINGS = "section h2 > span:first-child"


@pytest.fixture
def page(browser):
    browser.open(render(report()))
    return browser


def choose(page, name, value):
    page.run(
        "const s = document.getElementById(arguments[0]); s.value = arguments[1];"
        "s.dispatchEvent(new Event('change'))",
        name,
        value,
    )


def search(page, text):
    page.press("/")
    page.press(text)
    page.run("return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_everything_is_shown_at_first(page):
    assert page.visible(HEADINGS) == [
        "prod-us · shop",
        "prod-eu · shop",
        "dev, staging · shop",
        "lab · shop",
    ]
    assert page.visible("#shown") == ["6 of 6 objects"]
    assert page.complaints() == []


def test_a_search_narrows_to_the_objects_that_hold_every_word(page):
    search(page, "worker_processes 8")

    assert page.visible(OBJECTS) == ["shop/nginx"]
    assert page.visible("#shown") == ["1 of 6 objects"]


def test_a_search_that_finds_nothing_says_so_and_escape_clears_it(page):
    search(page, "no-such-thing")
    assert page.visible("#nothing") == ["Nothing matches the filters."]

    page.press("\ue00c")
    assert page.visible("#shown") == ["6 of 6 objects"]


def test_the_filter_by_environment_shows_groups_that_hold_it(page):
    choose(page, "environment", "staging")

    assert page.visible(HEADINGS) == ["dev, staging · shop"]
    assert page.visible(".places .group") == ["staging"]


def test_the_filter_by_risk_shows_what_carries_one(page):
    choose(page, "risk", "high")
    assert page.visible("details.object > summary .badge") == ["host-removed"]

    choose(page, "risk", "any")
    assert set(page.visible(OBJECTS)) == {"shop/web"}


def test_the_filter_by_kind_of_change(page):
    choose(page, "kind", "added")

    assert page.visible("details.object > summary .kind") == ["Service"]


def test_objects_open_and_close(page):
    page.run("document.getElementById('collapse').click()")
    assert page.visible(".field") == []

    page.run("document.querySelector('details.object > summary').click()")
    assert len(page.visible("details.object[open]")) == 1

    page.press("e")
    assert len(page.visible("details.object[open]")) == 6


def test_split_view_puts_both_sides_beside_each_other(page):
    places = """return [...document.querySelectorAll('.row del, .row ins')].slice(0, 2)
        .map((each) => each.getBoundingClientRect().x)"""
    one, other = page.run(places)
    assert one == other

    page.press("v")
    left, right = page.run(places)
    assert left < right


def test_keys_step_through_the_objects_and_sections(page):
    focused = "return document.activeElement.innerText"
    page.press("j")
    first = page.run(focused)
    page.press("j")

    assert "ConfigMap" in first
    assert "Deployment" in page.run(focused)
    page.press("k")
    assert page.run(focused) == first
    page.press("n")
    assert "shop" in page.run(focused)


def test_the_theme_follows_the_key_and_the_help_opens(page):
    page.press("t")
    page.press("t")
    assert page.run("return document.documentElement.dataset.theme") == "dark"

    page.press("?")
    assert page.visible("dialog h2") == ["Keys"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", ["unified", "split"])
def test_the_page_breaks_no_rule_of_accessibility(page, violations, theme, view):
    page.run(
        "document.documentElement.dataset.theme = arguments[0];"
        "document.documentElement.dataset.view = arguments[1]",
        theme,
        view,
    )

    assert violations() == []


def test_the_page_can_be_photographed(page, tmp_path):
    page.press("v")
    file = tmp_path / "page.png"

    assert page.driver.save_screenshot(str(file))
    assert file.stat().st_size > 20_000
    assert page.complaints() == []


def test_a_narrow_window_has_no_sideways_scroll(page):
    page.driver.set_window_size(500, 900)
    try:
        assert page.run("return document.documentElement.scrollWidth <= window.innerWidth")
    finally:
        page.driver.set_window_size(1440, 1000)
