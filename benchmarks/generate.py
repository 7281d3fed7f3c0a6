"""Makes a GitOps repository of any size: apps with a base and three overlays, all different.

    python benchmarks/generate.py DIRECTORY --overlays 3000 [--sharing 600]

`sharing` overlays also read one component, `shared/platform`. The result is a git repository with one
commit; the same arguments give the same files.
"""

import argparse
import subprocess
from collections.abc import Iterator
from pathlib import Path

ENVIRONMENTS = ("dev", "staging", "prod")

WORKLOAD = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: {app}
spec:
  selector:
    matchLabels: {{app: {app}}}
  template:
    metadata:
      labels: {{app: {app}}}
    spec:
      serviceAccountName: {app}
      containers:
        - name: {app}
          image: {app}
          ports: [{{name: http, containerPort: {port}}}]
          envFrom: [{{configMapRef: {{name: {app}-settings}}}}]
          env:
            - {{name: LEVEL, value: info}}
            - {{name: REGION, value: none}}
          resources:
            requests: {{cpu: 100m, memory: 128Mi}}
            limits: {{memory: 256Mi}}
          readinessProbe: {{httpGet: {{path: /ready, port: http}}}}
          livenessProbe: {{httpGet: {{path: /live, port: http}}}}
"""
REST = """apiVersion: v1
kind: Service
metadata: {{name: {app}}}
spec:
  selector: {{app: {app}}}
  ports: [{{name: http, port: 80, targetPort: http}}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {{name: {app}}}
automountServiceAccountToken: false
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: {app}}}
spec:
  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {app}}}
  minReplicas: 2
  maxReplicas: 5
  metrics:
    - {{type: Resource, resource: {{name: cpu, target: {{type: Utilization, averageUtilization: 80}}}}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: {app}}}
spec:
  rules:
    - host: {app}.example.com
      http:
        paths:
          - {{path: /, pathType: Prefix, backend: {{service: {{name: {app}, port: {{name: http}}}}}}}}
"""
BASE = "resources:\n  - workload.yaml\n  - rest.yaml\n"
OVERLAY = """namespace: {app}-{env}
resources:
  - ../../base
{components}labels:
  - pairs: {{environment: {env}}}
images:
  - name: {app}
    newName: registry.example.com/{app}
    newTag: 1.{minor}.0
replicas:
  - {{name: {app}, count: {count}}}
configMapGenerator:
  - name: {app}-settings
    literals: [ENVIRONMENT={env}, NUMBER={number}]
patches:
  - path: patch.yaml
"""
PATCH = """apiVersion: apps/v1
kind: Deployment
metadata: {{name: {app}}}
spec:
  template:
    spec:
      containers:
        - name: {app}
          env: [{{name: REGION, value: {env}}}]
"""
COMPONENT = """apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
  - target: {kind: Deployment}
    path: platform.yaml
"""
PLATFORM = """- op: add
  path: /spec/template/metadata/annotations
  value: {platform.example.com/revision: "1"}
"""


def tree(overlays: int, sharing: int) -> Iterator[tuple[str, str]]:
    """Each path with its text."""
    yield "shared/platform/kustomization.yaml", COMPONENT
    yield "shared/platform/platform.yaml", PLATFORM
    for number in range(overlays // len(ENVIRONMENTS)):
        app = f"app-{number:05}"
        yield f"apps/{app}/base/kustomization.yaml", BASE
        yield f"apps/{app}/base/workload.yaml", WORKLOAD.format(app=app, port=8000 + number % 1000)
        yield f"apps/{app}/base/rest.yaml", REST.format(app=app)
        shares = number * len(ENVIRONMENTS) < sharing
        components = "components:\n  - ../../../../shared/platform\n" if shares else ""
        for order, env in enumerate(ENVIRONMENTS):
            given = {"app": app, "env": env, "number": number, "components": components}
            overlay = OVERLAY.format(**given, minor=number % 50 + 2 - order, count=order + 1)
            yield f"apps/{app}/overlays/{env}/kustomization.yaml", overlay
            yield f"apps/{app}/overlays/{env}/patch.yaml", PATCH.format(**given)


def git(directory: Path, *words: str) -> str:
    identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *identity, *words], cwd=directory, check=True, capture_output=True, text=True
    )
    return done.stdout


def generate(directory: Path, overlays: int, sharing: int = 0) -> None:
    """Write the tree into a new repository and commit it."""
    directory.mkdir(parents=True)
    for path, text in tree(overlays, sharing):
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    git(directory, "init", "--quiet", "--initial-branch=main")
    git(directory, "add", "--all")
    git(directory, "commit", "--quiet", "--message=Generate")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("directory", type=Path)
    arguments.add_argument("--overlays", type=int, default=3000)
    arguments.add_argument("--sharing", type=int, default=600)
    asked = arguments.parse_args()
    generate(asked.directory, asked.overlays, asked.sharing)


if __name__ == "__main__":
    main()
