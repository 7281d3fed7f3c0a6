"""The catalogue of rules, or those that a name, code or prefix selects."""

from promoter.lint.catalogue import RULES, AnyRule
from promoter.lint.selection import matches, unknown


def rules(selector: str = "") -> tuple[AnyRule, ...]:
    """The rules that the selector names, all of them without one, in the order of the families.

    Raises UsageError, with the nearest name, when it names none.
    """
    found = tuple(rule for rule in ordered() if not selector or matches(selector, rule))
    if not found:
        raise unknown(selector, RULES)
    return found


def ordered() -> tuple[AnyRule, ...]:
    """Every rule by family, in the order in which families first appear, then by code."""
    families = list(dict.fromkeys(rule.code.rstrip("0123456789") for rule in RULES))
    return tuple(sorted(RULES, key=lambda r: (families.index(r.code.rstrip("0123456789")), r.code)))
