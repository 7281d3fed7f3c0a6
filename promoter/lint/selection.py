"""Which rules count, and how much, in each environment: codes, prefixes, names and profiles.

It must not run a rule. Of two selectors that name a rule the more specific wins, and an ignore wins over
a selection of the same length; the command line's policy is laid over the configuration's before this.
"""

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Final, Protocol

from promoter.errors import UsageError, did_you_mean
from promoter.frozen import frozen
from promoter.lint.rule import Profile
from promoter.model import Severity

EVERYTHING: Final = "ALL"
OFF: Final = "off"


class Named(Protocol):
    """What selection needs to know of a rule."""

    @property
    def code(self) -> str:
        """The stable code."""

    @property
    def name(self) -> str:
        """The stable kebab-case name."""

    @property
    def severity(self) -> Severity:
        """The severity where nothing else is said."""

    @property
    def profile(self) -> Profile:
        """The least demanding profile that holds it."""


@frozen
class Policy:
    """What was asked for. An empty `select` means the rules of `profile`.

    `severity` and the values of `environments` map selectors to a severity or `off`; giving a severity to
    an optional rule turns it on.
    """

    profile: Profile = Profile.RECOMMENDED
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, str] = field(default_factory=dict, hash=False)
    environments: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    non_ignorable: tuple[str, ...] = ()

    def chosen(self, rule: Named) -> bool:
        """Whether the rule takes part at all, in any environment."""
        tables = (self.severity, *self.environments.values())
        if any(_best(rule, table) > 0 and _lookup(rule, table) != OFF for table in tables):
            return _best(rule, self.ignore) == 0
        wanted = _best(rule, self.select)
        if not self.select and rule.profile <= self.profile:
            wanted = 1
        return wanted > 0 and wanted > _best(rule, self.ignore)

    def firm(self, rule: Named) -> bool:
        """Whether nothing may silence the rule."""
        return any(matches(selector, rule) for selector in self.non_ignorable)

    def weight(self, rule: Named, environment: str = "") -> Severity | None:
        """The rule's severity in an environment, None where it is off."""
        for table in (self.environments.get(environment, {}), self.severity):
            said = _lookup(rule, table)
            if said is not None:
                return None if said == OFF else Severity(said)
        return rule.severity


def matches(selector: str, rule: Named) -> bool:
    """Whether the selector is the rule's name, its code or a prefix of it, or `ALL`."""
    return selector == EVERYTHING or names(selector, rule.code, rule.name)


def names(selector: str, code: str, name: str) -> bool:
    """Whether the selector speaks of the rule of that code and name and not of every rule."""
    return selector == name or (bool(selector) and code.startswith(selector))


def unknown(selector: str, rules: Iterable[Named]) -> UsageError:
    """The error for a selector that names no rule, with the nearest that does."""
    names = [text for rule in rules for text in (rule.code, rule.name)]
    hint = did_you_mean(selector, names) or "`promoter rules` lists them"
    return UsageError(f"no rule is called {selector!r}", hint=hint)


def check_selectors(selectors: Iterable[str], rules: Iterable[Named]) -> None:
    """Nothing. Raises UsageError for a selector that names no rule, with the nearest that does."""
    known = tuple(rules)
    for selector in selectors:
        if not any(matches(selector, rule) for rule in known):
            raise unknown(selector, known)


def _best(rule: Named, selectors: Iterable[str]) -> int:
    """How specific the best matching selector is, 0 when none matches."""
    return max((_length(selector, rule) for selector in selectors if matches(selector, rule)), default=0)


def _length(selector: str, rule: Named) -> int:
    if selector == EVERYTHING:
        return 1
    return 1 + (len(rule.code) if selector == rule.name else len(selector))


def _lookup(rule: Named, table: Mapping[str, str]) -> str | None:
    found = [selector for selector in table if matches(selector, rule)]
    return table[max(found, key=lambda selector: _length(selector, rule))] if found else None
