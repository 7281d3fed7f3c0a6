"""The GitHub Action: an event of a workflow run to the work that promoter does for it.

The event file is the only way in for text that strangers wrote; it is parsed here and never reaches a
shell, an environment variable or a branch name. Configuration and code come from the default branch.
"""

from collections.abc import Mapping
from typing import Final, TextIO

from promoter.action.event import Event, read_event
from promoter.action.runner import Runner
from promoter.errors import ExitCode, PromoterError
from promoter.progress import SILENT, Progress

__all__ = ["Event", "read_event", "run_action"]

_OUTCOMES: Final = {ExitCode.OK: "ok", ExitCode.FOUND: "found", ExitCode.REFUSED: "refused"}
_ANSWERS: Final = (ExitCode.REFUSED, ExitCode.USAGE)
"""What a comment was told, which is an answer and no failure of the run."""


def run_action(environment: Mapping[str, str], log: TextIO, progress: Progress = SILENT) -> ExitCode:
    """The exit code of the step, after the event's work was done and told.

    Raises PromoterError for what could not be done, after saying so in the step's summary.
    """
    runner = Runner.of(environment, log)
    try:
        code = _run(environment, runner, progress)
    except PromoterError as error:
        runner.summarize(f"### promoter\n\n```text\n{str(error).replace('```', '')}\n```\n")
        runner.output("outcome", _OUTCOMES.get(error.exit_code, "failed"))
        raise
    runner.output("outcome", _OUTCOMES.get(code, "failed"))
    answered = environment.get("GITHUB_EVENT_NAME") == "issue_comment" and code in _ANSWERS
    return ExitCode.OK if answered else code


def _run(environment: Mapping[str, str], runner: Runner, progress: Progress) -> ExitCode:
    from promoter.action.check import check
    from promoter.action.converse import converse
    from promoter.action.job import open_job
    from promoter.action.routine import run_by_hand, run_drift, run_reconcile

    job = open_job(environment, runner, progress)
    try:
        match job.settings.chosen(job.event):
            case "check":
                return check(job)
            case "comment":
                return converse(job)
            case "drift":
                return run_drift(job)
            case "promote" | "rollback" as command:
                return run_by_hand(job, command)
            case _:
                return run_reconcile(job)
    finally:
        job.workspace.close()
