"""What a status says before anybody promotes: why no plan would move a pin to a version."""

import pytest
from promotions import graph

from promoter.config import AppImage
from promoter.plan import Request, obstacle, site

ENTRY = "images:\n- name: x/shop\n  newTag: {}\n"
POD = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: x/shop:1.4.1\n"
DIGEST = "sha256:" + "a" * 64


def told(version: str, *, entry: str = ENTRY.format("1.4.1"), **request: object) -> str | None:
    """The obstacle to a version of the only image of a target."""
    target = site(graph({"prod/kustomization.yaml": entry}), "prod")
    (pin,) = target.pins
    return obstacle(target, pin, version, Request(**request))


def shared_told(**request: object) -> str | None:
    """The obstacle where the version is set in a base of two overlays."""
    overlay = "resources: [../base]\n"
    files = {f"{name}/kustomization.yaml": overlay for name in ("dev", "prod")}
    base = {"base/kustomization.yaml": "resources: [pod.yaml]\n", "base/pod.yaml": POD}
    target = site(graph({**files, **base}), "prod")
    (pin,) = target.pins
    return obstacle(target, pin, "1.4.2", Request(**request))


@pytest.mark.parametrize("version", ["1.4.2", "1.4.0", f"1.4.2@{DIGEST}", DIGEST])
def test_nothing_is_against_any_version_of_an_image_without_a_rule(version):
    assert told(version) is None


def test_a_rule_lets_a_newer_version_through_and_says_why_not_an_older_one():
    rules = (AppImage("x/shop"),)

    assert told("1.4.2", rules=rules) is None
    assert told(f"1.4.2@{DIGEST}", rules=rules) is None
    assert told("1.4.0", rules=rules) == "1.4.0 is older than 1.4.1, and the direction is forward"
    assert told(DIGEST, rules=rules) == (
        "a digest alone has no order (say `order: none` or `direction: any`)"
    )


def test_the_rule_of_another_image_is_against_nothing():
    assert told("1.4.0", rules=(AppImage("x/cart"),)) is None


def test_a_version_that_cannot_be_edited_is_told_with_its_place_and_the_version_asked_for():
    entry = "images:\n- name: x/shop\n  newTag: |-\n    1.4.1\n"

    for version in ("1.4.2", DIGEST):
        found = told(version, entry=entry)
        assert found is not None
        assert found.startswith(
            f"prod/kustomization.yaml:3:11: x/shop:1.4.1 cannot move to {version}: the "
        )


def test_a_version_that_others_share_is_in_the_way_unless_that_is_allowed():
    assert shared_told() == (
        "base/pod.yaml:5:12: the version of x/shop for prod is set in base/pod.yaml, which is"
        " shared with dev: changing it there would move them too"
    )
    assert shared_told(shared="allow") is None
    assert shared_told(create=True) is None
