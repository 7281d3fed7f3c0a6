"""YAML that stands inside a scalar of another YAML file: inline patches, Helm values as text.

The inner text is parsed by itself; an edit of it is mapped back to the characters of the outer file.
Only a scalar whose lines stand there as they are (a literal block, a plain or quoted line without
escapes) can be edited; any other is readable and has a `refusal`.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace

from promoter.frozen import frozen
from promoter.model import Edit, Pin
from promoter.yamldoc import Scalar, YamlFile, parse

MARK = "#"


@frozen
class Embedded:
    """The inner file, and for each of its lines the offset in the outer text where it begins."""

    outer: YamlFile
    scalar: Scalar
    file: YamlFile
    offsets: tuple[int, ...]
    indent: str

    @property
    def refusal(self) -> str | None:
        """Why the inner text cannot be edited in place, or None when it can."""
        if self.offsets:
            return "the text is shared through a YAML anchor" if self.scalar.aliased else None
        return f"the YAML stands inside a {self.scalar.style} scalar whose lines cannot be matched"

    def outside(self, offset: int) -> int:
        """The offset in the outer text of an offset in the inner one."""
        if not self.offsets:
            return self.scalar.start
        line = bisect_right(self.file.line_starts, offset) - 1
        return self.offsets[min(line, len(self.offsets) - 1)] + offset - self.file.line_starts[line]

    def pin(self, pin: Pin, field: str) -> Pin:
        """The pin of the inner file as a pin of the outer one; `field` points at the scalar."""
        starts = self.file.line_starts
        where = pin.location
        span = (
            self.outside(starts[where.line - 1] + where.column - 1),
            self.outside(starts[where.end_line - 1] + where.end_column - 1),
        )
        return replace(
            pin,
            field=f"{field}{MARK}{pin.document}{pin.field}",
            location=self.outer.location(span),
            refusal=pin.refusal or self.refusal,
        )

    def edits(self, edits: Iterable[Edit]) -> tuple[Edit, ...]:
        """Edits of the inner text as edits of the outer one."""
        return tuple(
            Edit(
                edit.path,
                self.outside(edit.start),
                self.outside(edit.end),
                edit.replacement.replace("\n", f"\n{self.indent}"),
            )
            for edit in edits
        )


def embed(file: YamlFile, scalar: Scalar) -> Embedded:
    """The YAML inside a scalar of `file`."""
    inner = parse(file.path, scalar.value.encode())
    offsets, indent = _lines(file.text, scalar)
    return Embedded(file, scalar, inner, offsets, indent)


def _lines(text: str, scalar: Scalar) -> tuple[tuple[int, ...], str]:
    """Where each line of the scalar's value begins in the text; nothing when they do not match."""
    if scalar.style != "literal":
        found = text.find(scalar.value, scalar.start, scalar.end)
        one_line = "\n" not in scalar.value and found >= 0
        return ((found,), "") if one_line else ((), "")
    position = text.find("\n", scalar.start) + 1
    body = text[position : scalar.end].split("\n")
    first = next((line for line in body if line.strip()), "")
    wanted = scalar.value.split("\n")
    lead = next((line for line in wanted if line.strip()), "")
    width = len(first.rstrip("\r")) - len(lead)
    offsets: list[int] = []
    for line, value in zip(body, wanted, strict=False):
        if value and line[width:].removesuffix("\r") != value:
            return (), ""
        offsets.append(position + min(width, len(line)))
        position += len(line) + 1
    complete = len(offsets) == len([*wanted]) or not any(wanted[len(offsets) :])
    return (tuple(offsets), first[:width]) if complete else ((), "")


def split_field(field: str) -> tuple[str, int, str]:
    """A pin's field taken apart: the pointer of the scalar, the inner document and inner pointer."""
    outer, _, rest = field.partition(MARK)
    document, slash, inner = rest.partition("/")
    return outer, int(document), slash + inner


__all__ = ["MARK", "Embedded", "embed", "split_field"]
