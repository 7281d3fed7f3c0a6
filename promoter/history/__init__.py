"""The values that an app's pins have had in one environment, and the one to go back to.

Must not read anything: commits and values come in, periods and a decision go out. `timeline` makes the
periods of the steps that `repository.Past` gives; `choose`, `undo` and `named` pick one of them.
"""

from promoter.history.named import Misplaced, Named, Places, named
from promoter.history.target import PassedOver, Refusal, Target, choose, find, undo
from promoter.history.timeline import (
    Period,
    Step,
    Timeline,
    Values,
    action_of,
    shown,
    spelling,
    timeline,
)

__all__ = [
    "Misplaced",
    "Named",
    "PassedOver",
    "Period",
    "Places",
    "Refusal",
    "Step",
    "Target",
    "Timeline",
    "Values",
    "action_of",
    "choose",
    "find",
    "named",
    "shown",
    "spelling",
    "timeline",
    "undo",
]
