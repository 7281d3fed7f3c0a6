"""A sample of the recorded promotions and rollbacks; `make replay` replays all of them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT.parent / "shared" / "corpus" / "replay-dev.jsonl.gz"


@pytest.mark.corpus
@pytest.mark.skipif(not CASES.exists(), reason="the recorded cases are not beside the project")
def test_a_sample_of_recorded_changes_is_replayed_byte_for_byte():
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "replay.py"), "--every", "40"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 of 10 exact" in done.stdout
