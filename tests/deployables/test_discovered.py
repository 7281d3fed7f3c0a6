"""What was discovered holds for another snapshot exactly where nothing that changed was looked at."""

from collections.abc import Sequence

import pytest
from deployable_trees import OWN, application, flux, overlays

from promoter.deployables import Settings
from promoter.deployables.discovered import Discovered
from promoter.kustomize import Build, Graph
from promoter.model import Rendered, Snapshot

PINNED = "resources: []\nimages: [{name: web, newTag: '%s'}]\n"
FILES = {
    **application(path="shop"),
    **flux(path="./shop"),
    **overlays("shop"),
    "shop/.sourceignore": "*.md\n",
    "pay/overlays/prod/kustomization.yaml": PINNED % "1",
    "pay/overlays/prod/README.md": "hello",
}


def no_builds(builds: Sequence[Build]) -> Sequence[Rendered]:
    assert not builds
    return ()


def holds(**changed: str) -> bool:
    def graph(files: dict[str, str], like: Graph | None = None) -> Graph:
        return Graph(Snapshot.of({path: text.encode() for path, text in files.items()}), like)

    first = graph(FILES)
    found = Discovered.of(first, Settings(urls=(OWN,)), no_builds)
    return found.holds(graph({**FILES, **changed}, first))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pay/overlays/prod/kustomization.yaml", PINNED % "2"),
        ("pay/overlays/prod/kustomization.yaml", f"# moved\n{PINNED % '1'}"),
        ("pay/overlays/prod/README.md", "bye"),
    ],
)
def test_an_edit_that_discovery_does_not_look_at_leaves_its_answer(path, text):
    assert holds(**{path: text})


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pay/overlays/prod/kustomization.yaml", "resources: [README.md]\n"),
        ("pay/overlays/prod/kustomization.yaml", "kind: Component\nresources: []\nimages: []\n"),
        ("pay/overlays/prod/kustomization.yaml", "- no mapping\n"),
        ("shop/.sourceignore", "*\n"),
        ("apps/shop.json", FILES["apps/shop.json"].replace("main", "other")),
        ("pay/overlays/prod/new.yaml", "a: 1\n"),
    ],
)
def test_an_edit_that_may_change_what_is_deployed_is_looked_at(path, text):
    assert not holds(**{path: text})
