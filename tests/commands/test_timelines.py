"""The past of pins, read from a real history with today's setters."""

import pytest
from git_work import Work

from promoter.commands.status import status
from promoter.commands.timelines import Chronicle, Watched
from promoter.commands.workspace import Workspace
from promoter.images import file_pins, pins, where
from promoter.kustomize import Graph, graph
from promoter.repository.walk import Walks
from promoter.yamldoc import parse

CONFIG = """\
version: 1
apps:
  shop:
    where:
      prod: [{ type: helm-values, file: charts/prod.yaml, path: /release/version }]
"""
OVERLAY = "overlays/prod"


def kustomization(version):
    return f"images:\n  - {{name: other, newTag: keep}}\n  - name: shop\n    newTag: {version}\n"


def versions(workspace, found):
    past = Chronicle.of(workspace, workspace.view(), found).timeline(
        Watched(tuple(found), ("shop",), "prod")
    )
    return [[image.version for image in period.values] for period in past.periods]


def committed(tmp_path, path, texts):
    work = Work(tmp_path / "work")
    work.path.mkdir()
    work.git("init", "--quiet", "--initial-branch=main")
    for text in texts:
        work.commit_files({"promoter.yaml": CONFIG, path: text})
    return Workspace.open(str(work.path))


def test_versions_of_an_images_entry(tmp_path):
    path = f"{OVERLAY}/kustomization.yaml"
    workspace = committed(tmp_path, path, [kustomization(version) for version in ("v1", "v2", "v3")])
    found = pins(Graph(workspace.repository.snapshot()), OVERLAY)
    assert versions(workspace, [pin for pin in found if pin.image.name == "shop"]) == [
        ["v1"],
        ["v2"],
        ["v3"],
    ]
    assert versions(workspace, found) == [["keep", "v1"], ["keep", "v2"], ["keep", "v3"]]
    workspace.close()


def test_versions_in_a_place_that_only_the_configuration_knows(tmp_path):
    texts = [f"release:\n  version: {version}\n" for version in ("1.0", "1.10")]
    workspace = committed(tmp_path, "charts/prod.yaml", texts)
    (target,) = workspace.config.apps["shop"].where["prod"]
    found = where.configured(Graph(workspace.repository.snapshot()), target)
    assert versions(workspace, found) == [["1.0"], ["1.10"]]
    workspace.close()


def test_past_ends_where_the_version_was_written_in_another_way(tmp_path):
    path = f"{OVERLAY}/kustomization.yaml"
    texts = ["patches: []\n", kustomization("v2"), kustomization("v3")]
    workspace = committed(tmp_path, path, texts)
    found = [
        pin for pin in pins(Graph(workspace.repository.snapshot()), OVERLAY) if pin.image.name == "shop"
    ]
    past = Chronicle.of(workspace, workspace.view(), found).timeline(
        Watched(tuple(found), ("shop",), "prod")
    )
    assert [period.values[0].tag for period in past.periods] == ["v2", "v3"]
    assert past.cut is not None
    workspace.close()


def test_versions_in_the_values_of_a_chart_that_names_no_repository(tmp_path):
    work = Work(tmp_path / "work")
    work.path.mkdir()
    work.git("init", "--quiet", "--initial-branch=main")
    work.commit_files({"charts/shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 0.1.0\n"})
    for tag, replicas in (("v1", 1), ("v2", 2), ("v3", 3)):
        values = f"replicas: {replicas}\nimage:\n  tag: {tag}\n"
        work.commit_files({"charts/shop/values.yaml": values})
    workspace = Workspace.open(str(work.path))
    found = pins(Graph(workspace.repository.snapshot()), "charts/shop")
    named = [pin for pin in found if pin.path.endswith("values.yaml")]
    assert [pin.image.name for pin in named] == ["shop#/image"]
    assert versions(workspace, named) == [["v1"], ["v2"], ["v3"]]
    workspace.close()


def test_content_that_differs_from_todays_in_one_tag_is_not_parsed(tmp_path, monkeypatch):
    path = f"{OVERLAY}/kustomization.yaml"
    workspace = committed(tmp_path, path, [kustomization(version) for version in ("v1", "v2", "v3")])
    found = pins(workspace.view().graph, OVERLAY)
    parsed = []
    monkeypatch.setattr(graph, "parse", lambda path, content: parsed.append(path) or parse(path, content))
    assert versions(workspace, found) == [["keep", "v1"], ["keep", "v2"], ["keep", "v3"]]
    assert parsed == []
    workspace.close()


def test_content_that_differs_in_more_is_parsed(tmp_path, monkeypatch):
    path = f"{OVERLAY}/kustomization.yaml"
    workspace = committed(tmp_path, path, ["# first\n" + kustomization("v1"), kustomization("v2")])
    found = pins(workspace.view().graph, OVERLAY)
    parsed = []
    monkeypatch.setattr(graph, "parse", lambda path, content: parsed.append(path) or parse(path, content))
    assert versions(workspace, found) == [["keep", "v1"], ["keep", "v2"]]
    assert parsed == [path]
    workspace.close()


@pytest.mark.parametrize(("apps", "asked", "begun"), [(9, (), 1), (9, ("app1",), 0), (2, (), 0)])
def test_git_begins_early_where_many_pins_are_likely(tmp_path, monkeypatch, apps, asked, begun):
    tips, begin = [], Walks.begin
    monkeypatch.setattr(Walks, "begin", lambda walks, tip: tips.append(tip) or begin(walks, tip))
    work = Work(tmp_path / "work")
    work.path.mkdir()
    work.git("init", "--quiet", "--initial-branch=main")
    tip = work.commit_files(
        {
            f"apps/app{number}/overlays/prod/kustomization.yaml": kustomization("v1")
            for number in range(apps)
        }
    )
    workspace = Workspace.open(str(work.path))
    report = status(workspace, asked)
    assert tips == [tip] * begun
    assert {row.commit for row in report.rows} == {tip}
    workspace.close()


def test_of_containers_with_one_image_each_has_its_own_past(tmp_path):
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {{name: x}}\nspec:\n  containers:\n"
    pod += "  - {{name: a, image: 'x/shop:{}'}}\n  - {{name: b, image: 'x/shop:{}'}}\n"
    files = [("v1", "v5"), ("v2", "v5"), ("v2", "v6")]
    workspace = committed(tmp_path, "pod.yaml", [pod.format(*each) for each in files])
    first, second = file_pins(Graph(workspace.repository.snapshot()), "pod.yaml")

    assert versions(workspace, [first]) == [["v1"], ["v2"]]
    assert versions(workspace, [second]) == [["v5"], ["v6"]]
    workspace.close()
