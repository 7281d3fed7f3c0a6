"""One command of a comment, done: from the words to the use case and to the answer.

Whatever changes something is planned first; then the rights, the rules and the head of the pull request
are looked at once more, and only then is it written. Errors are the caller's to tell.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from promoter.action.task import About, Answer, Task
from promoter.chatops import Verb, help_text
from promoter.commands import stating
from promoter.commands.clock import now
from promoter.commands.diff import DiffRequest, diff
from promoter.commands.land import land
from promoter.commands.promote import PromoteRequest, promote
from promoter.commands.rollback import RollbackRequest, rollback
from promoter.commands.status import status
from promoter.errors import ForgeError, PromoterError, RefusedError, UsageError, check_known
from promoter.gates import Note, check_overridable
from promoter.model import EnvRef, PullRequest
from promoter.report.diff import markdown as diff_markdown
from promoter.report.markup import fenced
from promoter.report.promotion import PromotionReport
from promoter.report.promotion import text as promotion_text
from promoter.report.promotion.message import overrides, said
from promoter.report.status import text as status_text

LONGEST_DIFF: Final = 50_000


def perform(task: Task) -> Answer:
    """The answer to one command. Raises UsageError, RefusedError, ForgeError, RepositoryError."""
    return _DOING[task.command.verb](task)


def _promote(task: Task) -> Answer:
    command = task.command
    if command.subject is None and command.target is None:
        return _onward(task)
    return _promoted(task, command.target or "", command.version, ())


def _onward(task: Task) -> Answer:
    """The same version to whatever comes next, from a promotion that is in."""
    done = task.promotion
    if done.pull.state != "merged":
        raise RefusedError(
            f"#{done.pull.number} is not merged yet", hint="a bare /promote goes on from where it is"
        )
    view = task.workspace.view(task.workspace.base(fresh=True))
    order = task.workspace.ordered(view.environments)
    following = [name for name in order if done.environment in task.workspace.upstream(name, order)]
    if not following:
        return Answer(f"Nothing comes after `{done.environment}`.")
    answers = [
        _promoted(replace(task, command=replace(task.command, source=done.environment)), name, None, ())
        for name in following
    ]
    pulls = tuple(pull for each in answers for pull in each.pulls)
    return Answer("\n\n".join(each.text for each in answers), any(each.changed for each in answers), pulls)


def _promoted(task: Task, target: str, version: str | None, override: tuple[str, ...]) -> Answer:
    command, app = task.command, task.subject
    names = task.names(target)
    task.permit(names, app)
    asked = PromoteRequest(
        EnvRef(command.source) if command.source else None,
        EnvRef(target),
        ((app, None if version == "newest" else version),),
        mode="plan",
        override=override,
        because=command.because or "",
        requested_by=task.login,
    )
    planned = promote(task.workspace, asked)
    if command.dry_run or not any(each.files for each in planned.proposals):
        return _told(planned)
    task.permit_again(names, app)
    return _told(promote(task.workspace, replace(asked, mode="propose")))


def _rollback(task: Task) -> Answer:
    command, app, comment = task.command, task.subject, task.job.event.comment
    names = task.names(command.target)
    task.permit(names, app)
    asked = RollbackRequest(
        (app,),
        EnvRef(command.target or ""),
        command.version,
        command.steps or 1,
        command.undo,
        hold="none" if command.unheld else f"{command.hold}s" if command.hold else None,
        because=command.because or "",
        requested_by=task.login,
        mode="plan",
        asked_at=comment.moment if comment else None,
        override=command.gates,
    )
    planned = rollback(task.workspace, asked)
    if command.dry_run or not any(each.files for each in planned.proposals):
        return _told(planned)
    task.permit_again(names, app)
    done = _told(rollback(task.workspace, replace(asked, mode="propose")))
    return _landed(task, done) if task.workspace.config.rollback.land != "manual" else done


def _landed(task: Task, done: Answer) -> Answer:
    """A rollback does not wait for the next run: it lands now, or GitHub lands it when it is green."""
    lines = [done.text]
    for pull in done.pulls:
        try:
            (landed,) = land(task.workspace, [str(pull.number)])
            lines.append(f"#{pull.number} is in as {landed.commit[:12]}.")
        except (ForgeError, RefusedError) as error:
            lines.append(_waiting(task, pull, error))
    return replace(done, text="\n\n".join(lines))


def _waiting(task: Task, pull: PullRequest, stopped: PromoterError) -> str:
    try:
        task.job.github.merge_when_green(pull.number, pull.head)
    except ForgeError as error:
        return (
            f"#{pull.number} is not in yet: {stopped.message}. It has to be merged by hand: {error.message}"
        )
    return f"#{pull.number} is not in yet: {stopped.message}. GitHub merges it as soon as it may."


def _override(task: Task) -> Answer:
    known = task.promotion
    check_overridable(task.command.gates)
    if known.pull.state != "open" or known.action != "promote":
        raise RefusedError(
            f"#{known.pull.number} is not an open promotion", hint="see `/status` for those that are"
        )
    trusted = not task.job.github.other_writer(known.pull)
    earlier = overrides(said(known.pull.body)) if trusted else ()
    gates = tuple(dict.fromkeys((*earlier, *task.command.gates)))
    return _promoted(_of_pull(task, known), known.environment, None, gates)


def _retry(task: Task) -> Answer:
    known = task.promotion
    task = replace(task, command=replace(task.command, verb=Verb.PROMOTE))
    return _promoted(_of_pull(task, known), known.environment, None, ())


def _plan(task: Task) -> Answer:
    known = task.promotion
    asked = PromoteRequest(
        _source(task, known), EnvRef(known.environment), ((known.app, None),), mode="plan"
    )
    return _told(promote(task.workspace, asked))


def _of_pull(task: Task, known: About) -> Task:
    source = _source(task, known)
    return replace(task, command=replace(task.command, source=str(source) if source else None))


def _source(task: Task, known: About) -> EnvRef | None:
    """Where the versions of a promotion come from, as reconcile chooses it."""
    view = task.workspace.view(task.workspace.base(fresh=True))
    having = {each.environment for each in view.deployables if each.app == known.app}
    upstream = task.workspace.upstream(known.environment, task.workspace.ordered(view.environments))
    return next((EnvRef(name) for name in upstream if name in having), None)


def _status(task: Task) -> Answer:
    command = task.command
    names = task.names(command.target) if command.target else ()
    tip = task.workspace.base(fresh=True)
    report = status(task.workspace, [command.subject] if command.subject else [], tip)
    rows = tuple(row for row in report.rows if not names or row.environment in names)
    return Answer(fenced(status_text.render(replace(report, rows=rows)).rstrip().splitlines(), "text"))


def _diff(task: Task) -> Answer:
    command = task.command
    tip = task.workspace.base(fresh=True)
    one, other = (f"{name}@{tip}" for name in (command.source, command.target))
    report = diff(task.workspace, DiffRequest((one, other), (command.subject,) if command.subject else ()))
    return Answer(diff_markdown.render(report, limit=LONGEST_DIFF))


def _note(task: Task) -> Note:
    command = task.command
    since = now().replace(microsecond=0)
    plain = stating.note(command.because or "", task.login, f"{command.hold}s" if command.hold else "")
    return replace(plain, since=since, until=command.until or plain.until)


def _hold(task: Task) -> Answer:
    return _stated(task, lambda: stating.hold(task.workspace, task.subject, _target(task), _note(task)))


def _release(task: Task) -> Answer:
    return _stated(task, lambda: stating.release(task.workspace, task.subject, _target(task), _note(task)))


def _freeze(task: Task) -> Answer:
    return _stated(task, lambda: stating.freeze(task.workspace, _target(task), _note(task)))


def _unfreeze(task: Task) -> Answer:
    return _stated(task, lambda: stating.unfreeze(task.workspace, _target(task), _note(task)))


def _skip(task: Task) -> Answer:
    version = task.command.version or ""
    return _stated(task, lambda: stating.skip(task.workspace, task.subject, version, _note(task)))


def _unskip(task: Task) -> Answer:
    version = task.command.version or ""
    return _stated(task, lambda: stating.unskip(task.workspace, task.subject, version, _note(task)))


def _target(task: Task) -> str:
    return task.command.target or ""


def _stated(task: Task, write: Callable[[], str]) -> Answer:
    """A small file on the base branch. A skip is for every environment that the app is deployed to."""
    app = task.command.subject or ""
    if task.command.target:
        names = task.names(task.command.target)
    else:
        view = task.workspace.view(task.workspace.base(fresh=True))
        names = tuple(sorted({each.environment for each in view.deployables if each.app == app} - {""}))
        if not names:
            check_known("app", app, view.apps)
            raise UsageError(f"{app} has no environment that is known", hint="see `promoter apps`")
    task.permit(names, app)
    task.permit_again(names, app)
    return Answer(write(), changed=True)


def _told(report: PromotionReport) -> Answer:
    """A report as an answer: its text, and a link to each pull request."""
    pulls = tuple(each.pull_request for each in report.proposals if each.pull_request is not None)
    text = fenced(promotion_text.render(report).rstrip().splitlines(), "text")
    links = "\n".join(f"- #{pull.number}" for pull in pulls)
    return Answer("\n\n".join(filter(None, (links, text))), bool(pulls), pulls)


def _help(task: Task) -> Answer:
    return Answer(help_text(task.command.topic, task.job.settings.prefix))


_DOING: Final[dict[Verb, Callable[[Task], Answer]]] = {
    Verb.PROMOTE: _promote,
    Verb.ROLLBACK: _rollback,
    Verb.HOLD: _hold,
    Verb.RELEASE: _release,
    Verb.FREEZE: _freeze,
    Verb.UNFREEZE: _unfreeze,
    Verb.SKIP: _skip,
    Verb.UNSKIP: _unskip,
    Verb.OVERRIDE: _override,
    Verb.RETRY: _retry,
    Verb.STATUS: _status,
    Verb.DIFF: _diff,
    Verb.PLAN: _plan,
    Verb.HELP: _help,
}
