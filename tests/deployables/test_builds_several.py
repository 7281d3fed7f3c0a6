"""An Application with several sources: what Argo CD keeps of an object that more than one gives."""

import json
from collections.abc import Callable

import pytest
from deployable_trees import OWN, found, graph

from promoter.deployables.builds import Prepared, prepare, render
from promoter.model import Rendered, Repeated
from promoter.render import Renderer

pytestmark = pytest.mark.renderer

Sides = Callable[..., dict[str, Rendered]]


def config(name: str, value: str, **metadata: str) -> str:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **metadata}}
    return json.dumps({**body, "data": {"from": value}})


BOTH = {"a/web.json": config("web", "a"), "b/web.json": config("web", "b")}


def sources(*paths: str, url: str = OWN, namespace: str = "ns") -> str:
    body = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "shop", "namespace": "argocd"},
        "spec": {
            "sources": [{"repoURL": url, "path": path} for path in paths],
            "destination": {"namespace": namespace},
        },
    }
    return json.dumps(body, indent=1)


@pytest.fixture
def built(renderer: Renderer) -> Sides:
    def all_of(files: dict[str, str]) -> dict[str, Rendered]:
        tree = graph(files)
        prepared = {each.path or "": prepare(tree, each) for each in found(files) if each.name == "shop"}
        ready = [each for each in prepared.values() if isinstance(each, Prepared)]
        results = render(ready, renderer.render_all)
        return {each.path: each for each in results if isinstance(each, Rendered)}

    return all_of


def names(rendered: Rendered) -> list[str]:
    return [each.key.name for each in rendered.objects]


def test_the_last_source_keeps_an_object_that_two_give(built: Sides) -> None:
    files = {
        "app.json": sources("a", "b"),
        "a/web.json": config("web", "a"),
        "b/web.json": config("web", "b"),
    }
    sides = built({**files, "a/own.json": config("own", "a")})
    assert names(sides["a"]) == ["own"]
    assert [each.body["data"] for each in sides["b"].objects] == [{"from": "b"}]
    assert [str(each) for each in sides["a"].repeated] == [
        "ConfigMap/web is also in source 2 (b), whose object Argo CD keeps"
    ]


def test_of_three_sources_the_last_one_is_named(built: Sides) -> None:
    files = {"app.json": sources("a", "b", "c")}
    sides = built({**files, **{f"{each}/web.json": config("web", each) for each in "abc"}})
    assert [names(sides[each]) for each in "abc"] == [[], [], ["web"]]
    assert [each.source for each in (*sides["a"].repeated, *sides["b"].repeated)] == [2, 2]


def test_a_namespace_that_is_not_written_is_the_destinations(built: Sides) -> None:
    files = {"app.json": sources("a", "b"), "b/web.json": config("web", "b")}
    same = built({**files, "a/web.json": config("web", "a", namespace="ns")})
    other = built({**files, "a/web.json": config("web", "a", namespace="other")})
    assert (names(same["a"]), names(other["a"])) == ([], ["web"])


def test_objects_of_another_group_or_kind_are_not_repeated(built: Sides) -> None:
    other = json.dumps({"apiVersion": "acme.example/v1", "kind": "ConfigMap", "metadata": {"name": "web"}})
    sides = built({"app.json": sources("a", "b"), "a/web.json": config("web", "a"), "b/web.json": other})
    assert (names(sides["a"]), sides["a"].repeated) == (["web"], ())


def test_a_later_source_that_does_not_render_hides_nothing(built: Sides) -> None:
    files = {"app.json": sources("a", "b"), "a/web.json": config("web", "a")}
    sides = built({**files, "b/kustomization.yaml": "resources: [gone.yaml]\n", "b/web.json": "{}"})
    assert names(sides["a"]) == ["web"]


def test_a_later_source_elsewhere_hides_nothing(built: Sides) -> None:
    body = json.loads(sources("a", "b"))
    body["spec"]["sources"][1]["repoURL"] = "https://example.com/acme/other"
    files = {
        "app.json": json.dumps(body, indent=1),
        "a/web.json": config("web", "a"),
        "b/web.json": config("web", "b"),
    }
    assert names(built(files)["a"]) == ["web"]


def test_the_overrides_of_a_later_source_decide_what_it_gives(built: Sides) -> None:
    body = json.loads(sources("a", "b"))
    body["spec"]["sources"][1]["kustomize"] = {"namePrefix": "new-"}
    files = {
        "app.json": json.dumps(body, indent=1),
        "a/web.json": config("web", "a"),
        "b/web.json": config("web", "b"),
    }
    sides = built({**files, "b/kustomization.yaml": "resources: [web.json]\n"})
    assert (names(sides["a"]), names(sides["b"])) == (["web"], ["new-web"])


def test_a_repeated_object_says_where_the_kept_one_is() -> None:
    from promoter.model import ObjectKey

    said = str(Repeated(ObjectKey("apps", "Deployment", "ns", "web"), 0, ""))
    assert said == "Deployment.apps/ns/web is also in source 1 (the root), whose object Argo CD keeps"
