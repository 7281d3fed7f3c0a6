"""The proof: what may differ between two renders, and what may not."""

from promoter.model import Bump, Image, KubeObject, Location, ObjectKey, Pin, Plan, Rendered, RenderFailure
from promoter.plan import prove

PIN = Pin("kustomize-images", Location("prod/kustomization.yaml", 3), 0, "/images/0", Image("x/shop", "1"))
PLAN = Plan("promote", "staging", "prod", (Bump("shop", "prod", PIN, Image("x/shop", "2")),))


def rendered(image: str, **more: object) -> Rendered:
    body = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "shop"},
        "spec": {"containers": [{"name": "shop", "image": image}], **more},
    }
    return Rendered("prod", (KubeObject(ObjectKey.of(body), body),), "test")


def test_only_the_planned_image_differs_and_is_proven():
    made = prove(PLAN, ((rendered("x/shop:1"), rendered("x/shop:2")),), {})
    assert (made.state, made.changed) == ("proven", ("Deployment.apps/shop",))


def test_no_difference_is_refused_as_an_edit_without_effect():
    made = prove(PLAN, ((rendered("x/shop:1"), rendered("x/shop:1")),), {})
    assert made.state == "refused"
    assert "no effect" in made.reason


def test_another_version_than_the_planned_one_is_refused():
    assert prove(PLAN, ((rendered("x/shop:1"), rendered("x/shop:3")),), {}).state == "refused"


def test_a_second_difference_is_refused_and_named():
    made = prove(PLAN, ((rendered("x/shop:1", replicas=1), rendered("x/shop:2", replicas=2)),), {})
    assert made.state == "refused"
    assert "spec.replicas" in made.reason


def test_another_environment_must_stay_equal():
    same = rendered("x/shop:1")
    made = prove(PLAN, ((same, rendered("x/shop:2")),), {"prod-us": (same, rendered("x/shop:2"))})
    assert made.state == "refused"
    assert made.reason.startswith("prod-us would change too")


def test_a_target_that_cannot_be_rendered_is_unproven_with_the_reason():
    failure = RenderFailure("prod", "refused", "remote base https://example.com")
    made = prove(PLAN, ((failure, failure),), {})
    assert (made.state, "remote base" in made.reason) == ("unproven", True)


def test_an_edit_that_breaks_the_build_is_refused():
    failure = RenderFailure("prod", "failed", "no such field")
    assert prove(PLAN, ((rendered("x/shop:1"), failure),), {}).state == "refused"


def test_another_environment_that_never_rendered_is_unproven():
    failure = RenderFailure("eu", "refused", "remote base")
    made = prove(PLAN, ((rendered("x/shop:1"), rendered("x/shop:2")),), {"eu": (failure, failure)})
    assert made.state == "unproven"
