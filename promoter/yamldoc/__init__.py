"""YAML as promoter sees it: nodes with spans, kustomize's own values, and edits of single scalars.

`parse` gives a YamlFile; `value` and `text` read it; `set_scalar` and `verify` change one scalar's own
characters and prove that nothing else moved. No other package imports a YAML parser.
"""

from promoter.yamldoc.comments import Comment, comments
from promoter.yamldoc.edits import Address, scalars, set_scalar, uneditable, verify
from promoter.yamldoc.flow import flow_pair, in_flow
from promoter.yamldoc.nodes import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    SyntaxProblem,
    YamlFile,
    descend,
    mappings,
    pointer,
    tokens,
    walk,
)
from promoter.yamldoc.reading import is_plain, parse
from promoter.yamldoc.scalars import Dialect, is_null, is_text_to_everyone, resolve, written
from promoter.yamldoc.values import at, items, text, texts, value

__all__ = [
    "Address",
    "Comment",
    "Dialect",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "SyntaxProblem",
    "YamlFile",
    "at",
    "comments",
    "descend",
    "flow_pair",
    "in_flow",
    "is_null",
    "is_plain",
    "is_text_to_everyone",
    "items",
    "mappings",
    "parse",
    "pointer",
    "resolve",
    "scalars",
    "set_scalar",
    "text",
    "texts",
    "tokens",
    "uneditable",
    "value",
    "verify",
    "walk",
    "written",
]
