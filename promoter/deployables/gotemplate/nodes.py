"""The tree of a parsed template: values only, evaluated elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class Invoke:
    """`template`: another template by its name, and what it is given; nothing at all without `pipe`."""

    name: str
    pipe: Pipe | None


Node = Text | Output | Branch | Leave | Invoke


@dataclass(frozen=True, slots=True)
class Template:
    """A whole template: its own nodes, and the templates that `define` and `block` name in it."""

    nodes: tuple[Node, ...]
    named: Mapping[str, tuple[Node, ...]] = field(default_factory=dict, hash=False)
