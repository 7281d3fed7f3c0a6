"""A comment answered: seen, done or refused by a reaction, and one reply that is edited in place.

Only a person's new comment counts, never an edit and never a bot's. A comment that was answered is not
answered again when its run is repeated. Whoever has no say here gets one reaction and no text.
"""

from collections.abc import Sequence

from promoter.action import rights
from promoter.action.event import CommentMade
from promoter.action.job import Job
from promoter.action.perform import perform
from promoter.action.task import About, Answer, Task, about
from promoter.chatops import Command, Comment, parse
from promoter.config import FILE_NAME
from promoter.errors import ExitCode, PromoterError, RefusedError, UsageError
from promoter.forge.github.talk import Reaction
from promoter.frozen import frozen
from promoter.report.markup import code, plain

FINISHED = "<!-- promoter:finished -->"


@frozen
class _Done:
    """One command's outcome: how it went and what to tell."""

    reaction: Reaction
    text: str
    code: ExitCode = ExitCode.OK


def converse(job: Job) -> ExitCode:
    """OK when the comment was answered or says nothing to us; else the code of what it was told."""
    comment = job.event.comment
    if comment is None or job.event.action != "created" or comment.by_bot:
        job.runner.say("nothing to do: only a person's new comment counts")
        return ExitCode.OK
    asked = parse(comment.body, job.settings.prefix)
    if not asked:
        job.runner.say("nothing to do: the comment says nothing to promoter")
        return ExitCode.OK
    found = job.github.talk.find_comment(job.event.number, _name(comment))
    if found is not None and FINISHED in found.body:
        job.runner.say(f"nothing to do: the comment was answered already in {found.url}")
        return ExitCode.OK
    return _answered(job, comment, asked)


def _name(comment: CommentMade) -> str:
    return f"reply-{comment.id}"


def _answered(job: Job, comment: CommentMade, asked: Comment) -> ExitCode:
    talk = job.github.talk
    here = about(job)
    apps = [command.subject or (here.app if here else "") for command in asked.commands]
    actor = rights.actor_of(job, comment.author, filter(None, apps))
    if rights.is_outsider(actor, job.workspace.config.access):
        talk.react(comment.id, "-1")
        job.runner.say(f"{comment.author} has no say here")
        return ExitCode.OK
    talk.react(comment.id, "eyes")
    if asked.problems:
        lines = [f"- line {each.line}: {each.message}" for each in asked.problems]
        done = [_Done("confused", "\n".join(("I did not understand this, and did nothing:", "", *lines)))]
    else:
        if asked.changing is not None:
            where = f" [Here is the run]({job.url})." if job.url else ""
            talk.ensure_comment(
                job.event.number, _name(comment), f"Working on {_shown(asked.changing)}.{where}"
            )
        done = [_attempt(job, comment, here, command) for command in asked.commands]
    return _reply(job, comment, done)


def _reply(job: Job, comment: CommentMade, done: Sequence[_Done]) -> ExitCode:
    """Writes the reply before the last reaction: a reaction without a reply would be the end of it."""
    text = "\n\n".join((f"@{comment.author}", *(each.text for each in done), FINISHED))
    job.github.ensure_comment(job.event.number, _name(comment), text)
    order: tuple[Reaction, ...] = ("confused", "-1", "rocket", "+1")
    worst = min((each.reaction for each in done), key=order.index)
    job.github.talk.react(comment.id, worst)
    job.runner.summarize(f"{text}\n")
    return max((each.code for each in done), default=ExitCode.OK)


def _attempt(job: Job, comment: CommentMade, here: About | None, command: Command) -> _Done:
    """The command's outcome; what goes wrong is told, not raised."""
    try:
        if command.verb.changes:
            _check_request(job)
        answer = perform(Task(job, command, comment.author, here))
    except RefusedError as error:
        return _Done("-1", f"{_shown(command)} was refused: {_told(error)}", ExitCode.REFUSED)
    except UsageError as error:
        return _Done("confused", f"{_shown(command)}: {_told(error)}", ExitCode.USAGE)
    except PromoterError as error:
        again = f" [The run]({job.url}) has the details." if job.url else ""
        return _Done("confused", f"{_shown(command)} failed: {_told(error)}{again}", error.exit_code)
    for pull in answer.pulls[:1]:
        job.runner.output("pull-request-number", str(pull.number))
        job.runner.output("pull-request-url", pull.url)
    return _Done(_reaction(command, answer), f"{_shown(command)}\n\n{answer.text}")


def _reaction(command: Command, answer: Answer) -> Reaction:
    return "rocket" if answer.changed or not command.verb.changes or command.dry_run else "+1"


def _check_request(job: Job) -> None:
    """Refuses on a pull request that changes what decides: its comments must not act before it is in."""
    if not job.event.is_pull_request:
        return
    state = job.workspace.config.state.rstrip("/") + "/"
    own = job.workspace.config.pull_requests.branch.partition("{")[0]
    pull = job.github.pull_request(job.event.number)
    changed = job.github.pulls.files(job.event.number) if pull.state == "open" else ()
    if FILE_NAME in changed:
        raise RefusedError(
            f"this pull request changes {FILE_NAME}, which decides who may do what",
            hint="ask on another issue or pull request",
        )
    if any(path.startswith(state) for path in changed) and not pull.branch.startswith(own):
        raise RefusedError(
            f"this pull request changes {state}, which decides what may be promoted",
            hint="ask on another issue or pull request",
        )


def _shown(command: Command) -> str:
    """The command as a heading of its answer, without anything a stranger wrote freely."""
    words = [f"/{command.verb}", command.subject or "", command.target or ""]
    return f"**{code(' '.join(filter(None, words)))}**"


def _told(error: PromoterError) -> str:
    """The error as Markdown: its first line, the others as a list, the hint."""
    first, *others = [line.strip() for line in error.message.splitlines() if line.strip()] or ["it failed"]
    lines = [_spoken(first), *(f"- {_spoken(line)}" for line in others)]
    return "\n".join(lines) + (f"\n\n{_spoken(error.hint)}" if error.hint else "")


def _spoken(text: str) -> str:
    """Our own sentence: what it quotes cannot format or ping, its code spans stay."""
    return plain(text).replace("\\`", "`")
