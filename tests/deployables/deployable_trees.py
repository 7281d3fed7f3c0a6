"""Small repositories in memory for the tests of discovery."""

import json

from promoter.deployables import Settings
from promoter.deployables.discovery import discover
from promoter.kustomize import Graph
from promoter.model import Deployable, Snapshot

KUSTOMIZATION = "resources: []\n"
OWN = "https://example.com/acme/gitops.git"


def graph(files: dict[str, str]) -> Graph:
    return Graph(Snapshot.of({path: text.encode() for path, text in files.items()}))


def found(files: dict[str, str], settings: Settings | None = None) -> tuple[Deployable, ...]:
    return discover(graph(files), settings or Settings(name="gitops", urls=(OWN,)))


def overlays(*directories: str) -> dict[str, str]:
    return {f"{directory}/kustomization.yaml": KUSTOMIZATION for directory in directories}


def named(deployables: tuple[Deployable, ...]) -> set[tuple[str, str]]:
    return {(each.app, each.environment) for each in deployables}


def application(kustomize: dict | None = None, **source: object) -> dict[str, str]:
    spec = {
        "project": "default",
        "source": {
            "repoURL": OWN,
            "path": "shop",
            "targetRevision": "main",
            **({"kustomize": kustomize} if kustomize is not None else {}),
            **source,
        },
        "destination": {"namespace": "ns"},
    }
    body = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "shop", "namespace": "argocd"},
        "spec": spec,
    }
    return {"apps/shop.json": json.dumps(body, indent=1)}


SOURCE = f"""apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {{name: flux-system, namespace: flux-system}}
spec: {{url: '{OWN}'}}
"""


def flux(**spec: object) -> dict[str, str]:
    body = {
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
        "kind": "Kustomization",
        "metadata": {"name": "shop", "namespace": "flux-system"},
        "spec": {"sourceRef": {"kind": "GitRepository", "name": "flux-system"}, "path": "./shop", **spec},
    }
    return {"clusters/source.yaml": SOURCE, "clusters/shop.json": json.dumps(body, indent=1)}
