"""What promoter.yaml may say, and how each mistake is named."""

import pytest

from promoter.config import Config, load
from promoter.errors import ConfigError
from promoter.yamldoc import parse

FULL = """\
version: 1
branch: main
layout:
  - apps/{app}/overlays/{env}
environments:
  dev: { tier: nonprod }
  staging: { tier: nonprod, needs: [dev], land: when-green }
  prod-eu:
    tier: prod
    group: prod
    needs: [staging]
    soak: 24h
    checks: { active: [argocd/healthy], proposed: [lint, diff] }
    approvals: { count: 1, teams: [acme/sre] }
    windows:
      timezone: Europe/Stockholm
      allow: [{ start: "0 9 * * mon-thu", for: 7h }]
      deny: [{ start: "0 0 20 12 *", for: 14d, name: holidays }]
  prod-us: { like: prod-eu, needs: [prod-eu], soak: 2h }
apps:
  shop:
    owners: [shop-team]
    images:
      - { repo: ghcr.io/acme/shop, names: [shop-image], order: semver, versions: ">=1.0.0 <3.0.0" }
    where:
      prod-eu: [{ type: helm-values, file: charts/shop/eu.yaml, path: /image/tag }]
    carry: [{ file: "apps/shop/overlays/{env}/features.yaml", paths: [/flags] }]
    keep: [/replicas]
    irreversible_before: 1.5.0
bundles:
  checkout: { apps: [shop, payments], atomic: true }
pull_requests:
  branch: "promote/{subject}/{env}"
  labels: [promotion, "env/{env}"]
verify: { exists: off, signature: none }
access:
  - { may: [promote, rollback], env: "tier:nonprod", who: ["permission:write"] }
rollback: { land: when-green, hold: until-released, skip_bad_version: true }
lint: { fail_on: error, ignore: [], severity: {}, options: {}, issue_labels: { error: bug } }
proof: required
render: { kustomize: bundled, helm: none, remote: deny }
argocd: { git_file_globbing: new }
flux: { images: replace }
state: .promoter/
"""


def loaded(text: str) -> Config:
    return load(parse("promoter.yaml", text.encode()))


def test_an_empty_file_gives_the_defaults():
    assert loaded("") == Config()


def test_like_copies_an_environment_and_its_own_keys_win():
    config = loaded(FULL)

    eu, us = config.environments["prod-eu"], config.environments["prod-us"]
    assert (us.group, us.windows, us.needs, us.soak) == ("prod", eu.windows, ("prod-eu",), 7200)
    assert (eu.soak, eu.windows.deny[0].duration) == (86400, 14 * 86400)


def test_helm_is_the_one_on_path_unless_another_or_none_is_named():
    assert loaded("").render.helm == "helm"
    assert loaded("render: {helm: /opt/helm/bin/helm}").render.helm == "/opt/helm/bin/helm"
    assert loaded("render: {helm: none}").render.helm == "none"


def test_words_that_yaml_reads_as_booleans_mean_what_they_say():
    assert loaded("verify: {exists: off}").verify.exists == "off"


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ("enviroments: {}", "1:1", "did you mean 'environments'"),
        ("environments:\n  dev: {soak: 1x}", "2:15", "expected a duration"),
        ("environments:\n  dev: {}\n  prod: {needs: [deev]}", "3:17", "did you mean 'dev'"),
        ("environments:\n  a: {needs: [b]}\n  b: {needs: [a]}", "2:3", "loop"),
        ("environments: {a: {like: a}}", "1:26", "unknown environment 'a'"),
        ("proof: maybe", "1:8", "expected one of required, when-renderable"),
        ("branch: [a]", "1:9", "expected a text"),
        (
            "environments: {a: {windows: {timezone: Europe/Stokholm}}}",
            "1:40",
            "did you mean 'Europe/Stockholm'",
        ),
        (
            "environments: {a: {windows: {deny: [{start: 0 99 * * *, for: 1h}]}}}",
            "1:37",
            "expected a cron start like \"0 9 * * mon-thu\", found '0 99 * * *'",
        ),
        (
            "environments: {a: {windows: {deny: [{start: 0 0 30 2 *, for: 1h}]}}}",
            "1:37",
            "found '0 0 30 2 *'",
        ),
        (
            "environments: {a: {windows: {deny: [{start: 0 0 0 1 1 *, for: 1h}]}}}",
            "1:37",
            "found '0 0 0 1 1 *'",
        ),
        ("a: b: c", "1:5", "not valid YAML"),
        ("branch: a\nbranch: b", "2:1", "written twice"),
        ("access: [{may: [promot]}]", "1:16", "did you mean 'promote'"),
    ],
)
def test_a_mistake_is_named_at_its_line_and_column(text, where, says):
    with pytest.raises(ConfigError) as error:
        loaded(text)

    assert error.value.where == f"promoter.yaml:{where}"
    assert says in str(error.value)
