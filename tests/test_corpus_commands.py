"""The commands that `make corpus` runs on every real repository, here on one of two overlays."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OVERLAY = "resources: [deployment.yaml]\nimages: [{ name: shop, newTag: 1.10.0 }]\n"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: shop, image: shop }] }
"""


def test_every_command_runs_on_every_repository_and_ends_as_documented(tmp_path):
    for env in ("dev", "prod"):
        overlay = tmp_path / "acme+gitops" / "apps" / "shop" / "overlays" / env
        overlay.mkdir(parents=True)
        (overlay / "kustomization.yaml").write_text(OVERLAY)
        (overlay / "deployment.yaml").write_text(DEPLOYMENT)
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks/corpus.py"), "--commands-only", "--corpus", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("acme+gitops")]
    assert [row.split()[1] for row in rows] == ["apps", "lint", "status", "diff"]
    assert "0 commands ended in a way that no user should see" in done.stdout


@pytest.mark.parametrize(
    ("code", "stderr", "bad"),
    [
        (1, "", False),
        (3, "error: git failed\n", False),
        (4, "a bug in promoter\n", True),
        (-9, "", True),
        (0, "Traceback (most recent call last):\n", True),
    ],
)
def test_bugs_signals_and_tracebacks_count_as_bad(monkeypatch, code, stderr, bad):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    module = importlib.import_module("corpus_commands")
    assert module.Ran("acme", "lint", code, 0.1, stderr).bad is bad
