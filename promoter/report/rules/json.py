"""The catalogue as JSON: `promoter/rules/v1`, in the order of the codes."""

import json
from collections.abc import Iterable
from typing import Final

from promoter.lint.catalogue import AnyRule
from promoter.lint.peers import PEERS
from promoter.model import Json

SCHEMA: Final = "promoter/rules/v1"


def render(rules: Iterable[AnyRule]) -> str:
    """The rules as one JSON object with a final line break."""
    document = {"schema": SCHEMA, "rules": [_rule(rule) for rule in rules]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: AnyRule) -> dict[str, Json]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": str(rule.severity),
        "profile": rule.profile.name.lower(),
        "scope": str(rule.scope),
        "fix": rule.fix or None,
        "since": rule.since,
        "summary": rule.summary,
        "documentation": rule.documentation,
        "options": [
            {"name": option.name, "default": _default(option.default), "summary": option.summary}
            for option in rule.options
        ],
        "peers": list(PEERS.get(rule.code, ())),
    }


def _default(value: str | bool | int | tuple[str, ...]) -> Json:
    return list(value) if isinstance(value, tuple) else value
