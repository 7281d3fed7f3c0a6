"""`promoter render`: what the controllers would apply, byte for byte where they change nothing."""

import base64
import json
import subprocess
import sysconfig
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from promoter.yamldoc import parse, value

SCHEMA = Path(__file__).parents[2] / "overlays-spec/schemas/render.v1.json"
PASSWORD = "correct-horse-battery"


def by_hand(directory: Path) -> str:
    """What kubectl itself prints for a directory."""
    program = Path(sysconfig.get_path("scripts"), "kubectl")
    if not program.exists():
        pytest.skip("the kubectl that is installed with promoter is not there")
    return subprocess.run(
        [str(program), "kustomize", str(directory)], capture_output=True, text=True, check=True
    ).stdout


def objects(text: str) -> list:
    return [value(document) for document in parse("out.yaml", text.encode()).documents]


def with_secret(shop):
    overlay = shop.overlay("dev")
    overlay.write_text(
        overlay.read_text() + f"secretGenerator:\n  - name: key\n    literals: [password={PASSWORD}]\n"
    )


def test_an_environment_without_overrides_gives_the_bytes_of_kustomize(shop, promoter):
    ran = promoter("render", "staging")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == by_hand(shop.path / "apps/shop/overlays/staging")


def test_a_directory_that_nothing_deploys_gives_the_bytes_of_kustomize(shop, promoter):
    assert promoter("render", "./apps/shop/base").out == by_hand(shop.path / "apps/shop/base")


def test_a_group_gives_the_builds_of_its_environments_as_one_stream_in_order(shop, promoter):
    folder = shop.path / "apps/shop/overlays"

    ran = promoter("render", "prod")

    assert ran.out == by_hand(folder / "prod-eu") + "---\n" + by_hand(folder / "prod-us")


def test_what_the_application_overrides_is_in_the_manifests(shop, promoter):
    application = shop.path / "argocd/shop-staging.yaml"
    application.write_text(
        application.read_text().replace(
            "  destination:",
            "    kustomize: {images: ['ghcr.io/acme/shop:2.0'], nameSuffix: -x}\n  destination:",
        )
    )

    found = objects(promoter("render", "staging").out)

    (deployment,) = [each for each in found if each["kind"] == "Deployment"]
    assert deployment["metadata"]["name"] == "shop-x"
    assert deployment["spec"]["template"]["spec"]["containers"][0]["image"] == "ghcr.io/acme/shop:2.0"


def test_what_flux_substitutes_is_in_the_manifests(shop, promoter):
    shop.write(
        "flux/web.yaml",
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        "metadata: {name: web, namespace: flux-system}\n"
        "spec: {path: ./web, prune: true, interval: 1m,"
        " sourceRef: {kind: GitRepository, name: flux-system},"
        " postBuild: {substitute: {COLOUR: green}}}\n",
    )
    shop.write("web/kustomization.yaml", "resources: [map.yaml]\n")
    shop.write(
        "web/map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {c: '${COLOUR}'}\n"
    )

    ran = promoter("render", "./web")

    assert [each["data"] for each in objects(ran.out)] == [{"c": "green"}], ran.err


def test_a_revision_is_named_in_the_address_or_beside_it(shop, promoter):
    before = promoter("render", "staging").out
    overlay = shop.overlay("staging")
    overlay.write_text(overlay.read_text().replace("count: 3", "count: 7"))

    assert "replicas: 7" in promoter("render", "staging").out
    assert promoter("render", "staging@HEAD").out == before
    assert promoter("render", "staging", "--at", "HEAD").out == before
    assert promoter("render", "./apps/shop/overlays/staging", "--at", "HEAD").out == before
    assert promoter("render", "staging@HEAD", "--at", "HEAD").code == 2


def test_a_build_that_fails_is_named_at_its_line_and_the_others_are_printed(shop, promoter):
    overlay = shop.overlay("prod-us")
    overlay.write_text(overlay.read_text() + "components:\n  - ../../missing\n")

    ran = promoter("render", "prod")

    lines = overlay.read_text().splitlines()
    place = f"apps/shop/overlays/prod-us/kustomization.yaml:{len(lines)}:5"
    assert ran.code == 3
    assert ran.err.startswith(f"{place}: prod-us · shop does not render: components: '../../missing'")
    assert ran.out == by_hand(shop.path / "apps/shop/overlays/prod-eu")


def test_what_lies_elsewhere_fails_at_the_object_that_deploys_it(shop, promoter):
    application = shop.path / "argocd/shop-dev.yaml"
    application.write_text(application.read_text().replace("acme/gitops.git", "other/charts.git"))
    shop.git("remote", "add", "origin", "https://git.example.com/acme/gitops.git")

    ran = promoter("render", "dev")

    assert ran.code == 3
    assert ran.err.startswith("argocd/shop-dev.yaml:")
    assert "its source https://git.example.com/other/charts.git lies outside this repository" in ran.err


@pytest.mark.parametrize("words", [("render", "dev"), ("status",), ("apps", "--format", "json")])
def test_a_token_in_the_url_of_a_source_is_not_printed(shop, promoter, words):
    application = shop.path / "argocd/shop-dev.yaml"
    application.write_text(
        application.read_text().replace(
            "https://git.example.com/acme/gitops", "https://bot:hush-123@git.example.com/x/y"
        )
    )
    shop.git("remote", "add", "origin", "https://git.example.com/acme/gitops.git")

    ran = promoter(*words)

    said = ran.out + ran.err
    assert "https://git.example.com/x/y" in said
    assert [line for line in said.splitlines() if "hush" in line] == []


def test_secrets_are_printed_as_they_are_applied(shop, promoter):
    with_secret(shop)

    ran = promoter("render", "dev")

    assert base64.b64encode(PASSWORD.encode()).decode() in ran.out
    assert ran.out == by_hand(shop.path / "apps/shop/overlays/dev")


@pytest.mark.parametrize("format_", ["yaml", "json"])
def test_redacted_manifests_hold_no_secret_value(shop, promoter, format_):
    with_secret(shop)

    ran = promoter("render", "dev", "--redact", "--format", format_)

    assert "<redacted:" in ran.out
    assert PASSWORD not in ran.out
    assert base64.b64encode(PASSWORD.encode()).decode() not in ran.out


def test_json_carries_every_build_and_follows_its_schema(shop, promoter):
    overlay = shop.overlay("prod-us")
    overlay.write_text(overlay.read_text() + "helmCharts: [{name: x}]\n")

    document = json.loads(promoter("render", "prod", "--format", "json").out)

    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(document)
    first, second = document["builds"]
    assert (first["environment"], first["state"], len(first["objects"])) == ("prod-eu", "rendered", 6)
    assert (second["environment"], second["state"], second["objects"]) == ("prod-us", "failed", [])
    assert second["location"]["path"] == "apps/shop/overlays/prod-us/kustomization.yaml"


def test_an_app_narrows_the_environment_and_an_unknown_one_is_a_usage_error(promoter):
    assert promoter("render", "staging", "--app", "shop").out == promoter("render", "staging").out

    ran = promoter("render", "staging", "--app", "shopp")

    assert (ran.code, ran.out) == (2, "")
    assert "did you mean 'shop'" in ran.err
