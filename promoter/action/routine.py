"""Work that follows the state of the repository: reconcile, drift, and promotions by hand.

Each tells what it did in the step's summary and outputs. Deployment records and statuses are an index
for people: where the token may not write them, that is said and nothing else changes.
"""

from collections.abc import Iterable

from promoter.action.job import Job
from promoter.commands.diff import DiffRequest, diff
from promoter.commands.promote import PromoteRequest, promote
from promoter.commands.reconcile import reconcile
from promoter.commands.rollback import RollbackRequest, rollback
from promoter.commands.status import status
from promoter.errors import ExitCode, ForgeError, UsageError
from promoter.model import EnvRef, Json, PullRequest
from promoter.report.diff import text as diff_text
from promoter.report.markup import fenced, plain
from promoter.report.promotion import PromotionReport
from promoter.report.promotion import text as promotion_text
from promoter.report.reconcile import Decision
from promoter.report.reconcile import text as reconcile_text
from promoter.report.status import text as status_text

STATUS = "promoter"


def run_reconcile(job: Job) -> ExitCode:
    """Whatever is due, done; OK also where something waits or is refused, which the summary tells."""
    report = reconcile(job.workspace)
    said = reconcile_text.render(report)
    job.runner.say(said)
    job.runner.summarize(_section("promoter reconcile", said))
    _pull_requests(job, [each.pull_request for each in report.active if each.pull_request is not None])
    for decision in report.active:
        _record(job, decision)
    if job.settings.open_issues:
        keep_issues(job)
    return ExitCode.OK


def run_drift(job: Job) -> ExitCode:
    """The status of everything and how neighbouring environments differ, in the step's summary."""
    view = job.workspace.view(job.workspace.base(fresh=True))
    order = job.workspace.ordered(view.environments)
    table = status_text.render(status(job.workspace, revision=view.snapshot.revision))
    job.runner.summarize(_section("promoter status", table))
    for name in order:
        for upstream in job.workspace.upstream(name, order)[:1]:
            report = diff(job.workspace, DiffRequest((upstream, name)))
            job.runner.summarize(_section(f"{upstream} and {name}", diff_text.render(report)))
    if job.settings.open_issues:
        keep_issues(job)
    return ExitCode.OK


def run_by_hand(job: Job, command: str) -> ExitCode:
    """A promotion or rollback with the action's inputs. Raises UsageError when one is missing."""
    settings = job.settings
    if not settings.environment:
        raise UsageError("in which environment?", hint="set the input `environment`")
    target = EnvRef.parse(settings.environment)
    who = job.event.sender
    if command == "promote":
        name, _, version = settings.app.partition("@")
        apps = ((name, version or None),) if name else ()
        source = EnvRef.parse(settings.source) if settings.source else None
        asked = PromoteRequest(source, target, apps, because=settings.because, requested_by=who)
        report = promote(job.workspace, asked)
    else:
        if not settings.app:
            raise UsageError("which app?", hint="set the input `app`")
        back = RollbackRequest(
            (settings.app,),
            target,
            settings.version or None,
            because=settings.because,
            requested_by=who,
        )
        report = rollback(job.workspace, back)
    tell_promotion(job, report)
    return ExitCode.OK


def tell_promotion(job: Job, report: PromotionReport) -> None:
    """A promotion's or rollback's report in the log, the summary and the outputs."""
    said = promotion_text.render(report)
    job.runner.say(said)
    job.runner.summarize(_section(f"promoter {report.action}", said))
    _pull_requests(job, [each.pull_request for each in report.proposals if each.pull_request is not None])


def keep_issues(job: Job) -> None:
    """One issue for each group of findings on the default branch."""
    from promoter.commands.lint import LintRequest, lint
    from promoter.commands.tickets import tickets_on

    for line in tickets_on(job.workspace, lint(job.workspace, LintRequest())):
        job.runner.say(line)


def _section(title: str, text: str) -> str:
    return f"### {plain(title)}\n\n{fenced(text.rstrip().splitlines(), 'text')}\n\n"


def _pull_requests(job: Job, found: Iterable[PullRequest]) -> None:
    for each in list(found)[:1]:
        job.runner.output("pull-request-number", str(each.number))
        job.runner.output("pull-request-url", each.url)


def _record(job: Job, decision: Decision) -> None:
    """What the forge should remember: a status on what is proposed, a record of what landed."""
    pull = decision.pull_request
    if pull is None or not decision.commit:
        return
    try:
        if decision.step in ("propose", "rebuild"):
            job.github.set_status(decision.commit, STATUS, "success", "proved by rendering", pull.url)
        if decision.step == "land":
            text = f"{decision.subject} {decision.version}".strip()
            payload: dict[str, Json] = {"app": decision.subject, "to": decision.version, "by": "promoter"}
            payload["pull_request"] = pull.number
            job.github.record(decision.environment, decision.subject, decision.commit, text, payload)
    except ForgeError as error:
        if error.retry:
            raise
        job.runner.say(f"not recorded: {error}")
