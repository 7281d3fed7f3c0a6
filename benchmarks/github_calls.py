"""Counts the calls to GitHub of one reconcile, for repositories of several sizes.

    python benchmarks/github_calls.py 10 50 200

Runs the action against the GitHub of the tests, on loopback, and prints the table of docs/limits.md.
"""

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "github"))

from github_run import Actions
from github_server import GitHubServer

CONFIGURATION = """\
version: 1
branch: main
layout: ["apps/{app}/{env}"]
environments:
  dev: {}
  staging: { needs: [dev], land: when-green }
  prod: { tier: prod, needs: [staging] }
"""
ENVIRONMENTS = ("dev", "staging", "prod")
OVERLAY = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../base]
images:
  - name: ghcr.io/acme/{app}
    newTag: "{tag}"
"""
BASE = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [deployment.yaml]
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{ name: {app} }}
spec:
  selector: {{ matchLabels: {{ app: {app} }} }}
  template:
    metadata: {{ labels: {{ app: {app} }} }}
    spec: {{ containers: [{{ name: {app}, image: ghcr.io/acme/{app} }}] }}
"""


def files(apps: int) -> dict[str, str]:
    """A repository of that many apps, dev one version ahead in every one."""
    found = {"promoter.yaml": CONFIGURATION}
    for number in range(apps):
        app = f"app{number:03}"
        found[f"apps/{app}/base/kustomization.yaml"] = BASE
        found[f"apps/{app}/base/deployment.yaml"] = DEPLOYMENT.format(app=app)
        for environment in ENVIRONMENTS:
            tag = "1.1" if environment == "dev" else "1.0"
            path = f"apps/{app}/{environment}/kustomization.yaml"
            found[path] = OVERLAY.format(app=app, tag=tag)
    return found


def measured(apps: int, folder: Path) -> list[tuple[str, int, int, float]]:
    """For each run: its name, the questions and the writes that it sent to the API, and its seconds."""
    server = GitHubServer(folder)
    try:
        server.world.hourly = 10**9
        repo = server.world.repo("acme/gitops")
        server.world.token("ghs_bot", "promoter[bot]", bot=True)
        server.world.commit(repo, files(apps), "Begin")
        actions = Actions(server, repo, folder)
        found = []
        runs = ("proposes everything", "lands staging", "proposes prod", "finds nothing to do")
        for name in runs:
            server.calls.clear()
            start = time.perf_counter()
            ran = actions.schedule()
            assert ran.code == 0, ran.log
            calls = [call for call in server.calls if ".git/" not in call.path]
            writes = sum(call.writes for call in calls)
            found.append((name, len(calls) - writes, writes, time.perf_counter() - start))
        return found
    finally:
        server.close()


def main() -> None:
    """Print one row for each run and size."""
    print("| Apps | The run | Questions | Writes | Seconds |")
    print("|---|---|---|---|---|")
    for size in map(int, sys.argv[1:] or ["10"]):
        with tempfile.TemporaryDirectory() as folder:
            for name, questions, writes, seconds in measured(size, Path(folder)):
                print(f"| {size} | {name} | {questions} | {writes} | {seconds:.0f} |", flush=True)


if __name__ == "__main__":
    main()
