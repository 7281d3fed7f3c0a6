"""The selection of a diff on a large real repository, against renders of what it leaves out.

Every directory that could be built with the component is rendered, and every fifth of the others.
"""

import json
import shutil
import sys
from pathlib import Path

import pytest
from git_work import Work

from promoter.cli import run
from promoter.commands.workspace import Workspace
from promoter.diff import same
from promoter.kustomize import Build
from promoter.model import Rendered

SOURCE = Path(__file__).parents[3] / "shared/corpus/dev/redhat-appstudio+infra-deployments"
COMPONENT = "argo-cd-apps/k-components/inject-infra-deployments-repo-details"

pytestmark = [pytest.mark.corpus, pytest.mark.renderer]


@pytest.fixture(scope="module")
def infra(tmp_path_factory):
    if not SOURCE.is_dir():
        pytest.skip("infra-deployments is not beside the project")
    folder = tmp_path_factory.mktemp("infra")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PROMOTER_CACHE_DIR", str(folder / "cache"))
        repository = Work(folder / "repository")
        shutil.copytree(SOURCE, repository.path, symlinks=True)
        for path in (repository.path, *repository.path.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() else 0o644)
        repository.git("init", "--quiet", "--initial-branch=main")
        repository.git("add", "--all")
        repository.git("commit", "--quiet", "--message", "Begin")
        yield repository


@pytest.fixture
def clean(infra):
    yield infra
    infra.git("checkout", "--quiet", "--", ".")


@pytest.fixture
def looked_at(clean, capsys, monkeypatch):
    """The directories that a diff of the work tree renders, by its own JSON, and their states."""

    def diff():
        monkeypatch.setattr(sys, "argv", ["promoter", "-C", str(clean.path), "diff", "--format", "json"])
        capsys.readouterr()
        assert run() == 0
        environments = json.loads(capsys.readouterr().out)["environments"]
        return {each["path"]: each["state"] for each in environments}

    return diff


def append(repository, path, text):
    file = repository.path / path
    file.write_text(file.read_text() + text)


def directories(workspace):
    """Every directory that something is deployed from and that can be built without a network."""
    view = workspace.view("HEAD")
    paths = {each.path for each in view.deployables if each.path is not None}
    closures = {path: view.graph.closure(path) for path in sorted(paths)}
    return tuple(path for path, closure in closures.items() if closure.files and not closure.problems)


def test_a_change_of_one_overlay_renders_that_overlay_only(clean, looked_at):
    workspace = Workspace.open(str(clean.path))
    graph = workspace.view("HEAD").graph
    alone = [
        path
        for path in directories(workspace)
        if graph.readers(f"{path}/kustomization.yaml") == (path,) and "prod" in path
    ]
    workspace.close()
    append(clean, f"{alone[0]}/kustomization.yaml", "\ncommonAnnotations: {looked-at: here}\n")

    assert looked_at() == {alone[0]: "changed"}


def test_a_change_of_a_component_renders_exactly_what_renders_of_both_sides_find(clean, looked_at):
    workspace = Workspace.open(str(clean.path))
    near = [path for path in directories(workspace) if path.startswith("argo-cd-apps/")]
    everything = (*near, *[path for path in directories(workspace) if path not in near][::5])
    before = _rendered(workspace, workspace.view("HEAD").snapshot, everything)
    append(clean, f"{COMPONENT}/kustomization.yaml", "\ncommonAnnotations: {looked-at: here}\n")
    after = _rendered(workspace, workspace.repository.snapshot(None), everything)
    workspace.close()
    differing = {
        path
        for path, one, other in zip(everything, before, after, strict=True)
        if isinstance(one, Rendered) and isinstance(other, Rendered) and not same(one, other)
    }

    states = {path: state for path, state in looked_at().items() if path in everything}

    assert len(differing) > 5
    assert {path for path, state in states.items() if state == "changed"} == differing
    assert set(states) == differing | {path for path, state in states.items() if state == "failed"}


def _rendered(workspace, snapshot, paths):
    return workspace.renderer.render_all([Build(snapshot, path) for path in paths])
