from collections.abc import Callable, Iterator

import pytest
from deployable_trees import OWN, graph

from promoter.deployables import Settings
from promoter.deployables.builds import Prepared, finish, prepare
from promoter.deployables.discovery import discover
from promoter.model import Json, Rendered, RenderFailure
from promoter.render import Renderer, open_renderer

Objects = dict[tuple[str, str], dict[str, Json]]


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    opened = open_renderer(cached=False, jobs=1)
    yield opened
    opened.close()


@pytest.fixture
def build(renderer: Renderer) -> Callable[..., list[dict[str, Json]] | str]:
    """The objects of the only Application or FluxKustomization of a tree, or why there are none."""

    def one(files: dict[str, str], **settings: str) -> list[dict[str, Json]] | str:
        tree = graph(files)
        found = discover(tree, Settings(name="gitops", urls=(OWN,), **settings))
        (deployable,) = [
            each for each in found if each.controller in ("argocd", "flux") and each.name == "shop"
        ]
        prepared = prepare(tree, deployable)
        if not isinstance(prepared, Prepared):
            return prepared.reason
        result = finish(renderer.render(prepared.build), prepared.after)
        if isinstance(result, RenderFailure):
            return result.message
        assert isinstance(result, Rendered)
        return [each.body for each in result.objects]

    return one
