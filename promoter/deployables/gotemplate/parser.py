"""Pieces to a tree, by the grammar of https://pkg.go.dev/text/template#hdr-Actions.

`define`, `template` and `block` are named as unsupported; everything else of the language is read.
"""

import ast
import re
from functools import lru_cache
from typing import Final

from promoter.deployables.gotemplate.errors import TemplateError
from promoter.deployables.gotemplate.lexer import Action, Token, pieces
from promoter.deployables.gotemplate.nodes import (
    Branch,
    Call,
    Chain,
    Dot,
    Leave,
    Literal,
    Node,
    Operand,
    Output,
    Pipe,
    Text,
    Variable,
)
from promoter.model import Json

_UNSUPPORTED: Final = ("define", "template", "block")
_BRANCHES: Final = ("if", "with", "range")
_CONSTANTS: Final[dict[str, Json]] = {"true": True, "false": False, "nil": None}


@lru_cache(maxsize=4096)
def parse(template: str) -> tuple[Node, ...]:
    """The tree of a template. Raises TemplateError with what was found and what was expected."""
    reader = _Reader(pieces(template))
    nodes, ended = reader.nodes()
    if ended is not None:
        raise TemplateError(f"unexpected {{{{{ended}}}}}")
    return nodes


class _Reader:
    """Reads nodes from pieces; one use."""

    __slots__ = ("_at", "_pieces")

    def __init__(self, found: tuple[str | Action, ...]) -> None:
        self._pieces, self._at = found, 0

    def nodes(self) -> tuple[tuple[Node, ...], str | None]:
        """The nodes up to `end` or `else` (whose words are given back), or up to the end of the text."""
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
            found.append(self._node(piece.tokens))
        return tuple(found), None

    def _node(self, tokens: tuple[Token, ...]) -> Node:
        if not tokens:
            raise TemplateError("an action is empty")
        keyword = tokens[0].text
        if keyword in _UNSUPPORTED:
            raise TemplateError(f"the action {keyword} is not supported")
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
        elif ended is not None and ended.startswith("else "):
            piece = self._pieces[self._at]
            assert isinstance(piece, Action)
            self._at += 1
            otherwise, ended = (self._branch(ended.split()[1], piece.tokens[2:]),), "end"
        if ended != "end":
            raise TemplateError(f"{{{{{keyword}}}}} has no {{{{end}}}}")
        return Branch(keyword, pipe, body, otherwise)


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
        if token.kind != "word" or token.text in _CONSTANTS:
            operand = self._operand()
            if not first and not isinstance(operand, (Chain, Call)):
                raise TemplateError(f"{token.text!r} is no function to pipe into in {self._written()}")
            return operand
        self._at += 1
        arguments: list[Operand] = []
        while (following := self._peek()) is not None and following.text not in ("|", ")", ","):
            arguments.append(self._operand())
        return Call(token.text, tuple(arguments))

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
    if token.kind == "number":
        digits = token.text.replace("_", "")
        fraction = re.search(r"[.eE]", digits) and "x" not in digits.lower()
        octal = re.fullmatch(r"[+-]?0\d+", digits)
        return float(digits) if fraction else int(digits, 8 if octal else 0)
    if token.kind == "char":
        return ord(str(ast.literal_eval(token.text)))
    if token.kind == "string":
        return token.text[1:-1] if token.text[0] == "`" else str(ast.literal_eval(token.text))
    raise TemplateError(f"unexpected {token.text!r}")
