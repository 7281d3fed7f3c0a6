"""What a row of the status says can move: the waiting version, or an earlier one that is due before it."""

from datetime import UTC, datetime

import pytest

from promoter.gates import Verdict
from promoter.gates.verdict import allowed, pending, refused
from promoter.report.status import StatusReport, StatusRow
from promoter.report.status.text import render

SOAKS = pending("soak", "soaks for 1d")
FROZEN = refused("freeze", "prod is frozen")
HELD = refused("hold", "held")
OPEN = allowed("order", "staging runs it")


def row(due: str, *gates: Verdict) -> StatusRow:
    return StatusRow("shop", "prod", "x/shop", "1.9", None, "", "staging", "1.11", gates, due)


@pytest.mark.parametrize(
    ("found", "can_move", "said"),
    [
        (row("", OPEN), True, "1.11 from staging can be promoted"),
        (row("", SOAKS), False, "1.11 from staging: soak: soaks for 1d"),
        (row("1.10", SOAKS), True, "1.10 from staging can be promoted; then 1.11: soak: soaks for 1d"),
        (
            row("1.10", FROZEN, SOAKS),
            False,
            "1.10 from staging: freeze: prod is frozen; then 1.11: soak: soaks for 1d",
        ),
        (row("1.10", HELD, SOAKS), False, "then 1.11: soak: soaks for 1d"),
        (StatusRow("shop", "prod", "x/shop", "1.9"), False, ""),
    ],
)
def test_a_row_says_what_can_move_and_what_the_rest_waits_for(found, can_move, said):
    table = render(StatusReport(datetime(2026, 3, 4, tzinfo=UTC), ("prod",), (found,)))

    assert found.can_move is can_move
    assert table.splitlines()[1].removeprefix("shop  prod         1.9").strip() == said
