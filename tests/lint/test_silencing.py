"""What silences open questions and the linter's own findings, and what an unused suppression is."""

from dataclasses import replace
from datetime import date

import pytest

from promoter.kustomize import Build, Graph
from promoter.lint import catalogue, checking
from promoter.lint.accepted import Accepted
from promoter.lint.engine import Judgement, judge
from promoter.lint.inputs import Inputs
from promoter.lint.rule import Report
from promoter.lint.selection import Policy
from promoter.lint.source import Root, source_context
from promoter.model import Deployable, KubeObject, Location, ObjectKey, Rendered, Snapshot
from promoter.render import open_renderer
from promoter.yamldoc import parse, value

TODAY = date(2026, 11, 21)
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: web{comment}
  {more}
spec: {{clusterIP: None}}
"""
KUSTOMIZATION = "resources: [web.yaml]\n"


@pytest.fixture(autouse=True)
def unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    """REF003 cannot decide anything."""

    def ask(context):
        for item in context.objects:
            yield Report(item.key, ("metadata", "name"), "who knows", verifiable=False)

    rules = [replace(r, check=ask) if r.code == "REF003" else r for r in catalogue.RENDERED]
    monkeypatch.setattr(checking, "RENDERED", tuple(rules))


def run(
    text: str,
    *select: str,
    kustomization: str = KUSTOMIZATION,
    accepted: tuple[Accepted, ...] = (),
    **policy: object,
) -> Judgement:
    files = {"dev/kustomization.yaml": kustomization, "dev/web.yaml": text}
    graph = Graph(Snapshot.of({path: said.encode() for path, said in files.items()}))
    body = value(parse("x", text.encode()).documents[0])
    rendered = Rendered("", (KubeObject(ObjectKey.of(body), body),), "test")
    source = source_context(graph, (), [Root("dev", "shop", "dev", "", rendered)])
    chosen = select or ("REF003", "LNT")
    return judge(Inputs(source, TODAY, accepted=accepted), Policy(select=chosen, **policy))


POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations: {promoter.dev/ignore: "IMG001: demo"}
spec:
  containers: [{name: web, image: "web:latest"}]
"""


def built(files: dict[str, str], *, accepted: tuple[Accepted, ...] = (), broken: str = "") -> Judgement:
    """What IMG001 and LNT001 say of two environments that are really rendered."""
    graph = Graph(Snapshot.of({path: said.encode() for path, said in files.items()}))
    found = [
        Deployable(
            "layout", "Kustomization", name, "shop", name, name, Location(f"{name}/kustomization.yaml")
        )
        for name in ("dev", "prod")
    ]
    renderer = open_renderer()
    results = [*renderer.render_all([Build(graph.snapshot, each.name) for each in found])]
    renderer.close()
    roots = [
        Root(each.name, "shop", each.name, "", result)
        for each, result in zip(found, results, strict=True)
        if each.name != broken
    ]
    source = source_context(graph, found, roots)
    return judge(Inputs(source, TODAY, accepted=accepted), Policy(select=("IMG001", "LNT001")))


def service(comment: str = "", more: str = "labels: {app: web}") -> str:
    return SERVICE.format(comment=comment, more=more)


def codes(judgement: Judgement) -> list[str]:
    return [finding.code for finding in judgement.findings]


def test_a_question_that_nothing_silences_is_reported() -> None:
    result = run(service())
    assert codes(result) == ["LNT004"]
    assert result.unverifiable == 1


SILENCED = [
    service(" # promoter: ignore[REF003] the chart brings it"),
    service(" # promoter: ignore[LNT004] the chart brings it"),
    service(more='annotations: {promoter.dev/ignore: "REF003: the chart brings it"}'),
    service(more='annotations: {promoter.dev/ignore: "unverifiable: the chart brings it"}'),
    service(more="annotations: {ignore-check.kube-linter.io/dangling-service: the chart brings it}"),
]


@pytest.mark.parametrize("text", SILENCED)
def test_a_comment_or_annotation_silences_a_question_and_keeps_it(text: str) -> None:
    result = run(text)
    assert codes(result) == []
    assert result.unverifiable == 0
    (hidden,) = result.suppressed
    assert (hidden.code, hidden.suppressed) == ("LNT004", "the chart brings it")
    assert hidden.message == "REF003 could not decide: who knows"


@pytest.mark.parametrize("rule", ["REF003", "service-selects-nothing", "LNT004"])
def test_the_configuration_silences_a_question(rule: str) -> None:
    result = run(service(), accepted=(Accepted((rule,), "the chart brings it", object="Service/w*"),))
    assert codes(result) == []
    assert [finding.suppressed for finding in result.suppressed] == ["the chart brings it"]


def test_questions_that_are_switched_off_are_not_reported() -> None:
    assert codes(run(service(), severity={"LNT004": "off"})) == []


def test_a_silenced_question_is_kept_only_where_questions_are_reported() -> None:
    text = service(" # promoter: ignore[REF003] the chart brings it")
    assert [finding.code for finding in run(text).suppressed] == ["LNT004"]
    assert run(text, "REF003").suppressed == ()


def test_an_environment_where_the_rule_is_off_has_no_question() -> None:
    assert codes(run(service(), environments={"dev": {"REF003": "off"}})) == []


@pytest.mark.parametrize("firm", ["REF003", "LNT004"])
def test_a_question_that_may_not_be_ignored_stays(firm: str) -> None:
    text = service(" # promoter: ignore[REF003] the chart brings it")
    assert "LNT004" in codes(run(text, non_ignorable=(firm,)))


# --- unused --------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["[KUS002,IMG001]", "[KUS]", "[ALL]", ""])
def test_a_comment_is_not_called_unused_when_a_rule_that_it_names_did_not_run(said: str) -> None:
    kustomization = f"resources: [web.yaml] # promoter: ignore{said} a reason\n"
    assert codes(run(service(), "KUS002", "LNT001", kustomization=kustomization)) == []


@pytest.mark.parametrize("said", ["[KUS002,KUS003]", "[KUS]"])
def test_a_comment_is_unused_when_all_that_it_names_ran_and_found_nothing(said: str) -> None:
    kustomization = f"resources: [web.yaml] # promoter: ignore{said} a reason\n"
    assert codes(run(service(), "KUS", "LNT001", kustomization=kustomization)) == ["LNT001"]


def test_a_comment_for_a_rule_about_changes_is_not_judged_without_a_change() -> None:
    text = service(" # promoter: ignore[GIT008] a reason")
    assert codes(run(text, "ALL", accepted=(Accepted(("LNT004",), "no"),))).count("LNT001") == 0


# --- annotations ------------------------------------------------------------------------------------

UNUSED = 'annotations: {promoter.dev/ignore: "IMG001: the registry has only one"}'


def test_an_annotation_that_silences_nothing_is_reported_at_its_line() -> None:
    (finding,) = run(service(more=UNUSED), "IMG001", "LNT001").findings
    assert (finding.code, finding.fix) == ("LNT001", None)
    assert str(finding.location) == "dev/web.yaml:5:38"
    assert finding.message == "the suppression of IMG001 silences nothing"


def test_an_annotation_whose_rule_did_not_run_is_not_called_unused() -> None:
    assert codes(run(service(more=UNUSED), "REF003", "LNT001")) == []


def test_an_annotation_that_silences_a_question_is_used() -> None:
    text = service(more='annotations: {promoter.dev/ignore: "REF003: the chart brings it"}')
    assert codes(run(text)) == []


def test_another_tools_annotation_is_never_called_unused() -> None:
    text = service(more="annotations: {ignore-check.kube-linter.io/latest-tag: it has only one}")
    assert codes(run(text, "IMG001", "LNT001")) == []


def test_an_annotation_is_used_when_one_environment_needs_it() -> None:
    files = {
        "base/kustomization.yaml": "resources: [web.yaml]\n",
        "base/web.yaml": POD,
        "dev/kustomization.yaml": "resources: [../base]\n",
        "prod/kustomization.yaml": "resources: [../base]\nimages: [{name: web, newTag: 1.4.2}]\n",
    }
    assert codes(built(files)) == []
    pinned = files | {"base/web.yaml": POD.replace("web:latest", "web:1.4.1")}
    assert [str(f.location) for f in built(pinned).findings] == ["base/web.yaml:5:38"]


def test_an_annotation_without_a_reason_and_one_of_no_rule_are_reported() -> None:
    text = service(more="annotations: {promoter.dev/ignore: NO999}")
    assert codes(run(text, "LNT002", "LNT003")) == ["LNT002", "LNT003"]


# --- the configuration's entries -------------------------------------------------------------------


def test_an_entry_whose_time_is_over_is_reported_at_its_line() -> None:
    place = Location("promoter.yaml", 4)
    entry = Accepted(("IMG001", "IMG002"), "a demo", until=date(2026, 11, 20), location=place)
    (finding,) = run(service(), "LNT002", accepted=(entry,)).findings
    assert finding.message == "the suppression of IMG001, IMG002 ended on 2026-11-20"
    assert str(finding.location) == "promoter.yaml:4:1"


def test_an_entry_that_still_counts_is_not_reported() -> None:
    entry = Accepted(("IMG001",), "a demo", until=TODAY, location=Location("promoter.yaml", 4))
    assert codes(run(service(), "LNT002", accepted=(entry,))) == []


ENTRY = Accepted(("IMG001",), "a demo", location=Location("promoter.yaml", 4))
DEPLOYED = {
    "dev/kustomization.yaml": "resources: [web.yaml]\n",
    "dev/web.yaml": POD.replace("promoter.dev/ignore", "example.com/note"),
    "prod/kustomization.yaml": "resources: [web.yaml]\n",
    "prod/web.yaml": "kind: Service\napiVersion: v1\nmetadata: {name: web}\n",
}


def test_an_entry_that_accepts_nothing_is_reported_at_its_line() -> None:
    entry = replace(ENTRY, object="Pod/other")
    found = built(DEPLOYED, accepted=(entry,)).findings
    assert [(f.code, str(f.location)) for f in found] == [
        ("IMG001", "dev/web.yaml:7:35"),
        ("LNT001", "promoter.yaml:4:1"),
    ]
    assert found[1].message == "the suppression of IMG001 silences nothing"


def test_an_entry_that_accepts_a_finding_of_one_environment_is_used() -> None:
    assert codes(built(DEPLOYED, accepted=(replace(ENTRY, environments=("d*",)),))) == []
    unused = built(DEPLOYED, accepted=(replace(ENTRY, environments=("prod",)),))
    assert codes(unused) == ["IMG001", "LNT001"]


@pytest.mark.parametrize(
    ("said", "judged"),
    [
        ({"object": "Pod/other"}, False),
        ({"environments": ("dev",), "object": "Pod/other"}, True),
        ({"path": "dev/*.yaml", "object": "Pod/other"}, True),
        ({"path": "*/web.yaml", "object": "Pod/other"}, False),
    ],
)
def test_an_entry_is_judged_only_when_all_was_built_that_it_speaks_of(
    said: dict[str, object], judged: bool
) -> None:
    found = built(DEPLOYED, accepted=(replace(ENTRY, **said),), broken="prod")
    assert ("LNT001" in codes(found)) == judged


def test_an_entry_whose_rule_did_not_run_is_not_called_unused() -> None:
    assert codes(run(service(), "REF001", "LNT001", accepted=(ENTRY,))) == []


def test_an_entry_cannot_silence_what_is_said_about_itself() -> None:
    entry = replace(ENTRY, rules=("LNT001",))
    assert codes(run(service(), "IMG001", "LNT001", accepted=(entry,))) == ["LNT001"]


# --- the linter's own findings ---------------------------------------------------------------------

UNREASONED = "resources: [gone.yaml] # promoter: ignore[KUS002]\n"


def test_the_configuration_silences_a_finding_of_the_linter_itself() -> None:
    entry = Accepted(("LNT002",), "we know", path="dev/*")
    result = run(service(), "KUS002", "LNT", kustomization=UNREASONED, accepted=(entry,))
    assert codes(result) == []
    assert [f.suppressed for f in result.suppressed if f.code == "LNT002"] == ["we know"]


def test_a_comment_for_the_file_silences_findings_of_the_linter_itself_and_counts_as_used() -> None:
    kustomization = f"# promoter: ignore-file[LNT002] we know\n{UNREASONED}"
    assert codes(run(service(), "KUS002", "LNT", kustomization=kustomization)) == []


@pytest.mark.parametrize("said", ["", "[ALL]", "[LNT002]"])
def test_a_suppression_cannot_silence_what_is_said_about_itself(said: str) -> None:
    kustomization = f"# promoter: ignore-file{said}\nresources: [web.yaml]\n"
    assert codes(run(service(), "KUS002", "LNT002", kustomization=kustomization)) == ["LNT002"]


def test_a_finding_of_the_linter_that_may_not_be_ignored_stays() -> None:
    entry = Accepted(("LNT002",), "we know")
    result = run(
        service(), "KUS002", "LNT", kustomization=UNREASONED, accepted=(entry,), non_ignorable=("LNT002",)
    )
    assert codes(result) == ["LNT001", "LNT002"], "the entry silences nothing"


def test_a_broken_rule_cannot_be_silenced(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> list[object]:
        raise KeyError("spec")

    rules = [replace(r, check=broken) if r.code == "REF003" else r for r in catalogue.RENDERED]
    monkeypatch.setattr(checking, "RENDERED", tuple(rules))
    entry = Accepted(("LNT006", "ALL"), "we know")
    assert codes(run(service(), accepted=(entry,))) == ["LNT006"]
