"""A parsed template and its data to text, as Go's text/template would print it.

`missing` is the option `missingkey`: `default` prints `<no value>`, `error` is an error. Evaluation is
bounded: a template that prints more than a million characters is an error.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from promoter.deployables.gotemplate.errors import TemplateError
from promoter.deployables.gotemplate.functions import FUNCTIONS, Function
from promoter.deployables.gotemplate.lexer import DELIMITERS, Delimiters
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
    Pipe,
    Text,
    Variable,
)
from promoter.deployables.gotemplate.parser import parse
from promoter.deployables.gotemplate.values import printed, truth
from promoter.model import Json

_LIMIT: Final = 1_000_000


def render(
    template: str,
    data: Mapping[str, Json] | None,
    missing: str = "default",
    *,
    delimiters: Delimiters = DELIMITERS,
    functions: Mapping[str, Function] | None = None,
) -> str:
    """The text that the template gives for the data. Raises TemplateError, never anything else.

    `functions` are known besides the usual ones, and before them.
    """
    if delimiters[0] not in template:
        return template
    given = None if data is None else dict(data)
    try:
        parsed = parse(template, delimiters)
        scope = _Scope(parsed.named, missing, {**FUNCTIONS, **functions} if functions else FUNCTIONS, given)
        scope.run(parsed.nodes, given)
    except _LeaveError as error:
        raise TemplateError(f"{{{{{error}}}}} outside a range") from error
    except RecursionError as error:
        raise TemplateError("the template is nested too deeply") from error
    return "".join(scope.output)


class _LeaveError(Exception):
    """`break` or `continue`, on its way to the range around it."""


class _Scope:
    """The variables and the output of one rendering; `bare` while a template is given nothing at all."""

    __slots__ = ("_bare", "_functions", "_missing", "_named", "_size", "_variables", "output")

    def __init__(
        self,
        named: Mapping[str, tuple[Node, ...]],
        missing: str,
        functions: Mapping[str, Function],
        data: dict[str, Json] | None,
    ) -> None:
        self._named, self._missing, self._functions = named, missing, functions
        self._variables: list[dict[str, Json]] = [{"$": data}]
        self._size, self._bare = 0, data is None
        self.output: list[str] = []

    def run(self, nodes: tuple[Node, ...], dot: Json) -> None:
        """Print the nodes with `dot` as the current value."""
        for node in nodes:
            if isinstance(node, Text):
                self._print(node.text)
            elif isinstance(node, Leave):
                raise _LeaveError(node.keyword)
            elif isinstance(node, Branch):
                self._branch(node, dot)
            elif isinstance(node, Invoke):
                self._invoke(node, dot)
            else:
                value = self._pipe(node.pipe, dot)
                if not node.pipe.declares:
                    self._print(printed(value))

    def _print(self, text: str) -> None:
        self._size += len(text)
        if self._size > _LIMIT:
            raise TemplateError(f"it prints more than {_LIMIT} characters")
        self.output.append(text)

    def _invoke(self, node: Invoke, dot: Json) -> None:
        """Run a named template with its own variables; `$` is what it is given."""
        body = self._named.get(node.name)
        if body is None:
            raise TemplateError(f"the template {node.name!r} is not defined")
        given = None if node.pipe is None else self._pipe(node.pipe, dot)
        kept, bare = self._variables, self._bare
        self._variables, self._bare = [{"$": given}], node.pipe is None
        try:
            self.run(body, given)
        except _LeaveError as leave:
            raise TemplateError(f"{{{{{leave}}}}} outside a range") from leave
        finally:
            self._variables, self._bare = kept, bare

    def _branch(self, node: Branch, dot: Json) -> None:
        self._variables.append({})
        try:
            if node.keyword == "range":
                self._range(node, dot)
            else:
                value = self._pipe(node.pipe, dot)
                if truth(value):
                    self.run(node.body, value if node.keyword == "with" else dot)
                else:
                    self.run(node.otherwise, dot)
        finally:
            self._variables.pop()

    def _range(self, node: Branch, dot: Json) -> None:
        pipe = Pipe(node.pipe.commands)
        pairs = tuple(_pairs(self._pipe(pipe, dot)))
        names = node.pipe.declares
        for key, value in pairs:
            self._variables.append(
                dict(zip(names, (key, value) if len(names) > 1 else (value,), strict=False))
            )
            try:
                self.run(node.body, value)
            except _LeaveError as leave:
                if str(leave) == "break":
                    break
            finally:
                self._variables.pop()
        if not pairs:
            self.run(node.otherwise, dot)

    def _pipe(self, pipe: Pipe, dot: Json) -> Json:
        value = self._operand(pipe.commands[0], dot)
        for command in pipe.commands[1:]:
            if not isinstance(command, Call):
                raise TemplateError("only a function can be piped into")
            value = self._call(command, dot, (value,))
        for name in pipe.declares:
            self._declare(name, value, assigns=pipe.assigns)
        return value

    def _declare(self, name: str, value: Json, *, assigns: bool) -> None:
        for frame in reversed(self._variables):
            if not assigns or name in frame:
                frame[name] = value
                return
        raise TemplateError(f"undefined variable {name}")

    def _operand(self, operand: Operand, dot: Json) -> Json:
        if isinstance(operand, Literal):
            return operand.value
        if isinstance(operand, Dot):
            return dot
        if isinstance(operand, Variable):
            return self._variable(operand.name)
        if isinstance(operand, Pipe):
            return self._pipe(operand, dot)
        if isinstance(operand, Call):
            return self._call(operand, dot, ())
        return self._chain(operand, dot)

    def _variable(self, name: str) -> Json:
        for frame in reversed(self._variables):
            if name in frame:
                return frame[name]
        raise TemplateError(f"undefined variable {name}")

    def _chain(self, chain: Chain, dot: Json) -> Json:
        value = self._operand(chain.base, dot)
        for field in chain.fields:
            if value is None and self._bare and isinstance(chain.base, Dot) and self._missing != "error":
                return None
            if value is None:
                raise TemplateError(f"nothing to read the field {field} of")
            if not isinstance(value, dict):
                raise TemplateError(f"cannot read the field {field} of {printed(value)!r}")
            if field not in value and self._missing == "error":
                raise TemplateError(f"there is no parameter {field!r}")
            value = value.get(field)
        return value

    def _call(self, call: Call, dot: Json, piped: tuple[Json, ...]) -> Json:
        if call.function in ("and", "or"):
            return self._lazy(call, dot, piped)
        function = self._functions.get(call.function)
        if function is None:
            raise TemplateError(f"the function {call.function} is not supported")
        arguments = (*(self._operand(argument, dot) for argument in call.arguments), *piped)
        try:
            return function(*arguments)
        except TemplateError:
            raise
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise TemplateError(f"{call.function} does not take these arguments: {error}") from error

    def _lazy(self, call: Call, dot: Json, piped: tuple[Json, ...]) -> Json:
        """`and` and `or` stop at the first argument that decides them."""
        value: Json = None
        for argument in (*call.arguments, *(Literal(each) for each in piped)):
            value = self._operand(argument, dot)
            if truth(value) == (call.function == "or"):
                break
        return value


def _pairs(value: Json) -> Iterator[tuple[Json, Json]]:
    """Keys and values to range over: indices for a list or a count, sorted keys for a mapping."""
    if isinstance(value, dict):
        yield from sorted(value.items())
    elif isinstance(value, list):
        yield from enumerate(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        if value > _LIMIT:
            raise TemplateError(f"it ranges over {value} numbers")
        yield from ((index, index) for index in range(value))
    elif value is not None:
        raise TemplateError(f"cannot range over {printed(value)!r}")
