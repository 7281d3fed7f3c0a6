"""A report with something of everything, for the tests of the pages."""

from rendered_text import rendered

from promoter.diff import Options, Redactor, diff
from promoter.diff.comparison import Comparison, DiffReport
from promoter.model import Location, RenderFailure

BEFORE = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 5
  template: {spec: {containers: [{name: web, image: "ghcr.io/acme/shop:1.4.1"}]}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: nginx, namespace: shop}
data: {nginx.conf: "worker_processes 4;\\nevents {}\\nhttp {}\\n"}
---
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: shop}
stringData: {password: hunter2}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec: {rules: [{host: shop.example.com}, {host: www.example.com}]}
"""
AFTER = (
    BEFORE.replace("replicas: 5", "replicas: 2")
    .replace("1.4.1", "1.4.0")
    .replace("worker_processes 4", "worker_processes 8")
    .replace("hunter2", "hunter3")
    .replace(", {host: www.example.com}", "")
    + "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"
)


def report():
    options = Options(Redactor(b"one report"), prunes=True)
    small = diff(rendered(BEFORE), rendered(BEFORE.replace("1.4.1", "1.4.2")), options)
    failed = RenderFailure("p", "failed", "no such file", Location("prod-us/kustomization.yaml", 7, 5))
    remote = RenderFailure("p", "refused", "remote base", Location("lab/kustomization.yaml", 2, 3))
    return DiffReport(
        "main (3f2a9c1d20)",
        "work tree",
        (
            Comparison("dev", "shop", "dev", ("reads base/web.yaml",), small),
            Comparison("staging", "shop", "staging", ("reads base/web.yaml",), small),
            Comparison("prod-eu", "shop", "prod", ("reads base/web.yaml",), _big(options)),
            Comparison("prod-us", "shop", "prod-us", failures=(("after", failed),)),
            Comparison("lab", "shop", "lab", failures=(("both", remote),)),
            Comparison("test", "shop", "test"),
        ),
        "kubectl 1.37.1",
        38,
        ("prod-eu · billing: its source lies outside this repository",),
    )


def _big(options):
    return diff(rendered(BEFORE), rendered(AFTER), options)
