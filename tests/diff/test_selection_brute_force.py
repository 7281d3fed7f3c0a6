"""What both sides of a comparison share changes nothing: it equals looking at everything twice."""

import random

import pytest

from promoter.deployables import Settings
from promoter.deployables.discovered import Discovered
from promoter.deployables.discovery import discover
from promoter.diff.selection import Side, select
from promoter.kustomize import Graph, differing, graph_of
from promoter.model import RenderFailure, Snapshot

APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: {name}, labels: {{team: {team}}}}}
spec:
  project: default
  source: {{repoURL: https://example.com/own.git, path: {path}}}
  destination: {{name: {env}, namespace: shop}}
"""
GENERATOR = """\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: all}
spec:
  generators: [{git: {repoURL: https://example.com/own.git, files: [{path: "settings/*.yaml"}]}}]
  template:
    metadata: {name: "{{name}}"}
    spec:
      source: {repoURL: https://example.com/own.git, path: "{{where}}"}
      destination: {name: "{{env}}", namespace: shop}
"""
ENVIRONMENTS = ("dev", "staging", "prod")
TRANSFORMER = "kind: ConfigMapGenerator\nmetadata: {name: x}\nfiles: [%s]\n"


def lines(field, names):
    return f"{field}: [{', '.join(names)}]\n" if names else ""


def tree(chance):
    """A repository of bases, overlays, components, controllers' objects and files that nothing reads."""
    files = {
        "README.md": "hello",
        "shared/kustomization.yaml": "kind: Component\npatches: [{path: p.yaml}]\n",
    }
    files["shared/p.yaml"] = "a: 1\n"
    files |= {"settings/one.yaml": "name: one\nwhere: app-0/prod\nenv: prod\n", "argo/set.yaml": GENERATOR}
    for number in range(3):
        app = f"app-{number}"
        files[f"{app}/base/kustomization.yaml"] = "resources: [web.yaml]\n"
        files[f"{app}/base/web.yaml"] = "kind: Deployment\nmetadata: {name: web}\n"
        files[f"{app}/generator.yaml"] = TRANSFORMER % "../one.txt"
        files |= {f"{app}/one.txt": "1", f"{app}/two.txt": "2"}
        for env in ENVIRONMENTS:
            files[f"{app}/{env}/kustomization.yaml"] = kustomization(chance)
            files[f"{app}/{env}/own.yaml"] = "a: 1\n"
            if chance.random() < 0.4:
                files[f"argo/{app}-{env}.yaml"] = application(chance, f"{app}-{env}", f"{app}/{env}", env)
    if chance.random() < 0.5:
        files["argo/kustomization.yaml"] = lines(
            "resources", [n[5:] for n in files if n.startswith("argo/")]
        )
    return files


def kustomization(chance):
    base = chance.sample(["../base", "../../app-1/base", "../dev", "own.yaml", "gone.yaml"], 2)
    more = lines("components", ["../../shared"]) if chance.random() < 0.4 else ""
    more += lines("generators", ["../generator.yaml"]) if chance.random() < 0.2 else ""
    return lines("resources", base) + more + f"images: [{{name: web, newTag: '{chance.randrange(9)}'}}]\n"


def application(chance, name, path, env):
    return APPLICATION.format(name=name, path=path, env=env, team=chance.randrange(3))


def edited(chance, files):
    """The tree after a few edits: mostly of contents alone, sometimes of the paths too."""
    after = dict(files)
    for path in chance.sample(sorted(files), chance.choice((1, 1, 2, 4))):
        kind = chance.random()
        if kind < 0.1:
            del after[path]
        elif path.endswith("kustomization.yaml") and kind < 0.4:
            after[path] = kustomization(chance)
        elif path.endswith("kustomization.yaml"):
            after[path] += f"namePrefix: p{chance.randrange(9)}-\n"
        elif path.endswith("generator.yaml"):
            after[path] = TRANSFORMER % "../two.txt"
        elif path.startswith("argo/app-"):
            after[path] = application(chance, path[5:-5], "app-2/dev", chance.choice(ENVIRONMENTS))
        elif path.startswith("settings/"):
            after[path] = after[path].replace("app-0", f"app-{chance.randrange(3)}")
        elif path.endswith(".yaml"):
            text = (
                application(chance, "new", "app-0/dev", "dev")
                if kind < 0.5
                else f"a: {chance.randrange(9)}\n"
            )
            after[path] = text
        else:
            after[path] += "more"
    return after


def snapshot(files):
    return Snapshot.of({path: text.encode() for path, text in files.items()})


def as_written(builds):
    """A builder of a machine without kustomize: controllers' objects are taken as their files have them."""
    return [RenderFailure(each.entry, "failed", "there is no kustomize here") for each in builds]


def forwards(graph, path):
    """Who reads a file, by walking every build."""
    closures = (graph.closure(directory) for directory in graph.directories)
    return tuple(each.entry for each in closures if path in {*each.files, *dict(each.links)})


@pytest.mark.parametrize("seed", range(100))
def test_readers_are_those_whose_closure_holds_the_file(seed):
    chance = random.Random(seed)
    files = tree(chance)
    for _ in range(3):
        graph = graph_of(snapshot(files))
        apart = Graph(snapshot(files))
        assert {path: graph.readers(path) for path in files} == {
            path: forwards(apart, path) for path in files
        }
        files = edited(chance, files)


@pytest.mark.parametrize("seed", range(200))
def test_selection_with_what_both_sides_share_equals_that_of_sides_read_apart(seed):
    chance = random.Random(seed)
    files = tree(chance)
    before, after = snapshot(files), snapshot(edited(chance, files))
    changed = differing(before, after)
    first, second = chance.choice(((before, after), (after, before)))
    graphs = {first: (one := Graph(first)), second: Graph(second, one)}
    known = Discovered.of(one, Settings(), as_written)
    again = known.holds(graphs[second])
    other = known if again else Discovered.of(graphs[second], Settings(), as_written)
    was, now = (known, other) if first is before else (other, known)

    found = select(Side(graphs[before], was.deployables), Side(graphs[after], now.deployables), changed)

    sides = [
        Side(graph, discover(graph, Settings(), as_written)) for graph in (Graph(before), Graph(after))
    ]
    assert found == select(*sides, changed)
