"""Every rule about changes against its cases in `tests/rules/source/CODE.yaml`.

A case has the manifests of one app by environment, in promotion order: `before` and after the change
(`environments`). `shared` are the changed files, which several environments read. `at` lists what is
reported, as `environment Kind/name field`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from promoter.kustomize import Graph
from promoter.lint.catalogue import GIT
from promoter.lint.changes import change
from promoter.lint.context import RenderedContext, context
from promoter.lint.environments import GitContext, Revision, Stage
from promoter.lint.source import Root, source_context
from promoter.lint.spell import spell
from promoter.model import Deployable, KubeObject, Location, ObjectKey, Rendered, Snapshot

CASES = Path(__file__).parents[1] / "rules" / "source"
BY_CODE = {rule.code: rule for rule in GIT}


def manifest(body: dict) -> KubeObject:
    return KubeObject(ObjectKey.of(body), body)


def stages(names: list[str]) -> tuple[Stage, ...]:
    return tuple(
        Stage(name, "prod" if name == "prod" else "nonprod", tuple(names[max(0, place - 1) : place]))
        for place, name in enumerate(names)
    )


def rendered(environments: dict) -> dict[str, RenderedContext]:
    return {
        name: context([manifest(body) for body in bodies], environment=name)
        for name, bodies in environments.items()
    }


def cases() -> Iterator[pytest.param]:
    for code in BY_CODE:
        data = yaml.load((CASES / f"{code}.yaml").read_bytes(), Loader=yaml.CSafeLoader)
        for kind in ("fail", "pass", "near"):
            for case in data[kind]:
                yield pytest.param(code, kind, case, id=f"{code}-{kind}-{case['case']}")


@pytest.mark.parametrize(("code", "kind", "case"), list(cases()))
def test_a_change_is_found_in_its_environment(code: str, kind: str, case: dict) -> None:
    before, after = rendered(case["before"]), rendered(case["environments"])
    order, shared = stages(list(after)), tuple(case.get("shared", ()))
    revisions = tuple(
        Revision("shop", stage, before[stage.name], after[stage.name], shared) for stage in order
    )
    renders = {("shop", name): render for name, render in after.items()}
    found = []
    for alteration in BY_CODE[code].check(GitContext(revisions, renders, shared)):
        key = alteration.object
        objects = (*after[alteration.environment].objects, *before[alteration.environment].objects)
        body = next(item.body for item in objects if item.key == key)
        field = spell(body, alteration.path)
        found.append(f"{alteration.environment} {key.kind}/{key.name} {field}".strip())
    assert found == case.get("at", [])
    assert bool(found) == (kind == "fail"), "only failing cases are reported"


def root(environment: str, *objects: KubeObject, deployable: Deployable | None = None) -> Root:
    made = deployable or Deployable(
        "layout", "Kustomization", environment, "web", environment, environment, Location(environment)
    )
    return Root(environment, "web", environment, "", Rendered(environment, objects, ""), made)


FILES = {
    "base/kustomization.yaml": b"resources: []\n",
    "staging/kustomization.yaml": b"resources: [../base]\n",
    "prod/kustomization.yaml": b"resources: [../base]\n",
}


def test_a_change_knows_which_changed_files_its_environments_share() -> None:
    graph = Graph(Snapshot.of(FILES))
    source = source_context(graph, (), [root("staging"), root("prod")])
    paths = ["prod/kustomization.yaml", "base/kustomization.yaml", "README.md"]
    made = change(source, source, stages(["staging", "prod"]), paths)
    assert made.shared == ("base/kustomization.yaml",)
    assert {revision.stage.name: revision.paths for revision in made.revisions} == {
        "staging": ("base/kustomization.yaml",),
        "prod": ("base/kustomization.yaml", "prod/kustomization.yaml"),
    }


def test_an_environment_that_is_new_is_no_change() -> None:
    graph = Graph(Snapshot.of(FILES))
    before = source_context(graph, (), [root("staging")])
    after = source_context(graph, (), [root("staging"), root("prod")])
    made = change(before, after, stages(["staging", "prod"]), ())
    assert [revision.stage.name for revision in made.revisions] == ["staging"]
    assert set(made.renders) == {("web", "staging"), ("web", "prod")}


def test_an_environment_of_plain_manifests_reads_all_below_its_directory() -> None:
    graph = Graph(Snapshot.of({"staging/a.yaml": b"a: b\n", "prod/a.yaml": b"a: b\n"}))
    source = source_context(graph, (), [root("staging"), root("prod")])
    made = change(source, source, stages(["staging", "prod"]), ["prod/a.yaml"])
    assert {revision.stage.name: revision.paths for revision in made.revisions} == {
        "staging": (),
        "prod": ("prod/a.yaml",),
    }


def chart(environment: str) -> Deployable:
    files = ["/values/common.yaml", f"/values/{environment}.yaml"]
    spec = {"path": "charts/web", "helm": {"valueFiles": files}}
    place = Location(f"apps/{environment}.yaml")
    overrides = {"source": spec, "spec": {"source": spec}}
    return Deployable(
        "argocd", "Application", "web", "web", environment, "charts/web", place, overrides=overrides
    )


def test_the_value_files_of_a_chart_are_read_wherever_they_lie() -> None:
    paths = ["charts/web/Chart.yaml", "values/common.yaml", "values/prod.yaml", "values/staging.yaml"]
    graph = Graph(Snapshot.of(dict.fromkeys(paths, b"name: web\n")))
    roots = [root(name, deployable=chart(name)) for name in ("staging", "prod")]
    source = source_context(graph, (), roots)
    made = change(source, source, stages(["staging", "prod"]), paths[1:])
    assert made.shared == ("values/common.yaml",)
    assert {revision.stage.name: revision.paths for revision in made.revisions} == {
        "staging": ("values/common.yaml", "values/staging.yaml"),
        "prod": ("values/common.yaml", "values/prod.yaml"),
    }
