"""Every rule against its cases in `tests/rules/CODE.yaml`: failing, passing and near misses.

A case has `objects` (manifests), or `pod` (a pod's spec) or `container`, which become a Deployment
`web`. `at` lists the field paths that must be reported, exactly and in order; `@` stands for the pod's
spec or the container. `minor`, `profile`, `namespace`, `controller`, `unclaimed`, `neighbours`, `external`,
`crds` and `options` set the context.
"""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from promoter.lint.context import LATEST, RenderedContext, context
from promoter.lint.rule import SECTIONS, FieldPath, Profile, Report, Rule
from promoter.lint.rules import RENDERED
from promoter.model import KubeObject, ObjectKey

CASES = Path(__file__).parents[1] / "rules"
BY_CODE = {rule.code: rule for rule in RENDERED}
AnyRule = Rule[RenderedContext, Report]


def manifest(body: dict) -> KubeObject:
    return KubeObject(ObjectKey.of(body), body)


def deployment(pod: dict) -> dict:
    labels = {"app": "web"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": deepcopy(pod)},
        },
    }


def spelled(path: FieldPath) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def objects(case: dict) -> tuple[list[dict], str]:
    if "container" in case:
        pod = {"containers": [{"name": "web", **case["container"]}]}
        return [deployment(pod), *case.get("objects", [])], "spec.template.spec.containers[0]"
    if "pod" in case:
        return [deployment(case["pod"]), *case.get("objects", [])], "spec.template.spec"
    return case["objects"], ""


def render(case: dict, code: str) -> RenderedContext:
    bodies, _ = objects(case)
    return context(
        [manifest(body) for body in bodies],
        neighbours=[manifest(body) for body in case.get("neighbours", [])],
        namespace=case.get("namespace", ""),
        environment=case.get("environment", ""),
        controller=case.get("controller", ""),
        minor=case.get("minor", LATEST),
        unclaimed=case.get("unclaimed", False),
        profile=Profile[case.get("profile", "recommended").upper()],
        settings={code: case.get("options", {})},
        external={kind: tuple(globs) for kind, globs in case.get("external", {}).items()},
        crds=[manifest(body) for body in case.get("crds", [])],
    )


def cases_of(rule: AnyRule) -> dict:
    path = CASES / f"{rule.code}.yaml"
    assert path.exists(), f"{rule.code} has no cases: write tests/rules/{path.name}: fail, pass, near"
    return yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)


def cases() -> Iterator[pytest.param]:
    for path in sorted(CASES.glob("*.yaml")):
        data = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
        for kind in ("fail", "pass", "near"):
            for case in data.get(kind, []):
                yield pytest.param(path.stem, kind, case, id=f"{path.stem}-{kind}-{case['case']}")


@pytest.mark.parametrize(("code", "kind", "case"), list(cases()))
def test_a_case_is_reported_where_it_says(code: str, kind: str, case: dict) -> None:
    reports = list(BY_CODE[code].check(render(case, code)))
    _, place = objects(case)
    assert [spelled(report.path) for report in reports] == [
        at.replace("@", place) for at in case.get("at", [])
    ]
    assert bool(reports) == (kind == "fail"), "only failing cases are reported"
    assert all(report.verifiable for report in reports) == case.get("verifiable", True)


@pytest.mark.parametrize("rule", RENDERED, ids=lambda rule: rule.code)
def test_a_rule_has_a_failing_case_a_passing_case_and_a_near_miss(rule: AnyRule) -> None:
    data = cases_of(rule)
    assert {kind for kind in ("fail", "pass", "near") if data.get(kind)} == {"fail", "pass", "near"}


@pytest.mark.parametrize("rule", RENDERED, ids=lambda rule: rule.code)
def test_a_rule_is_documented_in_the_usual_sections(rule: AnyRule) -> None:
    expected = list(SECTIONS[:4])
    expected += ["Fix safety"] if rule.fix else []
    expected += ["Options"] if rule.options else []
    assert list(rule.sections()) == expected
    assert all(rule.sections().values())
    assert all(f"`{option.name}`" in rule.sections()["Options"] for option in rule.options)


@pytest.mark.parametrize("rule", RENDERED, ids=lambda rule: rule.code)
def test_the_examples_of_a_rule_are_yaml(rule: AnyRule) -> None:
    for heading in ("Example", "Instead"):
        blocks = rule.sections()[heading].split("```yaml\n")[1:]
        assert [yaml.safe_load(block.partition("```")[0]) for block in blocks]


def test_codes_and_names_are_unique() -> None:
    assert len({rule.code for rule in RENDERED}) == len({rule.name for rule in RENDERED}) == len(RENDERED)


def test_rules_are_listed_by_family_and_number_within_it() -> None:
    codes = [rule.code for rule in RENDERED]
    families = list(dict.fromkeys(code.rstrip("0123456789") for code in codes))
    assert codes == sorted(codes, key=lambda code: (families.index(code.rstrip("0123456789")), code))


NONSENSE = (None, 0, True, "text", 1.5, [], {}, [None], ["text"], [[]], {"": None}, {"a": []})


def mutants(value: object, nonsense: object) -> Iterator[object]:
    """Each copy of the value in which one part was replaced by nonsense."""
    parts = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, part in parts:
        for changed in (nonsense, *mutants(part, nonsense)):
            copy = value.copy()
            copy[key] = changed
            yield copy


@pytest.mark.parametrize("rule", RENDERED, ids=lambda rule: rule.code)
def test_a_value_of_the_wrong_type_anywhere_never_raises(rule: AnyRule) -> None:
    for case in cases_of(rule)["fail"][:2]:
        bodies, _ = objects(case)
        for nonsense in NONSENSE:
            for mutant in mutants(bodies, nonsense):
                broken = [body for body in mutant if isinstance(body, dict)]
                list(rule.check(render({"objects": broken}, rule.code)))
