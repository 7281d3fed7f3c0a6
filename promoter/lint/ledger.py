"""What the linter knows of its own run: suppressions and whether they were used, crashes, open questions.

The rules about the linter itself (LNT) read it after all others have run. It must not judge.
"""

from collections.abc import Mapping
from datetime import date

from promoter.frozen import frozen
from promoter.lint.suppress import Suppression
from promoter.model import Edit, Location


@frozen
class Crash:
    """A rule that raised: its code, what it was looking at, and the error."""

    code: str
    where: Location
    error: str


@frozen
class Unverified:
    """A question that could not be decided here, where it came up, and for which environments."""

    code: str
    location: Location
    message: str
    environments: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The question in words."""
        return f"{self.code} could not decide: {self.message}"


@frozen(eq=False)
class Ledger:
    """The run: every suppression in the files that were read, and which of them suppressed something.

    `suppressions` are comments and promoter's own annotations, `accepted` the configuration's entries.
    `known` maps every code and name to its code; `active` holds the codes of the rules that ran, `partial`
    the suppressions that also speak of builds that were not judged. `removals` gives, for a suppression's
    comment, the edit that removes it.
    """

    suppressions: tuple[Suppression, ...]
    used: frozenset[Suppression]
    known: Mapping[str, str]
    active: frozenset[str]
    crashes: tuple[Crash, ...]
    unverified: tuple[Unverified, ...]
    today: date
    removals: Mapping[Suppression, Edit]
    accepted: tuple[Suppression, ...] = ()
    partial: frozenset[Suppression] = frozenset()
