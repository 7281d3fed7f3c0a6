import pytest
from deployable_trees import found, named, overlays

from promoter.deployables import Settings


@pytest.mark.parametrize(
    ("directories", "expected"),
    [
        (("shop/overlays/dev", "shop/overlays/prod-eu"), {("shop", "dev"), ("shop", "prod-eu")}),
        (("apps/shop/envs/qa", "apps/shop/envs/prd"), {("shop", "qa"), ("shop", "prod")}),
        (("environments/staging/shop", "environments/prod/shop"), {("shop", "staging"), ("shop", "prod")}),
        (("apps/shop/dev", "apps/shop/prod"), {("shop", "dev"), ("shop", "prod")}),
        (("dev/shop", "prod/shop"), {("shop", "dev"), ("shop", "prod")}),
        (("k8s/shop/overlays/stg",), {("shop", "staging")}),
        (("clusters/staging/shop", "clusters/production/shop"), {("shop", "staging"), ("shop", "prod")}),
        (
            ("components/shop/development", "components/shop/production/cluster-a"),
            {("shop", "dev"), ("shop", "prod")},
        ),
        (("shop-dev", "shop"), {("shop", "dev"), ("shop", "prod")}),
        (("envs/dev", "envs/prod"), {("gitops", "dev"), ("gitops", "prod")}),
        (
            ("a/overlays/ocp-prod", "a/overlays/ocp-test", "b/overlays/ocp-infra"),
            {("a", "ocp-prod"), ("a", "ocp-test"), ("b", "ocp-infra")},
        ),
    ],
)
def test_folders_tell_app_and_environment(directories: tuple[str, ...], expected: set) -> None:
    assert named(found(overlays(*directories))) == expected


def test_a_topic_called_dev_is_no_environment() -> None:
    assert found(overlays("apps/dev/forge", "apps/media/player")) == ()


def test_variants_that_name_no_environment_are_no_deployables() -> None:
    assert found(overlays("operator/overlays/stable", "operator/overlays/alpha", "operator/base")) == ()


def test_a_component_is_no_deployable() -> None:
    files = overlays("shop/overlays/dev", "variants/overlays/prod")
    files["variants/overlays/prod/kustomization.yaml"] = "kind: Component\n"
    assert [each.path for each in found(files)] == ["shop/overlays/dev"]


def test_what_an_overlay_of_the_same_environment_builds_on_is_no_deployable() -> None:
    files = overlays("components/shop/dev", "components/shop/prod/common-parts", "components/shop/prod/eu")
    files["components/shop/prod/eu/kustomization.yaml"] = "resources: [../common-parts]\n"
    assert [each.path for each in found(files)] == ["components/shop/dev", "components/shop/prod/eu"]


def test_scaffolding_is_no_deployable() -> None:
    assert found(overlays("hack/shop/overlays/dev", "shop/overlays/dev/template-x")) == ()


def test_a_configured_layout_wins_over_the_conventions() -> None:
    settings = Settings(name="gitops", templates=("teams/*/{env}/{app}",))
    deployables = found(overlays("teams/red/tokyo/shop", "teams/red/prod/shop"), settings)
    assert named(deployables) == {("shop", "tokyo"), ("shop", "prod")}


def test_the_configured_spelling_of_an_environment_is_kept() -> None:
    settings = Settings(name="gitops", environments=("production",))
    assert named(found(overlays("shop/overlays/prd"), settings)) == {("shop", "production")}


def test_the_order_is_the_order_of_promotion_then_the_app() -> None:
    files = overlays("b/overlays/prod", "a/overlays/prod", "b/overlays/dev")
    assert [each.path for each in found(files)] == ["b/overlays/dev", "a/overlays/prod", "b/overlays/prod"]


def test_the_evidence_names_the_folder() -> None:
    (only,) = found(overlays("shop/overlays/dev"))
    assert only.evidence == (
        "environment dev: the folder overlays/dev",
        "app shop: the path shop/overlays/dev",
    )
