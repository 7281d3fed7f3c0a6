"""A discovery that is kept is the same when it comes back, and is named after all that it depends on."""

import json

import pytest
from deployable_trees import OWN, application, flux, overlays

from promoter.deployables import Settings, kept
from promoter.deployables.discovered import Discovered
from promoter.kustomize import Build, Graph
from promoter.model import SYMLINK, Entry, RenderFailure, Snapshot

SETTINGS = Settings(urls=(OWN,))
FILES = {
    **application(path="shop", targetRevision="release"),
    **flux(path="./shop", suspend=True),
    **overlays("shop", "pay/overlays/dev", "pay/overlays/prod"),
    "shop/kustomization.yaml": "resources: [../pay/base]\n",
    "pay/base/kustomization.yaml": "resources: [web.yaml]\ngenerators: [map.yaml]\n",
    "pay/base/map.yaml": "kind: ConfigMapGenerator\nfiles: [a.txt]\n",
    "pay/base/web.yaml": "a: 1",
    "pay/base/a.txt": "a",
}


def graph(files: dict[str, str]) -> Graph:
    return Graph(Snapshot.of({path: text.encode() for path, text in files.items()}))


def unbuilt(builds: list[Build]) -> list[RenderFailure]:
    return [RenderFailure(each.entry, "failed", "there is no kustomize here") for each in builds]


def discovered(files: dict[str, str]) -> Discovered:
    return Discovered.of(graph(files), SETTINGS, unbuilt)


def test_what_was_kept_comes_back_with_all_that_it_knows():
    found = discovered(FILES)
    again = kept.recalled(graph(FILES), json.loads(json.dumps(kept.plain(found))))

    assert again is not None
    assert {each.controller for each in found.deployables} == {"argocd", "flux", "layout"}
    assert again.deployables == found.deployables
    assert again.read == found.read
    assert again.graph.configuring == found.graph.configuring == {"pay/base/map.yaml"}
    assert {p: again.graph.readers(p) for p in FILES} == {p: found.graph.readers(p) for p in FILES}


def test_what_needed_a_render_is_not_kept():
    patched = {
        **application(path="apps"),
        "root/kustomization.yaml": "resources: [../apps/shop.json]\nnamePrefix: a-\n",
    }
    assert kept.plain(discovered(patched)) is None


@pytest.mark.parametrize("damaged", [None, [], {}, {"readers": {}, "configuring": [], "deployables": [[]]}])
def test_what_is_damaged_is_as_good_as_none(damaged):
    assert kept.recalled(graph(FILES), damaged) is None


def test_key_names_every_path_mode_content_and_setting():
    snapshot = graph(FILES).snapshot
    linked = {**snapshot.entries, "pay/base/a.txt": Entry(SYMLINK, snapshot.entries["pay/base/a.txt"].blob)}
    others = [
        kept.key(graph({**FILES, "pay/base/a.txt": "b"}).snapshot, SETTINGS),
        kept.key(graph({**FILES, "new": ""}).snapshot, SETTINGS),
        kept.key(Snapshot(None, linked, snapshot.contents, snapshot.directories), SETTINGS),
        kept.key(snapshot, Settings(urls=(OWN,), branch="trunk")),
    ]
    assert len({kept.key(snapshot, SETTINGS), *others}) == 5
    assert kept.key(graph(FILES).snapshot, SETTINGS) == kept.key(snapshot, SETTINGS)
