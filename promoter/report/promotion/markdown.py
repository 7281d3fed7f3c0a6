"""The body of a promotion's or rollback's pull request: what moves, why it may, what it changes.

At most 65,000 characters with every fence closed; the same proposal gives the same bytes, so that an
unchanged pull request is not written again.
"""

import re
from collections.abc import Iterator
from typing import Final

from promoter.diff.comparison import State
from promoter.gates import GateState
from promoter.report.diff.text import comparison_lines
from promoter.report.paint import Paint, printable
from promoter.report.promotion.message import trailers
from promoter.report.promotion.value import Proposal

LIMIT: Final = 65_000
_ICONS: Final = {
    GateState.ALLOWED: ":white_check_mark:",
    GateState.PENDING: ":hourglass:",
    GateState.REFUSED: ":no_entry:",
}
_CUT: Final = "(the rest is in the job's output: promoter promote --dry-run)"


def body(action: str, proposal: Proposal, *, source_commit: str = "") -> str:
    """The Markdown of one proposal, the trailers at its end."""
    said = "\n".join(trailers(action, proposal, source_commit=source_commit))
    head = "\n\n".join(section for section in _sections(proposal) if section)
    undo = _undo(action, proposal)
    tail = f"{undo}\n\n{said}\n"
    room = LIMIT - len(head) - len(tail) - 4
    return f"{head}\n\n{_changes(proposal, room)}\n\n{tail}"


def _sections(proposal: Proposal) -> Iterator[str]:
    yield _because(proposal)
    yield _images(proposal)
    yield _gates(proposal)
    yield _risks(proposal)
    yield _carried(proposal)
    yield _left_alone(proposal)


def _because(proposal: Proposal) -> str:
    return f"> {_inline(proposal.because)}" if proposal.because else ""


def _images(proposal: Proposal) -> str:
    rows = [
        f"| `{_inline(bump.old.name)}` | `{_version(bump.old.tag, bump.old.digest)}` "
        f"| `{_version(bump.new.tag, bump.new.digest)}` | `{bump.pin.location}` |"
        for bump in proposal.plan.bumps
    ]
    return "\n".join(("| Image | From | To | Written at |", "|---|---|---|---|", *rows))


def _gates(proposal: Proposal) -> str:
    proof = proposal.proof
    changed = f"only {', '.join(proof.changed)}" if proof.changed else "nothing that is rendered here"
    icon = GateState.ALLOWED if proof.state == "proven" else GateState.PENDING
    rows = [f"| proof | {_ICONS[icon]} {proof.state} | {_cell(proof.reason or f'changes {changed}')} |"]
    for verdict in proposal.verdicts:
        opened = " (overridden)" if verdict.gate in proposal.overridden and not verdict.passed else ""
        state = f"{_ICONS[verdict.state]} {verdict.state}{opened}"
        rows.append(f"| {verdict.gate} | {state} | {_cell(verdict.reason)} |")
    return "\n".join(("| Gate | State | Why |", "|---|---|---|", *rows))


def _risks(proposal: Proposal) -> str:
    found = dict.fromkeys(
        f"- **{risk.name}** {change.key}: {_inline(risk.message)}"
        for comparison in proposal.comparisons
        for change in comparison.diff.changes
        for risk in change.risks
    )
    return "\n".join(("**Risks**", "", *found)) if found else ""


def _carried(proposal: Proposal) -> str:
    lines = [
        f"- {_inline(part.location.path)} {_inline(part.field)} from {_inline(part.source)}"
        for part in proposal.plan.carried
    ]
    return "\n".join(("**Carried along**", "", *lines)) if lines else ""


def _left_alone(proposal: Proposal) -> str:
    skipped = [f"- {_inline(each.what)}: {_inline(each.reason)}" for each in proposal.plan.skipped]
    kept = [f"- {_inline(each)}" for each in proposal.kept]
    lines = [*kept, *(line for line in skipped if not line.endswith("already there"))]
    return "\n".join(("**Left alone**", "", *lines)) if lines else ""


def _changes(proposal: Proposal, room: int) -> str:
    """One folded section for each build that changes, cut where the body would become too long."""
    found: list[str] = []
    for comparison in proposal.comparisons:
        if comparison.state is State.UNCHANGED:
            continue
        lines = list(comparison_lines(comparison, Paint()))
        section = _folded(comparison.title, lines, room)
        found.append(section)
        room -= len(section) + 2
    return "\n\n".join(found) or "Nothing that is rendered changes."


def _folded(title: str, lines: list[str], room: int) -> str:
    fence = "`" * (max((len(run) for run in re.findall(r"`{3,}", "\n".join(lines))), default=2) + 1)
    head = f"<details><summary>Rendered difference: {_inline(title)}</summary>\n\n{fence}text\n"
    foot = f"\n{fence}\n\n</details>"
    left = room - len(head) - len(foot) - len(_CUT) - 1
    kept: list[str] = []
    for line in lines:
        left -= len(line) + 1
        if left < 0:
            kept.append(_CUT)
            break
        kept.append(line)
    return head + "\n".join(kept) + foot if room > len(head) + len(foot) + len(_CUT) else _CUT


def _undo(action: str, proposal: Proposal) -> str:
    subject, environment = proposal.subject, proposal.environment
    if action == "rollback":
        hold = f"`promoter release {subject} --in {environment}`"
        return f"It is held there afterwards; {hold} lets promotions through again."
    return f'To take it back: `promoter rollback {subject} --in {environment} --because "TEXT"`'


def _version(tag: str | None, digest: str | None) -> str:
    return "@".join(filter(None, (tag, digest))) or "none"


def _inline(text: str) -> str:
    """Text on one line that cannot open a tag, a mention or a code fence."""
    flat = " ".join(printable(text).split())
    return flat.replace("<", "&lt;").replace("@", "@\u200b").replace("```", "'''")


def _cell(text: str) -> str:
    return _inline(text).replace("|", "\\|")
