"""Lint of the result: a promotion that adds an error is refused, one that keeps an error is not."""

import json

import pytest

pytestmark = pytest.mark.renderer

OVERLAY = "apps/shop/overlays/{}/kustomization.yaml"
BRANCH = "promote/shop/staging"
BECAUSE = ("--because", "the registry has no other")
BLOCKED = "lint:\n  options:\n    IMG005: { block: ['ghcr.io/*'] }\n"
CARRIED = """\
apps:
  shop:
    carry:
      - { file: "apps/shop/overlays/{env}/kustomization.yaml", paths: [/patches] }
"""
READS_SHARED = """\
patches:
  - patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: shop }
      spec:
        template:
          spec:
            containers:
              - name: shop
                envFrom: [{ configMapRef: { name: shared-settings } }]
"""
NO_PATCH = """\
patches:
  - patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: shop }
"""
SHARED = """\
apiVersion: v1
kind: ConfigMap
metadata: { name: shared-settings, namespace: shop }
data: { LEVEL: info }
"""


def configure(shop, text):
    known = (shop.path / "promoter.yaml").read_text()
    shop.commit_files({"promoter.yaml": known + text}, "Configure")


def runs(shop, environment, old, new):
    text = shop.overlay(environment).read_text()
    assert old in text
    shop.commit_files({OVERLAY.format(environment): text.replace(old, new)}, f"Run {new} in {environment}")


def verdicts(ran):
    return {each["gate"]: each for each in json.loads(ran.out)["plan"]["gates"]}


def decided(promoter, *arguments):
    ran = promoter("reconcile", "--format", "json", *arguments)
    assert ran.code == 0, ran.err
    return {each["environment"]: each for each in json.loads(ran.out)["decisions"]}


def test_a_version_that_adds_an_error_is_refused_with_rule_and_place(refused):
    said = refused("promote", "shop@latest", "--to", "staging", "--override", "order", *BECAUSE)

    place = f"{OVERLAY.format('staging')}:8:13"
    assert f"lint: 1 new error: {place} IMG001 the image ghcr.io/acme/shop:latest of container" in said


def test_an_override_opens_the_gate_and_is_recorded(shop, promoter):
    words = ("--override", "order", "--override", "lint", *BECAUSE)

    ran = promoter("promote", "shop@latest", "--to", "staging", *words)

    assert ran.code == 0, ran.err
    assert "Promoter-Override: order, lint" in shop.git("log", "-1", "--format=%B", BRANCH)


def test_what_was_opened_by_hand_lands(shop, promoter):
    words = ("--override", "order", "--override", "lint", *BECAUSE)
    promoter("promote", "shop@latest", "--to", "staging", *words)

    ran = promoter("land")

    assert ran.code == 0, ran.err
    assert "latest" in shop.overlay("staging").read_text()


def test_an_error_that_the_old_version_has_too_closes_nothing(shop, promoter):
    configure(shop, BLOCKED)
    assert "IMG005" in promoter("lint").out

    ran = promoter("promote", "shop", "--to", "staging", "--format", "json")

    assert ran.code == 0, ran.err
    assert verdicts(ran)["lint"]["state"] == "allowed"
    assert verdicts(ran)["lint"]["reason"] == "no new errors"


def test_a_rule_that_the_configuration_makes_an_error_counts(shop, promoter):
    configure(shop, "lint:\n  severity: { IMG002: error }\n")

    ran = promoter("promote", "shop@main", "--to", "staging", "--override", "order", *BECAUSE)

    assert ran.code == 5
    assert "IMG002 the tag `main` of ghcr.io/acme/shop is one that moves" in ran.err


def test_a_warning_closes_nothing(promoter):
    ran = promoter("promote", "shop@main", "--to", "staging", "--override", "order", *BECAUSE)

    assert ran.code == 0, ran.err


def test_a_rule_that_was_switched_off_closes_nothing(shop, promoter):
    configure(shop, "lint:\n  ignore: [IMG001]\n")

    ran = promoter("promote", "shop@latest", "--to", "staging", "--override", "order", *BECAUSE)

    assert ran.code == 0, ran.err


def test_a_linter_that_cannot_be_used_leaves_the_gate_pending(shop, promoter):
    configure(shop, "lint:\n  ignore: [IMG999]\n")

    ran = promoter("promote", "shop", "--to", "staging")

    assert ran.code == 5
    assert "lint: cannot be judged: " in ran.err
    assert "IMG999" in ran.err


def test_a_rollback_is_not_stopped(shop, promoter):
    runs(shop, "staging", '"1.9"', "latest")
    runs(shop, "staging", "latest", '"1.10"')

    ran = promoter("rollback", "shop", "--in", "staging", "--to", "latest", "--because", "an incident")

    assert ran.code == 0, ran.err
    assert "latest" in shop.git("show", f"{BRANCH}:{OVERLAY.format('staging')}")


def test_reconcile_refuses_it_and_writes_nothing(shop, promoter):
    runs(shop, "dev", '"1.10"', "latest")
    before = shop.state()

    decision = decided(promoter)["staging"]

    assert decision["decision"] == "refuse"
    assert "IMG001" in decision["reason"]
    assert shop.state() == before


def test_reconcile_does_not_land_what_the_rules_call_an_error_by_now(shop, promoter):
    text = (shop.path / "promoter.yaml").read_text()
    landing = text.replace("needs: [dev]", "needs: [dev], land: when-green")
    shop.commit_files({"promoter.yaml": landing}, "Land by itself")
    runs(shop, "dev", '"1.10"', "main")
    assert decided(promoter)["staging"]["decision"] == "propose"
    configure(shop, "lint:\n  severity: { IMG002: error }\n")

    decision = decided(promoter)["staging"]

    assert decision["decision"] == "refuse"
    assert "IMG002" in decision["reason"]
    assert '"1.9"' in shop.git("show", f"main:{OVERLAY.format('staging')}")


def carrying(shop):
    """Dev reads a ConfigMap that nothing in its build makes, and its patches travel with versions."""
    configure(shop, CARRIED)
    for environment, patch in (("dev", READS_SHARED), ("staging", NO_PATCH)):
        text = shop.overlay(environment).read_text()
        shop.commit_files({OVERLAY.format(environment): text + patch}, f"Patch {environment}")


def test_carried_configuration_that_names_what_nothing_deploys_is_refused(shop, promoter):
    carrying(shop)

    ran = promoter("promote", "shop", "--to", "staging")

    assert ran.code == 5
    assert "REF005" in ran.err
    assert "shared-settings" in ran.err


def test_what_another_app_of_the_environment_deploys_is_not_missing(shop, promoter):
    carrying(shop)
    application = (shop.path / "argocd/shop-staging.yaml").read_text()
    platform = application.replace("shop-staging", "platform-staging").replace("apps/shop", "apps/platform")
    folder = "apps/platform/overlays/staging"
    shop.commit_files(
        {
            "argocd/platform-staging.yaml": platform,
            f"{folder}/kustomization.yaml": "resources: [settings.yaml]\n",
            f"{folder}/settings.yaml": SHARED,
        },
        "Deploy settings",
    )

    ran = promoter("promote", "shop", "--to", "staging")

    assert ran.code == 0, ran.err


PLAIN = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{ name: shop, namespace: shop }}
spec:
  selector: {{ matchLabels: {{ app: shop }} }}
  template:
    metadata: {{ labels: {{ app: shop }} }}
    spec: {{ containers: [{{ name: shop, image: "ghcr.io/acme/shop:{}" }}] }}{}
"""
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{ name: shop-{0}, namespace: argocd }}
spec:
  source: {{ repoURL: https://example.com/acme/gitops.git, path: shop/{0} }}
  destination: {{ name: {0}, namespace: shop }}
"""


@pytest.mark.parametrize(
    ("comment", "verdict"),
    [(" # promoter: ignore[IMG001] the registry has only one", "no new errors"), ("", "IMG001")],
)
def test_a_comment_in_a_manifest_that_no_kustomization_reads_counts(shop, promoter, comment, verdict):
    shop.git("rm", "--quiet", "-r", ".")
    files = {f"argocd/{name}.yaml": APPLICATION.format(name) for name in ("dev", "staging")}
    files |= {f"shop/{name}/web.yaml": PLAIN.format("1.9", comment) for name in ("dev", "staging")}
    shop.commit_files(files, "Deploy plain directories")

    ran = promoter("promote", "shop@latest", "--to", "staging", "--dry-run", "--format", "json")

    assert verdict in verdicts(ran)["lint"]["reason"]
