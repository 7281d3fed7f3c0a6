"""JSON values to YAML text in block style, as Kubernetes tools print objects.

For values only, never for editing a file. Reading the text back gives the same values to YAML 1.1, YAML
1.2 and Go's readers alike; keys keep their order and text without special meaning is unquoted.
"""

import json
import re
from collections.abc import Iterator
from typing import Final

from promoter.model import Json
from promoter.yamldoc.scalars import is_text_to_everyone, written

_UNQUOTED: Final = re.compile(
    r"(?![-?:](?:\s|$))[^\s\[\]{},#&*!|>'\"%@`](?:[^\n:#]|:(?!\s|$)|(?<!\s)#)*(?<!\s)"
)
_BLOCK: Final = re.compile(r"(?!\s)(?:[^\n]*\S)?(?:\n(?:[^\n]*\S)?)*")


def emit(value: Json) -> str:
    """The value as one YAML document, ending in a line feed."""
    return "\n".join(_lines(value)) + "\n"


def _lines(value: Json) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _entry(f"{_scalar(key)}:", item)
    elif isinstance(value, list) and value:
        for item in value:
            yield from _item(item)
    else:
        yield _scalar(value)


def _entry(key: str, item: Json) -> Iterator[str]:
    if isinstance(item, dict) and item:
        yield key
        yield from (f"  {line}" if line else "" for line in _lines(item))
    elif isinstance(item, list) and item:
        yield key
        yield from _lines(item)
    elif isinstance(item, str) and "\n" in item and _is_block(item):
        yield from _block(key, item)
    else:
        yield f"{key} {_scalar(item)}"


def _item(item: Json) -> Iterator[str]:
    if isinstance(item, (dict, list)) and item:
        lines = _lines(item)
        yield f"- {next(lines)}"
        yield from (f"  {line}" if line else "" for line in lines)
    elif isinstance(item, str) and "\n" in item and _is_block(item):
        yield from _block("-", item)
    else:
        yield f"- {_scalar(item)}"


def _is_block(text: str) -> bool:
    return all(c.isprintable() or c == "\n" for c in text) and _BLOCK.fullmatch(text) is not None


def _block(head: str, text: str) -> Iterator[str]:
    """The literal form; the mark after `|` keeps the line feeds at the end as they are."""
    body = text.rstrip("\n")
    feeds = len(text) - len(body)
    yield f"{head} |" + ("-" if feeds == 0 else "" if feeds == 1 else "+")
    yield from (f"  {line}" if line else "" for line in body.split("\n"))
    yield from ("" for _ in range(feeds - 1))


def _scalar(value: Json) -> str:
    if isinstance(value, str):
        plain = value.isprintable() and _UNQUOTED.fullmatch(value) and is_text_to_everyone(value)
        return value if plain else written(value, "double")
    return json.dumps(value)
