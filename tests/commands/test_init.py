"""promoter init: a configuration that loads, from what the repository shows."""

from contextlib import closing
from pathlib import Path

import pytest
from git_work import Work

from promoter.commands.init import draft
from promoter.commands.workspace import Workspace
from promoter.config import load
from promoter.yamldoc import parse

CORPUS = Path(__file__).parents[3] / "shared/corpus/dev"
ENVIRONMENTS = {
    "OCP-on-NERC+nerc-ocp-config": {"nerc-ocp-test", "nerc-ocp-prod"},
    "PingCAP-QE+ee-ops": {"prod"},
    "argoproj+argocd-example-apps": None,
    "bjw-s-labs+home-ops": None,
    "cloudnativedaysjp+dreamkast-infra": {"staging", "prod"},
    "fluxcd+flux2-kustomize-helm-example": {"staging", "prod"},
    "fluxcd+flux2-multi-tenancy": {"staging", "prod"},
    "gnunn-gitops+product-catalog": {"dev", "test", "prod"},
    "ipni+storetheindex": {"dev", "prod"},
    "kostis-codefresh+gitops-environment-promotion": {"integration-gpu", "qa", "staging-eu", "prod-us"},
    "kostis-codefresh+many-appsets-demo": {"qa", "staging", "prod-eu", "prod-us"},
    "redhat-appstudio+infra-deployments": {"dev", "staging", "prod"},
    "redhat-cop+gitops-catalog": {"staging", "prod"},
    "traPtitech+manifest": {"dev", "prod"},
}


def test_the_configuration_names_environments_in_order_with_groups(shop, promoter):
    (shop.path / "promoter.yaml").unlink()

    ran = promoter("init")

    assert ran.code == 0, ran.err
    config = load(parse("promoter.yaml", (shop.path / "promoter.yaml").read_bytes()))
    assert list(config.environments) == ["dev", "staging", "prod-eu", "prod-us"]
    assert config.environments["prod-us"].group == "prod"
    assert config.environments["prod-us"].needs == ("staging",)
    assert config.environments["dev"].needs == ()


def test_an_environment_needs_the_one_of_its_own_place(shop, promoter):
    (shop.path / "promoter.yaml").unlink()
    for name in ("staging-eu", "dev-eu"):
        copy = shop.path / f"apps/shop/overlays/{name}/kustomization.yaml"
        copy.parent.mkdir()
        copy.write_text(shop.overlay("prod-eu").read_text())

    promoter("init")

    config = load(parse("promoter.yaml", (shop.path / "promoter.yaml").read_bytes()))
    needs = {name: each.needs for name, each in config.environments.items()}
    assert needs["prod-eu"] == ("staging-eu",)
    assert needs["staging-eu"] == ("dev-eu",)
    assert needs["prod-us"] == ("staging",)


def test_an_existing_file_is_kept_unless_forced(shop, promoter):
    before = (shop.path / "promoter.yaml").read_bytes()

    ran = promoter("init")

    assert ran.code == 2
    assert "--force" in ran.err
    assert (shop.path / "promoter.yaml").read_bytes() == before
    assert promoter("init", "--force").code == 0


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the project")
@pytest.mark.parametrize("name", sorted(ENVIRONMENTS))
def test_a_real_repository_gets_its_environments_or_is_told_there_are_none(name, tmp_path):
    work = Work(tmp_path / name)
    work.path.mkdir()
    work.git("init", "--quiet", "--initial-branch=main")
    expected = ENVIRONMENTS[name]

    with closing(_opened(work, CORPUS / name)) as workspace:
        found = draft(workspace)

    if expected is None:
        assert found.text == ""
        assert found.told.startswith("nothing to promote")
    else:
        config = load(parse("promoter.yaml", found.text.encode()))
        assert expected <= config.environments.keys()


def _opened(work, source):
    import shutil

    shutil.copytree(source, work.path, dirs_exist_ok=True, symlinks=True)
    return Workspace.open(str(work.path))


def test_where_no_app_is_in_two_environments_nothing_is_written(shop, promoter):
    for name in ("staging", "prod-eu", "prod-us"):
        shop.overlay(name).unlink()
        (shop.path / f"argocd/shop-{name}.yaml").unlink(missing_ok=True)
    (shop.path / "promoter.yaml").unlink()

    ran = promoter("init")

    assert "nothing to promote: no app is deployed to more than one environment (dev)" in ran.out + ran.err
    assert not (shop.path / "promoter.yaml").exists()
