"""JSON values as lines that look like the YAML people wrote, for reading only.

The result is not meant to be parsed: long text is kept as a block, keys keep the order of the value,
and a string that could be taken for something else is quoted.
"""

from collections.abc import Iterator

from promoter.model import Json
from promoter.yamldoc import written


def inline(value: Json) -> str:
    """A value on one line; mappings and lists in flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{inline(key)}: {inline(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    if isinstance(value, str):
        return _scalar(value)
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def lines(value: Json) -> list[str]:
    """A value as YAML-like lines without a trailing line break; one line for a scalar."""
    if isinstance(value, str) and "\n" in value:
        return value.removesuffix("\n").split("\n")
    return list(_block(value)) if isinstance(value, dict | list) and value else [inline(value)]


def _block(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _entry(f"{_scalar(key)}:", child)
    elif isinstance(value, list):
        for child in value:
            below = list(_block(child)) if isinstance(child, dict | list) and child else [inline(child)]
            yield f"- {below[0]}"
            yield from (f"  {line}" for line in below[1:])


def _entry(key: str, child: Json) -> Iterator[str]:
    if isinstance(child, str) and "\n" in child:
        yield f"{key} |"
        yield from (f"  {line}" for line in child.removesuffix("\n").split("\n"))
    elif isinstance(child, dict | list) and child:
        yield key
        indent = "  " if isinstance(child, dict) else ""
        yield from (indent + line for line in _block(child))
    else:
        yield f"{key} {inline(child)}"


def _scalar(text: str) -> str:
    if text.startswith("<redacted"):
        return text
    return text if _is_plain(text) else written(text, "plain")


def _is_plain(text: str) -> bool:
    """Whether the text reads as itself without quotes: words and spaces, nothing that YAML would see."""
    words = text.split(" ")
    return len(words) > 1 and text.isprintable() and all(word.isalnum() for word in words)
