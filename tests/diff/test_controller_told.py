"""What a controller's own object tells a comparison: whether it prunes, and what it ignores."""

import json

import pytest

from promoter.diff.controller import Manner, manner
from promoter.kustomize import Graph
from promoter.model import Deployable, Location, Snapshot


def told(controller: str, kind: str, spec: object, line: int = 1) -> Manner:
    text = f"# comment\n---\n{json.dumps({'kind': kind, 'spec': spec})}\n---\nkind: Other\n"
    each = Deployable(controller, kind, "shop", "shop", "dev", "shop", Location("a.yaml", line))
    return manner(Graph(Snapshot.of({"a.yaml": text.encode()})), each)


@pytest.mark.parametrize(
    ("spec", "prunes"),
    [({"prune": True}, True), ({"prune": False}, False), ({}, None), ({"prune": "x"}, None)],
)
def test_a_flux_kustomization_says_whether_it_prunes(spec, prunes):
    assert told("flux", "Kustomization", spec, 3) == Manner(prunes)


@pytest.mark.parametrize(
    ("policy", "prunes"),
    [
        ({"automated": {"prune": True}}, True),
        ({"automated": {"prune": False}}, False),
        ({"automated": {}}, False),
        ({}, None),
    ],
)
def test_an_application_prunes_where_its_automated_sync_says_so(policy, prunes):
    assert told("argocd", "Application", {"syncPolicy": policy}, 3).prunes is prunes


def test_an_application_set_says_it_in_its_template():
    template = {"spec": {"syncPolicy": {"automated": {"prune": True}}}}
    assert told("argocd", "ApplicationSet", {"template": template}, 3).prunes is True


@pytest.mark.parametrize(("controller", "line"), [("argocd", 4), ("flux", 99), ("layout", 3)])
def test_an_object_that_is_not_at_its_place_says_nothing(controller, line):
    assert told(controller, "Application", {"prune": True}, line) == Manner()
