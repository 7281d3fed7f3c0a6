"""A namespace that no manifest names is the controller's word, and what is wrong with it stands there."""

from datetime import date

import pytest
from rendered_text import rendered

from promoter.deployables.discovery import discover
from promoter.kustomize import Graph
from promoter.lint.engine import judge
from promoter.lint.inputs import Inputs
from promoter.lint.selection import Policy
from promoter.lint.source import Root, source_context
from promoter.model import Finding, Snapshot

WEB = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {}\n"
PLACED = WEB.replace("name: web", "name: web, namespace: shop")
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  source: {repoURL: https://example.com/acme/gitops, path: prod}
  destination: {name: prod, namespace: shop}
"""
SET = """\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: shops}
spec:
  generators:
    - list: {elements: [{env: prod}]}
  template:
    metadata: {name: 'shop-{{env}}'}
    spec:
      source: {repoURL: https://example.com/acme/gitops, path: '{{env}}'}
      destination: {name: prod, namespace: shop}
"""
FLUX = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: shop, namespace: flux}
spec:
  chart: {spec: {chart: ./prod, sourceRef: {kind: GitRepository, name: gitops}}}
"""


def finding(controller: str, manifest: str = WEB) -> Finding:
    files = {
        "apps/a.yaml": controller,
        "prod/kustomization.yaml": "resources: [a.yaml]\n",
        "prod/a.yaml": manifest,
    }
    graph = Graph(Snapshot.of({path: text.encode() for path, text in files.items()}))
    (each,) = discover(graph)
    root = Root("prod", each.app, "prod", each.destination.namespace, rendered(manifest), each)
    source = source_context(graph, (each,), (root,))
    (found,) = judge(Inputs(source, date(2026, 11, 21)), Policy(select=("NET004",))).findings
    return found


@pytest.mark.parametrize(
    ("controller", "place"),
    [
        (APPLICATION, "apps/a.yaml:6:40"),
        (SET, "apps/a.yaml:11:44"),
        (FLUX, "apps/a.yaml:3:35"),
        (f"{FLUX}  targetNamespace: shop\n", "apps/a.yaml:6:20"),
    ],
)
def test_a_namespace_that_only_the_controller_names_is_found_at_its_word(
    controller: str, place: str
) -> None:
    found = finding(controller)
    assert str(found.location) == place
    assert not found.rendered_only


def test_a_namespace_that_the_manifest_names_is_found_there() -> None:
    assert str(finding(APPLICATION, PLACED).location) == "prod/a.yaml:3:34"
