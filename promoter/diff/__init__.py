"""Two renders to what differs between them: paired objects, keyed lists, hidden secrets, noted risks.

`diff` gives the changes for people, `same` the exact answer that a proof needs. Nothing here renders,
reads files or knows an output format.

The names are imported when they are first used: who hides secrets does not load how objects are compared.
"""

from typing import TYPE_CHECKING, Final

from promoter.deferred import deferred

if TYPE_CHECKING:
    from promoter.diff.comparison import Comparison, DiffReport, State
    from promoter.diff.known import file_secrets, known_secrets
    from promoter.diff.noise import DEFAULT_FILTERS, Filter
    from promoter.diff.objects import Options, diff, same
    from promoter.diff.redaction import Redactor, secret_values

__all__ = [
    "DEFAULT_FILTERS",
    "Comparison",
    "DiffReport",
    "Filter",
    "Options",
    "Redactor",
    "State",
    "diff",
    "file_secrets",
    "known_secrets",
    "same",
    "secret_values",
]

_HOMES: Final = {
    "Comparison": "comparison",
    "DEFAULT_FILTERS": "noise",
    "DiffReport": "comparison",
    "Filter": "noise",
    "Options": "objects",
    "Redactor": "redaction",
    "State": "comparison",
    "diff": "objects",
    "file_secrets": "known",
    "known_secrets": "known",
    "same": "objects",
    "secret_values": "redaction",
}

__getattr__ = deferred(__name__, _HOMES)
