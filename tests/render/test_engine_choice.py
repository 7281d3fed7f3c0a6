"""Which engine is taken, and what its process sees of the machine."""

import os
import sys
from importlib import metadata
from pathlib import Path

import pytest

from promoter.errors import RenderError
from promoter.render import engine as engines
from promoter.render import find_helm, sandbox
from promoter.render.cache import default_directory
from promoter.render.inputs import Inputs
from promoter.render.limits import Limits
from promoter.render.recorded import dump, load
from promoter.render.sandbox import environment, materialised

posix = pytest.mark.skipif(os.name == "nt", reason="a script stands for the program")


def program(folder: Path, name: str, says: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!{sys.executable}\nprint({says!r})\n")
    path.chmod(0o755)
    return path


class Installed:
    """A distribution with these files."""

    version = "1.30.1"

    def __init__(self, *files: Path) -> None:
        self.files = [Path(each) for each in files] or None

    def locate_file(self, file: Path) -> Path:
        return file


@posix
def test_without_a_bundled_engine_the_kustomize_on_path_is_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(engines, "bundled", lambda: None)
    monkeypatch.setattr(engines, "wheel", lambda limits: None)
    program(tmp_path, "kustomize", "v5.4.3")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert engines.choose().version == "5.4.3"


@posix
def test_kubectl_by_name_is_the_one_on_path_where_none_was_installed_with_promoter(tmp_path, monkeypatch):
    monkeypatch.setattr(engines, "wheel", lambda limits: None)
    program(
        tmp_path, "kubectl", '{"clientVersion": {"gitVersion": "v1.30.0"}, "kustomizeVersion": "v5.0.4"}'
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    assert engines.choose("kubectl").name == "kubectl"


def test_without_the_distribution_there_is_no_kubectl_of_pip(monkeypatch):
    def absent(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", absent)
    assert engines.wheel(Limits()) is None


def test_a_distribution_without_its_program_is_no_engine(tmp_path, monkeypatch):
    monkeypatch.setattr(metadata, "distribution", lambda _: Installed())
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path / "nowhere"))
    assert engines.wheel(Limits()) is None


def test_a_program_that_the_distribution_put_elsewhere_is_found(tmp_path, monkeypatch):
    there = tmp_path / "else" / ("kubectl.exe" if os.name == "nt" else "kubectl")
    monkeypatch.setattr(metadata, "distribution", lambda _: Installed(there))
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path / "nowhere"))
    found = engines.wheel(Limits())
    assert found is not None
    assert (found.name, found.version) == ("kubectl", "1.30.1")


def test_an_allowed_remote_entry_leaves_git_and_the_proxies_as_they_are(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/some/bin")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
    monkeypatch.setenv("SECRET_TOKEN", "x")
    open_, closed = environment(tmp_path, remote=True), environment(tmp_path, remote=False)
    assert (open_["PATH"], open_["HTTPS_PROXY"], open_["GIT_TERMINAL_PROMPT"]) == (
        "/some/bin",
        "http://proxy",
        "0",
    )
    assert (closed["PATH"], closed["HTTPS_PROXY"] != "http://proxy") == ("", True)
    assert "SECRET_TOKEN" not in {**open_, **closed}


def test_without_unshare_nothing_is_put_before_a_command(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert sandbox.without_network.__wrapped__() == ()


@posix
def test_a_link_is_made_once_and_never_over_a_file():
    links = (("b", "a"), ("b", "a"), ("a", "c"))
    with materialised(Inputs("", {"a": b"1", "c": b"2"}, links=links)) as root:
        assert (root / "b").read_bytes() == b"1"
        assert not (root / "a").is_symlink()


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"PROMOTER_CACHE_DIR": "/x"}, Path("/x")),
        pytest.param({"XDG_CACHE_HOME": "/y"}, Path("/y/promoter"), marks=posix),
        pytest.param({"HOME": "/z"}, Path("/z/.cache/promoter"), marks=posix),
    ],
)
def test_results_are_kept_where_the_user_says_or_in_his_cache(monkeypatch, variables, folder):
    for name in ("PROMOTER_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert default_directory() in (folder, folder / "promoter")


@pytest.mark.parametrize("said", [{}, {"path": 1}, {"path": "a", "kind": 1, "message": "x"}])
def test_a_kept_result_of_another_shape_is_refused(said):
    with pytest.raises(ValueError, match="expected text"):
        load(said, "kustomize 5")


def test_a_kept_result_comes_back_as_it_was():
    said = {"path": "a", "objects": [{"apiVersion": "v1", "kind": "A", "metadata": {"name": "a"}}]}
    assert dump(load(said, "kustomize 5")) == said
    failed = {"path": "a", "kind": "failed", "message": "x", "location": None}
    assert dump(load(failed, "kustomize 5")) == failed


@posix
def test_a_program_that_cannot_be_started_is_named(tmp_path):
    path = tmp_path / "kustomize"
    path.write_bytes(b"\x7fELF, but no program")
    path.chmod(0o755)

    with pytest.raises(RenderError, match="the render engine does not start: ") as error:
        engines.choose(str(path))
    assert error.value.where == str(path)


@posix
def test_a_helm_that_cannot_be_started_is_named(tmp_path):
    path = tmp_path / "helm"
    path.write_bytes(b"\x7fELF, but no program")
    path.chmod(0o755)

    with pytest.raises(RenderError, match="helm does not start: "):
        find_helm(str(path))


@posix
@pytest.mark.parametrize(("says", "name"), [("v3.19.0+g3d8990f", "helm 3.19.0"), ("hello", None)])
def test_a_helm_is_known_by_the_version_that_it_says(tmp_path, says, name):
    path = program(tmp_path, "helm", says)
    if name is None:
        with pytest.raises(RenderError, match="helm does not say its version"):
            find_helm(str(path))
    else:
        assert find_helm(str(path)).name.startswith(name)
