"""Flux's variable substitution on text: `${name}` and the shell's forms of it.

`$name` without braces stays, `$${name}` gives `${name}`, an undefined name is empty. A form that Flux's
engine does not know, and a name that is no variable name, stay as written. Rules:
https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution
"""

import fnmatch
import re
from collections.abc import Callable, Mapping
from typing import Final

_START: Final = re.compile(r"\$?\$\{")
_EXPRESSION: Final = re.compile(r"(#?)([A-Za-z_][A-Za-z0-9_]*)(.*)", re.DOTALL)
_CASES: Final[dict[str, Callable[[str], str]]] = {
    "^^": str.upper,
    ",,": str.lower,
    "^": lambda text: text[:1].upper() + text[1:],
    ",": lambda text: text[:1].lower() + text[1:],
}


def substitute(text: str, variables: Mapping[str, str], *, complete: bool = True) -> str:
    """The text with its variables filled in; unknown ones stay as written unless `complete`."""
    pieces: list[str] = []
    position = 0
    while (start := _START.search(text, position)) is not None:
        pieces.append(text[position : start.start()])
        end = _end(text, start.end())
        if end is None:
            pieces.append(text[start.start() : start.end()])
            position = start.end()
            continue
        whole, inside = text[start.start() : end + 1], text[start.end() : end]
        if start.group().startswith("$$"):
            pieces.append(whole[1:])
        else:
            filled = _expand(inside, variables, complete=complete)
            pieces.append(whole if filled is None else filled)
        position = end + 1
    return "".join((*pieces, text[position:]))


def _end(text: str, position: int) -> int | None:
    """The index of the brace that closes the expression, None when none does on its line."""
    depth = 1
    for index in range(position, len(text)):
        if text[index] == "\n":
            return None
        depth += {"{": 1, "}": -1}.get(text[index], 0)
        if depth == 0:
            return index
    return None


def _expand(inside: str, variables: Mapping[str, str], *, complete: bool) -> str | None:
    match = _EXPRESSION.fullmatch(inside)
    if match is None:
        return None
    length, name, rest = match.groups()
    known = variables.get(name)
    if known is None and not complete:
        return None
    if length:
        return None if rest else str(len(known or ""))
    return _form(known, rest, variables, complete=complete)


def _form(known: str | None, rest: str, variables: Mapping[str, str], *, complete: bool) -> str | None:
    value = known or ""
    if not rest:
        return value
    for operator in (":=", ":-", "=", "-"):
        if rest.startswith(operator):
            absent = known is None if operator in ("-", "=") else not known
            fallback = substitute(rest[len(operator) :], variables, complete=complete)
            return fallback if absent else value
    if rest in _CASES:
        return _CASES[rest](value)
    if rest[0] in "#%":
        return _trim(value, rest)
    if rest[0] == "/":
        return _replace(value, rest)
    return _slice(value, rest)


def _slice(value: str, rest: str) -> str | None:
    match = re.fullmatch(r":\s*(-?\d+)(?::(-?\d+))?", rest)
    if match is None:
        return None
    start = int(match.group(1))
    begin = max(len(value) + start, 0) if start < 0 else start
    stop = None if match.group(2) is None else int(match.group(2))
    if stop is None:
        return value[begin:]
    return value[begin : begin + stop] if stop >= 0 else value[begin : len(value) + stop]


def _trim(value: str, rest: str) -> str:
    """`#` and `##` cut the shortest and longest match from the start, `%` and `%%` from the end."""
    mark, longest = rest[0], rest[1:2] == rest[0]
    pattern = re.compile(fnmatch.translate(rest[2 if longest else 1 :]))
    cuts = range(len(value) + 1)
    if mark == "#":
        order = reversed(cuts) if longest else iter(cuts)
        return next((value[cut:] for cut in order if pattern.match(value[:cut])), value)
    order = iter(cuts) if longest else reversed(cuts)
    return next((value[:cut] for cut in order if pattern.match(value[cut:])), value)


def _replace(value: str, rest: str) -> str | None:
    """`/old/new` replaces the first, `//old/new` every, `/#old/new` a leading, `/%old/new` a last one."""
    everywhere = rest.startswith("//")
    old, slash, new = rest[2 if everywhere else 1 :].partition("/")
    if not old or not slash:
        return None
    if everywhere:
        return value.replace(old, new)
    if old[0] == "#":
        return new + value.removeprefix(old[1:]) if value.startswith(old[1:]) else value
    if old[0] == "%":
        return value.removesuffix(old[1:]) + new if value.endswith(old[1:]) else value
    return value.replace(old, new, 1)
