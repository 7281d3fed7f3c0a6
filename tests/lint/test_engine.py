"""The engine: merging over environments, suppression, severities, broken rules, order."""

from dataclasses import replace
from datetime import date

import pytest
from rendered_text import rendered

from promoter.kustomize import Graph
from promoter.lint import catalogue, checking
from promoter.lint.engine import Judgement, judge
from promoter.lint.inputs import Inputs
from promoter.lint.rule import Profile
from promoter.lint.selection import Policy
from promoter.lint.source import Root, SourceContext, source_context
from promoter.model import Severity, Snapshot

TODAY = date(2026, 11, 21)
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: web
          image: ghcr.io/acme/web:latest{comment}
"""


def repository(files: dict[str, str], environments: dict[str, str]) -> SourceContext:
    graph = Graph(Snapshot.of({path: text.encode() for path, text in files.items()}))
    roots = [Root(f"overlays/{n}", "shop", n, "", rendered(text)) for n, text in environments.items()]
    return source_context(graph, (), roots)


def shop(comment: str = "", *names: str, extra: str = "") -> SourceContext:
    text = DEPLOYMENT.format(comment=comment) + extra
    overlay = "resources: [../../base]\n"
    overlays = {f"overlays/{name}/kustomization.yaml": overlay for name in names or ("dev",)}
    files = {"base/kustomization.yaml": "resources: [web.yaml]\n", "base/web.yaml": text, **overlays}
    return repository(files, dict.fromkeys(names or ("dev",), text))


def run(source: SourceContext, *select: str, **policy: object) -> Judgement:
    return judge(Inputs(source, TODAY), Policy(select=select, **policy))


def test_a_defect_of_the_base_is_one_finding_for_all_environments() -> None:
    (finding,) = run(shop("", "dev", "staging", "prod"), "IMG001").findings
    assert str(finding.location) == "base/web.yaml:10:18"
    assert finding.environments == ("dev", "prod", "staging")
    assert finding.field == "spec.template.spec.containers[name=web].image"


def test_a_comment_in_the_base_silences_the_finding_and_keeps_it() -> None:
    result = run(shop(" # promoter: ignore[IMG001] a demo"), "IMG001", "LNT")
    assert result.findings == ()
    assert [finding.suppressed for finding in result.suppressed] == ["a demo"]


@pytest.mark.parametrize("code", ["latest-tag", "IMG", "ALL"])
def test_a_comment_may_name_a_rule_by_name_prefix_or_all(code: str) -> None:
    assert run(shop(f" # promoter: ignore[{code}] a demo"), "IMG001").findings == ()


def test_a_comment_for_another_rule_silences_nothing() -> None:
    assert [f.code for f in run(shop(" # promoter: ignore[IMG002] a demo"), "IMG001").findings] == [
        "IMG001"
    ]


def test_a_comment_whose_day_is_over_silences_nothing() -> None:
    comment = " # promoter: ignore[IMG001] until=2026-11-20 a demo"
    assert [f.code for f in run(shop(comment), "IMG001").findings] == ["IMG001"]


def test_a_comment_before_the_line_silences_it_with_ignore_next() -> None:
    text = DEPLOYMENT.format(comment="").replace(
        "          image", "          # promoter: ignore-next[IMG001] a demo\n          image"
    )
    files = {"overlays/dev/kustomization.yaml": "resources: [web.yaml]\n", "overlays/dev/web.yaml": text}
    assert run(repository(files, {"dev": text}), "IMG001").findings == ()


def test_an_annotation_silences_the_finding_in_its_environment_only() -> None:
    text = DEPLOYMENT.format(comment="")
    annotated = text.replace(
        "  name: web\nspec", '  name: web\n  annotations: {promoter.dev/ignore: "IMG001: a demo"}\nspec'
    )
    source = shop("", "dev", "prod")
    roots = (replace(source.roots[0], rendered=rendered(annotated)), source.roots[1])
    result = run(replace(source, roots=roots), "IMG001")
    assert [f.environments for f in result.findings] == [("prod",)]
    assert [f.environments for f in result.suppressed] == [("dev",)]


@pytest.mark.parametrize(
    "annotation",
    [
        "ignore-check.kube-linter.io/latest-tag: a demo",
        "kube-score/ignore: container-image-tag",
        'polaris.fairwinds.com/tag-not-specified-exempt: "true"',
        "checkov.io/skip1: CKV_K8S_14=a demo",
    ],
)
def test_annotations_of_other_linters_count_for_the_same_rule(annotation: str) -> None:
    text = DEPLOYMENT.format(comment="").replace(
        "  name: web\nspec", f"  name: web\n  annotations:\n    {annotation}\nspec"
    )
    files = {"overlays/dev/kustomization.yaml": "resources: [web.yaml]\n", "overlays/dev/web.yaml": text}
    assert run(repository(files, {"dev": text}), "IMG001").findings == ()


def test_a_rule_that_may_not_be_ignored_is_reported_all_the_same() -> None:
    result = run(shop(" # promoter: ignore[IMG001] a demo"), "IMG001", non_ignorable=("IMG001",))
    assert [f.code for f in result.findings] == ["IMG001"]


def test_an_environment_may_switch_a_rule_off_and_another_weigh_it_otherwise() -> None:
    environments = {"dev": {"IMG001": "off"}, "prod": {"latest-tag": "warning"}}
    (finding,) = run(shop("", "dev", "prod"), "IMG001", environments=environments).findings
    assert finding.environments == ("prod",)
    assert finding.severity is Severity.WARNING


def test_a_broken_rule_is_a_finding_and_the_others_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> list[object]:
        raise KeyError("spec")

    rules = [replace(r, check=broken) if r.code == "IMG001" else r for r in catalogue.RENDERED]
    monkeypatch.setattr(checking, "RENDERED", tuple(rules))
    source = shop(extra="          imagePullPolicy: Never\n")
    assert [f.code for f in run(source, "IMG", "LNT").findings] == ["IMG008", "LNT006"]


def test_findings_come_in_the_order_of_their_places() -> None:
    files = {
        "b/kustomization.yaml": "resourcez: []\nimage: []\n",
        "a/kustomization.yaml": "resourcez: []\n",
    }
    places = [str(finding.location) for finding in run(repository(files, {}), "KUS003").findings]
    assert places == ["a/kustomization.yaml:1:1", "b/kustomization.yaml:1:1", "b/kustomization.yaml:2:1"]


def test_an_environment_passes_the_profiles_below_its_least_demanding_finding() -> None:
    result = run(shop("", "dev"), "IMG001")
    assert result.profiles == (("dev", Profile.STRUCTURE),)
