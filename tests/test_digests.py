"""Which digest a version gets in a plan, by the rule for digests and what a registry says."""

import pytest
from promotions import after, graph, promoted

from promoter.config import AppImage
from promoter.errors import RefusedError
from promoter.model import Image, Presence, Published, unknown

OLD, NEW, MOVED = (f"sha256:{letter * 64}" for letter in "abc")
ENTRY = "images:\n- name: x/shop\n  newTag: {}\n"


def said(digest):
    return (
        lambda image: Published(Presence.THERE, digest) if image == Image("x/shop", "v2") else unknown("?")
    )


def nobody(image):
    pytest.fail(f"a registry was asked for {image}")


def tree(source="v2", target="v1", digest=OLD):
    pinned = f"  digest: {digest}\n" if digest else ""
    return graph(
        {
            "dev/kustomization.yaml": ENTRY.format(source),
            "prod/kustomization.yaml": ENTRY.format(target) + pinned,
        }
    )


def rule(digest):
    return (AppImage("x/shop", order="none", digest=digest),)


def test_a_followed_digest_is_that_of_the_new_tag():
    given = tree()

    made = promoted(given, "prod", "dev", look=said(NEW))

    assert after(given, made, "prod/kustomization.yaml") == ENTRY.format("v2") + f"  digest: {NEW}\n"


def test_a_pin_without_a_digest_gets_none_and_nobody_is_asked():
    given = tree(digest="")

    made = promoted(given, "prod", "dev", look=nobody)

    assert after(given, made, "prod/kustomization.yaml") == ENTRY.format("v2")


def test_a_followed_digest_that_nobody_knows_goes_with_its_tag():
    given = tree()

    made = promoted(given, "prod", "dev", look=lambda _: unknown("down"))

    assert after(given, made, "prod/kustomization.yaml") == ENTRY.format("v2")


def test_a_dropped_digest_is_not_asked_for():
    given = tree()

    made = promoted(given, "prod", "dev", rules=rule("drop"), look=nobody)

    assert "digest" not in after(given, made, "prod/kustomization.yaml")


def test_the_sources_own_digest_is_not_asked_for():
    given = tree(source=f"v2@{NEW}")

    made = promoted(given, "prod", "dev", rules=rule("require"), look=nobody)

    assert NEW in after(given, made, "prod/kustomization.yaml")


@pytest.mark.parametrize("policy", ["follow", "require"])
def test_a_digest_beside_the_same_tag_stays_though_the_registry_moved_the_tag(policy):
    made = promoted(tree(target="v2"), "prod", "dev", rules=rule(policy), look=said(MOVED))

    assert made.bumps == ()


def test_a_required_digest_beside_the_same_tag_stays_though_nobody_answers():
    made = promoted(
        tree(target="v2"), "prod", "dev", rules=rule("require"), look=lambda _: unknown("x wants a login")
    )

    assert made.bumps == ()


def test_a_required_digest_without_an_answer_is_refused_with_the_answers_reason():
    with pytest.raises(RefusedError, match="which the configuration requires: x wants a login"):
        promoted(tree(), "prod", "dev", rules=rule("require"), look=lambda _: unknown("x wants a login"))


def test_a_required_digest_is_refused_with_its_place_where_no_registry_is_asked():
    with pytest.raises(RefusedError) as error:
        promoted(tree(), "prod", "dev", rules=rule("require"))

    assert error.value.message == (
        "x/shop:v2 has no digest, which the configuration requires:"
        " no registry was asked for the digest of x/shop:v2"
    )
    assert error.value.where == "prod/kustomization.yaml:3:11"
    assert error.value.hint == "name it: VERSION@sha256:…"


def test_a_version_that_somebody_named_needs_its_digest_too():
    with pytest.raises(
        RefusedError, match=r"^prod/kustomization.yaml:3:11: x/shop:v3 has no digest, which"
    ):
        promoted(tree(), "prod", version="v3", rules=rule("require"))


def test_a_companion_gets_the_digest_of_its_own_image():
    old, new = "a1b2c3d4e5f6", "b1b2c3d4e5f6"
    entry = "- name: {}\n  newTag: {}\n"
    both = "images:\n" + entry.format("x/shop", "{0}") + entry.format("x/cart", "{0}")
    pinned = both.replace("{0}\n", "{0}\n  digest: {1}\n")
    digests = {"x/shop": NEW, "x/cart": MOVED}
    given = graph(
        {
            "dev/kustomization.yaml": both.format(new),
            "prod/kustomization.yaml": pinned.format(old, OLD),
        }
    )

    made = promoted(
        given,
        "prod",
        "dev",
        images=("x/shop",),
        look=lambda image: Published(Presence.THERE, digests[image.name]),
    )

    assert {bump.new.name: bump.new.digest for bump in made.bumps} == digests
