"""What a proof says in each case, and which differences between two renders are a bump's own doing."""

import pytest

from promoter.model import Bump, Image, KubeObject, Location, ObjectKey, Pin, Plan, Rendered, RenderFailure
from promoter.plan import Proof, prove

OLD, NEW = "sha256:" + "a" * 64, "sha256:" + "b" * 64
SUFFIX, NEXT = "-abcdefghij", "-0123456789"


def bump(old: str = "1", new: str = "2", *, name: str = "x/shop", setter: str = "kustomize-images") -> Bump:
    pin = Pin(setter, Location("prod/k.yaml", 3), 0, "/images/0", Image(name, old))
    return Bump("shop", "prod", pin, Image(name, new))


def planned(*bumps: Bump) -> Plan:
    return Plan("promote", "staging", "prod", bumps or (bump(),))


def thing(kind: str = "Pod", name: str = "shop", **fields: object) -> KubeObject:
    version = "v1" if kind in ("Pod", "ConfigMap", "Secret") else "acme.io/v1"
    body = {"apiVersion": version, "kind": kind, "metadata": {"name": name}, **fields}
    return KubeObject(ObjectKey.of(body), body)


def built(*objects: KubeObject) -> Rendered:
    return Rendered("prod", objects, "test")


def pod(image: str, **fields: object) -> Rendered:
    return built(thing(image=image, **fields))


MOVED = ((pod("x/shop:1"), pod("x/shop:2")),)
FAILED = RenderFailure("prod", "failed", "no such field")
REMOTE = RenderFailure("prod", "refused", "remote base")


def proof(before: Rendered, after: Rendered, *bumps: Bump) -> Proof:
    return prove(planned(*bumps), ((before, after),), {})


def test_a_plan_that_moves_nothing_is_proven_without_a_render():
    assert prove(Plan("promote", "a", "b", ()), (), {}) == Proof("proven")


def test_what_is_not_rendered_here_is_unproven():
    reason = "it is a chart or lies in another repository, which is not rendered here"

    assert prove(planned(), (), {}) == Proof("unproven", reason)


def test_a_proven_plan_lists_the_changed_objects_once_in_order():
    shop = thing("Pod", "shop", image="x/shop:1", init="x/shop:1")
    cart = thing("Pod", "cart", image="x/shop:1")
    moved = [
        KubeObject(one.key, {**one.body, **{k: "x/shop:2" for k in ("image", "init") if k in one.body}})
        for one in (shop, cart)
    ]

    assert proof(built(shop, cart), built(*moved)) == Proof("proven", "", ("Pod/cart", "Pod/shop"))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (pod("a"), pod("a"), Proof("proven", "", ("Pod/shop",))),
        (
            pod("a", x=[1, {"y": 1}]),
            pod("a", x=[1, {"y": 2}]),
            Proof("refused", "eu would change too: Pod/shop x[1].y: 1 → 2", ("Pod/shop",)),
        ),
        (
            built(thing("A"), thing("B")),
            built(thing("B"), thing("A")),
            Proof("refused", "eu would change too: the order of objects"),
        ),
        (pod("a"), FAILED, Proof("refused", "eu would not render any more: no such field")),
        (FAILED, pod("a"), Proof("refused", "eu would render differently: no such field")),
        (FAILED, REMOTE, Proof("refused", "eu would render differently: no such field")),
        (
            REMOTE,
            REMOTE,
            Proof("unproven", "eu reads an edited file and does not render: remote base"),
        ),
    ],
)
def test_another_environment_that_reads_an_edited_file_must_stay_equal(before, after, expected):
    assert prove(planned(), MOVED, {"us": (pod("a"), pod("a")), "eu": (before, after)}) == expected


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (((pod("a"), FAILED),), Proof("refused", "the target would not render any more: no such field")),
        (((REMOTE, FAILED),), Proof("unproven", "the target cannot be rendered here: remote base")),
        (
            (*MOVED, (REMOTE, FAILED)),
            Proof("unproven", "the target cannot be rendered here: remote base"),
        ),
        (
            (*MOVED, (REMOTE, pod("x/shop:2"))),
            Proof("unproven", "the target could not be rendered before the change"),
        ),
        ((*MOVED, (pod("a"), pod("a"))), Proof("proven", "", ("Pod/shop",))),
    ],
)
def test_every_build_of_the_target_has_to_render_before_and_after(targets, expected):
    assert prove(planned(), targets, {}) == expected


def test_an_edit_without_effect_names_its_place_and_what_may_be_the_cause():
    assert proof(pod("a"), pod("a")) == Proof(
        "refused",
        "the edit had no effect: prod/k.yaml:3:1 says x/shop:2, and no rendered image changed to it;"
        " another layer sets this image, or nothing uses it",
    )


def test_the_first_edit_without_effect_is_named_with_what_did_change():
    made = proof(pod("x/shop:1"), pod("x/shop:2"), bump(), bump(name="x/cart"), bump(name="x/mail"))

    assert "says x/cart:2, " in made.reason
    assert made.changed == ("Pod/shop",)


def test_a_repetition_that_nothing_uses_may_move_with_the_image_that_is_used():
    again = bump(name="docker.io/x/shop", old="0")

    assert proof(pod("x/shop:1"), pod("x/shop:2"), bump(), again).state == "proven"
    assert proof(pod("a"), pod("a"), bump(), again).state == "refused"


@pytest.mark.parametrize(
    "setter",
    ["kustomize-remote-ref", "source-revision", "helm-values", "flux", "argocd", "k3s", "where"],
)
def test_a_version_that_only_a_controller_reads_is_unproven_where_nothing_changed(setter):
    silent = bump(setter=setter)
    reason = "prod/k.yaml:3:1 is not part of what is rendered here"

    assert proof(pod("a"), pod("a"), silent) == Proof("unproven", reason)
    assert proof(pod("x/shop:1"), pod("x/shop:2"), bump(), silent).state == "proven"
    other = bump("7", "8", name="x/cart", setter=setter)
    assert proof(pod("x/shop:1"), pod("x/shop:2"), bump(), other) == Proof("proven", "", ("Pod/shop",))


@pytest.mark.parametrize("setter", ["kustomize-images", "manifest", "patch", "env-file"])
def test_a_version_that_a_build_reads_has_to_show_in_it(setter):
    assert proof(pod("a"), pod("a"), bump(setter=setter)).state == "refused"


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [
        ("x/shop:1", "x/shop:2", "proven"),
        ("docker.io/x/shop:1", "docker.io/x/shop:2", "proven"),
        ("x/shop:0.9", "x/shop:2", "proven"),
        ("x/shop", "x/shop:2", "proven"),
        ("y/shop:1", "y/shop:2", "refused"),
        ("y/shop:1", "x/shop:2", "refused"),
        ("x/shop:1", f"x/shop:2@{NEW}", "refused"),
        ("x/shop:2", "x/shop:1", "refused"),
        ("version-1", "version-2", "refused"),
        ("?", "x/shop:2", "refused"),
        (["x/shop:1"], "x/shop:2", "refused"),
        ("x/shop:1", None, "refused"),
    ],
)
def test_an_image_field_moves_from_its_own_repository_to_exactly_the_planned_version(before, after, state):
    assert proof(pod(before), pod(after)).state == state


def test_a_digest_belongs_to_the_planned_version():
    pin = bump().pin
    both = Bump("shop", "prod", pin, Image("x/shop", "2", NEW))

    assert proof(pod(f"x/shop:1@{OLD}"), pod(f"x/shop:2@{NEW}"), both).state == "proven"
    assert proof(pod(f"x/shop:1@{OLD}"), pod(f"x/shop:2@{OLD}"), both).state == "refused"
    assert proof(pod("x/shop:1"), pod("x/shop:2"), both).state == "refused"


def test_a_version_written_as_text_moves_wherever_the_text_has_it():
    text = bump(old="1.4", new="1.5", setter="env-file")

    assert proof(built(thing(data="v1.4/1.4")), built(thing(data="v1.5/1.5")), text).state == "proven"
    assert proof(built(thing(data="v1.4/1.4")), built(thing(data="v1.5/1.4")), text).state == "refused"


def test_without_an_old_version_no_text_is_taken_for_it():
    fresh = bump(old="", new="1.5", setter="env-file")

    assert proof(built(thing(data="")), built(thing(data="1.5")), fresh).state == "refused"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (thing(image="a"), thing(image="a", x=None), "Pod/shop x: None → None"),
        (thing(), thing(x=3), "Pod/shop x: None → 3"),
        (thing(x=3), thing(), "Pod/shop x: 3 → None"),
        (thing(x={"y": 3}), thing(x={"z": 4}), "Pod/shop x.y: 3 → None"),
        (thing(x=1), thing(x=True), "Pod/shop x: 1 → True"),
        (thing(x=1), thing(x=1.0), "Pod/shop x: 1 → 1.0"),
        (thing(x=[1]), thing(x=[1, 2]), "Pod/shop x: [1] → [1, 2]"),
        (thing(x=[1]), thing(x={"a": 1}), "Pod/shop x: [1] → {'a': 1}"),
        (thing(x=[[1]]), thing(x=[[2]]), "Pod/shop x[0][0]: 1 → 2"),
        (thing(x={"b": 1, "a": 1}), thing(x={"b": 2, "a": 2}), "Pod/shop x.a: 1 → 2"),
        (thing("Service", x="a"), thing("Service", x="b"), "Service.acme.io/shop x: 'a' → 'b'"),
    ],
)
def test_what_was_not_planned_is_told_with_object_field_and_both_values(before, after, told):
    made = proof(built(before), built(after))

    assert made == Proof("refused", f"the change would do more than planned: {told}", (str(before.key),))


def test_an_object_that_appears_or_goes_is_told_as_a_whole():
    added = proof(built(), built(thing("Pod", "new")))
    gone = proof(built(thing("Pod", "old")), built())

    assert added.reason.startswith("the change would do more than planned: Pod/new : None → {'apiVersion'")
    assert gone.reason.endswith("} → None")


def generated(kind: str, suffix: str, other: str = "", *, user: str = "env") -> Rendered:
    """A generated object whose content is a version, and a Pod that names it."""
    made = thing(kind, f"shop-env{suffix}", data="v1" if suffix == SUFFIX else "v2")
    reader = thing("Pod", "shop", **{user: f"shop-env{other or suffix}"})
    return built(made, reader)


@pytest.mark.parametrize("kind", ["ConfigMap", "Secret"])
def test_a_generated_objects_new_suffix_may_follow_wherever_it_is_named(kind):
    text = bump(old="v1", new="v2", setter="env-file")

    made = proof(generated(kind, SUFFIX), generated(kind, NEXT), text)

    assert made == Proof("proven", "", tuple(sorted((f"{kind}/shop-env", "Pod/shop"))))


def test_a_name_may_only_follow_to_the_new_suffix():
    text = bump(old="v1", new="v2", setter="env-file")

    made = proof(generated("Secret", SUFFIX), generated("Secret", NEXT, "-zzzzzzzzzz"), text)

    assert made.state == "refused"
    assert "Pod/shop env: 'shop-env-abcdefghij' → 'shop-env-zzzzzzzzzz'" in made.reason


def test_only_config_maps_and_secrets_of_the_core_have_generated_names():
    text = bump(old="v1", new="v2", setter="env-file")
    before = KubeObject(
        ObjectKey("acme.io", "Secret", "", f"shop-env{SUFFIX}"), {"metadata": {"name": f"shop-env{SUFFIX}"}}
    )
    after = KubeObject(
        ObjectKey("acme.io", "Secret", "", f"shop-env{NEXT}"), {"metadata": {"name": f"shop-env{NEXT}"}}
    )

    assert proof(built(before), built(after), text).state == "refused"
    assert proof(generated("Widget", SUFFIX), generated("Widget", NEXT), text).state == "refused"
    assert proof(generated("Pod", SUFFIX), generated("Pod", NEXT), text).state == "refused"


def test_generated_objects_of_one_name_in_two_namespaces_are_two():
    def both(suffix: str) -> Rendered:
        return built(
            *(
                KubeObject(
                    ObjectKey("", "Secret", namespace, f"env{suffix}"),
                    {"metadata": {"name": f"env{suffix}"}, "data": "v1" if suffix == SUFFIX else "v2"},
                )
                for namespace in ("a", "b")
            )
        )

    made = proof(both(SUFFIX), both(NEXT), bump(old="v1", new="v2", setter="env-file"))

    assert made == Proof("proven", "", ("Secret/a/env", "Secret/b/env"))


def test_a_rename_to_another_stem_does_not_follow():
    text = bump(old="v1", new="v2", setter="env-file")
    before, after = thing("Pod", "a"), KubeObject(ObjectKey("", "Pod", "", "a"), thing("Pod", "b").body)

    assert proof(built(before), built(after), text).state == "refused"


def test_two_generated_objects_of_one_stem_are_told_apart_by_their_whole_names():
    one, two = thing("Secret", f"env{SUFFIX}", data="1"), thing("Secret", f"env{NEXT}", data="2")

    made = prove(planned(), (*MOVED, (built(one, two), built(one, two))), {})

    assert made.state == "proven"
    changed = thing("Secret", f"env{NEXT}", data="3")
    told = prove(planned(), (*MOVED, (built(one, two), built(one, changed))), {})
    assert "Secret/env-0123456789 data: '2' → '3'" in told.reason
