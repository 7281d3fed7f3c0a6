"""The words of a promotion in git: branch name, title, commit message and its trailers.

Trailers are hints for people and for `promoter history`; the values in the files are the truth.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from promoter.model import Plan
from promoter.report.promotion.value import Proposal

_TRAILER: Final = re.compile(r"^Promoter-([A-Za-z-]+): (.*)$", re.MULTILINE)
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


def branch_of(template: str, subject: str, environment: str) -> str:
    """The branch of a subject and environment, one living pull request each: `promote/shop/prod`.

    Characters that a branch name cannot have become `-`.
    """
    named = {"subject": subject, "app": subject, "env": environment}
    return template.format(**{key: _UNSAFE.sub("-", text).strip("-.") for key, text in named.items()})


def title(action: str, subject: str, plan: Plan) -> str:
    """The first line of the commit and the title of the pull request."""
    if action in ("rollback", "undo"):
        moves = ", ".join(dict.fromkeys(f"{bump.old.version} → {bump.new.version}" for bump in plan.bumps))
        return f"{action}({subject}): {plan.target} {moves}"
    versions = ", ".join(dict.fromkeys(bump.new.version for bump in plan.bumps))
    source = f"{plan.source} " if plan.source and plan.source != versions else ""
    return f"{action}({subject}): {source}{versions} → {plan.target}"


def message(action: str, proposal: Proposal, *, source_commit: str = "") -> str:
    """The whole commit message: title, what moves, the reason, and the trailers."""
    plan = proposal.plan
    moves = dict.fromkeys(f"{b.old.name}: {b.old.version} → {b.new.version}" for b in plan.bumps)
    said = "\n".join(trailers(action, proposal, source_commit=source_commit))
    return f"{title(action, proposal.subject, plan)}\n\n" + "\n".join(moves) + f"\n\n{said}\n"


def said(body: str) -> dict[str, tuple[str, ...]]:
    """What the trailers of a body or message say, by key without `Promoter-`: `App` gives `("shop",)`."""
    found: dict[str, tuple[str, ...]] = {}
    for key, value in _TRAILER.findall(body):
        found[key] = (*found.get(key, ()), value.strip())
    return found


def overrides(said: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The gates that the trailers of a body open by hand, as `said` gives them; nothing without any."""
    return tuple(gate.strip() for text in said.get("Override", ()) for gate in text.split(","))


def trailers(action: str, proposal: Proposal, *, source_commit: str = "") -> Iterator[str]:
    """The trailer lines, each `Promoter-Key: value` on one line; unknown values are left out."""
    plan = proposal.plan
    values: list[tuple[str, str]] = [
        ("Action", action),
        *(("App", app) for app in dict.fromkeys(b.app for b in plan.bumps) or (proposal.subject,)),
        ("Env", proposal.environment),
    ]
    for bump in {(b.old.name, b.old.version, b.new.version): b for b in plan.bumps}.values():
        values += [("Image", bump.old.name), ("From", bump.old.version), ("To", bump.new.version)]
    values += [
        ("Source-Commit", source_commit),
        ("Requested-By", proposal.requested_by),
        ("Because", proposal.because),
        ("Override", ", ".join(proposal.overridden)),
    ]
    for key, value in values:
        if value:
            yield f"Promoter-{key}: {' '.join(value.split())}"
