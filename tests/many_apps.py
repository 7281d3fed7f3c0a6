"""A GitOps repository of many small apps, as text, and with a long history through git's fast import."""

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

from git_work import Work

ENVIRONMENTS = ("dev", "staging")
CONFIG = "version: 1\nbranch: main\nenvironments:\n  dev: {}\n  staging: { needs: [dev] }\n"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
spec:
  selector:
    matchLabels: {app: NAME}
  template:
    metadata:
      labels: {app: NAME}
    spec:
      containers:
        - name: NAME
          image: ghcr.io/acme/NAME
"""


def app(number: int) -> str:
    return f"app{number:03}"


def overlay(number: int, environment: str) -> str:
    return f"apps/{app(number)}/overlays/{environment}/kustomization.yaml"


def overlay_text(number: int, version: str) -> str:
    return (
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - ../../base\n"
        f'images:\n  - name: ghcr.io/acme/{app(number)}\n    newTag: "{version}"\n'
    )


def files(count: int) -> dict[str, str]:
    """The files of `count` apps: dev at 1.1.0, staging at 1.0.0."""
    found = {"promoter.yaml": CONFIG}
    for number in range(count):
        base = f"apps/{app(number)}/base"
        found[f"{base}/kustomization.yaml"] = "resources:\n  - deployment.yaml\n"
        found[f"{base}/deployment.yaml"] = DEPLOYMENT.replace("NAME", app(number))
        for environment, version in zip(ENVIRONMENTS, ("1.1.0", "1.0.0"), strict=True):
            found[overlay(number, environment)] = overlay_text(number, version)
    return found


def repository(path: Path, count: int) -> Work:
    path.mkdir(parents=True)
    work = Work(path)
    work.git("init", "--quiet", "--initial-branch=main")
    work.git("config", "user.name", "Ada")
    work.git("config", "user.email", "ada@example.test")
    work.commit_files(dict(files(count)), "Begin")
    return work


def with_history(path: Path, count: int, commits: int) -> Work:
    """As `repository`, with `commits` commits that each move one of the 2 x `count` pins."""
    work = Work(path)
    path.mkdir(parents=True)
    work.git("init", "--quiet", "--initial-branch=main")
    stream = "".join(_stream(count, commits)).encode()
    subprocess.run(["git", "fast-import", "--quiet"], cwd=path, input=stream, check=True)
    work.git("reset", "--quiet", "--hard")
    return work


def _stream(count: int, commits: int) -> Iterator[str]:
    chance = random.Random(1)
    versions = dict.fromkeys(((n, e) for n in range(count) for e in ENVIRONMENTS), 0)
    yield from _commit("Begin", files(count), 0)
    for position in range(1, commits):
        number, environment = chance.choice(list(versions))
        versions[number, environment] += 1
        version = f"1.1.{versions[number, environment]}"
        message = (
            f"promote({app(number)}): {version} → {environment}\n\nPromoter-Action: promote\n"
            f"Promoter-App: {app(number)}\nPromoter-Env: {environment}\n"
        )
        yield from _commit(message, {overlay(number, environment): overlay_text(number, version)}, position)


def _commit(message: str, changed: dict[str, str], position: int) -> Iterator[str]:
    stamp = f"Ada <ada@example.test> {1_600_000_000 + 600 * position} +0000"
    yield f"commit refs/heads/main\nauthor {stamp}\ncommitter {stamp}\n{_data(message)}"
    for path, text in changed.items():
        yield f"M 100644 inline {path}\n{_data(text)}"


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}\n"
