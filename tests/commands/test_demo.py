"""The demonstration: every step does what it says, and the folder is left for the user."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.renderer


def walked(folder, cwd):
    return subprocess.run(
        [sys.executable, "-m", "promoter", "demo", str(folder)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("walk") / "demo"
    return folder, walked(folder, folder.parent)


def test_it_ends_well_and_shows_each_command(demo):
    _, ran = demo

    assert ran.returncode == 0, ran.stderr
    for command in ("lint", "lint --fix", "diff", "promote shop", "land", "rollback shop", "status"):
        assert f"$ promoter {command}" in ran.stdout


def test_only_the_planted_defect_is_found_and_its_fix_leaves_nothing(demo):
    _, ran = demo

    assert ran.stdout.count("(exit code") == 1
    assert "KUS020 images-unquoted-tag" in ran.stdout
    assert "fixed apps/shop/overlays/dev/kustomization.yaml" in ran.stdout


def test_it_leaves_a_clean_repository_with_prod_eu_rolled_back_and_held(demo):
    folder, _ = demo
    overlay = (folder / "apps/shop/overlays/prod-eu/kustomization.yaml").read_text()
    clean = subprocess.run(
        ["git", "status", "--porcelain"], cwd=folder, capture_output=True, text=True, check=True
    )

    assert clean.stdout == ""
    assert 'newTag: "1.9" # moved by promoter' in overlay
    assert (folder / ".promoter/holds/prod-eu/shop.yaml").is_file()


def test_a_folder_in_use_is_left_alone(tmp_path):
    (tmp_path / "mine").write_text("x")

    ran = walked(tmp_path, tmp_path)

    assert ran.returncode == 2
    assert "not empty" in ran.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
