"""What can be asked in a comment: one table of verbs and their clauses.

The parser and `/help` both read this table and nothing else, so the help cannot be out of date. It
decides nothing about rights or gates: a `Command` is only what was asked.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from promoter.chatops import words
from promoter.frozen import frozen


class Verb(StrEnum):
    """What a comment can ask for."""

    PROMOTE = "promote"
    ROLLBACK = "rollback"
    HOLD = "hold"
    RELEASE = "release"
    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    SKIP = "skip"
    UNSKIP = "unskip"
    OVERRIDE = "override"
    RETRY = "retry"
    STATUS = "status"
    DIFF = "diff"
    PLAN = "plan"
    HELP = "help"

    @property
    def changes(self) -> bool:
        """Whether it asks to change something, and so needs a right."""
        return self not in {Verb.STATUS, Verb.DIFF, Verb.PLAN, Verb.HELP}


@frozen
class Command:
    """One command as asked; None and empty where nothing was said.

    `source` and `target` are environments or groups; `steps` counts versions back (None: unsaid);
    `hold` is how long a rollback's or hold's hold lasts in seconds (None: as configured), `unheld`
    asks for none; `until` ends a freeze; `line` is the 1-based line of the comment.
    """

    verb: Verb
    subject: str | None = None
    version: str | None = None
    source: str | None = None
    target: str | None = None
    because: str | None = None
    steps: int | None = None
    undo: bool = False
    hold: int | None = None
    unheld: bool = False
    until: datetime | None = None
    gates: tuple[str, ...] = ()
    dry_run: bool = False
    topic: str | None = None
    line: int = 1


@frozen
class Clause:
    """One part of a command: a keyword (empty for the first bare word), its value and its place.

    `value` is the placeholder in the help, empty for a switch. Clauses of one `group` exclude another.
    """

    keyword: str
    value: str
    take: Callable[[Command, str], Command]
    required: bool = False
    group: str = ""

    @property
    def usage(self) -> str:
        """How the help writes it, without brackets."""
        return f"{self.keyword} {self.value}".strip()


@frozen
class Form:
    """How one verb is written. `bare` says that the verb alone is a sentence too, and what it means."""

    summary: str
    clauses: tuple[Clause, ...] = ()
    bare: str | None = None


def _subject(command: Command, word: str) -> Command:
    return replace(command, subject=words.name(word))


def _versioned(command: Command, word: str) -> Command:
    subject, version = words.versioned(word)
    return replace(command, subject=subject, version=version)


def _exact(command: Command, word: str) -> Command:
    subject, version = words.versioned(word)
    if version is None:
        raise words.WordError(f"{words.shown(word)} has no version: write `{subject}@VERSION`")
    return replace(command, subject=subject, version=version)


def _target(command: Command, word: str) -> Command:
    return replace(command, target=words.name(word))


def _source(command: Command, word: str) -> Command:
    return replace(command, source=words.name(word))


def _version(command: Command, word: str) -> Command:
    return replace(command, version=words.version(word))


def _because(command: Command, word: str) -> Command:
    return replace(command, because=words.reason(word))


def _hold(command: Command, word: str) -> Command:
    return replace(command, hold=words.span(word))


def _topic(command: Command, word: str) -> Command:
    topic = word.removeprefix("/").lower()
    if topic not in FORMS:
        raise words.WordError(f"{words.shown(word)} is not a command: there are {', '.join(FORMS)}")
    return replace(command, topic=topic)


_BECAUSE: Final = Clause("because", '"TEXT"', _because)
_WHY: Final = replace(_BECAUSE, required=True)
_APP: Final = Clause("", "APP", _subject, required=True)
_IN: Final = Clause("in", "ENV", _target, required=True)

FORMS: Final[dict[Verb, Form]] = {
    Verb.PROMOTE: Form(
        "moves a version to an environment or group by pull request",
        (
            Clause("", "APP[@VERSION]", _versioned),
            Clause("from", "ENV", _source),
            Clause("to", "ENV", _target, required=True),
            Clause("--dry-run", "", lambda command, _: replace(command, dry_run=True)),
            _BECAUSE,
        ),
        bare="on a merged promotion: the same version, to what comes next",
    ),
    Verb.ROLLBACK: Form(
        "takes an app back to an earlier version and holds it there",
        (
            _APP,
            _IN,
            Clause("to", "VERSION", _version, group="target"),
            Clause("--steps", "N", lambda c, w: replace(c, steps=words.count(w)), group="target"),
            Clause("--undo", "", lambda command, _: replace(command, undo=True), group="target"),
            Clause("hold", "TIME", _hold, group="hold"),
            Clause("--no-hold", "", lambda command, _: replace(command, unheld=True), group="hold"),
            Clause("--override", "GATE", lambda c, w: replace(c, gates=words.gates(w))),
            Clause("--dry-run", "", lambda command, _: replace(command, dry_run=True)),
            _WHY,
        ),
    ),
    Verb.HOLD: Form(
        "keeps an app's version where it is", (_APP, _IN, Clause("for", "TIME", _hold), _BECAUSE)
    ),
    Verb.RELEASE: Form("ends a hold", (_APP, _IN)),
    Verb.FREEZE: Form(
        "lets nothing into an environment or group",
        (
            Clause("", "ENV", _target, required=True),
            Clause("until", "DATE", lambda c, w: replace(c, until=words.moment(w))),
            _WHY,
        ),
    ),
    Verb.UNFREEZE: Form("ends a freeze", (Clause("", "ENV", _target, required=True),)),
    Verb.SKIP: Form(
        "never promotes this version",
        (Clause("", "APP@VERSION", _exact, required=True), _WHY),
    ),
    Verb.UNSKIP: Form("ends a skip", (Clause("", "APP@VERSION", _exact, required=True),)),
    Verb.OVERRIDE: Form(
        "lets this pull request past the named gates",
        (
            Clause("", "GATE[,GATE…]", lambda c, w: replace(c, gates=words.gates(w)), required=True),
            _WHY,
        ),
    ),
    Verb.RETRY: Form("runs this pull request's promotion again"),
    Verb.STATUS: Form(
        "shows which version runs where, and what stops the next one",
        (Clause("", "APP", _subject), Clause("in", "ENV", _target)),
        bare="every app",
    ),
    Verb.DIFF: Form(
        "shows how two environments differ when rendered",
        (_APP, Clause("from", "ENV", _source, required=True), Clause("to", "ENV", _target, required=True)),
    ),
    Verb.PLAN: Form("shows what this pull request's promotion would do now"),
    Verb.HELP: Form("shows this list, or one command", (Clause("", "COMMAND", _topic),), bare="the list"),
}


def usage(verb: Verb, prefix: str = "") -> str:
    """How `verb` is written, on one line: `/hold APP in ENV [for TIME] [because "TEXT"]`."""
    parts = [f"{prefix} {verb}" if prefix else f"/{verb}"]
    done: set[str] = set()
    form = FORMS[verb]
    for clause in form.clauses:
        if clause.group and clause.group in done:
            continue
        done.add(clause.group)
        rivals = [
            clause,
            *(c for c in form.clauses if c is not clause and c.group and c.group == clause.group),
        ]
        text = " | ".join(rival.usage for rival in rivals)
        parts.append(text if clause.required else f"[{text}]")
    return " ".join(parts)


def help_text(topic: str | None = None, prefix: str = "") -> str:
    """Markdown that explains every command, or the one named by `topic`."""
    chosen = [verb for verb in Verb if topic in {None, verb}]
    rows = []
    for verb in chosen:
        form = FORMS[verb]
        note = f" Alone: {form.bare}." if form.bare else ""
        rows.append(f"- `{usage(verb, prefix)}`\n  {form.summary}.{note}")
    rules = (
        "A command stands alone at the start of a line, outside quotes and code. "
        "One comment holds at most one command that changes something."
    )
    return "\n".join([*rows, "", rules]) if topic is None else "\n".join(rows)
