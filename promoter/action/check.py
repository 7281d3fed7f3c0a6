"""A pull request judged: findings beside the lines, and what it changes in every environment.

Reads only. What is said is the same for everybody; a pull request from a fork gets it in the step's
summary, because its token may not comment.
"""

from promoter.action.job import Job
from promoter.commands.diff import DiffRequest, diff
from promoter.commands.lint import LintRequest, lint
from promoter.diff import DiffReport, Redactor
from promoter.errors import ExitCode, ForgeError, UsageError
from promoter.lint.report import LintReport, exit_code, serious
from promoter.model import Severity
from promoter.report.diff import html as diff_html
from promoter.report.diff import markdown as diff_markdown
from promoter.report.lint import github, markdown, sarif

COMMENT = "diff"


def check(job: Job) -> ExitCode:
    """FOUND with findings at or above the level that fails, or a build that the change breaks."""
    base = _base(job)
    found = lint(job.workspace, LintRequest(since=base))
    changes = diff(job.workspace, DiffRequest((base,), redactor=Redactor.fresh()))
    least = _least(job)
    code = exit_code(found, least)
    job.runner.say(github.render(found), commands=True)
    _files(job, found, changes)
    job.runner.summarize(f"{markdown.render(found)}\n{diff_markdown.render(changes)}")
    job.runner.output("findings", str(len(serious(found, least))))
    job.runner.output("changed", ",".join(sorted({each.environment for each in changes.changed})))
    _comment(job, changes)
    if code is ExitCode.OK and changes.broken:
        return ExitCode.FOUND
    return code


def _least(job: Job) -> Severity | None:
    word = job.settings.fail_on or job.workspace.config.lint.fail_on
    return None if word == "never" else Severity(word)


def _base(job: Job) -> str:
    """The commit to compare with: the base of GitHub's test merge, else where the head branched off."""
    repository = job.workspace.repository
    head = repository.resolve("HEAD")
    if job.event.head and head != job.event.head:
        try:
            if repository.resolve("HEAD^2") == job.event.head:
                return repository.resolve("HEAD^1")
        except UsageError:
            pass
    tip = job.event.base or job.workspace.base(fresh=False)
    return repository.merge_base(tip, head) or tip


def _files(job: Job, found: LintReport, changes: DiffReport) -> None:
    """The reports in full, for the steps that upload them."""
    findings, report = job.scratch / "promoter.sarif", job.scratch / "promoter-diff.html"
    findings.write_text(sarif.render(found), encoding="utf-8")
    report.write_text(diff_html.render(changes), encoding="utf-8")
    job.runner.output("sarif-file", str(findings))
    job.runner.output("report-file", str(report))


def _comment(job: Job, changes: DiffReport) -> None:
    """The diff as our one comment; none where nothing changes and nothing was said before."""
    if job.forge is None or not job.event.number:
        return
    try:
        said = job.forge.talk.find_comment(job.event.number, COMMENT)
        if said is not None or changes.changed or changes.failed:
            rest = f"[the artifact `promoter-report` of this run]({job.url})" if job.url else ""
            body = diff_markdown.render(changes, limit=60_000, rest=rest)
            job.forge.ensure_comment(job.event.number, COMMENT, body)
    except ForgeError as error:
        if error.retry:
            raise
        job.runner.say(f"the comment was left out: {error}")
