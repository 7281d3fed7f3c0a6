"""One defect, one finding: what is found in several environments or objects at one place becomes one.

It must not merge different defects. Findings are the same when rule, proven place and the message without
namespace and object agree; what has no proven place is never one with another object's.
"""

from collections.abc import Iterable
from dataclasses import replace

from promoter.lint.catalogue import AnyRule
from promoter.lint.selection import Policy
from promoter.lint.suppressing import Candidate
from promoter.model import Finding


def merged(candidates: Iterable[Candidate], policy: Policy, known: Iterable[AnyRule]) -> list[Candidate]:
    """The candidates with environments joined and severities decided; those switched off are gone."""
    rules = {rule.code: rule for rule in known}
    found: dict[tuple[object, ...], Candidate] = {}
    for candidate in candidates:
        finding = candidate.finding
        rule = rules[finding.code]
        weights = {name: policy.weight(rule, name) for name in finding.environments or ("",)}
        counted = [weight for weight in weights.values() if weight is not None]
        if not counted:
            continue
        names = tuple(name for name in finding.environments if weights[name] is not None)
        severity = min(counted, key=lambda each: each.rank)
        weighed = candidate
        if (names, severity) != (finding.environments, finding.severity):
            weighed = replace(candidate, finding=replace(finding, environments=names, severity=severity))
        key = (candidate.asks, *_identity(finding))
        found[key] = _joined(found[key], weighed) if key in found else weighed
    return list(found.values())


def _identity(finding: Finding) -> tuple[object, ...]:
    key, message = finding.object, finding.message
    place = (finding.code, finding.location, finding.suppressed)
    if key is None:
        return (*place, message)
    if key.namespace:
        message = message.replace(f"{key.namespace}/", "").replace(key.namespace, "")
    if finding.rendered_only or not finding.field:
        return (*place, finding.field, key.group, key.kind, key.name, message)
    return (*place, message.replace(key.name, ""))


def _joined(first: Candidate, second: Candidate) -> Candidate:
    one, two = first.finding, second.finding
    names = tuple(sorted({*one.environments, *two.environments}))
    severity = min((one.severity, two.severity), key=lambda each: each.rank)
    return replace(
        first,
        finding=replace(one, environments=names, severity=severity),
        spans=tuple(dict.fromkeys((*first.spans, *second.spans))),
    )
