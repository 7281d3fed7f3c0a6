"""Charts in memory, and the mark of tests that need a helm to render them."""

import shutil

import pytest

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
