"""Where things are written, how text is edited, and addresses: ENV@REV.

Lines and columns are 1-based and for people; offsets are 0-based counts of characters of the decoded
text (a byte-order mark is not part of the text) and for edits.
"""

from collections.abc import Iterable
from typing import Final

from promoter.errors import EditError, UsageError
from promoter.frozen import frozen

BOM: Final = "\ufeff".encode()


@frozen(order=True)
class Location:
    """Where something is written: a path, and 1-based line and column of its start and end."""

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@frozen(order=True)
class Edit:
    """Characters `start` up to `end` (offsets into the decoded text of `path`) become `replacement`."""

    path: str
    start: int
    end: int
    replacement: str


def splice(content: bytes, edits: Iterable[Edit]) -> bytes:
    """`content` with the edits applied; every character outside their spans stays, the BOM too.

    The edits are all of one file. Raises EditError when two overlap, one lies outside the text, or the
    file is not UTF-8.
    """
    bom = BOM if content.startswith(BOM) else b""
    try:
        text = content[len(bom) :].decode()
    except UnicodeDecodeError as error:
        raise EditError(
            f"the file is not UTF-8: {error.reason} at byte {error.start}", hint="save it as UTF-8"
        ) from error
    pieces: list[str] = []
    position = 0
    for edit in sorted(edits):
        if edit.start < position or edit.end < edit.start or edit.end > len(text):
            raise EditError(f"edits overlap or leave the text at character {edit.start}", where=edit.path)
        pieces += (text[position : edit.start], edit.replacement)
        position = edit.end
    return bom + ("".join(pieces) + text[position:]).encode()


@frozen(order=True)
class EnvRef:
    """An environment, group or directory at a revision, written `prod`, `prod@main`, `./apps/x@HEAD~1`.

    `revision` is None for the default of the command (the work tree, or the pushed commit).
    """

    environment: str
    revision: str | None = None

    @classmethod
    def parse(cls, text: str) -> "EnvRef":
        """The address that `text` spells. Raises UsageError when a part is empty."""
        name, at, revision = text.partition("@")
        if not name or (at and not revision):
            raise UsageError(f"expected ENV, ENV@REV or ./DIR[@REV], found {text!r}")
        return cls(name, revision or None)

    @property
    def is_directory(self) -> bool:
        """Whether the address names a directory (it has a `/`) and not an environment."""
        return "/" in self.environment or self.environment == "."

    def __str__(self) -> str:
        return f"{self.environment}@{self.revision}" if self.revision else self.environment
