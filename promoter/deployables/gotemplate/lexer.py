"""Template text to pieces: plain text, and the tokens of each action.

Trim markers are already applied; comments give nothing. Syntax:
https://pkg.go.dev/text/template#hdr-Text_and_spaces
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from promoter.deployables.gotemplate.errors import TemplateError
from promoter.frozen import frozen

_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)
    |(?P<char>'(?:[^'\\\n]|\\.)+')
    |(?P<number>[+-]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?))
    |(?P<field>\.[A-Za-z_]\w*)
    |(?P<variable>\$\w*)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<dot>\.)
    |(?P<mark>:=|[=|(),])
    """,
    re.VERBOSE,
)
Delimiters = tuple[str, str]
DELIMITERS: Final[Delimiters] = ("{{", "}}")


@lru_cache
def _action_end(right: str) -> re.Pattern[str]:
    """What leads to the end of an action: strings, and anything that does not begin the delimiter."""
    literals = r""""(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+'"""
    return re.compile(rf"""(?:{literals}|(?!{re.escape(right)})[^"`'])*?(\s-)?{re.escape(right)}""")


@lru_cache
def _comment(right: str) -> re.Pattern[str]:
    return re.compile(rf"/\*.*?\*/(\s-)?{re.escape(right)}", re.DOTALL)


@frozen
class Token:
    """One token of an action; `spaced` says that white space stands before it."""

    kind: str
    text: str
    spaced: bool = False


@frozen
class Action:
    """The tokens between a pair of delimiters."""

    tokens: tuple[Token, ...]


Piece = str | Action


def pieces(template: str, delimiters: Delimiters = DELIMITERS) -> tuple[Piece, ...]:
    """The template's texts and actions, in order. Raises TemplateError for an action without end."""
    left, right = delimiters
    found: list[Piece] = []
    position, trim = 0, False
    while True:
        start = template.find(left, position)
        text = template[position : start if start >= 0 else None]
        if trim:
            text = text.lstrip(" \t\r\n")
        if start < 0:
            found.append(text)
            break
        inside = start + len(left)
        if re.match(r"-\s", template[inside : inside + 2]):
            inside += 1
            text = text.rstrip(" \t\r\n")
        found.append(text)
        position, trim, action = _action(template, inside, right)
        if action is not None:
            found.append(action)
    return tuple(piece for piece in found if piece != "")


def _action(template: str, inside: int, right: str) -> tuple[int, bool, Action | None]:
    """Where the action ends, whether it trims what follows, and the action (None for a comment)."""
    comment = _comment(right).match(
        template, inside + len(template[inside:]) - len(template[inside:].lstrip())
    )
    if comment is not None:
        return comment.end(), comment.group(1) is not None, None
    match = _action_end(right).match(template, inside)
    if match is None:
        raise TemplateError(f"an action has no {right}")
    end = match.start(1) if match.group(1) else match.end() - len(right)
    return match.end(), match.group(1) is not None, Action(tuple(_tokens(template[inside:end])))


def _tokens(text: str) -> Iterator[Token]:
    position, spaced = 0, False
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise TemplateError(f"unexpected {text[position]!r} in {{{{{text}}}}}")
        position = match.end()
        kind = match.lastgroup or ""
        if kind == "space":
            spaced = True
            continue
        yield Token(kind, match.group(), spaced)
        spaced = False
