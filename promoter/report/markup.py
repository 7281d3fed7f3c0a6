"""Markdown that holds what it is given: names, values and messages can neither format, ping nor break out.

Written for GitHub's dialect. A name stands in a code span, a text of several lines in a fence that is
longer than any run of backticks inside it.
"""

import re
from collections.abc import Sequence
from typing import Final

from promoter.report.paint import printable

_ENTITIES: Final = {ord(each): f"&#{ord(each)};" for each in "&<>[]`*_|"} | {ord("@"): "@\u200b"}


def code(text: str) -> str:
    """A code span with the text on one line; nothing for an empty text."""
    flat = " ".join(printable(text).split())
    if not flat:
        return ""
    marks = "`" * (_longest_run(flat) + 1)
    pad = " " if "`" in flat[:1] + flat[-1:] else ""
    return f"{marks}{pad}{flat}{pad}{marks}"


def plain(text: str) -> str:
    """Text on one line that cannot open a tag, a link, a mention or a code span."""
    flat = " ".join(printable(text).split())
    escaped = re.sub(r"([\\`*_\[\]#|~])", r"\\\1", flat.replace("&", "&amp;").replace("<", "&lt;"))
    return escaped.replace("@", "@\u200b")


def html(text: str) -> str:
    """Text on one line for the inside of an HTML element."""
    flat = " ".join(printable(text).split())
    return flat.translate(_ENTITIES)


def row(cells: Sequence[str]) -> str:
    """One row of a table; a `|` inside a code span must be escaped in tables too."""
    return "| " + " | ".join(re.sub(r"(?<!\\)\|", r"\\|", cell) for cell in cells) + " |"


def fenced(lines: Sequence[str], language: str = "") -> str:
    """The lines in a code fence that they cannot close."""
    opening, closing = fence(lines)
    return "\n".join((opening + language, *lines, closing))


def fence(lines: Sequence[str]) -> tuple[str, str]:
    """The marks before and after these lines: at least three, more than any run inside."""
    marks = "`" * max(3, 1 + max((_longest_run(line) for line in lines), default=0))
    return marks, marks


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)
