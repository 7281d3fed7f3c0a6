"""The `lint` part of the configuration: which rules count where, and what is accepted."""

import re
from datetime import date
from typing import Final

from promoter.config.reading import Fields
from promoter.config.values import Lint, LintIgnore, LintRule
from promoter.model import Json
from promoter.yamldoc import Node, Scalar, value

_FOUND: Final = ("error", "warning", "note")
_SEVERITIES: Final = (*_FOUND, "off")
_CODE: Final = re.compile(r"[A-Z]{2,}\d+")
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def read_lint(fields: Fields) -> Lint:
    """The linter's settings. Raises ConfigError, with the place, for what is not understood."""
    per_environment = fields.mapping("environments")
    external = fields.mapping("external")
    lint = Lint(
        fields.choice("fail_on", _FOUND, "error"),
        fields.text("profile", "recommended"),
        fields.texts("select"),
        fields.texts("ignore"),
        _severities(fields.mapping("severity")),
        {code: _options(fields, code, node) for code, node in fields.mapping("options").named()},
        {name: _severities(per_environment.mapping(name)) for name, _ in per_environment.named()},
        tuple(_ignore(entry) for entry in fields.each("ignores")),
        fields.texts("non_ignorable"),
        {kind: external.texts(kind) for kind, _ in external.named()},
        tuple(_rule(entry) for entry in fields.each("rules")),
        fields.text("baseline", ""),
        _labels(fields.mapping("issue_labels")),
    )
    fields.finish()
    return lint


def _options(fields: Fields, code: str, node: Node) -> dict[str, Json]:
    found = value(node)
    if not isinstance(found, dict):
        raise fields.error(node, f"expected the options of a rule for lint.options.{code}")
    return found


def _labels(fields: Fields) -> dict[str, tuple[str, ...]]:
    """The labels of issues by severity, for those that are written."""
    labels = {name: fields.texts(name) for name in _FOUND if fields.take(name) is not None}
    fields.finish()
    return labels


def _severities(fields: Fields) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, node in fields.named():
        said = node.value if isinstance(node, Scalar) else ""
        if said not in _SEVERITIES:
            expected = ", ".join(_SEVERITIES)
            raise fields.error(node, f"expected one of {expected} for {fields.what}.{name}, found {said!r}")
        found[name] = said
    return found


def _ignore(fields: Fields) -> LintIgnore:
    until = fields.text("until", "")
    node = fields.take("until")
    if node is not None:
        try:
            date.fromisoformat(until)
        except ValueError:
            raise fields.error(node, f"expected a day such as 2030-01-31, found {until!r}") from None
    ignore = LintIgnore(
        fields.texts("rules"),
        fields.text("reason", ""),
        fields.text("path", ""),
        fields.text("object", ""),
        fields.text("container", ""),
        fields.texts("environments"),
        until,
        fields.file.location(fields.node).line if fields.node else 1,
    )
    fields.finish()
    if fields.node and not (ignore.rules and ignore.reason):
        raise fields.error(fields.node, f"expected rules and a reason in {fields.what}")
    return ignore


def _rule(fields: Fields) -> LintRule:
    rule = LintRule(
        fields.text("code", ""),
        fields.text("name", ""),
        fields.text("expression", ""),
        fields.text("message", ""),
        fields.texts("kinds"),
        fields.choice("severity", _FOUND, "error"),
    )
    fields.finish()
    if fields.node and not (_CODE.fullmatch(rule.code) and _NAME.fullmatch(rule.name)):
        raise fields.error(
            fields.node, f"expected a code such as ACME001 and a kebab-case name in {fields.what}"
        )
    if fields.node and not (rule.expression and rule.message):
        raise fields.error(fields.node, f"expected an expression and a message in {fields.what}")
    return rule
