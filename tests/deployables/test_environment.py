import pytest
from hypothesis import given
from hypothesis import strategies as st

from promoter.deployables.environment import beside_tier, normalise, promotion_order, tier_in


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("stg", "staging"),
        ("stage", "staging"),
        ("Production", "prod"),
        ("prd", "prod"),
        ("development", "dev"),
        ("prd-eu", "prod-eu"),
        ("stage-us", "staging-us"),
        ("prod2", "prod2"),
        ("pre-prod", "preprod"),
        ("non-prod", "nonprod"),
        ("kflux-prd-rh02", "kflux-prd-rh02"),
        ("", ""),
    ],
)
def test_spellings_of_an_environment_have_one_name(written: str, expected: str) -> None:
    assert normalise(written) == expected


@given(st.text(max_size=20))
def test_normalising_twice_changes_nothing(name: str) -> None:
    assert normalise(normalise(name)) == normalise(name)


def test_versions_reach_dev_first_and_prod_last() -> None:
    names = ["prod-us", "qa", "dev", "staging", "uat", "test", "prod-eu", "int"]
    assert promotion_order(names) == ("dev", "int", "test", "qa", "uat", "staging", "prod-eu", "prod-us")


def test_a_name_without_a_tier_stands_between_the_tests_and_staging() -> None:
    assert promotion_order(["staging", "tokyo", "test", "prod"]) == ("test", "tokyo", "staging", "prod")


def test_a_region_after_the_tier_keeps_the_tier() -> None:
    assert tier_in("prod-eu") == "prod"


def test_a_word_that_only_contains_a_tier_is_none() -> None:
    assert tier_in("sandboxed-containers") is None


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("prod", ()),
        ("prod-eu", ("eu",)),
        ("nerc-ocp-prod", ("nerc", "ocp")),
        ("prd2", ("2",)),
        ("non-prod-eu", ("eu",)),
        ("rhoai", ("rhoai",)),
    ],
)
def test_what_a_name_says_besides_its_tier(name, place):
    assert beside_tier(name) == place
