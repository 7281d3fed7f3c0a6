"""A sample of real directories, by hand and through promoter; `make corpus` compares them all."""

import subprocess
from pathlib import Path

import pytest
from render_cases import POLICY, engine_named

from promoter.kustomize import Build, graph_of
from promoter.model import Rendered, Snapshot
from promoter.render.local import LocalRenderer
from promoter.render.sandbox import environment, without_network
from promoter.yamldoc.printed import printed

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "dev"
EVERY = 60

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.renderer,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the project"),
]


def by_hand(directory):
    program = engine_named("kubectl").program
    words = [program, "kustomize", "--load-restrictor", "LoadRestrictionsNone", str(directory)]
    done = subprocess.run(
        [*without_network(), *words],
        env=dict(environment(Path("/nonexistent"), remote=False)),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout if done.returncode == 0 else None


@pytest.fixture(scope="module")
def sample():
    """Builds with what kubectl prints for each, None where it fails."""
    found = []
    for repository in sorted(path for path in CORPUS.iterdir() if path.is_dir()):
        files = (path for path in sorted(repository.rglob("*")) if path.is_file())
        snapshot = Snapshot.of({str(path.relative_to(repository)): path.read_bytes() for path in files})
        directories = graph_of(snapshot).directories[::EVERY]
        found += ((Build(snapshot, each), by_hand(repository / each)) for each in directories)
    return found


@pytest.mark.parametrize("name", ["kubectl", "worker"])
def test_real_directories_give_the_same_bytes_or_fail_on_both_sides(sample, name):
    renderer = LocalRenderer(engine_named(name), POLICY, None, 2)
    results = renderer.render_all([build for build, _ in sample])
    renderer.close()
    for (build, expected), result in zip(sample, results, strict=True):
        text = printed(item.body for item in result.objects) if isinstance(result, Rendered) else None
        assert text == expected, build.entry
    assert sum(expected is not None for _, expected in sample) > len(sample) // 2
