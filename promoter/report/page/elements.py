"""HTML elements as values: every text is escaped, so nothing from a repository can become markup.

`element` is the only way to make markup, and its result the only thing that is not escaped again.
"""

from collections.abc import Iterable
from html import escape
from typing import Final

from promoter.frozen import frozen
from promoter.report.paint import printable

_VOID: Final = frozenset({"br", "input", "link", "meta"})


@frozen
class Markup:
    """Text that is HTML already."""

    text: str


Child = Markup | str | Iterable["Child"] | None


def element(name: str, /, *children: Child, **attributes: str | bool | None) -> Markup:
    """An element. In attribute names `_` stands for `-` and a final `_` is left out (`class_`).

    True gives a bare attribute; False, None and absent children give nothing.
    """
    written = "".join(
        f" {_spelt(key)}" if value is True else f' {_spelt(key)}="{escape(printable(value))}"'
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    inside = "".join(map(_inside, children))
    return Markup(f"<{name}{written}>" if name in _VOID else f"<{name}{written}>{inside}</{name}>")


def _spelt(key: str) -> str:
    return key.removesuffix("_").replace("_", "-")


def _inside(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child.text
    if isinstance(child, str):
        return escape(printable(child), quote=False)
    return "".join(map(_inside, child))
