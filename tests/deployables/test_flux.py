import pytest
from deployable_trees import OWN, found, overlays

SOURCE = f"""apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {{name: flux-system, namespace: flux-system}}
spec: {{url: '{OWN}'}}
"""


def kustomization(spec: str, name: str = "shop") -> str:
    return (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        f"metadata: {{name: {name}, namespace: flux-system}}\nspec: {{{spec}}}\n"
    )


REFERENCE = "sourceRef: {kind: GitRepository, name: flux-system}"


def flux(files: dict[str, str]):
    return [each for each in found(files) if each.controller == "flux"]


def test_a_flux_kustomization_of_this_repository_has_its_path() -> None:
    spec = f"{REFERENCE}, path: ./shop/overlays/prod, targetNamespace: shop, suspend: true"
    (only,) = flux({"a.yaml": SOURCE, "b.yaml": kustomization(spec), **overlays("shop/overlays/prod")})
    assert (only.path, only.environment, only.destination.namespace) == (
        "shop/overlays/prod",
        "prod",
        "shop",
    )
    assert only.suspended


def test_a_source_in_another_repository_has_no_path() -> None:
    source = SOURCE.replace("acme/gitops", "other/repo")
    (only,) = flux({"a.yaml": source, "b.yaml": kustomization(f"{REFERENCE}, path: ./x")})
    assert only.path is None
    assert only.reason is None
    assert "is not this repository" in only.evidence[-1]


def test_a_bootstrapped_source_that_is_not_committed_is_this_repository() -> None:
    (only,) = flux({"b.yaml": kustomization(f"{REFERENCE}, path: ./shop"), **overlays("shop")})
    assert only.path == "shop"
    assert "the GitRepository flux-system is not in this repository" in only.evidence[-1]


def test_neither_source_nor_path_is_unresolved() -> None:
    (only,) = flux({"b.yaml": kustomization(f"{REFERENCE}, path: ./gone")})
    assert only.reason == "neither the GitRepository flux-system nor the path gone is in this repository"


def test_a_path_with_a_variable_is_unresolved() -> None:
    (only,) = flux({"a.yaml": SOURCE, "b.yaml": kustomization(REFERENCE + ', path: "./x/${cluster}"')})
    assert only.reason == "its path x/${cluster} is filled in by the FluxKustomization that applies it"


def test_an_oci_source_lies_elsewhere() -> None:
    (only,) = flux({"b.yaml": kustomization("sourceRef: {kind: OCIRepository, name: shop}, path: ./x")})
    assert (only.path, only.reason) == (None, None)


def test_a_composed_artifact_leads_back_to_this_repository() -> None:
    generator = """apiVersion: source.extensions.fluxcd.io/v1beta1
kind: ArtifactGenerator
metadata: {name: parts}
spec:
  sources: [{alias: repo, kind: GitRepository, name: flux-system}]
  artifacts:
  - name: apps
    copy:
    - {from: "@repo/apps/base/**", to: "@artifact/base/"}
    - {from: "@repo/apps/staging/**", to: "@artifact/staging/"}
"""
    spec = "sourceRef: {kind: ExternalArtifact, name: apps}, path: ./staging/shop"
    files = {"a.yaml": SOURCE, "g.yaml": generator, "b.yaml": kustomization(spec)}
    (only,) = flux({**files, **overlays("apps/staging/shop")})
    assert only.path == "apps/staging/shop"


def test_an_artifact_that_nothing_composes_is_unresolved() -> None:
    (only,) = flux({"b.yaml": kustomization("sourceRef: {kind: ExternalArtifact, name: apps}")})
    assert only.reason == "no ArtifactGenerator here composes the artifact apps from this repository"


def test_a_helm_release_is_listed_with_its_chart_elsewhere() -> None:
    release = """apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: redis, namespace: data}
spec: {chart: {spec: {chart: redis, sourceRef: {kind: HelmRepository, name: bitnami}}}}
"""
    (only,) = flux({"r.yaml": release})
    assert (only.kind, only.path, only.reason) == ("HelmRelease", None, None)
    assert only.evidence[-1] == "the chart redis comes from elsewhere"


def test_the_cluster_folder_tells_the_environment_of_what_its_kustomization_applies() -> None:
    files = {
        "a.yaml": SOURCE,
        "clusters/prod/infra.yaml": kustomization(f"{REFERENCE}, path: ./infra", "infra"),
        "clusters/staging/other.yaml": kustomization(f"{REFERENCE}, path: ./other", "other"),
        "infra/redis.yaml": kustomization(f"{REFERENCE}, path: ./redis", "redis"),
        **overlays("redis", "other"),
    }
    assert {each.name: each.environment for each in flux(files)} == {
        "infra": "prod",
        "redis": "prod",
        "other": "staging",
    }


def helm_chart(namespace: str, chart: str) -> str:
    return f"""apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmChart
metadata: {{name: web, namespace: {namespace}}}
spec: {{chart: {chart}, sourceRef: {{kind: GitRepository, name: flux-system}}}}
"""


@pytest.mark.parametrize(
    ("reference", "path"),
    [
        ("{kind: HelmChart, name: web}", "charts/own"),
        ("{kind: HelmChart, name: web, namespace: shared}", "charts/shared"),
        ("{kind: HelmChart, name: gone}", None),
        ("{kind: OCIRepository, name: web}", None),
    ],
)
def test_a_release_takes_the_helm_chart_of_the_namespace_that_is_meant(reference, path) -> None:
    files = {
        "a.yaml": SOURCE,
        "b.yaml": helm_chart("shared", "./charts/shared"),
        "c.yaml": helm_chart("data", "./charts/own"),
        "charts/own/Chart.yaml": "name: web\n",
        "charts/shared/Chart.yaml": "name: web\n",
        "r.yaml": "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
        f"metadata: {{name: web, namespace: data}}\nspec: {{chartRef: {reference}}}\n",
    }
    (only,) = (each for each in flux(files) if each.kind == "HelmRelease")
    assert only.path == path
