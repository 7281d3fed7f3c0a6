import pytest

from promoter.errors import UsageError
from promoter.lint.catalogue import RULES
from promoter.lint.rule import Profile
from promoter.lint.selection import Policy, check_selectors
from promoter.model import Severity

BY_CODE = {rule.code: rule for rule in RULES}


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        (("KUS",), (), True),
        (("KUS002",), ("KUS",), True),
        (("KUS",), ("KUS002",), False),
        (("KUS002",), ("KUS002",), False),
        (("ALL",), (), True),
        (("missing-resource",), ("KUS0",), True),
        (("IMG",), (), False),
        ((), (), True),
        ((), ("KUS0",), False),
    ],
)
def test_the_more_specific_selector_wins_and_an_ignore_wins_a_tie(
    select: tuple[str, ...], ignore: tuple[str, ...], expected: bool
) -> None:
    assert Policy(select=select, ignore=ignore).chosen(BY_CODE["KUS002"]) is expected


def test_a_profile_holds_the_rules_of_those_below_it() -> None:
    assert Policy(Profile.STRUCTURE).chosen(BY_CODE["KUS002"])
    assert not Policy(Profile.STRUCTURE).chosen(BY_CODE["IMG001"])
    assert Policy(Profile.PRODUCTION).chosen(BY_CODE["IMG001"])


def test_the_longest_selector_decides_the_severity() -> None:
    policy = Policy(severity={"IMG": "note", "IMG001": "warning"}, environments={"dev": {"ALL": "off"}})
    assert policy.weight(BY_CODE["IMG001"]) is Severity.WARNING
    assert policy.weight(BY_CODE["IMG002"]) is Severity.NOTE
    assert policy.weight(BY_CODE["IMG002"], "dev") is None


def test_an_unknown_selector_is_named_with_the_nearest_rule() -> None:
    with pytest.raises(UsageError) as caught:
        check_selectors(["latest-tags"], RULES)
    assert caught.value.hint == "did you mean 'latest-tag'?"
