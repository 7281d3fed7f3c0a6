"""One promotion or rollback as a value, from the plan to the pull request."""

from collections.abc import Mapping
from dataclasses import field

from promoter.diff.comparison import Comparison
from promoter.frozen import frozen
from promoter.gates import Verdict
from promoter.model import Plan, PullRequest
from promoter.plan import Proof


@frozen
class Proposal:
    """One change of one environment.

    `subject` is the app or bundle. `files` are the paths that change with their new bytes (None: gone).
    `overridden` names the gates that somebody opened by hand; `requested_by` is empty when nobody asked.
    `branch` and `commit` are empty and `pull_request` None until they exist; `written` lists the files
    edited in the work tree.
    """

    subject: str
    environment: str
    plan: Plan
    proof: Proof
    verdicts: tuple[Verdict, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    files: Mapping[str, bytes | None] = field(default_factory=dict, hash=False)
    overridden: tuple[str, ...] = ()
    because: str = ""
    requested_by: str = ""
    kept: tuple[str, ...] = ()
    branch: str = ""
    commit: str = ""
    pull_request: PullRequest | None = None
    written: tuple[str, ...] = ()

    @property
    def refusals(self) -> tuple[str, ...]:
        """Every reason why this is not proposed, the proof's first; a refused proof is never overridden."""
        open_proof = self.proof.state == "proven" or (
            self.proof.state == "unproven" and "proof" in self.overridden
        )
        proof = () if open_proof else (f"proof {self.proof.state}: {self.proof.reason}",)
        gates = tuple(f"{v.gate}: {v.reason}" for v in self.closed)
        return (*proof, *gates)

    @property
    def closed(self) -> tuple[Verdict, ...]:
        """The gates that are not open and that nobody opened by hand."""
        return tuple(v for v in self.verdicts if not v.passed and v.gate not in self.overridden)


@frozen
class PromotionReport:
    """Everything that one run of promote or rollback did; `done` says how far it went.

    `done` is `planned` (dry run), `written` (work tree) or `proposed`. `engine` rendered the proof.
    """

    action: str
    done: str
    proposals: tuple[Proposal, ...]
    engine: str = ""
    notes: tuple[str, ...] = ()
