"""Write `docs/compatibility.md` from `docs/compatibility.tsv`, the list of what each field's test shows.

`support` is `yes`, `partly` or `no`; `test` is empty only for what is not supported at all.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
LIST, PAGE = HERE / "compatibility.tsv", HERE / "compatibility.md"
WORDS = {"yes": "supported", "partly": "partly", "no": "not"}
HEAD = """# What promoter knows of Argo CD, Flux and K3s

One row for each field or behaviour that decides what is deployed. *partly* and *not* say what happens
instead: what cannot be known is listed as unresolved, what cannot be rendered is unproven, both with the
reason. `promoter apps` shows them.
"""


@dataclass(frozen=True, slots=True)
class Field:
    """One row of the list."""

    area: str
    field: str
    support: str
    since: str
    test: str
    note: str


def fields() -> list[Field]:
    """The rows of the list, in its order."""
    with LIST.open(newline="") as file:
        return [Field(**row) for row in csv.DictReader(file, delimiter="\t")]


def page() -> str:
    """The whole page: a table for each area."""
    found = fields()
    areas = dict.fromkeys(each.area for each in found)
    return "\n".join(
        (HEAD, *(_area(area, [each for each in found if each.area == area]) for area in areas))
    )


def _area(area: str, found: list[Field]) -> str:
    rows = ["| Field | Supported | Since | Note |", "| --- | --- | --- | --- |"]
    for each in found:
        cells = (each.field.replace("|", "\\|"), WORDS[each.support], each.since, each.note)
        rows.append("|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|")
    return "\n".join((f"## {area}", "", *rows)) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page())
