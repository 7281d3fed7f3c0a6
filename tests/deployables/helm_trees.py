"""Charts in memory, and the mark of tests that need a helm to render them."""

import json
import shutil

import pytest
from deployable_trees import OWN, SOURCE, application

needs_helm = pytest.mark.skipif(shutil.which("helm") is None, reason="no helm is on PATH (make helm)")

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}", namespace: "{{ .Release.Namespace }}"}
spec:
  replicas: {{ .Values.replicas }}
  template:
    spec: {containers: [{name: web, image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"}]}
"""
VALUES = "replicas: 1\nimage: {repository: registry/web, tag: '1'}\n"


def chart(directory: str = "shop", more: str = "") -> dict[str, str]:
    return {
        f"{directory}/Chart.yaml": f"apiVersion: v2\nname: web\nversion: 0.1.0\n{more}",
        f"{directory}/values.yaml": VALUES,
        f"{directory}/templates/d.yaml": DEPLOYMENT,
    }


def image(found) -> str:
    (body,) = (each for each in found if each["kind"] == "Deployment")
    return body["spec"]["template"]["spec"]["containers"][0]["image"]


def helm(**block: object) -> dict[str, str]:
    return application(helm=block)


def several(chart: dict[str, str] | None = None, values: str = OWN) -> dict[str, str]:
    """An Application of a chart (in this repository) with a value file from another of its sources."""
    rendering = chart or {"repoURL": OWN, "path": "shop"}
    body = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "shop", "namespace": "argocd"},
        "spec": {
            "project": "default",
            "sources": [
                {**rendering, "helm": {"valueFiles": ["$here/values/prod.yaml"]}},
                {"repoURL": values, "ref": "here", "targetRevision": "main"},
            ],
            "destination": {"namespace": "ns"},
        },
    }
    return {"apps/shop.json": json.dumps(body, indent=1), "values/prod.yaml": "image: {tag: '2'}\n"}


def release(values: dict | None = None, told: dict | None = None, **spec: object) -> dict[str, str]:
    """A HelmRelease of the chart in `shop`; `told` is more about the chart, `spec` more of the release."""
    reference = {"kind": "GitRepository", "name": "flux-system"}
    body = {
        "apiVersion": "helm.toolkit.fluxcd.io/v2",
        "kind": "HelmRelease",
        "metadata": {"name": "shop", "namespace": "flux-system"},
        "spec": {"chart": {"spec": {"chart": "./shop", "sourceRef": reference, **(told or {})}}, **spec},
    }
    if values is not None:
        body["spec"]["values"] = values
    return {"clusters/source.yaml": SOURCE, "clusters/shop.json": json.dumps(body, indent=1)}


def config_map(text: str, name: str = "shared") -> dict[str, str]:
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name},
        "data": {"values.yaml": text},
    }
    return {f"clusters/{name}.yaml": json.dumps(body, indent=1)}


def generated(overlay: str, text: str) -> dict[str, str]:
    told = "configMapGenerator: [{name: shared, files: [values.yaml]}]\n"
    resources = "resources: [../../clusters/source.yaml, ../../clusters/shop.json]\n"
    return {f"envs/{overlay}/kustomization.yaml": resources + told, f"envs/{overlay}/values.yaml": text}
