"""What a version stands for that a person names with `--to`: of which pin it is, and what goes with it."""

import json

import pytest

OLD, NEW, NEVER = "bee68d736312be7af23176ccc588edca5b6bf612", "9" * 39 + "e", "c" * 40
FILE = "components/spi/kustomization.yaml"
OPERATOR = "quay.io/acme/spi-operator"
REMOTE = "github.com/acme/spi-operator/config/default"
OTHER = "github.com/acme/oauth/config"
IN = ("--in", "./components/spi", "--unproven", "--dry-run", "--format", "json")


def text(ref, tag, *, remote=REMOTE, other="4" * 40):
    return (
        f"resources:\n- https://{remote}?ref={ref}\n- https://{OTHER}?ref={other}\n"
        f"images:\n- name: {OPERATOR}\n  newTag: {tag}\n"
        "- name: quay.io/acme/oauth-server\n  newTag: 0.4.0\n"
    )


@pytest.fixture
def spi(shop):
    """The ref of the base was OLD while the image was 0.4.0; now they are NEW and 0.4.1."""
    shop.commit_files({FILE: text(OLD, "0.4.0", other="5" * 40)}, "Begin")
    shop.commit_files({FILE: text(NEW, "0.4.1")}, "Both move")
    return shop


def bumps(ran):
    assert ran.code == 0, ran.err
    return {bump["image"]: bump["to"] for bump in json.loads(ran.out)["plan"]["bumps"]}


def test_the_ref_of_then_brings_back_the_tag_that_stood_beside_it(spi, promoter):
    ran = promoter("rollback", "--image", OPERATOR, "--to", OLD, *IN)

    assert bumps(ran) == {REMOTE: OLD, OPERATOR: "0.4.0"}


def test_without_an_image_everything_goes_back_to_when_the_ref_was_that(spi, promoter):
    ran = promoter("rollback", "--to", OLD, *IN)

    assert bumps(ran) == {REMOTE: OLD, OPERATOR: "0.4.0", OTHER: "5" * 40}


def test_a_tag_of_then_moves_the_image_alone(spi, promoter):
    assert bumps(promoter("rollback", "--image", OPERATOR, "--to", "0.4.0", *IN)) == {OPERATOR: "0.4.0"}


def test_a_ref_that_is_named_by_its_address_moves_alone(spi, promoter):
    assert bumps(promoter("rollback", "--image", REMOTE, "--to", NEVER, *IN)) == {REMOTE: NEVER}


@pytest.mark.parametrize("version", [NEW, NEVER, "5" * 40])
@pytest.mark.parametrize("image", [("--image", OPERATOR), ("--image", "quay.io/acme/oauth-server")])
def test_a_commit_is_not_written_where_only_tags_ever_stood(spi, promoter, version, image):
    ran = promoter("rollback", *image, "--to", version, *IN)

    assert ran.code == 5
    assert f"{version} is not a version of {image[1]}" in ran.err
    assert "like the ref of github.com/acme/" in ran.err
    assert "--image github.com/acme/" in ran.err


def test_without_an_image_a_commit_that_never_ran_is_not_taken_for_a_tag(shop, promoter):
    shop.commit_files({FILE: text(NEW, "0.4.1").split("- name: quay.io/acme/oauth")[0]}, "Begin")

    ran = promoter("rollback", "--to", NEVER, *IN)

    assert ran.code == 5
    assert f"{NEVER} is not a version of {OPERATOR}" in ran.err


def test_a_commit_is_taken_where_the_image_had_commits_before(shop, promoter):
    shop.commit_files({FILE: text(OLD, OLD)}, "Built of commits")
    shop.commit_files({FILE: text(NEW, "0.4.1")}, "Built of releases")

    assert bumps(promoter("rollback", "--image", OPERATOR, "--to", NEVER, *IN)) == {OPERATOR: NEVER}


def test_a_digest_that_never_ran_is_taken_as_it_was_named(spi, promoter):
    digest = "sha256:" + "d" * 64

    ran = promoter("rollback", "--image", OPERATOR, "--to", f"0.4.2@{digest}", *IN)

    assert bumps(ran) == {OPERATOR: f"0.4.2@{digest}"}
