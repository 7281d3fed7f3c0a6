"""The gate before a version that cannot be undone: what goes back over it, and what is told."""

import pytest

from promoter.config import App, AppImage
from promoter.gates import GateState, Verdict, irreversible_gate
from promoter.model import Bump, Image, Location, Pin, Plan

OPEN = (
    Verdict("irreversible", GateState.ALLOWED, "nothing goes back over a version that cannot be undone"),
)


def bump(old: str, new: str, *, app: str = "shop", name: str = "x/shop", setter: str = "patch") -> Bump:
    return Bump(app, "prod", Pin(setter, Location("k.yaml"), 0, "/a", Image(name, old)), Image(name, new))


def gate(*bumps: Bump, limit: str = "2.0.0", images: tuple[AppImage, ...] = (), **more: App):
    apps = {"shop": App("shop", images=images, irreversible_before=limit), **more}
    return irreversible_gate(apps, Plan("rollback", "", "prod", bumps))


def refused(reason: str) -> tuple[Verdict, ...]:
    return (Verdict("irreversible", GateState.REFUSED, reason),)


@pytest.mark.parametrize(
    ("old", "new"),
    [("2.1.0", "2.0.0"), ("2.0.0", "2.0.1"), ("1.9.0", "1.8.0"), ("1.9.0", "2.0.0"), ("3.0.0", "2.5.0")],
)
def test_moves_on_one_side_of_the_limit_and_forward_are_open(old, new):
    assert gate(bump(old, new)) == OPEN


@pytest.mark.parametrize("old", ["2.0.0", "3.1.0"])
def test_going_back_over_the_limit_is_refused_with_the_versions(old):
    assert gate(bump(old, "1.9.0")) == refused(
        f"shop cannot go back from {old} to 1.9.0: 2.0.0 is not undone"
    )


def test_a_version_without_a_place_in_the_order_counts_as_before_the_limit():
    told = "whether main is before 2.0.0 cannot be told (semver), and shop cannot go back over that version"

    assert gate(bump("2.1.0", "main")) == refused(told)


def test_from_a_version_without_a_place_in_the_order_nothing_goes_back():
    assert gate(bump("main", "2.0.0")) == OPEN
    assert gate(bump("main", "1.0.0"))[0].state is GateState.REFUSED


def test_the_order_is_that_of_the_apps_own_image():
    rule = AppImage("x/shop", order="numeric")

    assert gate(bump("build-12", "build-9"), limit="build-10", images=(rule,)) == refused(
        "shop cannot go back from build-12 to build-9: build-10 is not undone"
    )
    assert gate(bump("build-9", "build-8"), limit="build-10", images=(rule,)) == OPEN


def test_an_app_without_a_limit_has_no_such_gate():
    assert gate(bump("2.0.0", "1.0.0"), limit="") == ()
    assert gate(bump("2.0.0", "1.0.0", app="unknown")) == ()
    assert gate() == ()


def test_every_reason_is_told_once():
    cart = App("cart", irreversible_before="5.0.0")
    moved = [
        bump("2.0.0", "1.0.0"),
        bump("2.0.0", "1.0.0"),
        bump("6.0.0", "4.0.0", app="cart", name="x/cart"),
    ]

    assert gate(*moved, cart=cart) == refused(
        "shop cannot go back from 2.0.0 to 1.0.0: 2.0.0 is not undone;"
        " cart cannot go back from 6.0.0 to 4.0.0: 5.0.0 is not undone"
    )


def test_beside_an_image_the_ref_of_a_remote_base_does_not_count():
    ref = bump("2.0.0", "1.0.0", setter="kustomize-remote-ref")

    assert gate(ref, bump("2.2.0", "2.1.0")) == OPEN
    assert gate(ref)[0].state is GateState.REFUSED


def test_the_ref_of_one_app_counts_though_another_app_has_images():
    ref = bump("2.0.0", "1.0.0", setter="kustomize-remote-ref")
    other = bump("1.0.0", "0.9.0", app="cart", name="x/cart")

    assert gate(other, ref)[0].state is GateState.REFUSED
