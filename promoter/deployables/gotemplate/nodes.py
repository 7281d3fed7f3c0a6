"""The tree of a parsed template: values only, evaluated elsewhere."""

from collections.abc import Mapping
from dataclasses import field

from promoter.frozen import frozen
from promoter.model import Json


@frozen
class Literal:
    """A constant."""

    value: Json


@frozen
class Variable:
    """`$name`; the empty name is `$`, the data the template was given."""

    name: str


@frozen
class Dot:
    """The current value."""


@frozen
class Chain:
    """Fields looked up one after the other."""

    base: "Operand"
    fields: tuple[str, ...]


@frozen
class Call:
    """A function and its arguments."""

    function: str
    arguments: tuple["Operand", ...]


@frozen
class Pipe:
    """Commands, each given the result of the one before as its last argument."""

    commands: tuple["Operand", ...]
    declares: tuple[str, ...] = ()
    assigns: bool = False


Operand = Literal | Variable | Dot | Chain | Call | Pipe


@frozen
class Text:
    """Text that stands for itself."""

    text: str


@frozen
class Output:
    """A pipeline whose result is printed, unless it declares a variable."""

    pipe: Pipe


@frozen
class Branch:
    """`if`, `with` or `range`: a pipeline, what follows when it holds something, and what else."""

    keyword: str
    pipe: Pipe
    body: tuple["Node", ...]
    otherwise: tuple["Node", ...]


@frozen
class Leave:
    """`break` or `continue`."""

    keyword: str


@frozen
class Invoke:
    """`template`: another template by its name, and what it is given; nothing at all without `pipe`."""

    name: str
    pipe: Pipe | None


Node = Text | Output | Branch | Leave | Invoke


@frozen
class Template:
    """A whole template: its own nodes, and the templates that `define` and `block` name in it."""

    nodes: tuple[Node, ...]
    named: Mapping[str, tuple[Node, ...]] = field(default_factory=dict, hash=False)
