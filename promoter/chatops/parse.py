"""Lines of a comment to commands, or to a sentence about what was not understood.

A comment with anything wrong in it asks for nothing: a half-done comment has no honest answer. Lines
that are not addressed to promoter are left alone without a word, unless they look like a slip of one
of its verbs.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from typing import Final

from promoter.chatops.grammar import FORMS, Clause, Command, Form, Verb, usage
from promoter.chatops.words import WordError, shown, unseen
from promoter.frozen import frozen

MOST_COMMANDS: Final = 10
MOST_PROBLEMS: Final = 5
LONGEST_LINE: Final = 1000
LONGEST_COMMENT: Final = 65_536

_WORD = re.compile(r"[\"“”]([^\"“”]*)[\"“”](?=\s|$)|(\S+)")
_VERB_LIKE = re.compile(r"[^\s/]{3,20}")
_MARKS = re.compile(r"`+|<!--")
_SEEN = re.compile(r"[^\n]")
_CONTAINERS: Final = {"blockquote_open": "quote", "bullet_list_open": "list", "ordered_list_open": "list"}


@frozen
class Misunderstood:
    """A line that was meant for promoter and could not be read: 1-based line, and what to tell."""

    line: int
    message: str


@frozen
class Comment:
    """What a comment asks for. When there are problems there are no commands."""

    commands: tuple[Command, ...] = ()
    problems: tuple[Misunderstood, ...] = ()

    @property
    def changing(self) -> Command | None:
        """The one command that changes something, None when the comment only asks to be shown things."""
        return next((command for command in self.commands if command.verb.changes), None)

    def __bool__(self) -> bool:
        return bool(self.commands or self.problems)


@frozen
class _Token:
    text: str
    quoted: bool


def parse(text: str, prefix: str = "") -> Comment:
    """What the comment `text` asks for; falsy when it says nothing to promoter.

    With a `prefix` such as `/gitops`, commands are written `/gitops promote …` and nothing else is
    looked at, for repositories where another bot owns `/hold`.
    """
    if len(text) > LONGEST_COMMENT:
        return Comment(
            problems=(Misunderstood(1, f"the comment is longer than {LONGEST_COMMENT} characters"),)
        )
    commands: list[Command] = []
    problems: list[Misunderstood] = []
    for line, content, inside in _lines(text, prefix):
        try:
            command = _command(content, prefix)
        except WordError as error:
            problems.append(Misunderstood(line, str(error)))
            continue
        if command is not None and inside:
            problems.append(
                Misunderstood(line, f"this line belongs to the {inside} above: leave a line empty")
            )
        elif command is not None:
            commands.append(replace(command, line=line))
    problems += _too_many(commands)
    return Comment((), tuple(problems[:MOST_PROBLEMS])) if problems else Comment(tuple(commands))


def _too_many(commands: list[Command]) -> Iterator[Misunderstood]:
    changing = [command for command in commands if command.verb.changes]
    if len(changing) > 1:
        both = f"`/{changing[0].verb}` (line {changing[0].line}) and `/{changing[1].verb}`"
        yield Misunderstood(changing[1].line, f"{both} both change something: write one comment for each")
    if len(commands) > MOST_COMMANDS:
        yield Misunderstood(
            commands[MOST_COMMANDS].line, f"a comment holds at most {MOST_COMMANDS} commands"
        )


def _lines(text: str, prefix: str) -> Iterator[tuple[int, str, str]]:
    """Lines that start with a slash where GitHub shows plain text, with their 1-based numbers.

    The third part names the quote or list that swallows the line because no empty line ends it.
    """
    if "/" not in text:
        return
    from markdown_it import MarkdownIt

    source = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    inside, inside_end = "", 0
    for token in MarkdownIt("commonmark").disable("inline").parse("\n".join(source)):
        begin, end = token.map or (0, 0)
        if token.type in _CONTAINERS and begin >= inside_end:
            inside, inside_end = _CONTAINERS[token.type], end
        if token.type == "inline":
            visible = _visible("\n".join(source[begin:end])).split("\n")
            for index, line in enumerate(visible, start=begin):
                if line.startswith(prefix or "/"):
                    yield index + 1, source[index], inside if index < inside_end else ""


def _visible(paragraph: str) -> str:
    """The paragraph with code spans and HTML comments blanked; line ends and columns stay."""
    marks = [(mark.start(), mark[0]) for mark in _MARKS.finditer(paragraph)]
    last = {mark: start for start, mark in marks}
    pieces: list[str] = []
    position = 0
    for index, (start, mark) in enumerate(marks):
        if start < position:
            continue
        end = 0
        if mark == "<!--":
            end = paragraph.find("-->", start + len(mark)) + len("-->")
        elif last[mark] > start:
            end = next(later for later, same in marks[index + 1 :] if same == mark) + len(mark)
        if end > start:
            pieces += (paragraph[position:start], _SEEN.sub(" ", paragraph[start:end]))
            position = end
    return "".join(pieces) + paragraph[position:]


def _command(line: str, prefix: str) -> Command | None:
    """The command on a line, None when the line is not for us. Raises WordError when it is a slip."""
    verb, rest = _verb(line, prefix)
    if verb is None:
        return None
    if len(line) > LONGEST_LINE:
        raise WordError(f"the line has {len(line)} characters; a command has at most {LONGEST_LINE}")
    hidden = unseen(line)
    if hidden is not None:
        raise WordError(f"the line holds a character that cannot be seen: {hidden}. Type the command again")
    return _filled(Command(verb), FORMS[verb], _tokens(rest), usage(verb, prefix))


def _verb(line: str, prefix: str) -> tuple[Verb | None, str]:
    words = line.split(maxsplit=1)
    if prefix:
        if words[0] != prefix:
            return None, ""
        words = ("/" + words[1]).split(maxsplit=1) if len(words) > 1 else ["/help"]
    word, rest = words[0], words[1] if len(words) > 1 else ""
    name = word[1:].lower()
    if name in FORMS:
        return Verb(name), rest
    close = get_close_matches(name, list(FORMS), n=1, cutoff=0.8) if _VERB_LIKE.fullmatch(name) else []
    if close:
        said = f"{prefix} {close[0]}" if prefix else f"/{close[0]}"
        raise WordError(f"{shown(word)} is not a command: did you mean `{said}`?")
    if prefix:
        raise WordError(f"{shown(name)} is not a command: `{prefix} help` lists them")
    return None, ""


def _tokens(rest: str) -> list[_Token]:
    found = [
        _Token(match[1] if match[2] is None else match[2], match[2] is None)
        for match in _WORD.finditer(rest)
    ]
    broken = next((token for token in found if not token.quoted and token.text[0] in '"“”'), None)
    if broken is not None:
        raise WordError(f"the quote that begins at {shown(broken.text)} does not end")
    return found


def _filled(command: Command, form: Form, tokens: list[_Token], shape: str) -> Command:
    """The command with the clauses that the tokens spell, each at most once."""
    waiting = list(form.clauses)
    given: list[Clause] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        clause = _clause(token, waiting, shape, first=not given)
        position += 1
        word = token.text
        if clause.keyword and clause.value:
            if position == len(tokens):
                raise WordError(
                    f"`{clause.keyword}` is the last word; after it comes {clause.value}: `{shape}`"
                )
            word = _value(tokens[position], clause)
            position += 1
        command = clause.take(command, word)
        rival = next((other for other in given if clause.group and other.group == clause.group), None)
        if rival is not None:
            raise WordError(f"`{rival.keyword}` and `{clause.keyword}` exclude each other: `{shape}`")
        waiting.remove(clause)
        given.append(clause)
    missing = next((clause for clause in waiting if clause.required), None)
    if missing is not None and (given or form.bare is None):
        raise WordError(f"`{missing.usage}` is missing: `{shape}`")
    return command


def _clause(token: _Token, waiting: list[Clause], shape: str, *, first: bool) -> Clause:
    """The clause that the token begins. Raises WordError when none can."""
    for clause in waiting:
        if not token.quoted and token.text.lower() == clause.keyword:
            return clause
    bare = waiting[0] if first and waiting and not waiting[0].keyword else None
    if bare is not None and not token.quoted and not token.text.startswith("-"):
        return bare
    hint = ' Put a reason between quotes: because "…".' if "because" in shape and not token.quoted else ""
    raise WordError(f"{shown(token.text)} is not expected here: `{shape}`.{hint}")


def _value(token: _Token, clause: Clause) -> str:
    """The word after a keyword. A dash would be an option that its writer forgot a value before."""
    if token.quoted and clause.keyword != "because":
        raise WordError(f"`{clause.keyword}` takes {clause.value} without quotes")
    if not token.quoted and token.text.startswith("-"):
        raise WordError(f"{shown(token.text)} stands where `{clause.keyword}` needs {clause.value}")
    return token.text
