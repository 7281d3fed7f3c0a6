"""The tree of a parsed template: values only, evaluated elsewhere."""

from dataclasses import dataclass

from promoter.model import Json


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    value: Json


@dataclass(frozen=True, slots=True)
class Variable:
    """`$name`; the empty name is `$`, the data the template was given."""

    name: str


@dataclass(frozen=True, slots=True)
class Dot:
    """The current value."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Fields looked up one after the other."""

    base: "Operand"
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    function: str
    arguments: tuple["Operand", ...]


@dataclass(frozen=True, slots=True)
class Pipe:
    """Commands, each given the result of the one before as its last argument."""

    commands: tuple["Operand", ...]
    declares: tuple[str, ...] = ()
    assigns: bool = False


Operand = Literal | Variable | Dot | Chain | Call | Pipe


@dataclass(frozen=True, slots=True)
class Text:
    """Text that stands for itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Output:
    """A pipeline whose result is printed, unless it declares a variable."""

    pipe: Pipe


@dataclass(frozen=True, slots=True)
class Branch:
    """`if`, `with` or `range`: a pipeline, what follows when it holds something, and what else."""

    keyword: str
    pipe: Pipe
    body: tuple["Node", ...]
    otherwise: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Leave:
    """`break` or `continue`."""

    keyword: str


Node = Text | Output | Branch | Leave
