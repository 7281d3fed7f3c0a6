"""What reports say of the unusual: nothing at all, too much, and what cannot be known."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from promoter.diff.comparison import Comparison, DiffReport
from promoter.diff.drift import Differing, Drift
from promoter.gates import Note
from promoter.lint.report import LintReport
from promoter.model import (
    Bump,
    Change,
    ChangeKind,
    Deployable,
    Diff,
    FieldChange,
    Finding,
    Image,
    Location,
    ObjectKey,
    Pin,
    Plan,
    PullRequest,
    Risk,
    Severity,
)
from promoter.plan import Proof
from promoter.report.apps import AppRow, AppsReport
from promoter.report.apps import text as apps_text
from promoter.report.diff import html, markdown, text
from promoter.report.diff.drift import lines
from promoter.report.diff.groups import Group
from promoter.report.history import HistoryEntry, HistoryReport
from promoter.report.history import text as history_text
from promoter.report.lint import text as lint_text
from promoter.report.markup import code
from promoter.report.promotion import PromotionReport, Proposal
from promoter.report.promotion import json as promotion_json
from promoter.report.promotion import markdown as promotion_markdown
from promoter.report.promotion import text as promotion_text
from promoter.report.status import StatusReport, StatusRow
from promoter.report.status import json as status_json
from promoter.report.status import text as status_text
from promoter.report.values import inline
from promoter.report.values import lines as value_lines

NOW = datetime(2026, 3, 4, tzinfo=UTC)
PLACE = Location("a.yaml", 3, 5, 3, 9)
KEY = ObjectKey("apps", "Deployment", "shop", "web")


def comparison(environment: str = "prod", app: str = "shop", **more) -> Comparison:
    return Comparison(environment, app, "apps/shop", **more)


def changing(*fields: FieldChange, environment: str = "prod", app: str = "shop") -> Comparison:
    change = Change(ChangeKind.CHANGED, KEY, fields)
    return comparison(environment, app, diff=Diff((change,)))


# --- lists


def test_a_repository_that_deploys_nothing_says_so():
    assert apps_text.render(AppsReport((), ())).startswith("Nothing is deployed from here")
    assert history_text.render(HistoryReport((), ("one",))) == "No version was ever pinned.\nnote: one\n"


def test_more_images_than_are_shown_are_counted():
    of = Deployable("flux", "Kustomization", "shop", "shop", "prod", "apps/shop", PLACE, suspended=True)
    row = AppRow(of, ("x/a:1", "x/b:2", "x/c:3", "x/d:4"))
    shown = apps_text.render(AppsReport(("prod",), (row,)))
    assert "a:1, b:2, +2" in shown
    assert "flux (suspended)" in shown


def test_an_app_that_is_not_resolved_stands_alone_with_its_reason():
    of = Deployable("argocd", "Application", "shop", "shop", "", None, PLACE, reason="it lies elsewhere")
    shown = apps_text.render(AppsReport((), (AppRow(of),)))
    assert shown == f"Unresolved (1):\n  Application shop ({PLACE}): it lies elsewhere\n"
    told = apps_text.render(AppsReport((), (AppRow(of),), explain=True))
    assert "unknown environment: Application shop" in told
    assert "  path:" not in told


def test_what_was_rolled_back_from_is_marked_in_the_history():
    was = HistoryEntry(
        "shop", "prod", "x/shop", "1", NOW, NOW + timedelta(days=1), "c" * 40, "ann", "promote", bad=True
    )
    now = HistoryEntry("shop", "prod", "x/db", "2", NOW, None, "d" * 40, "ann", "other", bad=False)
    first, second = history_text.render(HistoryReport((was, now))).splitlines()[1:]
    assert "shop:1" in first
    assert first.endswith("rolled back from")
    assert "db:2" in second
    assert " now " in second


# --- status


def test_a_row_that_cannot_be_known_says_why():
    rows = (
        StatusRow("shop", "", reason="it lies elsewhere"),
        StatusRow("shop", "prod", "x/shop", "1.4", reason="two say so"),
        StatusRow("shop", "dev"),
    )
    first, second, third = status_text.render(StatusReport(NOW, ("prod",), rows)).splitlines()[1:]
    assert ("(unknown)" in first, "unresolved" in first, "it lies elsewhere" in first) == (True, True, True)
    assert ("1.4" in second, "two say so" in second) == (True, True)
    assert "none pinned" in third


@pytest.mark.parametrize(
    ("note", "said"),
    [(Note("broken", "ann"), "held: broken"), (Note(), "held")],
)
def test_a_hold_is_told_with_its_reason_and_its_times(note, said):
    pull = PullRequest(7, "https://x/7", "b", "main", "promote shop", "", "open", "h" * 40)
    row = StatusRow("shop", "prod", "x/shop", "1.4", NOW, hold=note, pull_request=pull)
    report = StatusReport(NOW, ("prod",), (row,))
    assert said in status_text.render(report)
    assert "#7 promote shop" in status_text.render(report)
    (found,) = json.loads(status_json.render(report))["rows"]
    assert found["hold"] == {"because": note.because, "by": note.by, "since": None, "until": None}
    assert found["pull_request"] == {"number": 7, "url": "https://x/7"}


# --- differences


def test_no_environment_that_differs_is_one_sentence():
    assert text.summary(DiffReport("a", "b", ())).startswith("Nothing that is deployed reads")
    assert text.summary(DiffReport("a", "b", (), is_drift=True)) == "a and b deploy nothing from here."


def test_an_app_that_one_side_lacks_is_one_line_of_drift():
    missing = Drift("shop", only_before=("Deployment/web", "Service/web"))
    noted = comparison(notes=("only dev has it",))
    assert list(lines(noted, missing, "dev", "prod")) == [("missing", "only dev has it: 2 objects")]
    assert list(lines(comparison(), missing, "dev", "prod")) == [
        ("missing", "Deployment/web is only in dev"),
        ("missing", "Service/web is only in dev"),
    ]


def test_drift_of_another_order_is_said_without_a_field():
    found = Drift("shop", images=(Differing("Deployment/web", None),), other=(Differing("Role/a", None),))
    assert list(lines(comparison(), found, "dev", "prod")) == [("other", "Role/a has another order")]


@pytest.mark.parametrize(
    ("members", "title"),
    [
        ((comparison(),), "prod · shop"),
        ((comparison("dev"), comparison("prod")), "dev, prod · shop"),
        ((comparison("dev", ""), comparison("prod", "")), "dev, prod"),
        ((comparison("dev"), comparison("prod", "db")), "dev · shop and 1 more"),
        ((comparison("dev"), comparison("")), "dev · shop and 1 more"),
        (tuple(comparison(f"e{number}") for number in range(6)), "e0 · shop and 5 more"),
    ],
)
def test_a_group_names_its_members_while_that_is_short(members, title):
    assert Group(members).title == title


def test_risks_and_notes_of_the_whole_change_stand_before_its_parts():
    report = DiffReport(
        "a",
        "b",
        (changing(FieldChange("x", 1, 2)),),
        risks=(Risk("large-change", "40 apps", "high"),),
        notes=("n1",),
    )
    page, comment = html.render(report), markdown.render(report)
    assert ("large-change" in page, "40 apps" in page, "n1" in page) == (True, True, True)
    assert "**large-change**: 40 apps" in comment
    assert "- n1" in comment


def test_a_long_text_that_changed_in_the_middle_leaves_out_what_is_equal():
    before = "\n".join(map(str, range(40)))
    field = FieldChange('data["a"]', before, before.replace("20", "twenty"))
    assert "⋯" in html.render(DiffReport("a", "b", (changing(field),)))
    wide = text.render(DiffReport("a", "b", (changing(field),)), columns=100)
    assert ("⋯" in wide, "twenty" in wide, "\n5" in wide) == (True, True, False)


def test_a_comment_that_is_too_long_is_cut_at_whole_lines_and_counts_the_rest():
    fields = tuple(FieldChange(f"spec.field{number}", "a" * 50, "b" * 50) for number in range(400))
    several = tuple(
        changing(*fields, FieldChange("n", 0, number), environment=f"env{number}") for number in range(9)
    )
    for limit in (1_000, 3_000, 12_000):
        assert len(markdown.render(DiffReport("a", "b", several), limit=limit)) <= limit


# --- promotions


def bump(tag: str = "1.5") -> Bump:
    pin = Pin("manifest", PLACE, 0, "/a", Image("x/shop", "1.4"), warning="another writer owns it")
    return Bump("shop", "prod", pin, Image("x/shop", tag))


def proposal(state: str = "proven", changed: tuple[str, ...] = (), **more) -> Proposal:
    return Proposal(
        "shop",
        "prod",
        Plan("promote", "staging", "prod", (bump(),)),
        Proof(state, "" if state == "proven" else "why", changed),
        **more,
    )


def test_of_several_proofs_the_worst_counts():
    report = PromotionReport(
        "promote", "planned", (proposal(changed=("b",)), proposal("refused", ("a",)), proposal("unproven"))
    )
    assert promotion_json.document(report)["proof"] == {
        "state": "refused",
        "reason": "why",
        "changed": ["a", "b"],
    }
    nothing = promotion_json.document(PromotionReport("rollback", "planned", ()))
    assert (nothing["schema"], nothing["proof"]) == (
        "promoter/rollback/v1",
        {"state": "proven", "reason": "", "changed": []},
    )


def test_a_plan_tells_warnings_and_a_proposal_without_bumps_no_proof():
    assert "warning: another writer owns it" in promotion_text.render(
        PromotionReport("promote", "planned", (proposal(),))
    )
    empty = Proposal("shop", "prod", Plan("promote", "staging", "prod", ()), Proof("proven", "", ()))
    assert "proof:" not in promotion_text.render(PromotionReport("promote", "planned", (empty,)))


def test_a_body_leaves_out_builds_that_do_not_change_and_cuts_long_ones():
    fields = tuple(FieldChange(f"spec.field{number}", "a" * 60, "b" * 60) for number in range(2_000))
    body = promotion_markdown.body(
        "promote",
        proposal(comparisons=(comparison("dev"), changing(*fields))),
    )
    assert "Rendered difference: prod · shop" in body
    assert "Rendered difference: dev · shop" not in body
    assert len(body) < 65_000


# --- findings and values


def test_a_finding_in_a_file_without_text_has_no_frame():
    finding = Finding("IMG001", "latest-tag", Severity.ERROR, "no tag", PLACE)
    assert " | " not in lint_text.render(LintReport((finding,), texts={}))
    assert "    3 | " in lint_text.render(LintReport((finding,), texts={"a.yaml": "a\nb\nimage: x\n"}))


def test_a_finding_far_to_the_right_has_no_mark_and_a_rendered_one_says_so():
    far = Finding("IMG001", "latest-tag", Severity.ERROR, "no tag", Location("a.yaml", 1, 900, 1, 905))
    shown = lint_text.render(LintReport((far,), texts={"a.yaml": "a" * 1_000}))
    assert "^" not in shown
    rendered = Finding("IMG001", "latest-tag", Severity.ERROR, "no tag", PLACE, rendered_only=True)
    assert "the line that sets it is not known" in lint_text.render(LintReport((rendered,)))


def test_an_empty_text_is_no_code_span():
    assert code("  ") == ""
    assert code("a`b``c") == "```a`b``c```"


def test_values_stand_on_one_line_or_below_each_other():
    assert inline({"a": [1, {"b": None}], "c": True}) == "{a: [1, {b: null}], c: true}"
    assert value_lines({"a": "x\ny\n", "b": {"c": 1}}) == ["a: |", "  x", "  y", "b:", "  c: 1"]
    assert value_lines({"a": [1, {"b": 2}], "c": []}) == ["a:", "- 1", "- b: 2", "c: []"]
    assert value_lines([[1], {}]) == ["- - 1", "- {}"]
    assert value_lines("a\nb\n") == ["a", "b"]
