"""What the configuration of an app adds to a promotion: carried parts, places, entries of its own."""

import json

import pytest

pytestmark = pytest.mark.renderer

OVERLAY = "apps/shop/overlays/{}/kustomization.yaml"
LITERALS = """\
apps:
  shop:
    carry:
      - { file: "apps/shop/overlays/{env}/kustomization.yaml", paths: [/replicas] }
"""


def configure(shop, text: str, **files: str) -> None:
    known = (shop.path / "promoter.yaml").read_text()
    shop.commit_files({"promoter.yaml": known + text, **files}, "Configure")


def test_carried_configuration_travels_with_the_version_and_is_proved_apart(shop, promoter):
    configure(shop, LITERALS)

    ran = promoter("promote", "shop", "--from", "dev", "--to", "staging", "--format", "json")

    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert told["proof"]["state"] == "proven"
    path = OVERLAY.format("staging")
    assert told["plan"]["carried"] == [{"path": path, "field": "/replicas", "from": OVERLAY.format("dev")}]
    changed = shop.git("diff", "-U0", "main", "promote/shop/staging").splitlines()
    assert [line.strip() for line in changed if line.startswith("+") and line[:3] != "+++"] == [
        '+    newTag: "1.10" # moved by promoter',
        "+    count: 2",
    ]


def test_nothing_is_carried_without_a_version(shop, promoter):
    configure(shop, LITERALS)
    before = shop.state()

    ran = promoter("promote", "shop", "--from", "staging", "--to", "prod-eu")

    assert ran.code == 0, ran.err
    assert shop.state() == before


def test_an_entry_is_created_where_only_the_base_sets_the_image(shop, promoter):
    path = OVERLAY.format("staging")
    text = (shop.path / path).read_text()
    without = text.replace(
        'images:\n  - name: ghcr.io/acme/shop\n    newTag: "1.9" # moved by promoter\n', ""
    )
    assert without != text
    configure(shop, "apps: { shop: { create: true } }\n", **{path: without})

    ran = promoter("promote", "shop@1.10", "--to", "staging", "--write")

    assert ran.code == 0, ran.err
    assert (
        shop.path / path
    ).read_text() == without + 'images:\n  - name: ghcr.io/acme/shop\n    newTag: "1.10"\n'


def test_a_configured_place_moves_though_nothing_else_names_it(shop, promoter):
    where = (
        "apps:\n  shop:\n    where:\n"
        "      dev: [{ type: env, file: versions/dev, name: SHOP, image: ghcr.io/acme/job }]\n"
        "      staging: [{ type: env, file: versions/staging, name: SHOP, image: ghcr.io/acme/job }]\n"
    )
    configure(shop, where, **{"versions/dev": "SHOP=2\n", "versions/staging": "SHOP=1 # c\n"})

    ran = promoter(
        "promote", "shop", "--from", "dev", "--to", "staging", "--write", "--image", "job", "--unproven"
    )

    assert ran.code == 0, ran.err
    assert (shop.path / "versions/staging").read_text() == "SHOP=2 # c\n"
