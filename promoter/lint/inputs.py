"""Everything that one run of the linter judges, in one value.

It must not judge or read anything. Callers may rely on this: the same inputs and the same policy give the
same judgement.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import date

from promoter.frozen import frozen
from promoter.lint.accepted import Accepted
from promoter.lint.catalogue import RULES, AnyRule
from promoter.lint.context import LATEST, RenderedContext
from promoter.lint.environments import GitContext, Stage
from promoter.lint.rule import Report, Rule
from promoter.lint.source import SourceContext


@frozen(eq=False)
class Inputs:
    """Everything that is judged. `minors` are the Kubernetes minor versions by environment.

    `external` lists, by kind, globs of what exists outside the repository; `git` is None without a base
    revision to compare with. `today` decides which suppressions have ended; `accepted` entries and `custom`
    rules are the configuration's.
    """

    source: SourceContext
    today: date
    stages: tuple[Stage, ...] = ()
    minors: Mapping[str, int] = field(default_factory=dict)
    minor: int = LATEST
    external: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    git: GitContext | None = None
    accepted: tuple[Accepted, ...] = ()
    custom: tuple[Rule[RenderedContext, Report], ...] = ()

    @property
    def rules(self) -> tuple[AnyRule, ...]:
        """Every rule that there is here, the repository's own last."""
        return (*RULES, *self.custom)
