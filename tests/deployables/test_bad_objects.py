"""Objects of any shape: discovery and preparation answer with values, never with a traceback."""

import copy
import json

from deployable_trees import OWN, graph
from hypothesis import given, settings
from hypothesis import strategies as st

from promoter.deployables import Cluster, Inventory, Settings
from promoter.deployables.builds import prepare
from promoter.deployables.discovery import discover
from promoter.deployables.projects import projects, windows_of
from promoter.deployables.reading import Sources
from promoter.kustomize import Build
from promoter.model import Json, RenderFailure

SOURCE = {
    "repoURL": OWN,
    "path": "shop",
    "targetRevision": "main",
    "kustomize": {
        "namePrefix": "a-",
        "images": ["web:1"],
        "replicas": [{"name": "web", "count": 1}],
        "commonLabels": {"a": "b"},
        "patches": [{"patch": "x", "target": {"kind": "Deployment"}}],
        "components": ["../parts"],
    },
}
DESTINATION = {"name": "eu", "namespace": "shop"}
OBJECTS: list[dict[str, Json]] = [
    {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "app", "namespace": "argocd", "labels": {"env": "dev"}},
        "spec": {
            "project": "default",
            "source": SOURCE,
            "sources": [SOURCE, {"ref": "x", "repoURL": OWN}],
            "sourceHydrator": {"drySource": SOURCE, "syncSource": {"targetBranch": "b", "path": "p"}},
            "destination": DESTINATION,
        },
    },
    {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ApplicationSet",
        "metadata": {"name": "set"},
        "spec": {
            "goTemplate": True,
            "goTemplateOptions": ["missingkey=error"],
            "generators": [
                {"list": {"elements": [{"a": {"b": 1}}], "elementsYaml": "- a: 2"}},
                {"git": {"repoURL": OWN, "directories": [{"path": "*", "exclude": False}]}},
                {"git": {"repoURL": OWN, "files": [{"path": "**"}], "values": {"x": "{{.path.path}}"}}},
                {"clusters": {"selector": {"matchLabels": {"a": "b"}, "matchExpressions": []}}},
                {"matrix": {"generators": [{"list": {"elements": [{"a": "1"}]}}, {"clusters": {}}]}},
                {"merge": {"mergeKeys": ["a"], "generators": [{"clusters": {}}, {"list": {}}]}},
            ],
            "template": {
                "metadata": {"name": "{{.a}}"},
                "spec": {"source": SOURCE, "destination": DESTINATION},
            },
            "templatePatch": "spec: {project: '{{.a}}'}",
        },
    },
    {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AppProject",
        "metadata": {"name": "default"},
        "spec": {
            "sourceRepos": ["*"],
            "destinations": [{"server": "*", "namespace": "*"}],
            "syncWindows": [
                {"kind": "allow", "schedule": "* * * * *", "duration": "1h", "applications": ["*"]}
            ],
        },
    },
    {
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
        "kind": "Kustomization",
        "metadata": {"name": "shop", "namespace": "flux-system"},
        "spec": {
            "path": "./shop",
            "sourceRef": {"kind": "GitRepository", "name": "flux-system"},
            "images": [{"name": "web", "newTag": "1"}],
            "components": ["../parts"],
            "patchesJson6902": [{"patch": [], "target": {"kind": "X"}}],
            "commonMetadata": {"labels": {"a": "b"}},
            "postBuild": {"substitute": {"a": "b"}, "substituteFrom": [{"kind": "ConfigMap", "name": "v"}]},
            "kubeConfig": {"secretRef": {"name": "x"}},
        },
    },
    {
        "apiVersion": "source.extensions.fluxcd.io/v1beta1",
        "kind": "ArtifactGenerator",
        "metadata": {"name": "g"},
        "spec": {
            "sources": [{"alias": "a", "kind": "GitRepository", "name": "flux-system"}],
            "artifacts": [{"name": "x", "copy": [{"from": "@a/**", "to": "@artifact/"}]}],
        },
    },
    {
        "apiVersion": "helm.toolkit.fluxcd.io/v2",
        "kind": "HelmRelease",
        "metadata": {"name": "r"},
        "spec": {"chart": {"spec": {"chart": "x", "sourceRef": {"kind": "GitRepository", "name": "y"}}}},
    },
    {
        "apiVersion": "helm.cattle.io/v1",
        "kind": "HelmChart",
        "metadata": {"name": "c"},
        "spec": {"chart": "x", "targetNamespace": "y"},
    },
]
ODD = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=4)
    | st.just([])
    | st.just({})
    | st.just(["x", {}])
)
KUSTOMIZATION = "resources: [d.yaml]\nimages: [{name: web, newTag: '1'}]\n"


def places(node: Json, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, child in children for place in places(child, (*path, key)))]


def replaced(node: Json, path: tuple[str | int, ...], odd: Json) -> Json:
    body = copy.deepcopy(node)
    here = body
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = odd
    return body


@st.composite
def spoilt(draw) -> list[Json]:
    bodies: list[Json] = list(OBJECTS)
    for _ in range(draw(st.integers(1, 3))):
        index = draw(st.integers(0, len(bodies) - 1))
        path = draw(st.sampled_from([place for place in places(bodies[index]) if place]))
        bodies[index] = replaced(bodies[index], path, draw(ODD))
    return bodies


@settings(max_examples=150, deadline=None)
@given(spoilt())
def test_an_object_of_any_shape_is_a_value_and_no_traceback(bodies: list[Json]) -> None:
    files = {f"apps/{index}.json": json.dumps(body, indent=1) for index, body in enumerate(bodies)}
    tree = graph({**files, "shop/kustomization.yaml": KUSTOMIZATION, "shop/d.yaml": "kind: X\n"})
    inventory = Inventory((Cluster("eu", "https://eu", labels={"a": "b"}),))

    def build(builds: list[Build]) -> list[RenderFailure]:
        return [RenderFailure(each.entry, "failed", "not here") for each in builds]

    found = discover(tree, Settings(urls=(OWN,), inventory=inventory), build)
    known = projects(each for path in Sources(tree).files.values() for each in path)
    for each in found:
        prepare(tree, each)
        windows_of(known, each)
        assert each.evidence


def test_the_objects_as_they_are_make_deployables_of_every_kind() -> None:
    files = {f"apps/{index}.json": json.dumps(body, indent=1) for index, body in enumerate(OBJECTS)}
    tree = graph({**files, "shop/kustomization.yaml": KUSTOMIZATION})
    found = discover(tree, Settings(urls=(OWN,), inventory=Inventory((Cluster("eu", "https://eu"),))))
    kinds = {each.kind for each in found}
    assert {"Application", "ApplicationSet", "Kustomization", "HelmRelease", "HelmChart"} <= kinds
