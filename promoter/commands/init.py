"""Write a first `promoter.yaml` from what the repository shows, every line commented.

Environments come in the order of promotion, each needing those of the tier before, and of the same place
where both names tell one (`prod-eu` needs `staging-eu`); what was inferred is said in the file, so that
people can put it right.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from promoter.commands.view import View
from promoter.commands.workspace import Workspace
from promoter.config import FILE_NAME, load
from promoter.deployables import beside_tier, tier_in
from promoter.errors import UsageError
from promoter.frozen import frozen
from promoter.yamldoc import parse, written


@frozen
class Draft:
    """A configuration that could be written; `text` is empty when there is nothing to promote."""

    text: str
    told: str


def init(workspace: Workspace, *, force: bool = False) -> Draft:
    """The configuration, written to the work tree's root.

    Nothing is written where nothing can be promoted. Raises UsageError when the file exists and `force`
    is not given.
    """
    path = Path(workspace.repository.top, FILE_NAME)
    made = draft(workspace)
    if made.text:
        if path.exists() and not force:
            raise UsageError(
                f"{FILE_NAME} exists", hint="--force overwrites it; `promoter config check` reads it"
            )
        path.write_text(made.text, newline="\n")
    return made


def draft(workspace: Workspace) -> Draft:
    """The configuration that the work tree suggests."""
    view = workspace.view()
    names = _promotable(view)
    if not names:
        return Draft("", _nothing(view))
    ordered = [name for name in workspace.ordered(view.environments) if name in names]
    text = "\n".join(_lines(workspace, view, ordered)) + "\n"
    load(parse(FILE_NAME, text.encode()))
    return Draft(text, f"{FILE_NAME}: {len(ordered)} environments: {', '.join(ordered)}")


def _promotable(view: View) -> frozenset[str]:
    """The environments that share an app with another one."""
    places: dict[str, set[str]] = {}
    for each in view.deployables:
        if each.environment and each.path is not None and not each.reason:
            places.setdefault(each.app, set()).add(each.environment)
    return frozenset(name for found in places.values() if len(found) > 1 for name in found)


def _nothing(view: View) -> str:
    if not view.environments:
        return "nothing to promote: no environment was found in this repository"
    names = ", ".join(view.environments[:10])
    return f"nothing to promote: no app is deployed to more than one environment ({names})"


def _lines(workspace: Workspace, view: View, names: list[str]) -> Iterator[str]:
    controllers = Counter(each.controller for each in view.deployables if each.environment in names)
    found = ", ".join(f"{count} from {name}" for name, count in sorted(controllers.items()))
    yield f"# promoter's configuration, drafted from what this repository deploys ({found})."
    yield "# What is not written here keeps its default: `promoter config schema` lists everything."
    yield "version: 1"
    yield f"branch: {written(workspace.base_branch, 'plain')}"
    yield ""
    yield "# In the order of promotion; `needs` says which environments must run a version before."
    yield "environments:"
    before: tuple[str, ...] = ()
    for tier, members in _tiers(names):
        for name in members:
            needs = _leading_to(name, before) if tier else ()
            yield f"  {written(name, 'plain')}: {{ {_rules(tier, members, needs)} }}"
        before = tuple(members) if tier else before
    if any(not tier for tier, _ in _tiers(names)):
        yield "  # without `needs`: places whose names tell nothing of an order"
    yield ""
    yield "# How long a version must have run before it goes on, and when an environment may change:"
    yield "#   prod: { soak: 24h, windows: { allow: [{ start: '0 9 * * mon-thu', for: 7h }] } }"
    yield "# Who may ask for it in comments; without rules, nobody:"
    yield '#access:\n#  - { may: [promote, rollback], env: "*", who: ["permission:maintain"] }'


def _tiers(names: list[str]) -> list[tuple[str, list[str]]]:
    """The environments by tier, in order; those whose name tells no tier come last, under no tier."""
    tiers: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: tier_in(name) is None):
        tiers.setdefault(tier_in(name) or "", []).append(name)
    return list(tiers.items())


def _leading_to(name: str, before: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the tier before that lead to an environment: of the same place, else of none, else all."""
    same = tuple(each for each in before if beside_tier(each) == beside_tier(name))
    return same or tuple(each for each in before if not beside_tier(each)) or before


def _rules(tier: str, members: list[str], before: tuple[str, ...]) -> str:
    rules = ["tier: prod" if tier == "prod" else "tier: nonprod"]
    if tier and len(members) > 1 and tier not in members:
        rules.append(f"group: {written(tier, 'plain')}")
    if before:
        needs = ", ".join(written(each, "plain") for each in before)
        rules.append(f"needs: [{needs}]")
        if len(before) > 1:
            rules.append("needs_mode: any")
    return ", ".join(rules)
