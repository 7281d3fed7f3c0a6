"""Rows as an aligned table of plain text; columns are as wide as their widest cell."""

from collections.abc import Sequence

from promoter.report.paint import Paint, printable, width


def table(header: Sequence[str], rows: Sequence[Sequence[str]], paint: Paint) -> str:
    """The rows under their header, two spaces between columns; only the header when there are no rows.

    Cells may carry colours; control characters are replaced.
    """
    cells = [[printable(cell) if "\x1b" not in cell else cell for cell in row] for row in rows]
    widths = [max(width(line[i]) for line in (header, *cells)) for i in range(len(header))]
    head = _line([paint(text, "", bold=True) for text in header], widths)
    return "\n".join((head, *(_line(row, widths) for row in cells))) + "\n"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (size - width(cell)) for cell, size in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()
