"""Typed reading of a mapping in `promoter.yaml`: every mistake is named with its line and column.

Scalars are read as text, so `off`, `no` and `1.10` mean what they say. A key that nobody asked for is
an error with a suggestion.
"""

import re
from collections.abc import Iterator
from typing import Final

from promoter.errors import ConfigError, did_you_mean, nearest
from promoter.yamldoc import Mapping, Node, Scalar, Sequence, YamlFile

_DURATION: Final = re.compile(r"(\d+)\s*(s|m|h|d|w)")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_TRUTH: Final = {"true": True, "yes": True, "false": False, "no": False}


def seconds(text: str) -> int | None:
    """The seconds of a duration like `90s`, `24h`, `14d`; None when it is not one."""
    match = _DURATION.fullmatch(text.strip())
    return int(match[1]) * _SECONDS[match[2]] if match else None


class Fields:
    """One mapping of the configuration, its keys taken one by one.

    Each method returns its default when the key is absent and raises ConfigError, with the place, when
    the value has another type. `finish` raises for keys that were never asked for.
    """

    def __init__(self, file: YamlFile, node: Node | None, what: str) -> None:
        self.file, self.what = file, what
        if node is not None and not isinstance(node, Mapping):
            empty = isinstance(node, Scalar) and node.style == "plain" and node.value in ("", "~", "null")
            if not empty:
                raise self.error(node, f"expected a mapping for {what}")
            node = None
        self.node = node
        self._asked: set[str] = set()
        for key in node.repeated if node else ():
            raise self.error(key, f"{key.value!r} is written twice in {what}")

    def error(self, node: Node, message: str, hint: str | None = None) -> ConfigError:
        """A ConfigError at a node's place."""
        return ConfigError(message, where=str(self.file.location(node)), hint=hint)

    def take(self, key: str) -> Node | None:
        """The node of a key, which counts as asked for."""
        self._asked.add(key)
        return self.node.get(key) if self.node else None

    def text(self, key: str, default: str) -> str:
        """The text of a scalar."""
        node = self.take(key)
        if node is None:
            return default
        if not isinstance(node, Scalar):
            raise self.error(node, f"expected a text for {self.what}.{key}")
        return node.value

    def choice(self, key: str, options: tuple[str, ...], default: str) -> str:
        """One of the options."""
        found = self.text(key, default)
        node = self.take(key)
        if node is not None and found not in options:
            expected = ", ".join(options)
            hint = did_you_mean(found, options)
            raise self.error(
                node, f"expected one of {expected} for {self.what}.{key}, found {found!r}", hint
            )
        return found

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        found = self.choice(key, tuple(_TRUTH), str(default).lower())
        return _TRUTH[found]

    def count(self, key: str, default: int) -> int:
        """A whole number that is not negative."""
        found = self.text(key, str(default))
        node = self.take(key)
        if node is not None and not found.isdecimal():
            raise self.error(node, f"expected a whole number for {self.what}.{key}, found {found!r}")
        return int(found)

    def duration(self, key: str, default: int = 0) -> int:
        """Seconds, written like `24h`."""
        found = self.text(key, f"{default}s")
        length = seconds(found)
        if length is None:
            node = self.take(key)
            assert node is not None
            raise self.error(
                node, f"expected a duration like 90s, 24h or 7d for {self.what}.{key}, found {found!r}"
            )
        return length

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        node = self.take(key)
        if node is None:
            return default
        if isinstance(node, Scalar):
            return (node.value,) if node.value else ()
        found = []
        for item in node.items if isinstance(node, Sequence) else ():
            if not isinstance(item, Scalar):
                raise self.error(item, f"expected a text in {self.what}.{key}")
            found.append(item.value)
        if not isinstance(node, Sequence):
            raise self.error(node, f"expected a list of texts for {self.what}.{key}")
        return tuple(found)

    def mapping(self, key: str) -> "Fields":
        """The mapping of a key, empty when it is absent."""
        return Fields(
            self.file, self.take(key), f"{self.what}.{key}" if self.what != "promoter.yaml" else key
        )

    def each(self, key: str) -> Iterator["Fields"]:
        """The mappings of a list."""
        node = self.take(key)
        if node is not None and not isinstance(node, Sequence):
            raise self.error(node, f"expected a list for {self.what}.{key}")
        for index, item in enumerate(node.items if node else ()):
            yield Fields(self.file, item, f"{self.what}.{key}[{index}]")

    def named(self) -> Iterator[tuple[str, Node]]:
        """Every key with its node, for mappings whose keys are names."""
        for key, node in self.node.items if self.node else ():
            if not isinstance(key, Scalar):
                raise self.error(key, f"expected a name as a key of {self.what}")
            self._asked.add(key.value)
            yield key.value, node

    def finish(self) -> None:
        """Raise for the first key that was never asked for."""
        for key, _ in self.node.items if self.node else ():
            name = key.value if isinstance(key, Scalar) else "?"
            if name not in self._asked:
                known = sorted(self._asked)
                hint = nearest(name, known, "known keys")
                raise self.error(key, f"unknown key {name!r} in {self.what}", hint)
