"""How one ApplicationSet renders text, and the error that says a generator cannot be known.

Two engines: Go templates, and the older one that replaces `{{ key }}` and leaves unknown keys alone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from promoter.deployables.context import Context
from promoter.deployables.gotemplate import TemplateError, render
from promoter.deployables.objects import ControllerObject, sequence, string
from promoter.model import Json

_KEY: Final = re.compile(r"\{\{([^{}]*)\}\}")


class UnknownError(Exception):
    """Why the applications of a generator cannot be told from the repository; becomes the reason."""


@dataclass(frozen=True)
class Scope:
    """One ApplicationSet: its object, its engine, and what the repository is.

    `missing` is Go's option `missingkey`.
    """

    context: Context
    found: ControllerObject
    go: bool
    missing: str

    @classmethod
    def of(cls, context: Context, found: ControllerObject) -> "Scope":
        """The scope of an ApplicationSet, its engine and options read from its spec."""
        options = [string(option) for option in sequence(found.spec.get("goTemplateOptions"))]
        missing = next(
            (o.partition("=")[2] for o in reversed(options) if o.startswith("missingkey=")), "default"
        )
        return cls(context, found, found.spec.get("goTemplate") is True, missing)

    def text(self, template: str, values: Mapping[str, Json]) -> str:
        """The template with the parameters filled in. Raises UnknownError when Go would refuse it."""
        if "{{" not in template:
            return template
        if not self.go:
            return _KEY.sub(lambda match: _flat(match, values), template)
        try:
            return render(template, values, self.missing)
        except TemplateError as error:
            raise UnknownError(f"its template {template.strip()!r} does not render: {error}") from error

    def filled(self, node: Json, values: Mapping[str, Json]) -> Json:
        """The node with every text in it, keys too, filled in."""
        if isinstance(node, str):
            return self.text(node, values)
        if isinstance(node, list):
            return [self.filled(item, values) for item in node]
        if isinstance(node, dict):
            return {self.text(key, values): self.filled(item, values) for key, item in node.items()}
        return node


def _flat(match: re.Match[str], values: Mapping[str, Json]) -> str:
    value = values.get(match.group(1).strip())
    return value if isinstance(value, str) else match.group()
