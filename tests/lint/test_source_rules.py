"""Every rule about sources and environments against its cases in `tests/rules/source/CODE.yaml`.

A case has `files` (path to text) and `at`, the `path:line:column` of each finding, exactly and in order.
`fixed` gives the files that all of the fixes change, as they read afterwards. `roots` maps directories
to environments; they are rendered with the real engine. `deploys` names what is deployed without
rendering it; `discover: true` asks what controllers deploy, `discover: render` renders it too.
`environments` instead gives the manifests of one app by environment in promotion order, and `at` then
reads `environment Kind/name field`. Cases with `before` are those of `test_changes.py`.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

from promoter.deployables import promotion_order, tier_in
from promoter.deployables.builds import Prepared, prepare, render
from promoter.deployables.discovery import discover
from promoter.kustomize import Build, Graph
from promoter.lint.catalogue import ENVIRONMENTS, GIT, LINTER, RULES, SOURCE, AnyRule
from promoter.lint.context import context
from promoter.lint.engine import Judgement, judge
from promoter.lint.environments import EnvironmentsContext, Stage, inferred
from promoter.lint.inputs import Inputs
from promoter.lint.rule import SECTIONS
from promoter.lint.selection import Policy
from promoter.lint.source import Root, source_context
from promoter.lint.spell import spell
from promoter.model import Deployable, KubeObject, Location, ObjectKey, Snapshot
from promoter.render import open_renderer

CASES = Path(__file__).parents[1] / "rules" / "source"
TODAY = date(2026, 11, 21)
MINE = (*SOURCE, *ENVIRONMENTS, *LINTER)
BY_CODE = {rule.code: rule for rule in (*MINE, *GIT)}


def stages(names: list[str]) -> tuple[Stage, ...]:
    return tuple(
        Stage(name, "prod" if tier_in(name) == "prod" else "nonprod", inferred(name, names))
        for name in names
    )


def deployed(places: dict[str, str]) -> tuple[Deployable, ...]:
    return tuple(
        Deployable("layout", "Kustomization", path, "shop", environment, path, Location(path))
        for path, environment in places.items()
    )


def prepared(graph: Graph, each: Deployable) -> Prepared:
    done = prepare(graph, each)
    assert each.path is not None
    return done if isinstance(done, Prepared) else Prepared(Build(graph.snapshot, each.path))


def rendered(graph: Graph, found: tuple[Deployable, ...]) -> list[Root]:
    wanted = [each for each in found if each.path is not None]
    ready = [prepared(graph, each) for each in wanted]
    renderer = open_renderer()
    results = render(ready, renderer.render_all)
    renderer.close()
    return [
        Root(each.path, each.app, each.environment, each.destination.namespace, result, each)
        for each, result in zip(wanted, results, strict=True)
    ]


def known(graph: Graph, case: dict) -> tuple[Deployable, ...]:
    if "discover" not in case:
        return deployed(case.get("deploys", {}))
    renderer = open_renderer()
    found = discover(graph, None, renderer.render_all if case["discover"] == "render" else None)
    renderer.close()
    return found


def judged(case: dict, code: str) -> tuple[Judgement, Snapshot]:
    snapshot = Snapshot.of({path: text.encode() for path, text in case["files"].items()})
    graph = Graph(snapshot)
    named = case.get("roots", {})
    renderer = open_renderer() if named else None
    results = renderer.render_all([Build(snapshot, each) for each in named]) if renderer else ()
    roots = [
        Root(directory, case.get("app", "shop"), environment, "", result)
        for (directory, environment), result in zip(named.items(), results, strict=True)
    ]
    if renderer:
        renderer.close()
    found = known(graph, case)
    if case.get("discover") == "render":
        roots += rendered(graph, found)
    settings = {code: case.get("options", {})}
    listed = case.get("named", [])
    source = source_context(graph, found, roots, named=listed, settings=settings)
    order = stages(list(promotion_order(named.values())))
    select = (code, *case.get("with", []))
    return judge(Inputs(source, TODAY, order), Policy(select=select)), snapshot


def cases(*, environments: bool) -> Iterator[pytest.param]:
    for path in sorted(CASES.glob("*.yaml")):
        data = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
        for kind in ("fail", "pass", "near"):
            for case in data.get(kind, []):
                if ("environments" in case) == environments and "before" not in case:
                    yield pytest.param(path.stem, kind, case, id=f"{path.stem}-{kind}-{case['case']}")


@pytest.mark.parametrize(("code", "kind", "case"), list(cases(environments=False)))
def test_a_case_is_found_at_its_line_and_its_fix_mends_it(code: str, kind: str, case: dict) -> None:
    judgement, snapshot = judged(case, code)
    found = [finding for finding in judgement.findings if finding.code == code]
    assert [str(finding.location) for finding in found] == case.get("at", [])
    assert bool(found) == (kind == "fail"), "only failing cases are reported"
    edits = {edit for finding in found if finding.fix for edit in finding.fix.edits}
    fixed = snapshot.with_edits(edits)
    changed = {edit.path: fixed[edit.path].decode() for edit in edits}
    assert changed == case.get("fixed", {})


@pytest.mark.parametrize(("code", "kind", "case"), list(cases(environments=True)))
def test_a_case_is_found_in_its_environment(code: str, kind: str, case: dict) -> None:
    renders = {
        name: context(
            [KubeObject(ObjectKey.of(body), body) for body in bodies], environment=name,
            namespace=case.get("namespaces", {}).get(name, ""),
        )
        for name, bodies in case["environments"].items()
    }  # fmt: skip
    settings = {code: case.get("options", {})}
    app = EnvironmentsContext("shop", stages(list(renders)), renders, settings)
    found = []
    for divergence in BY_CODE[code].check(app):
        key, path = divergence.report.object, divergence.report.path
        body = next(o.body for o in renders[divergence.environment].objects if o.key == key)
        found.append(f"{divergence.environment} {key.kind}/{key.name} {spell(body, path)}".strip())
    assert found == case.get("at", [])
    assert bool(found) == (kind == "fail"), "only failing cases are reported"


@pytest.mark.parametrize("rule", [r for r in MINE if r.code != "LNT006"], ids=lambda rule: rule.code)
def test_a_rule_has_a_failing_case_a_passing_case_and_a_near_miss(rule: AnyRule) -> None:
    data = yaml.load((CASES / f"{rule.code}.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    assert {kind for kind in ("fail", "pass", "near") if data.get(kind)} == {"fail", "pass", "near"}


@pytest.mark.parametrize("rule", [*MINE, *GIT], ids=lambda rule: rule.code)
def test_a_rule_is_documented_in_the_usual_sections(rule: AnyRule) -> None:
    expected = list(SECTIONS[:4])
    expected += ["Fix safety"] if rule.fix else []
    expected += ["Options"] if rule.options else []
    assert list(rule.sections()) == expected
    assert all(f"`{option.name}`" in rule.sections()["Options"] for option in rule.options)


@pytest.mark.parametrize("rule", [*MINE, *GIT], ids=lambda rule: rule.code)
def test_the_examples_of_a_rule_are_yaml(rule: AnyRule) -> None:
    for heading in ("Example", "Instead"):
        for block in rule.sections()[heading].split("```yaml\n")[1:]:
            assert list(yaml.safe_load_all(block.partition("```")[0]))


def test_codes_and_names_are_unique_over_all_rules() -> None:
    names = [text for rule in RULES for text in (rule.code, rule.name)]
    assert sorted(set(names)) == sorted(names)
