"""A promotion or rollback as JSON: `promoter/promote/v1` and `promoter/rollback/v1`.

`plan`, `proof`, `branch`, `commit` and `pull_request` at the top are those of the whole run (of its
only proposal, where there is one); `proposals` has one entry for each app and environment.
"""

import json

from promoter.model import Bump, Json
from promoter.report.promotion.value import PromotionReport, Proposal


def render(report: PromotionReport) -> str:
    """The report as one JSON object with a final line break."""
    return json.dumps(document(report), indent=2, ensure_ascii=False) + "\n"


def document(report: PromotionReport) -> dict[str, Json]:
    """The report as JSON values."""
    proposals = [_proposal(each) for each in report.proposals]
    only = proposals[0] if len(proposals) == 1 else {}
    return {
        "schema": "promoter/promote/v1" if report.action == "promote" else "promoter/rollback/v1",
        "engine": report.engine,
        "done": report.done,
        "plan": {
            "bumps": [_bump(bump) for each in report.proposals for bump in each.plan.bumps],
            "carried": [
                {"path": part.location.path, "field": part.field, "from": part.source}
                for each in report.proposals
                for part in each.plan.carried
            ],
            "skipped": [
                {"what": skipped.what, "reason": skipped.reason}
                for each in report.proposals
                for skipped in each.plan.skipped
            ],
            "gates": [gate for each in report.proposals for gate in _gates(each)],
        },
        "proof": only.get("proof") or _worst(report),
        "branch": only.get("branch", ""),
        "commit": only.get("commit", ""),
        "pull_request": only.get("pull_request"),
        "proposals": list(proposals),
        "notes": list(report.notes),
    }


def _worst(report: PromotionReport) -> Json:
    order = ("proven", "unproven", "refused")
    proofs = [each.proof for each in report.proposals]
    if not proofs:
        return {"state": "proven", "reason": "", "changed": []}
    worst = max(proofs, key=lambda proof: order.index(proof.state))
    changed = sorted({name for proof in proofs for name in proof.changed})
    return {"state": worst.state, "reason": worst.reason, "changed": list(changed)}


def _proposal(each: Proposal) -> dict[str, Json]:
    request = each.pull_request
    return {
        "subject": each.subject,
        "environment": each.environment,
        "bumps": [_bump(bump) for bump in each.plan.bumps],
        "gates": list(_gates(each)),
        "overridden": list(each.overridden),
        "refusals": list(each.refusals),
        "proof": {
            "state": each.proof.state,
            "reason": each.proof.reason,
            "changed": list(each.proof.changed),
        },
        "files": list(each.files),
        "written": list(each.written),
        "branch": each.branch,
        "commit": each.commit,
        "pull_request": {"number": request.number, "url": request.url, "state": request.state}
        if request
        else None,
    }


def _bump(bump: Bump) -> dict[str, Json]:
    return {
        "app": bump.app,
        "environment": bump.environment,
        "image": bump.old.name,
        "from": _version(bump.old.tag, bump.old.digest),
        "to": _version(bump.new.tag, bump.new.digest),
        "path": bump.pin.path,
        "line": bump.pin.location.line,
        "setter": bump.pin.setter,
    }


def _version(tag: str | None, digest: str | None) -> str:
    return "@".join(filter(None, (tag, digest)))


def _gates(each: Proposal) -> list[Json]:
    return [
        {
            "app": each.subject,
            "environment": each.environment,
            "gate": verdict.gate,
            "state": str(verdict.state),
            "reason": verdict.reason,
        }
        for verdict in each.verdicts
    ]
