"""The worker's own tests, in Go: that it writes objects as kustomize's library does."""

import shutil
import subprocess
from pathlib import Path

import pytest

import promoter.render
from promoter.render.worker import bundled

SOURCE = Path(promoter.render.__file__).parent / "worker"


@pytest.mark.skipif(shutil.which("go") is None, reason="needs the go toolchain")
@pytest.mark.skipif(bundled() is None, reason="the render worker is not compiled (make worker)")
def test_tests_of_the_worker_pass():
    done = subprocess.run(["go", "test", "./..."], cwd=SOURCE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
