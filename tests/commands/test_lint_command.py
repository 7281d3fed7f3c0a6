"""`lint` on real repositories, rendered by the real engine."""

from pathlib import Path

import pytest
from git_work import Work

from promoter.commands.baselines import baseline
from promoter.commands.lint import LintRequest, lint
from promoter.commands.view import View
from promoter.commands.workspace import Workspace
from promoter.errors import ExitCode, UsageError
from promoter.lint.report import LintReport, exit_code
from promoter.model import Severity
from promoter.report.lint import text

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: ghcr.io/acme/web:latest
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}}\n"
FILES = {
    "apps/shop/base/kustomization.yaml": "resources: [web.yaml]\n",
    "apps/shop/base/web.yaml": WEB,
    "apps/shop/overlays/dev/kustomization.yaml": "namespace: dev\nresources: [../../base]\n",
    "apps/shop/overlays/prod/kustomization.yaml": (
        "namespace: prod\nresources: [../../base]\nimages:\n- {name: ghcr.io/acme/web, newTag: 1.2.3}\n"
        "- {name: ghcr.io/acme/wbe, newTag: 1.2.3}\n"
    ),
}
CHOSEN = ("KUS", "IMG001", "YML")


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Work:
    monkeypatch.setenv("PROMOTER_CACHE_DIR", str(tmp_path / "cache"))
    made = Work(tmp_path / "repository")
    made.path.mkdir()
    made.git("init", "--quiet", "--initial-branch=main")
    made.commit_files(FILES)
    return made


def run(work: Work, **asked: object) -> LintReport:
    workspace = Workspace.open(str(work.path))
    try:
        return lint(workspace, LintRequest(**{"select": CHOSEN, **asked}))
    finally:
        workspace.close()


def places(report: LintReport) -> list[str]:
    return [f"{finding.location} {finding.code}" for finding in report.findings]


def test_what_is_deployed_is_judged_and_found_at_its_source(work: Work) -> None:
    report = run(work)
    assert places(report) == [
        "apps/shop/base/web.yaml:12:18 IMG001",
        "apps/shop/overlays/prod/kustomization.yaml:5:3 KUS018",
    ]
    assert report.findings[0].environments == ("dev",)
    assert exit_code(report) is ExitCode.FOUND


def test_named_paths_limit_the_findings_to_what_they_build(work: Work) -> None:
    assert places(run(work, paths=("apps/shop/overlays/dev",))) == ["apps/shop/base/web.yaml:12:18 IMG001"]


def test_a_plain_manifest_that_is_named_is_judged_as_it_is(work: Work) -> None:
    work.write("printed/web.yaml", WEB + "---\n" + SERVICE)
    report = run(work, paths=("printed",))
    assert places(report) == ["printed/web.yaml:12:18 IMG001"]
    assert report.objects == 2


def test_standard_input_is_judged_under_its_own_name(work: Work) -> None:
    assert places(run(work, extra={"<stdin>": WEB.encode()})) == ["<stdin>:12:18 IMG001"]


def test_only_what_a_change_introduces_is_reported_since_a_revision(work: Work) -> None:
    overlay = "resources: [../../base]\nnamespce: prod\n"
    work.write("apps/shop/overlays/prod/kustomization.yaml", overlay)
    assert places(run(work, since="HEAD")) == ["apps/shop/overlays/prod/kustomization.yaml:2:1 KUS003"]


def test_the_state_to_compare_with_is_rendered_once_whatever_is_fixed(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[str | None] = []
    render = Workspace.render

    def counted(workspace: Workspace, view: View, wanted: object) -> object:
        rendered.append(view.snapshot.revision)
        return render(workspace, view, wanted)

    monkeypatch.setattr(Workspace, "render", counted)
    work.write(OVERLAY, FILES[OVERLAY].replace("newTag: 1.2.3", "newTag: 1.20"))

    found = run(work, since="HEAD", fix="safe", preview=True)

    assert found.fixed
    assert len([revision for revision in rendered if revision]) == 1


def test_what_a_change_does_to_environments_is_judged_since_a_revision(work: Work) -> None:
    selector = "matchLabels: {app: web}}"
    changed = WEB.replace(selector, "matchLabels: {app: web, tier: front}}").replace(
        "labels: {app: web}}\n    spec", "labels: {app: web, tier: front}}\n    spec"
    )
    work.write("apps/shop/base/web.yaml", changed)
    found = run(work, select=("GIT", "API016"), since="HEAD")
    assert places(found) == ["apps/shop/base/web.yaml:1:1 GIT002", "apps/shop/base/web.yaml:6:3 API016"]
    assert run(work, select=("GIT", "API016")).findings == ()


def test_the_text_shows_the_line_and_a_summary(work: Work) -> None:
    said = text.render(run(work))
    assert "   12 |           image: ghcr.io/acme/web:latest\n      |                  ^^^^" in said
    assert "2 errors in 2 objects and 4 files." in said


def test_a_run_without_errors_passes(work: Work) -> None:
    report = run(work, select=("IMG001",), paths=("apps/shop/overlays/prod",))
    assert report.findings == ()
    assert exit_code(report, Severity.NOTE) is ExitCode.OK


@pytest.mark.parametrize(
    "asked", [{"paths": ("nowhere",)}, {"select": ("NO1",)}, {"profile": "best"}, {"kubernetes": "34"}]
)
def test_what_does_not_exist_is_a_mistake_of_use(work: Work, asked: dict) -> None:
    with pytest.raises(UsageError):
        run(work, **asked)


OVERLAY = "apps/shop/overlays/prod/kustomization.yaml"


def test_safe_fixes_are_written_and_what_is_left_is_reported(work: Work) -> None:
    work.commit_files(
        {OVERLAY: "resources: [../../base]\nimages:\n- name: ghcr.io/acme/web\n  newTag: 1.10 # x\n"}
    )
    report = run(work, select=("KUS",), fix="safe")
    assert report.fixed == (OVERLAY,)
    assert report.findings == ()
    assert (work.path / OVERLAY).read_text().endswith('newTag: "1.10" # x\n')


@pytest.mark.parametrize("path", ["apps/shop/base", "other/thing"])
def test_what_nothing_deploys_by_itself_is_fixed_where_it_is_named(work: Work, path: str) -> None:
    work.commit_files(
        {"other/thing/kustomization.yaml": "resources: [web.yaml]\n", "other/thing/web.yaml": WEB}
    )

    report = run(work, select=("SEC201",), fix="safe", paths=(path,))

    assert (report.fixed, report.notes) == ((f"{path}/web.yaml",), ())
    assert report.findings == ()


def test_a_fix_that_changes_a_build_without_the_finding_is_left_out(work: Work) -> None:
    other = WEB.replace("name: web", "name: other")
    work.commit_files(
        {
            "other/one/kustomization.yaml": "resources: [../base]\n",
            "other/two/kustomization.yaml": "resources: [../base]\nnameSuffix: -two\n",
            "other/base/kustomization.yaml": "resources: [web.yaml]\n",
            "other/base/web.yaml": other,
        }
    )

    report = run(work, select=("SEC201",), fix="safe", paths=("other/one", "other/two"))

    assert report.fixed == ()
    assert "would change" in report.notes[0]


def test_a_preview_shows_the_diff_and_writes_nothing(work: Work) -> None:
    before = "resources: [../../base]\nimages:\n- name: ghcr.io/acme/web\n  newTag: 1.10\n"
    work.commit_files({OVERLAY: before})
    report = run(work, select=("KUS",), fix="safe", preview=True)
    assert '-  newTag: 1.10\n+  newTag: "1.10"\n' in text.render(report)
    assert (work.path / OVERLAY).read_text() == before


def test_several_fixes_of_one_container_stand_together(work: Work) -> None:
    report = run(work, select=("SEC201", "SEC204"), fix="safe")
    assert report.findings == ()
    assert (work.path / "apps/shop/base/web.yaml").read_text() == WEB + (
        "          securityContext:\n            allowPrivilegeEscalation: false\n"
        "            capabilities:\n              drop:\n              - ALL\n"
    )


def test_a_fix_that_changes_an_environment_without_the_finding_is_refused(work: Work) -> None:
    work.commit_files({"apps/shop/base/web.yaml": WEB.replace("web:latest", "web:main")})
    report = run(work, select=("IMG008",), fix="safe")
    assert [finding.environments for finding in report.findings] == [("dev",)]
    assert report.fixed == ()
    assert report.notes == (
        "apps/shop/base/web.yaml:11:11: the fix of IMG008 would change an environment without the finding",
    )


def configured(work: Work, text: str) -> None:
    work.commit_files({"promoter.yaml": "version: 1\n" + text})


def test_the_configuration_accepts_a_finding_in_one_environment(work: Work) -> None:
    work.commit_files({OVERLAY: "namespace: prod\nresources: [../../base]\n"})
    configured(
        work,
        "lint:\n  ignores:\n    - {rules: [latest-tag], path: 'apps/*', object: Deployment/web,"
        " environments: [dev], reason: a demo}\n",
    )
    report = run(work, select=("IMG001",))
    assert [finding.environments for finding in report.findings] == [("prod",)]
    assert [(f.environments, f.suppressed) for f in report.suppressed] == [(("dev",), "a demo")]


def test_the_configuration_weighs_a_rule_by_environment(work: Work) -> None:
    configured(work, "lint:\n  environments:\n    dev: {IMG001: 'off'}\n")
    assert run(work, select=("IMG001",)).findings == ()


def test_what_may_not_be_ignored_is_reported_whatever_the_configuration_accepts(work: Work) -> None:
    configured(work, "lint:\n  non_ignorable: [IMG001]\n  ignores: [{rules: [IMG001], reason: because}]\n")
    assert [finding.code for finding in run(work, select=("IMG001",)).findings] == ["IMG001"]


def test_a_baseline_hides_what_is_known_and_shrinks_only(work: Work) -> None:
    workspace = Workspace.open(str(work.path))
    asked = LintRequest(select=CHOSEN)
    said = baseline(workspace, "create", asked)
    workspace.close()
    assert said == ".promoter/baseline.json: 2 known findings, 0 before; 0 entries were out of date"
    work.git("add", "--all")
    work.commit_files({})
    assert run(work, baseline=".promoter/baseline.json").findings == ()
    work.commit_files({"apps/shop/base/web.yaml": WEB.replace("latest", "1.0"), OVERLAY: "namespce: x\n"})
    again = Workspace.open(str(work.path))
    assert baseline(again, "update", asked).startswith(
        ".promoter/baseline.json: 0 known findings, 2 before"
    )
    with pytest.raises(UsageError):
        baseline(again, "create", asked)
    again.close()


def test_a_rule_of_the_repository_is_judged_like_any_other(work: Work) -> None:
    configured(
        work,
        """\
lint:
  rules:
    - code: ACME001
      name: has-owner
      kinds: [Deployment]
      expression: has(object.metadata.labels) && has(object.metadata.labels.owner)
      message: every workload names its owner
      severity: warning
    - code: ACME002
      name: many-replicas
      expression: object.spec.replicas > 1
      message: more than one
""",
    )
    report = run(work, select=("ACME", "LNT004"))
    assert [(f.code, str(f.location), f.severity) for f in report.findings] == [
        ("ACME001", "apps/shop/base/web.yaml:1:1", Severity.WARNING),
        ("LNT004", "apps/shop/base/web.yaml:1:1", Severity.NOTE),
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "{code: KUS001, name: x, expression: 'true', message: m}",
        "{code: ACME001, name: latest-tag, expression: 'true', message: m}",
        "{code: ACME001, name: x, expression: 'object.(', message: m}",
    ],
)
def test_a_rule_that_cannot_be_used_is_a_mistake_of_use(work: Work, rule: str) -> None:
    configured(work, f"lint:\n  rules: [{rule}]\n")
    with pytest.raises(UsageError):
        run(work)


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        ("RES202x: {}", "'RES202x' has no options", "did you mean 'RES202'?"),
        ("latest-tag: {allow: [a]}", "'latest-tag' has no options", "IMG001"),
        ("RES201: {minimun: 3}", "RES201 has no option 'minimun'", "did you mean 'minimum'?"),
        (
            "RES201: {minimum: three}",
            'a whole number for RES201.minimum, found "three"',
            "replicas",
        ),
        (
            "RES201: {minimum: true}",
            "a whole number for RES201.minimum, found true",
            "replicas",
        ),
        ("IMG008: {strict: 1}", "true or false for IMG008.strict, found 1", "Always"),
        ("IMG002: {tags: latest}", 'a list of texts for IMG002.tags, found "latest"', "move"),
        ("IMG002: {tags: [[a]]}", "a list of texts for IMG002.tags, found", "move"),
    ],
)
def test_an_option_that_no_rule_can_read_is_a_mistake_of_use(work, options, message, hint):
    configured(work, f"lint:\n  options: {{{options}}}\n")
    with pytest.raises(UsageError) as error:
        run(work)
    assert message in error.value.message
    assert hint in (error.value.hint or "")


def test_a_baseline_that_does_not_exist_is_named(work):
    with pytest.raises(UsageError, match=r"no baseline 'nope\.json'"):
        run(work, baseline="nope.json")


def test_a_deployed_directory_without_kustomization_is_judged_once_when_it_is_named(work: Work) -> None:
    application = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: plain-dev}\n"
        "spec:\n  source: {repoURL: https://git.example.com/x/repository.git, path: plain/dev}\n"
        "  destination: {namespace: dev}\n"
    )
    work.commit_files({"plain/dev/web.yaml": WEB, "argocd/plain.yaml": application})

    assert places(run(work, select=("IMG001",), paths=("plain",))) == ["plain/dev/web.yaml:12:18 IMG001"]
