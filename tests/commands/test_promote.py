"""Promotion through the command line, on a real repository with real renders."""

import json

import pytest

pytestmark = pytest.mark.renderer


def test_a_branch_changes_exactly_the_versions_own_characters(shop, promoter):
    ran = promoter("promote", "shop", "--from", "dev", "--to", "staging")

    assert ran.code == 0, ran.err
    diff = shop.git("diff", "-U0", "main", "promote/shop/staging")
    changed = [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert changed == [
        '-    newTag: "1.9" # moved by promoter',
        '+    newTag: "1.10" # moved by promoter',
    ]


def test_running_twice_makes_no_second_commit(shop, promoter):
    promoter("promote", "shop", "--from", "dev", "--to", "staging")
    before = shop.state()

    promoter("promote", "shop", "--from", "dev", "--to", "staging")

    assert shop.state() == before


def test_a_dry_run_changes_nothing_and_shows_the_rendered_difference(shop, promoter):
    before = shop.state()

    ran = promoter("promote", "shop", "--from", "dev", "--to", "staging", "--dry-run")

    assert shop.state() == before
    assert "ghcr.io/acme/shop:1.9 → ghcr.io/acme/shop:1.10" in ran.out


def test_write_edits_the_work_tree_and_stops_there(shop, promoter):
    refs = shop.git("for-each-ref")

    ran = promoter("promote", "shop", "--from", "dev", "--to", "staging", "--write")

    assert ran.code == 0
    assert shop.git("for-each-ref") == refs
    assert '"1.10"' in shop.overlay("staging").read_text()


def test_a_gate_refuses_with_its_reason_and_writes_nothing(refused):
    said = refused("promote", "shop", "--from", "dev", "--to", "prod")

    assert "1.10 has to run in staging first" in said


def test_a_group_gets_a_branch_for_each_environment(shop, promoter):
    promoter("promote", "shop", "--from", "dev", "--to", "staging", "--write")
    shop.commit_files({}, "Bump staging")

    ran = promoter("promote", "shop", "--from", "staging", "--to", "prod")

    assert ran.code == 0, ran.err
    branches = shop.git("for-each-ref", "--format=%(refname:short)", "refs/heads/promote").splitlines()
    assert branches == ["promote/shop/prod-eu", "promote/shop/prod-us"]


def test_the_proof_refuses_when_a_shared_base_is_the_only_place_of_the_image(shop, refused):
    base = shop.move_versions_into_base()

    said = refused("promote", "shop", "--from", "dev", "--to", "staging")

    assert base in said
    assert "prod-eu" in said


def test_a_version_that_is_there_already_is_nothing_to_do(promoter):
    ran = promoter("promote", "shop@1.9", "--to", "staging")

    assert ran.code == 0
    assert "Nothing to do" in ran.out


def test_json_tells_plan_proof_and_branch(promoter):
    ran = promoter("promote", "shop", "--from", "dev", "--to", "staging", "--format", "json")

    said = json.loads(ran.out)
    assert said["schema"] == "promoter/promote/v1"
    assert said["plan"]["bumps"] == [
        {
            "app": "shop",
            "environment": "staging",
            "image": "ghcr.io/acme/shop",
            "from": "1.9",
            "to": "1.10",
            "path": "apps/shop/overlays/staging/kustomization.yaml",
            "line": 8,
            "setter": "kustomize-images",
        }
    ]
    assert said["proof"] == {"state": "proven", "reason": "", "changed": ["Deployment.apps/shop/shop"]}
    assert said["branch"] == "promote/shop/staging"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("shop", "--from", "dve", "--to", "staging"), 2, "did you mean 'dev'?"),
        (("shopp", "--from", "dev", "--to", "staging"), 2, "did you mean 'shop'?"),
        (("shop@1 0", "--to", "staging"), 2, "no image version"),
        (("shop", "--from", "dev@nope", "--to", "staging"), 2, "nope"),
        (("shop", "--from", "dev"), 2, "--to ENV"),
        (("shop@", "--to", "staging"), 2, "APP@VERSION"),
        (("--from", "./nowhere/", "--to", "./apps/shop/overlays/staging"), 2, "nowhere"),
        (("--image", "shpo", "--from", "dev", "--to", "staging"), 2, "its images: ghcr.io/acme/shop"),
        (("shop", "--from", "dev", "--to", "staging", "--dry-run", "--write"), 2, "exclude each other"),
    ],
)
def test_bad_input_is_one_clear_message_and_changes_nothing(shop, promoter, arguments, code, says):
    before = shop.state()

    ran = promoter("promote", *arguments)

    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert "Traceback" not in ran.err
    assert shop.state() == before


def test_a_dirty_file_in_the_way_of_write_is_refused(shop, promoter):
    overlay = shop.overlay("staging")
    overlay.write_text(overlay.read_text() + "# mine\n")

    ran = promoter("promote", "shop", "--from", "dev", "--to", "staging", "--write")

    assert ran.code == 5
    assert "not committed" in ran.err
    assert overlay.read_text().endswith("# mine\n")
    assert '"1.9"' in overlay.read_text()


def test_malformed_configuration_is_named_with_line_and_column(shop, promoter):
    shop.write("promoter.yaml", "environments:\n  dev: {soak: soon}\n")

    ran = promoter("promote", "shop", "--from", "dev", "--to", "staging")

    assert ran.code == 2
    assert "promoter.yaml:2:15" in ran.err


def test_a_gate_opened_by_hand_is_recorded_with_its_reason(shop, promoter):
    ran = promoter("promote", "shop@1.10", "--to", "prod-eu", "--override", "order", "--because", "hotfix")

    assert ran.code == 0, ran.err
    message = shop.git("log", "-1", "--format=%B", "promote/shop/prod-eu")
    assert "Because: hotfix" in message
    assert "Promoter-Override: order" in message


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--override", "order"), "--because"),
        (("--override", "hold", "--because", "x"), "open by hand: order"),
    ],
)
def test_a_gate_is_not_opened_without_reason_or_when_it_has_a_command_of_its_own(promoter, arguments, says):
    ran = promoter("promote", "shop@1.10", "--to", "prod-eu", *arguments)

    assert ran.code == 2
    assert says in ran.err


def test_an_app_that_the_source_does_not_have_is_left_alone_and_told(shop, promoter):
    shop.another("cart", "staging", "prod-eu")
    before = shop.state()

    ran = promoter("promote", "cart", "--from", "dev", "--to", "staging")

    assert "left alone: cart: cart is not deployed to dev" in ran.out
    assert shop.state() == before
