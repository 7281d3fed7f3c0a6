"""One rule's page, and the page that lists all of them, as Markdown: what `docs/rules/` is made of."""

from collections.abc import Iterable

from promoter.lint.catalogue import AnyRule
from promoter.lint.peers import PEERS, TOOLS

_READS = {
    "source": "the files as written",
    "rendered": "the rendered manifests of each deployed root",
    "environments": "the renders of one app in all its environments",
    "git": "a change: the renders before and after it",
}


def page(rule: AnyRule) -> str:
    """The rule's whole documentation."""
    head, _, body = rule.documentation.partition("\n")
    fix = {"safe": "safe (`--fix`)", "unsafe": "unsafe (`--unsafe-fixes`)"}.get(rule.fix, "none")
    facts = [
        f"# {rule.code} {rule.name}",
        "",
        head,
        "",
        f"- Severity: {rule.severity}",
        f"- Profile: {rule.profile.name.lower()}",
        f"- Reads: {_READS[rule.scope]}",
        f"- Fix: {fix}",
        f"- Since: {rule.since}",
    ]
    parts = ["\n".join(facts), body.strip()]
    if rule.options:
        rows = [
            f"| `{option.name}` | {_shown(option.default)} | {option.summary} |" for option in rule.options
        ]
        parts.append("\n".join(["| Option | Default | |", "|---|---|---|", *rows]))
    peers = PEERS.get(rule.code, ())
    if peers:
        parts.append("## The same elsewhere\n\n" + "\n".join(f"- {_peer(peer)}" for peer in peers))
    silence = f"`# promoter: ignore[{rule.code}] reason` on the line, or `{rule.code}: off` under"
    parts.append(f"## Suppressing\n\n{silence}\n`lint.severity` in `promoter.yaml`.")
    return "\n\n".join(parts) + "\n"


def index(rules: Iterable[AnyRule]) -> str:
    """The page that lists the rules, a table for each family."""
    families: dict[str, list[AnyRule]] = {}
    for rule in rules:
        families.setdefault(rule.code.rstrip("0123456789"), []).append(rule)
    parts = ["# Rules", "This folder is generated: `python docs/generate_rules.py` writes it."]
    for family, members in families.items():
        rows = [
            f"| [{r.code}]({r.code}.md) | {r.name} | {r.severity} | {_profile(r)} | {r.summary} |"
            for r in members
        ]
        head = [f"## {family}", "", "| Code | Name | Severity | Profile | What |", "|---|---|---|---|---|"]
        parts.append("\n".join([*head, *rows]))
    return "\n\n".join(parts) + "\n"


def _profile(rule: AnyRule) -> str:
    return rule.profile.name.lower()


def _shown(value: str | bool | int | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return ", ".join(f"`{item}`" for item in value) or "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _peer(peer: str) -> str:
    tool, _, name = peer.partition(":")
    return f"{TOOLS.get(tool, tool)}: `{name}`"
