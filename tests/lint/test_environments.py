import pytest

from promoter.lint.environments import common, inferred

NAMES = ("dev", "qa", "staging-eu", "staging-us", "prod-asia", "prod-eu", "prod-us")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dev", ()),
        ("qa", ("dev",)),
        ("staging-eu", ("qa",)),
        ("prod-eu", ("staging-eu",)),
        ("prod-us", ("staging-us",)),
        ("prod-asia", ("staging-eu",)),
    ],
)
def test_an_environment_is_compared_with_the_nearest_of_its_region(name, expected):
    assert inferred(name, NAMES) == expected


@pytest.mark.parametrize("name", ["prod-eu-web", "web-prod-eu", "web"])
def test_a_name_is_compared_without_its_environment(name):
    assert common(name, "prod-eu") == "web"
