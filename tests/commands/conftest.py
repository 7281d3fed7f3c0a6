"""The demonstration repository, mended and committed, and the command line run against it."""

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from git_work import Work

from promoter.cli import run
from promoter.cli.demo_tree import tree


@dataclass(frozen=True)
class Ran:
    """How a run of promoter ended."""

    code: int
    out: str
    err: str


class Shop(Work):
    """The repository of the demonstration with dev on 1.10 and everything else on 1.9."""

    def overlay(self, environment: str) -> Path:
        return self.path / f"apps/shop/overlays/{environment}/kustomization.yaml"

    def another(self, app: str, *environments: str) -> str:
        """Commits a second app that is deployed to these environments as the shop is."""
        kept = (
            "/base/",
            *(f"{name}{end}" for name in environments for end in ("/kustomization.yaml", ".yaml")),
        )
        files = {path: text for path, text in tree().items() if path.startswith(("apps/", "argocd/shop-"))}
        return self.commit_files(
            {
                path.replace("shop", app): text.replace("shop", app)
                for path, text in files.items()
                if any(part in path for part in kept)
            },
            f"Deploy {app}",
        )

    def move_versions_into_base(self) -> str:
        """Commits that all but dev take their version from the base; gives the base's kustomization."""
        base = "apps/shop/base/kustomization.yaml"
        text = (self.path / base).read_text() + "images: [{name: ghcr.io/acme/shop, newTag: '1.9'}]\n"
        overlays = {
            f"apps/shop/overlays/{env}/kustomization.yaml": "resources: [../../base]\n"
            for env in ("staging", "prod-eu", "prod-us")
        }
        self.commit_files({base: text, **overlays}, "Move the version into the base")
        return base

    def state(self) -> tuple[str, str]:
        """Every ref and every changed file: equal before and after means that nothing happened."""
        return self.git("for-each-ref"), self.git("status", "--porcelain")


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMOTER_CACHE_DIR", str(tmp_path / "cache"))
    repository = Shop(tmp_path / "shop")
    repository.path.mkdir()
    repository.git("init", "--quiet", "--initial-branch=main")
    files = tree()
    files["apps/shop/overlays/dev/kustomization.yaml"] = files[
        "apps/shop/overlays/dev/kustomization.yaml"
    ].replace("1.10", '"1.10"')
    repository.commit_files(files, "Begin")
    return repository


@pytest.fixture
def promoter(shop, capsys, monkeypatch):
    """Runs the command line in this process, as the program does."""

    def command(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["promoter", "-C", str(shop.path), *arguments])
        capsys.readouterr()
        code = run()
        captured = capsys.readouterr()
        return Ran(int(code), captured.out, captured.err)

    return command


@pytest.fixture
def refused(shop, promoter):
    """Runs a command that must be refused and must write nothing; gives what it says."""

    def command(*arguments: str) -> str:
        before = shop.state()
        ran = promoter(*arguments)
        assert (ran.code, shop.state()) == (5, before), ran.err or ran.out
        return ran.err

    return command
