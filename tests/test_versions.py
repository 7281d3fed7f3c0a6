"""The order of versions, and limits on them."""

import pytest

from promoter.config import AppImage
from promoter.images.versions import compare, key, misfit, satisfies, verdict
from promoter.model import Image

ASCENDING = [
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "v1.2.0",
    "1.10.0",
    "2.0",
]


def test_semver_precedence_is_that_of_the_specification():
    shuffled = [*ASCENDING[6:], *ASCENDING[:6]]
    assert sorted(shuffled, key=lambda text: key(text, "semver") or ()) == ASCENDING


@pytest.mark.parametrize("text", ["latest", "01.2.3", "1.2.3.4", "1.2.3-", "a" * 40, "1.2.3-01", ""])
def test_what_is_no_semver_has_no_place_in_its_order(text):
    assert key(text, "semver") is None


@pytest.mark.parametrize(
    ("order", "older", "newer"),
    [
        ("semver", "1.9.0", "1.10.0"),
        ("calver", "2024.9", "2024.10"),
        ("calver", "20230410172039-eefa829", "20230424111556-0a1b0a6"),
        ("calver", "2024.10", "2024.10.1"),
        ("numeric", "9", "10"),
        ("numeric", "build-99", "build-100"),
        (r"regex:main-(?P<build>\d+)-[0-9a-f]+", "main-9-ab12", "main-10-0011"),
        (r"regex:(?P<year>\d+)w(?P<week>\d+)(?P<letter>[a-z])", "24w9b", "24w10a"),
    ],
)
def test_orders_tell_newer_from_older(order, older, newer):
    assert compare(older, newer, order) == 1
    assert compare(newer, older, order) == -1
    assert compare(newer, newer, order) == 0


def test_no_order_compares_nothing():
    assert compare("1", "2", "none") is None


@pytest.mark.parametrize(
    ("version", "limits", "within"),
    [
        ("1.4.2", ">=1.0.0 <3.0.0", True),
        ("3.0.0", ">=1.0.0 <3.0.0", False),
        ("3.0.0-rc.1", ">=1.0.0 <3.0.0", False),
        ("2.0.0-rc.1", ">=2.0.0-rc.0", True),
        ("1.9.9", "^1.2", True),
        ("1.1.9", "^1.2", False),
        ("0.2.5", "^0.2.3", True),
        ("0.3.0", "^0.2.3", False),
        ("1.2.9", "~1.2.3", True),
        ("1.3.0", "~1.2.3", False),
        ("1.7.0", "1.x", True),
        ("2.0.0", "1.x", False),
        ("2.1.0", "1.x || ^2.1", True),
        ("1.5.0", ">1.0, !=1.5.0", False),
        ("anything", "*", False),
        ("9.9.9", "*", True),
        ("2.0.0", ">=1.x", True),
        ("0.9.0", ">=1.x", False),
        ("1.0.0", "<2.x", True),
        ("2.0.1", "<2.x", False),
        ("1.9.9", ">1.x", False),
        ("2.0.0", ">1.x", True),
        ("1.9.9", "<=1.x", True),
        ("1.2.0", "!=1.x", False),
        ("1.9.0", "^1.x", True),
        ("1.2.9", "~1.2.x", True),
        ("1.0.0", "^x", True),
        ("1.0.0", "^abc", False),
        ("1.0.0", "a.x", False),
        ("1.0.0", ">=abc", False),
        ("1.4.2", "", False),
    ],
)
def test_limits_of_semver(version, limits, within):
    assert satisfies(version, limits, "semver") is within


def test_limits_work_in_every_order():
    assert satisfies("2024.11", ">=2024.10", "calver")
    assert not satisfies("7", ">=10", "numeric")


@pytest.mark.parametrize(
    ("old", "new", "rule", "reason"),
    [
        ("1.4.1", "1.4.2", AppImage("x"), None),
        ("1.4.2", "1.4.1", AppImage("x"), "older than"),
        ("1.4.2", "1.4.1", AppImage("x", direction="any"), None),
        ("1.4.2", "latest", AppImage("x"), "no semver version"),
        ("latest", "1.4.2", AppImage("x"), "latest is no semver version"),
        ("abc", "def", AppImage("x", order="none"), None),
        ("1.4.2", "3.0.0", AppImage("x", versions="<3"), "not within"),
    ],
)
def test_a_rule_speaks_against_a_promotion_with_its_reason(old, new, rule, reason):
    found = verdict(Image("x", old), Image("x", new), rule)
    assert (found is None) if reason is None else (reason in (found or ""))


@pytest.mark.parametrize(
    ("version", "order", "reason"),
    [
        ("1.4.2", "semver", None),
        ("abc1234", "semver", "abc1234 is no semver version, expected one like 1.4.2"),
        ("main", "calver", "main is no calver version, expected one like 2026.3 or 20260304"),
        ("main", "numeric", "main is no numeric version, expected one like 42 or build-42"),
        ("build-42", "numeric", None),
        (
            "1.4",
            r"regex:main-(?P<n>\d+)",
            r"1.4 does not match the app's order, the pattern 'main-(?P<n>\\d+)'",
        ),
        ("main-7", r"regex:main-(?P<n>\d+)", None),
        ("abc1234", "none", None),
    ],
)
def test_a_version_that_its_order_cannot_read_is_told_what_one_looks_like(version, order, reason):
    assert misfit(version, order) == reason


@pytest.mark.parametrize("order", ["semver", "calver", "numeric"])
def test_what_a_version_looks_like_has_a_place_in_its_order(order):
    example = (misfit("?", order) or "").rpartition("like ")[2]
    assert all(key(each, order) for each in example.split(" or "))


def test_named_groups_have_no_place_for_what_the_pattern_does_not_match():
    assert key("latest", r"regex:main-(?P<n>\d+)") is None


def test_an_unknown_order_has_no_keys():
    assert key("1.0.0", "alphabetical") is None
