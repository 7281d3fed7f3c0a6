"""Small repositories in memory for the tests of discovery."""

from promoter.deployables import Settings, discover
from promoter.kustomize import Graph
from promoter.model import Deployable, Snapshot

KUSTOMIZATION = "resources: []\n"
OWN = "https://example.com/acme/gitops.git"


def graph(files: dict[str, str]) -> Graph:
    return Graph(Snapshot.of({path: text.encode() for path, text in files.items()}))


def found(files: dict[str, str], settings: Settings | None = None) -> tuple[Deployable, ...]:
    return discover(graph(files), settings or Settings(name="gitops", urls=(OWN,)))


def overlays(*directories: str) -> dict[str, str]:
    return {f"{directory}/kustomization.yaml": KUSTOMIZATION for directory in directories}


def named(deployables: tuple[Deployable, ...]) -> set[tuple[str, str]]:
    return {(each.app, each.environment) for each in deployables}
