"""The action and the workflows that users copy pass the checkers that they would run on them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / ".github").glob("workflows*/*.yml"))
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
FORTY_HEX = 40


@pytest.fixture(scope="module")
def actionlint():
    """actionlint from PATH, or built once by Go: its package on PyPI downloads a binary from elsewhere."""
    found = shutil.which("actionlint")
    if found:
        return found
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "promoter-tests"
    built = cache / "actionlint"
    go = shutil.which("go")
    if not built.exists() and go is None:
        pytest.skip("neither actionlint nor Go is installed")
    if not built.exists():
        environment = {**os.environ, "GOBIN": str(cache), "GOFLAGS": "-mod=mod"}
        done = subprocess.run(
            [go, "install", ACTIONLINT], env=environment, capture_output=True, check=False
        )
        if done.returncode:
            pytest.skip(f"Go cannot build actionlint: {done.stderr.decode()[-200:]}")
    return str(built)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_actionlint_finds_nothing(actionlint, path):
    argv = [actionlint, "-shellcheck=", "-pyflakes=", "-no-color", path]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("path", [ROOT / "action.yml", *EXAMPLES], ids=lambda path: path.name)
def test_zizmor_finds_nothing(path):
    argv = ["zizmor", "--offline", "--no-progress", "--quiet", "--persona=pedantic", path]
    program = shutil.which("zizmor") or str(Path(sys.executable).parent / "zizmor")
    done = subprocess.run([program, *argv[1:]], capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_action_is_pinned_by_its_commit(path):
    used = re.findall(r"^ +(?:- )?uses: (.*)", path.read_text(), re.MULTILINE)
    pins = [match[1] for match in (re.fullmatch(r"\S+@(\S+) # v\d\S*", each) for each in used) if match]

    assert pins
    assert {len(pin) for pin in pins} == {FORTY_HEX}
    assert len(used) == len(pins)


def test_no_input_is_part_of_a_shell_command():
    scripts = re.findall(r"run: (?:\|\n((?: {8}.*\n)+)|(.*))", (ROOT / "action.yml").read_text())

    assert any("promoter" in "".join(script) for script in scripts)
    assert not [script for script in scripts if "${{" in "".join(script)]


@pytest.mark.parametrize("part", ["inputs", "outputs"])
def test_the_documentation_names_every_input_and_output(part):
    text = (ROOT / "action.yml").read_text()
    block = re.search(rf"^{part}:\n((?:  .*\n|\n)+)", text, re.MULTILINE)
    names = set(re.findall(r"^  ([\w-]+):", block[1], re.MULTILINE))
    page = (ROOT / "docs" / "github-action.md").read_text().partition(f"## {part.capitalize()}\n")[2]
    rows = re.findall(r"^\| ((?:`[\w-]+`(?:, )?)+) \|", page.partition("\n## ")[0], re.MULTILINE)

    assert {name for row in rows for name in re.findall(r"`([\w-]+)`", row)} == names
