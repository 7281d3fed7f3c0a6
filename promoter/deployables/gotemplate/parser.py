"""Pieces to a tree, by the grammar of https://pkg.go.dev/text/template#hdr-Actions.

Every action that is documented there is read; `define` and `block` name templates and `template` calls them
(https://pkg.go.dev/text/template#hdr-Nested_template_definitions). What cannot be read is named.
"""

import ast
import re
from functools import lru_cache
from typing import Final

from promoter.deployables.gotemplate.errors import TemplateError
from promoter.deployables.gotemplate.lexer import DELIMITERS, Action, Delimiters, Token, pieces
from promoter.deployables.gotemplate.nodes import (
    Branch,
    Call,
    Chain,
    Dot,
    Invoke,
    Leave,
    Literal,
    Node,
    Operand,
    Output,
    Pipe,
    Template,
    Text,
    Variable,
)
from promoter.model import Json

_BRANCHES: Final = ("if", "with", "range")
_ESCAPES: Final = re.compile(
    r"""(?:[^\\]|\\(?:[abfnrtv\\'"]|[0-3][0-7]{2}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}))*"""
)
"""Text with the escapes of https://go.dev/ref/spec#Rune_literals alone."""
_CONSTANTS: Final[dict[str, Json]] = {"true": True, "false": False, "nil": None}


@lru_cache(maxsize=4096)
def parse(template: str, delimiters: Delimiters = DELIMITERS) -> Template:
    """The tree of a template. Raises TemplateError with what was found and what was expected."""
    reader = _Reader(pieces(template, delimiters))
    nodes, ended = reader.nodes(top=True)
    if ended is not None:
        raise TemplateError(f"unexpected {{{{{ended}}}}}")
    return Template(nodes, reader.named)


class _Reader:
    """Reads nodes from pieces; one use."""

    __slots__ = ("_at", "_pieces", "named")

    def __init__(self, found: tuple[str | Action, ...]) -> None:
        self._pieces, self._at = found, 0
        self.named: dict[str, tuple[Node, ...]] = {}

    def nodes(self, *, top: bool = False) -> tuple[tuple[Node, ...], str | None]:
        """The nodes up to `end` or `else` (whose words are given back), or up to the end of the text.

        Templates are defined at the `top` only.
        """
        found: list[Node] = []
        while self._at < len(self._pieces):
            piece = self._pieces[self._at]
            self._at += 1
            if isinstance(piece, str):
                found.append(Text(piece))
                continue
            words = [token.text for token in piece.tokens[:2]]
            if words[:1] in (["end"], ["else"]):
                if len(words) > 1:
                    self._at -= 1
                return tuple(found), " ".join(words)
            if words[:1] == ["define"]:
                self._define(piece.tokens, top=top)
            else:
                found.append(self._node(piece.tokens))
        return tuple(found), None

    def _define(self, tokens: tuple[Token, ...], *, top: bool) -> None:
        if not top:
            raise TemplateError("unexpected {{define}} inside another action")
        name, rest = _name(tokens)
        if rest:
            raise TemplateError(f"unexpected {rest[0].text!r} in {{{{define}}}}")
        self._keep(name, self._body("define"))

    def _keep(self, name: str, body: tuple[Node, ...]) -> None:
        """Name a template; one of white space alone is no second definition."""
        known = self.named.get(name, ())
        if _holds(known) and _holds(body):
            raise TemplateError(f"multiple definition of the template {name!r}")
        if not _holds(known):
            self.named[name] = body

    def _body(self, keyword: str) -> tuple[Node, ...]:
        body, ended = self.nodes()
        if ended != "end":
            raise TemplateError(f"{{{{{keyword}}}}} has no {{{{end}}}}")
        return body

    def _invoke(self, keyword: str, tokens: tuple[Token, ...]) -> Invoke:
        name, rest = _name(tokens)
        pipe = _Tokens(rest).whole() if rest else None
        if keyword == "block":
            if pipe is None:
                raise TemplateError(f"the block {name!r} is given no value")
            self._keep(name, self._body("block"))
        return Invoke(name, pipe)

    def _node(self, tokens: tuple[Token, ...]) -> Node:
        if not tokens:
            raise TemplateError("an action is empty")
        keyword = tokens[0].text
        if keyword in ("template", "block"):
            return self._invoke(keyword, tokens)
        if keyword in ("break", "continue") and len(tokens) == 1:
            return Leave(keyword)
        if keyword in _BRANCHES:
            return self._branch(keyword, tokens[1:])
        return Output(_Tokens(tokens).whole())

    def _branch(self, keyword: str, tokens: tuple[Token, ...]) -> Branch:
        pipe = _Tokens(tokens).whole()
        body, ended = self.nodes()
        otherwise: tuple[Node, ...] = ()
        if ended == "else":
            otherwise, ended = self.nodes()
        elif ended is not None and ended.startswith("else ") and ended.split()[1] != keyword:
            raise TemplateError(f"unexpected {{{{{ended}}}}} in {{{{{keyword}}}}}")
        elif ended is not None and ended.startswith("else ") and keyword != "range":
            piece = self._pieces[self._at]
            assert isinstance(piece, Action)
            self._at += 1
            otherwise, ended = (self._branch(ended.split()[1], piece.tokens[2:]),), "end"
        if ended != "end":
            raise TemplateError(f"{{{{{keyword}}}}} has no {{{{end}}}}")
        return Branch(keyword, pipe, body, otherwise)


def _name(tokens: tuple[Token, ...]) -> tuple[str, tuple[Token, ...]]:
    """The quoted name behind the keyword, and the tokens after it."""
    if len(tokens) < len(("keyword", "name")) or tokens[1].kind != "string":
        raise TemplateError(f"{{{{{tokens[0].text}}}}} has no quoted name")
    return str(_constant(tokens[1])), tokens[2:]


def _holds(nodes: tuple[Node, ...]) -> bool:
    """Whether there is more than white space."""
    return any(not isinstance(node, Text) or node.text.strip() for node in nodes)


class _Tokens:
    """Reads one pipeline from the tokens of an action; one use."""

    __slots__ = ("_at", "_tokens")

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._tokens, self._at = tokens, 0

    def whole(self) -> Pipe:
        """The pipeline that the tokens spell, all of them."""
        pipe = self._pipe()
        if self._at < len(self._tokens):
            raise TemplateError(f"unexpected {self._tokens[self._at].text!r} in {self._written()}")
        return pipe

    def _written(self) -> str:
        return "{{" + "".join((" " if t.spaced else "") + t.text for t in self._tokens) + "}}"

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, text: str) -> bool:
        token = self._peek()
        if token is not None and token.kind == "mark" and token.text == text:
            self._at += 1
            return True
        return False

    def _pipe(self) -> Pipe:
        declares, assigns = self._declaration()
        commands = [self._command(first=True)]
        while self._take("|"):
            commands.append(self._command(first=False))
        return Pipe(tuple(commands), declares, assigns)

    def _declaration(self) -> tuple[tuple[str, ...], bool]:
        """The variables before `:=` or `=`; nothing, and nothing read, without one."""
        start, names = self._at, list[str]()
        while (token := self._peek()) is not None and token.kind == "variable":
            self._at += 1
            names.append(token.text)
            if not self._take(","):
                break
        for mark in (":=", "="):
            if names and self._take(mark):
                return tuple(names), mark == "="
        self._at = start
        return (), False

    def _command(self, *, first: bool) -> Operand:
        token = self._peek()
        if token is None:
            raise TemplateError(f"a command is missing in {self._written()}")
        if token.kind != "word" or token.text in _CONSTANTS or self._is_chain():
            operand = self._operand()
            if not first and not isinstance(operand, (Chain, Call)):
                raise TemplateError(f"{token.text!r} is no function to pipe into in {self._written()}")
            return operand
        self._at += 1
        arguments: list[Operand] = []
        while (following := self._peek()) is not None and following.text not in ("|", ")", ","):
            arguments.append(self._operand())
        return Call(token.text, tuple(arguments))

    def _is_chain(self) -> bool:
        """Whether a field of a function's result follows: `name.field`, which takes no arguments."""
        following = self._tokens[self._at + 1 : self._at + 2]
        return any(token.kind == "field" and not token.spaced for token in following)

    def _operand(self) -> Operand:
        token = self._peek()
        assert token is not None
        self._at += 1
        operand: Operand
        if token.kind == "field":
            operand = Chain(Dot(), (token.text[1:],))
        elif token.kind == "variable":
            operand = Variable(token.text)
        elif token.kind == "dot":
            operand = Dot()
        elif token.text == "(":
            operand = self._pipe()
            if not self._take(")"):
                raise TemplateError(f"expected ')' in {self._written()}")
        elif token.kind == "word":
            operand = Literal(_CONSTANTS[token.text]) if token.text in _CONSTANTS else Call(token.text, ())
        else:
            operand = Literal(_constant(token))
        return self._fields(operand)

    def _fields(self, operand: Operand) -> Operand:
        fields: list[str] = []
        while (token := self._peek()) is not None and token.kind == "field" and not token.spaced:
            self._at += 1
            fields.append(token.text[1:])
        if not fields:
            return operand
        if isinstance(operand, Chain):
            return Chain(operand.base, (*operand.fields, *fields))
        return Chain(operand, tuple(fields))


def _constant(token: Token) -> Json:
    """The value that a literal spells. Raises TemplateError for one that Go cannot read either."""
    if token.kind not in ("number", "char", "string"):
        raise TemplateError(f"unexpected {token.text!r}")
    if token.kind == "string" and token.text[0] == "`":
        return token.text[1:-1]
    try:
        return _number(token.text) if token.kind == "number" else _quoted(token)
    except (ValueError, SyntaxError, TypeError) as error:
        raise TemplateError(f"{token.text} is no {token.kind} that can be read") from error


def _number(text: str) -> Json:
    digits = text.replace("_", "")
    fraction = re.search(r"[.eE]", digits) and "x" not in digits.lower()
    octal = re.fullmatch(r"[+-]?0\d+", digits)
    return float(digits) if fraction else int(digits, 8 if octal else 0)


def _quoted(token: Token) -> Json:
    """What stands between the quotes; a character is its number."""
    if _ESCAPES.fullmatch(token.text) is None:
        raise ValueError(token.text)
    # Both languages read the escapes that are left alike.
    text = str(ast.literal_eval(token.text))
    return ord(text) if token.kind == "char" else text
