"""A promotion or rollback as lines for a terminal: what moves, what stays and why, what to do next."""

from collections.abc import Iterator

from promoter.gates import GateState
from promoter.report.diff.text import comparison_lines
from promoter.report.paint import Paint, printable
from promoter.report.promotion.value import PromotionReport, Proposal

_STATES = {GateState.ALLOWED: "green", GateState.PENDING: "yellow", GateState.REFUSED: "red"}
_PROOFS = {"proven": "green", "unproven": "yellow", "refused": "red"}


def render(report: PromotionReport, *, colour: bool = False) -> str:
    """The whole report; a sentence when there was nothing to do."""
    paint = Paint(colour)
    lines: list[str] = []
    for proposal in report.proposals:
        lines += [*_proposal(report, proposal, paint), ""]
    lines += [f"note: {note}" for note in report.notes]
    if not any(each.plan.bumps for each in report.proposals):
        lines.append("Nothing to do: everything asked for is there already.")
    return "\n".join(lines).rstrip("\n") + "\n"


def _proposal(report: PromotionReport, proposal: Proposal, paint: Paint) -> Iterator[str]:
    plan = proposal.plan
    yield paint(f"{proposal.subject} → {proposal.environment}", "", bold=True)
    for bump in plan.bumps:
        versions = f"{_version(bump.old)} → {paint(_version(bump.new), 'green')}"
        yield f"  {bump.old.name}  {versions}  {paint(str(bump.pin.location), '', dim=True)}"
        if bump.pin.warning:
            yield paint(f"    warning: {bump.pin.warning}", "yellow")
    for part in plan.carried:
        yield f"  carried along: {part.field} from {part.source}  {paint(str(part.location), '', dim=True)}"
    for skipped in plan.skipped:
        yield paint(f"  left alone: {printable(skipped.what)}: {skipped.reason}", "", dim=True)
    if not plan.bumps and not proposal.files:
        return
    yield from _judgement(proposal, paint)
    if report.done == "planned":
        for comparison in proposal.comparisons:
            yield from (f"  {line}" for line in comparison_lines(comparison, paint))
    yield from _outcome(report, proposal, paint)


def _judgement(proposal: Proposal, paint: Paint) -> Iterator[str]:
    proof = proposal.proof
    if proposal.plan.bumps:
        changed = f"only {', '.join(proof.changed)} changes" if proof.changed else ""
        said = ": ".join(filter(None, (proof.state, proof.reason or changed)))
        yield "  proof: " + paint(printable(said), _PROOFS[proof.state])
    for verdict in proposal.verdicts:
        if not verdict.passed:
            opened = " (overridden)" if verdict.gate in proposal.overridden else ""
            yield f"  {verdict.gate}: " + paint(
                f"{verdict.state}: {verdict.reason}{opened}", _STATES[verdict.state]
            )
        elif verdict.warning:
            yield f"  {verdict.gate}: " + paint(f"warning: {verdict.reason}", "yellow")
    for kept in proposal.kept:
        yield f"  {kept}"


def _outcome(report: PromotionReport, proposal: Proposal, paint: Paint) -> Iterator[str]:
    if proposal.refusals:
        yield paint(f"  not {report.done}: {proposal.refusals[0]}", "red")
    elif proposal.written:
        yield f"  edited: {', '.join(proposal.written)}"
    elif proposal.commit:
        yield f"  branch {proposal.branch} at {proposal.commit[:12]}"
    if proposal.pull_request is not None:
        request = proposal.pull_request
        yield paint(f"  pull request #{request.number}: {request.url}", "cyan")


def _version(image: object) -> str:
    version = getattr(image, "version", "")
    digest = getattr(image, "digest", None)
    if digest and version != digest:
        return f"{version}@{digest[:19]}"
    return version or "(none)"
