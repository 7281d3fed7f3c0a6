"""One self-contained HTML page: style and script inside, nothing fetched, readable without script.

Every page has the same frame: a header with the numbers that matter, a toolbar with search, filters and
views, a list of places, and the content. The security policy in the page forbids any connection.
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from pkgutil import get_data

from promoter.frozen import frozen
from promoter.report.page.elements import Child, Markup, element

__all__ = ["Markup", "Page", "Place", "Tile", "element", "render"]


@frozen
class Tile:
    """One number of the header, with a word below; `tone` is a class such as `high` or `added`."""

    value: str
    label: str
    tone: str = ""


@frozen
class Place:
    """A line in the list of places: where it leads, its text, a mark of its `tone`, and a note.

    Neighbours with the same `group` stand under one heading.
    """

    target: str
    label: str
    tone: str = ""
    note: str = ""
    group: str = ""


@frozen
class Page:
    """Everything that differs from page to page. `environments` fills the filter; none hides it."""

    title: str
    subtitle: Child
    tiles: tuple[Tile, ...]
    places: tuple[Place, ...]
    content: Child
    environments: tuple[str, ...] = ()
    footer: str = ""
    filters: bool = True


def render(page: Page) -> str:
    """The page as a complete HTML document."""
    body = element(
        "body",
        element("a", "Skip to the content", class_="skip", href="#content"),
        _header(page),
        _toolbar(page) if page.filters else None,
        element("div", _places(page.places), _main(page), class_="layout"),
        element("footer", page.footer) if page.footer else None,
        _help(),
        Markup(f"<script>{asset('page.js')}</script>"),
    )
    document = element("html", _head(page.title), body, lang="en", data_view="unified")
    return f"<!doctype html>\n{document.text}\n"


@cache
def asset(name: str) -> str:
    """The text of a file that belongs to the page."""
    content = get_data(__name__, name)
    assert content is not None, "every package on a disk gives its data"
    return content.decode()


def _head(title: str) -> Markup:
    digest = base64.b64encode(hashlib.sha256(asset("page.js").encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'"
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        Markup(f"<style>{asset('page.css')}</style>"),
    )


def _header(page: Page) -> Markup:
    tiles = (
        element(
            "div",
            element("dt", tile.label),
            element("dd", tile.value),
            class_=f"tile {tile.tone}".strip(),
        )
        for tile in page.tiles
    )
    return element(
        "header",
        element(
            "div", element("h1", page.title), element("p", page.subtitle, class_="sides"), class_="title"
        ),
        element("dl", tiles, class_="tiles"),
        class_="top",
    )


def _toolbar(page: Page) -> Markup:
    search = element(
        "input",
        id="search",
        type="search",
        placeholder="Search objects, fields, values   /",
        aria_label="Search",
        autocomplete="off",
        spellcheck="false",
    )
    environments = _select(
        "environment",
        "Environment",
        [("", "All environments"), *((name, name) for name in page.environments)],
    )
    risks = _select("risk", "Risk", [("", "Any or no risk"), ("any", "With a risk"), ("high", "High risk")])
    kinds = ("added", "removed", "changed", "moved")
    changes = _select(
        "kind", "Change", [("", "All changes"), *((kind, kind.capitalize()) for kind in kinds)]
    )
    return element(
        "div",
        search,
        environments if page.environments else None,
        risks,
        changes,
        element("span", id="shown", class_="shown", role="status"),
        element("span", class_="spring"),
        _button("view", "Split view", "v"),
        _button("expand", "Expand all", "e"),
        _button("collapse", "Collapse all", "c"),
        _button("theme", "Theme", "t"),
        _button("keys", "Keys", "?"),
        class_="toolbar",
        role="search",
        aria_label="Filters and views",
    )


def _select(name: str, label: str, options: Iterable[tuple[str, str]]) -> Markup:
    choices = (element("option", text, value=value) for value, text in options)
    return element("select", choices, id=name, aria_label=label)


def _button(name: str, label: str, key: str) -> Markup:
    return element("button", label, id=name, type="button", title=f"{label} ({key})")


def _places(places: Sequence[Place]) -> Markup | None:
    if not places:
        return None
    groups = (
        element(
            "li",
            element("span", name, class_="group") if name else None,
            element("ul", map(_place, members)),
        )
        for name, members in groupby(places, key=lambda place: place.group)
    )
    return element("nav", element("ul", groups), aria_label="Places", class_="places")


def _place(place: Place) -> Markup:
    link = element(
        "a",
        element("span", class_=f"dot {place.tone}".strip(), aria_hidden="true"),
        element("span", place.label, class_="label"),
        element("span", place.note, class_="note") if place.note else None,
        href=f"#{place.target}",
    )
    return element("li", link)


def _main(page: Page) -> Markup:
    empty = element("p", "Nothing matches the filters.", id="nothing", class_="empty", hidden=True)
    return element("main", page.content, empty, id="content", tabindex="-1")


_KEYS = (
    ("/", "search"),
    ("j  k", "next, previous object"),
    ("n  p", "next, previous section"),
    ("o", "open or close the object"),
    ("e  c", "expand all, collapse all"),
    ("v", "unified or split view"),
    ("t", "light, dark or the system's theme"),
    ("Esc", "clear the search, close this"),
)


def _help() -> Markup:
    rows = ((element("dt", element("kbd", keys)), element("dd", what)) for keys, what in _KEYS)
    return element(
        "dialog",
        element("h2", "Keys", id="help-title"),
        element("dl", (part for row in rows for part in row)),
        element("form", element("button", "Close"), method="dialog"),
        id="help",
        aria_labelledby="help-title",
    )
