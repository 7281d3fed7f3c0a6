"""What the wheel carries besides the code: the bill of materials, true to what the project requires."""

import importlib.util
import json
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from promoter.render.worker import bundled

ROOT = Path(__file__).parents[1]
BILL = ROOT / "promoter.cdx.json"


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as opened:
        yield opened


def test_the_wheel_carries_the_bill_of_materials(wheel):
    (name,) = (name for name in wheel.namelist() if ".dist-info/sboms/" in name)

    assert name.endswith(".dist-info/sboms/promoter.cdx.json")
    assert wheel.read(name) == BILL.read_bytes()


def test_the_wheel_carries_the_worker_that_was_compiled(wheel):
    worker = bundled()
    if worker is None:
        pytest.skip("the render worker is not compiled (make worker)")
    (carried,) = (each for each in wheel.infolist() if "/render/bin/" in each.filename)

    assert carried.filename == f"promoter/render/bin/{worker.name}"
    assert wheel.read(carried) == worker.read_bytes()
    assert carried.external_attr >> 16 & 0o111, "pip keeps what is executable"


def test_the_bill_is_what_the_requirements_give():
    assert BILL.read_text() == load(ROOT / "tools/build_sbom.py").bill(), "run python tools/build_sbom.py"


def test_the_bill_names_each_requirement_and_each_go_module():
    required = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    pinned = (ROOT / "promoter/render/worker/go.mod").read_text().count("\n\t")
    components = json.loads(BILL.read_text())["components"]

    said = [item["value"] for each in components for item in each.get("properties", [])]
    assert sorted(said) == sorted(required)
    assert sum(each["purl"].startswith("pkg:golang/") for each in components) == pinned
