"""How a field path is written for people: `spec.containers[name=web].image`."""

import re
from typing import Final

from promoter.lint.rule import FieldPath
from promoter.model import Json

_SIMPLE: Final = re.compile(r"[A-Za-z0-9_-]+")


def spell(body: Json, path: FieldPath) -> str:
    """The path in words; list items go by their name where they have one, else by their 0-based place."""
    said: list[str] = []
    here: Json = body
    for step in path:
        below: Json = None
        if isinstance(here, dict) and isinstance(step, str):
            below = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and 0 <= step < len(here):
            below = here[step]
        said.append(_step(step, below, first=not said))
        here = below
    return "".join(said)


def _step(step: str | int, value: Json, *, first: bool) -> str:
    if isinstance(step, int):
        name = value.get("name") if isinstance(value, dict) else None
        return f"[name={name}]" if isinstance(name, str) else f"[{step}]"
    if _SIMPLE.fullmatch(step):
        return step if first else f".{step}"
    return f'["{step}"]'
