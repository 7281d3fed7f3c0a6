"""How the linter judges: environments in order, versions of Kubernetes, the change, and the chosen rules.

Must not judge or write. Callers may rely on this: a rule, profile or version that does not exist is a
UsageError, whoever named it.
"""

import json
from dataclasses import replace
from datetime import date

from promoter.commands.clock import now
from promoter.commands.lint_sources import LintRequest, sources
from promoter.commands.workspace import Workspace
from promoter.config import FILE_NAME, LintIgnore
from promoter.errors import UsageError, check_known, nearest
from promoter.frozen import frozen
from promoter.kustomize import differing
from promoter.lint.accepted import Accepted
from promoter.lint.catalogue import RULES
from promoter.lint.changes import change
from promoter.lint.context import LATEST, RenderedContext
from promoter.lint.custom import Custom
from promoter.lint.custom import rules as custom_rules
from promoter.lint.environments import Stage, inferred
from promoter.lint.inputs import Inputs
from promoter.lint.rule import Profile, Report, Rule, Settings
from promoter.lint.selection import Policy, check_selectors
from promoter.lint.source import SourceContext
from promoter.model import Location, Severity


@frozen
class Before:
    """The state of the repository to compare with, and the files that differ from it in the work tree."""

    source: SourceContext
    paths: tuple[str, ...]


def before_of(workspace: Workspace, request: LintRequest) -> Before | None:
    """All that is deployed at `since`, or where the work branched off from it; None without a `since`."""
    if not request.since:
        return None
    base = workspace.repository.merge_base(request.since, "HEAD") or request.since
    everything = replace(request, paths=(), extra={}, since="")
    view = workspace.view(base)
    paths = differing(view.snapshot, workspace.view().snapshot)
    return Before(sources(workspace, view, everything), paths)


def inputs_of(
    workspace: Workspace, source: SourceContext, request: LintRequest, before: Before | None = None
) -> Inputs:
    """The engine's inputs: stages in order, versions of Kubernetes, today's date, the change `before` made.

    Without `before` there is no change to judge.
    """
    names = workspace.ordered({root.environment for root in source.roots if root.environment})
    configured = workspace.config.environments
    stages = tuple(
        Stage(
            name,
            workspace.environment(name).tier,
            configured[name].needs if name in configured else inferred(name, names),
        )
        for name in names
    )
    minors = {
        name: minor(workspace.environment(name).kubernetes)
        for name in names
        if workspace.environment(name).kubernetes and not request.kubernetes
    }
    asked = minor(request.kubernetes) if request.kubernetes else LATEST
    lint = workspace.config.lint
    accepted = tuple(_accepted(entry) for entry in lint.ignores)
    today = now().date()
    own = custom(workspace)
    since = change(before.source, source, stages, before.paths) if before is not None else None
    return Inputs(
        source, today, stages, minors, asked, lint.external, git=since, accepted=accepted, custom=own
    )


def custom(workspace: Workspace) -> tuple[Rule[RenderedContext, Report], ...]:
    """The repository's own rules. Raises UsageError for one that cannot be used."""
    taken = [name for rule in RULES for name in (rule.code, rule.name)]
    listed = (
        Custom(r.code, r.name, r.expression, r.message, r.kinds, Severity(r.severity))
        for r in workspace.config.lint.rules
    )
    return custom_rules(listed, taken)


def _accepted(entry: LintIgnore) -> Accepted:
    until = date.fromisoformat(entry.until) if entry.until else None
    return Accepted(
        entry.rules, entry.reason, entry.path, entry.object, entry.container, entry.environments, until,
        Location(FILE_NAME, entry.line),
    )  # fmt: skip


def minor(version: str) -> int:
    """The minor version of `1.34` or `v1.34.2`. Raises UsageError for anything else."""
    parts = version.removeprefix("v").split(".")
    if len(parts) < 2 or parts[0] != "1" or not parts[1].isdecimal():  # noqa: PLR2004 -- major and minor
        raise UsageError(f"expected a version of Kubernetes such as 1.34, found {version!r}")
    return int(parts[1])


def policy_of(workspace: Workspace, request: LintRequest) -> Policy:
    """The rules that were chosen, the command line before the configuration."""
    config = workspace.config.lint
    select = request.select or config.select
    ignore = (*request.ignore, *(() if request.select else config.ignore))
    tables = (config.severity, *config.environments.values())
    named = [rule for entry in config.ignores for rule in entry.rules]
    said = (*select, *ignore, *config.non_ignorable, *named, *(name for table in tables for name in table))
    check_selectors(said, (*RULES, *custom(workspace)))
    _check_options(config.options)
    return Policy(
        profile_of(request.profile or config.profile),
        select,
        ignore,
        config.severity,
        config.environments,
        config.non_ignorable,
    )


def _check_options(options: Settings) -> None:
    """Nothing for options that rules have and values that they accept. Raises UsageError for others."""
    known = {rule.code: {option.name: option for option in rule.options} for rule in RULES if rule.options}
    for code, given in options.items():
        if code not in known:
            hint = nearest(code, known, "rules with options")
            raise UsageError(f"the rule {code!r} has no options", hint=hint, where=FILE_NAME)
        for name, value in given.items():
            option = known[code].get(name)
            if option is None:
                hint = nearest(name, known[code], "its options")
                raise UsageError(f"{code} has no option {name!r}", hint=hint, where=FILE_NAME)
            if not option.accepts(value):
                said = f"expected {option.expected} for {code}.{name}, found {json.dumps(value)}"
                raise UsageError(said, hint=f"{name}: {option.summary}", where=FILE_NAME)


def profile_of(name: str) -> Profile:
    """The profile of that name. Raises UsageError when there is none."""
    known = {profile.name.lower(): profile for profile in Profile if profile is not Profile.OPTIONAL}
    check_known("profile", name, known)
    return known[name]
