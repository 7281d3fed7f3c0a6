"""Text to nodes with spans: the only module that knows a YAML parser.

Reading never raises: a file that does not parse gives the documents before the error, and the error.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import yaml
from yaml.events import CollectionEndEvent, CollectionStartEvent
from yaml.nodes import CollectionNode, MappingNode, ScalarNode, SequenceNode
from yaml.nodes import Node as RawNode
from yaml.reader import ReaderError

from promoter.model import BOM, Location
from promoter.yamldoc.nodes import Mapping, Node, Scalar, Sequence, SyntaxProblem, YamlFile

_STYLES: Final = {"": "plain", "'": "single", '"': "double", "|": "literal", ">": "folded"}
_PROPERTIES: Final = re.compile(r"(?:[&!]\S*(?:\s+|$))+")
_PROPERTY: Final = frozenset("&!")
_STRING_TAG: Final = "tag:yaml.org,2002:str"
_MAYBE_ALIAS: Final = re.compile(r"\*(?<=[\s\[,{:]\*)[^\s*,\[\]{}'\"]|\A\*")
_TAGS: Final = {
    ScalarNode: _STRING_TAG,
    SequenceNode: "tag:yaml.org,2002:seq",
    MappingNode: "tag:yaml.org,2002:map",
}
Fields = dict[str, frozenset[str]]

_MAX_DEPTH: Final = 150
_MAX_NODES: Final = 2_000_000
_MANY: Final = 40
_STACK: Final = 1000
_FAR: Final = re.compile(r"(?:^|[\r\x85\u2028\u2029])[ \t?:-]{1000}", re.MULTILINE)
# Two patterns that begin with characters are searched five times as fast as one that begins with `^`.
_INDENT: Final = re.compile(r"[ \t?:-]{30}")
_INDENTED: Final = re.compile(r"[\n\r\x85\u2028\u2029][ \t?:-]{30}")

_OTHER: Final = re.compile(r"[^\n A-Za-z0-9_./=+,:;(){}\[\]<$^~-]")
_OPEN: Final = re.compile(r"[\[{][^\]}\n]*[\[{\n]")

if TYPE_CHECKING:

    class _Base(yaml.BaseLoader):
        def raw_parse(self) -> None: ...
else:
    _Base = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _Loader(_Base):
    """The parser without its tables of implicit tags: what a plain scalar means is decided in `scalars`."""

    def resolve(self, kind: type[RawNode], value: object, implicit: object) -> str:
        """The tag of a node that has none of its own."""
        del value, implicit
        return _TAGS[kind]

    def descend_resolver(self, current_node: object, current_index: object) -> None:
        """Nothing: no tag depends on the path."""

    def ascend_resolver(self) -> None:
        """Nothing, for the same reason."""


class _TooMuchError(Exception):
    """The document nests or expands beyond what any reader should accept."""


def parse(path: str, content: bytes, only: Fields | None = None) -> YamlFile:
    """The parsed file; a syntax error (also bad UTF-8, an alias bomb, deep nesting) is its `error`.

    With `only`, what stands at the top of a document below other keys than these may be left out: an empty
    scalar stands in its place. Where a key has keys of its own, all others may be left out of its value, be
    that a mapping or a list of them. Of keys the place may be left out. Errors are the same either way.
    """
    bom = content.startswith(BOM)
    try:
        text = content[len(BOM) if bom else 0 :].decode()
    except UnicodeDecodeError as error:
        problem = SyntaxProblem(f"not UTF-8: {error.reason} at byte {error.start}", Location(path))
        return YamlFile(path, "", (), problem, bom)
    documents: list[Node | None] = []
    problem_found: SyntaxProblem | None = None
    loader = None
    try:
        deep = _maybe_deep(text)
        if deep:
            _check_stack(text)
        loader = _Loader(text)
        aliases = "*" in text and "&" in text and _MAYBE_ALIAS.search(text) is not None
        only = None if aliases or deep else only
        while loader.check_node():
            raw = loader.get_node()
            converted = _Conversion(text, only).document(raw, aliases=aliases) if raw is not None else None
            documents.append(converted)
    except (yaml.MarkedYAMLError, ReaderError) as error:
        problem_found = _problem(path, text, error)
    except _TooMuchError as error:
        problem_found = SyntaxProblem(str(error), Location(path))
    finally:
        if loader is not None:
            loader.dispose()
    return YamlFile(path, text, tuple(documents), problem_found, bom)


def is_plain(text: str) -> bool:
    """Whether the text is valid YAML in which every line is what it looks like.

    Scalars are plain and ASCII; there are no quotes, block scalars, comments, anchors and tags, brackets
    close on their line and hold no other, and nothing nests deeply. A doubt is a no.
    """
    if _OTHER.search(text) or _OPEN.search(text) or _maybe_deep(text) or not hasattr(_Loader, "raw_parse"):
        return False
    loader = _Loader(text)
    try:
        loader.raw_parse()
    except yaml.YAMLError:
        return False
    finally:
        loader.dispose()
    return True


def _check_stack(text: str) -> None:
    """Raise for a text whose nesting would overflow the stack of the parser, which composes recursively.

    Its events come without recursion; they are asked only where brackets or columns allow such a nesting.
    """
    if text.count("[") + text.count("{") <= _STACK and _FAR.search(text) is None:
        return
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if depth > _STACK:
                message = f"nested deeper than {_MAX_DEPTH} levels"
                raise _TooMuchError(message)
    except yaml.YAMLError:
        return  # the composer comes to the same error, and keeps the documents before it


def _maybe_deep(text: str) -> bool:
    """Whether some node may be nested too deeply: each level takes a column, or opens a bracket."""
    brackets = text.count("[") + text.count("{")
    return brackets > _MANY or _INDENT.match(text) is not None or _INDENTED.search(text) is not None


def _problem(path: str, text: str, error: yaml.MarkedYAMLError | ReaderError) -> SyntaxProblem:
    if isinstance(error, ReaderError):
        at = text.find(chr(error.character))
        place = Location(path, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
        return SyntaxProblem(f"U+{error.character:04X} stands here: {error.reason}", place)
    mark = error.problem_mark
    message = f"{error.context}: {error.problem}" if error.context else str(error.problem)
    return SyntaxProblem(
        message, Location(path, mark.line + 1, mark.column + 1) if mark else Location(path)
    )


class _Conversion:
    """One document's way from the parser's nodes to ours; aliases keep their identity.

    With `only`, of a mapping at the top the values of these keys alone are converted, and of those that
    have keys of their own only these.
    """

    __slots__ = ("_aliased", "_done", "_only", "_properties", "_text")

    def __init__(self, text: str, only: Fields | None = None) -> None:
        self._text, self._only = text, only
        self._properties = "&" in text or "!" in text
        self._done: dict[int, Node] = {}
        self._aliased: frozenset[int] = frozenset()

    def document(self, raw: RawNode, *, aliases: bool) -> Node | None:
        if aliases:
            self._aliased = _aliased(raw)
            _expanded_size(raw, {})
        if raw.start_mark.index == raw.end_mark.index and isinstance(raw, ScalarNode):
            return None
        if self._only is not None and isinstance(raw, MappingNode):
            return self._top(raw, self._only)
        return self._node(raw, 0) if self._aliased else self._convert(raw, 0)

    def _top(self, raw: MappingNode, only: Fields) -> Mapping:
        """The mapping with its keys; a value that was not asked for is an empty scalar."""
        pairs: list[tuple[Node, Node]] = []
        for key, node in raw.value:
            if not isinstance(key, ScalarNode):
                pairs.append((self._convert(key, 1), self._convert(node, 1)))
            elif key.value in only:
                wanted = only[key.value]
                found = self._part(node, wanted) if wanted else self._convert(node, 1)
                pairs.append((_key(key.value), found))
            else:
                pairs.append((_key(key.value), _LEFT_OUT))
        return Mapping(tuple(pairs), raw.start_mark.index, raw.end_mark.index, bool(raw.flow_style))

    def _part(self, raw: RawNode, wanted: frozenset[str]) -> Node:
        """The node; its mapping, or each mapping of its list, with the wanted keys alone."""
        if isinstance(raw, MappingNode):
            pairs = [
                (_key(key.value), self._convert(node, 1))
                for key, node in raw.value
                if isinstance(key, ScalarNode) and key.value in wanted
            ]
            return Mapping(tuple(pairs), raw.start_mark.index, raw.end_mark.index)
        if isinstance(raw, SequenceNode):
            items = tuple([self._part(item, wanted) for item in raw.value])
            return Sequence(items, raw.start_mark.index, raw.end_mark.index)
        return self._convert(raw, 1)

    def _node(self, raw: RawNode, depth: int) -> Node:
        known = self._done.get(id(raw))
        if known is None:
            known = self._done[id(raw)] = self._convert(raw, depth, aliased=id(raw) in self._aliased)
        return known

    def _convert(self, raw: RawNode, depth: int, *, aliased: bool = False) -> Node:
        if depth > _MAX_DEPTH:
            message = f"nested deeper than {_MAX_DEPTH} levels"
            raise _TooMuchError(message)
        if isinstance(raw, ScalarNode):
            return self._scalar(raw, aliased)
        below = self._node if self._aliased else self._convert
        start, end = raw.start_mark.index, raw.end_mark.index
        flow = bool(raw.flow_style) if isinstance(raw, CollectionNode) else False
        if isinstance(raw, SequenceNode):
            items = tuple([below(item, depth + 1) for item in raw.value])
            return Sequence(items, start, items[-1].end if items and not flow else end, flow, aliased)
        assert isinstance(raw, MappingNode)
        pairs = tuple([(below(key, depth + 1), below(node, depth + 1)) for key, node in raw.value])
        last = pairs[-1][1].end if pairs and not flow else end
        return Mapping(pairs, start, max(start, last), flow, aliased)

    def _scalar(self, raw: ScalarNode, aliased: bool) -> Scalar:
        start, end = raw.start_mark.index, raw.end_mark.index
        tag = None
        if self._properties and self._text[start : start + 1] in _PROPERTY:
            properties = _PROPERTIES.match(self._text, start, end)
            if properties:
                tag = raw.tag if "!" in properties.group() else None
                start = properties.end()
        return Scalar(raw.value, start, end, _STYLES[raw.style or ""], tag, aliased)


_LEFT_OUT: Final = Scalar("", 0, 0, "plain")


@lru_cache(maxsize=1024)
def _key(name: str) -> Scalar:
    """A key without its place, one for all files: thousands of them have the same few keys."""
    return Scalar(name, 0, 0, "plain")


def _children(raw: RawNode) -> Iterator[RawNode]:
    if isinstance(raw, SequenceNode):
        yield from raw.value
    elif isinstance(raw, MappingNode):
        for pair in raw.value:
            yield from pair


def _aliased(root: RawNode) -> frozenset[int]:
    """The identities of nodes that are reached more than once."""
    seen: set[int] = set()
    again: set[int] = set()
    queue = [root]
    while queue:
        raw = queue.pop()
        if id(raw) in seen:
            again.add(id(raw))
            continue
        seen.add(id(raw))
        queue.extend(_children(raw))
    return frozenset(again)


def _expanded_size(raw: RawNode, sizes: dict[int, int], depth: int = 0) -> int:
    """How many nodes the aliases expand to; raises beyond the limit and on an alias inside itself."""
    known = sizes.get(id(raw))
    if known == 0 or depth > _MAX_DEPTH:
        message = f"an alias inside its own anchor, or nested deeper than {_MAX_DEPTH} levels"
        raise _TooMuchError(message)
    if known is not None:
        return known
    sizes[id(raw)] = 0
    size = 1 + sum(_expanded_size(child, sizes, depth + 1) for child in _children(raw))
    if size > _MAX_NODES:
        message = f"aliases expand to more than {_MAX_NODES} nodes"
        raise _TooMuchError(message)
    sizes[id(raw)] = size
    return size
