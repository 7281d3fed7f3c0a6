"""Every pin of real repositories: each is edited exactly, all at once, or says why it is not."""

import os
from pathlib import Path

import pytest

from promoter.images import edits, file_pins, fitted
from promoter.kustomize import Graph
from promoter.model import Image, Snapshot

CORPUS = Path(__file__).resolve().parents[1].parent / "shared" / "corpus" / "dev"
REPOSITORIES = sorted(path.name for path in CORPUS.iterdir() if path.is_dir()) if CORPUS.exists() else []
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not REPOSITORIES, reason="the corpus is not beside the project"),
]


def snapshot(folder: Path) -> Snapshot:
    files = {}
    for top, _, names in os.walk(folder):
        for path in (Path(top) / name for name in names):
            if path.is_file() and not path.is_symlink():
                files[path.relative_to(folder).as_posix()] = path.read_bytes()
    return Snapshot.of(files)


@pytest.mark.parametrize("name", REPOSITORIES)
def test_every_pin_of_a_repository_moves_at_once_or_says_why_not(name):
    graph = Graph(snapshot(CORPUS / name))
    found = [pin for path in graph.snapshot.entries for pin in file_pins(graph, path)]
    movable = [pin for pin in found if not pin.refusal]
    changes = [(pin, fitted(pin, Image(pin.image.name, "9.10", pin.image.digest))) for pin in movable]

    after = Graph(graph.snapshot.with_edits(edits(graph, changes)))

    read = [
        pin.image.tag
        for path in after.snapshot.entries
        for pin in file_pins(after, path)
        if not pin.refusal
    ]
    assert movable
    assert read == ["9.10"] * len(movable)
