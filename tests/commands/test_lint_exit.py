"""The exit code of lint by what it writes, and what it says of the configuration's own entries."""

import json

import pytest

OVERLAY = "apps/shop/overlays/dev/kustomization.yaml"


@pytest.fixture
def broken(shop):
    text = shop.overlay("dev").read_text()
    shop.commit_files({OVERLAY: text.replace("resources:", "resources:\n  - gone.yaml", 1)})
    return shop


@pytest.mark.parametrize("where", ["sarif", "sarif=findings.sarif"])
def test_findings_do_not_fail_a_run_whose_only_output_is_sarif(
    promoter, broken, tmp_path, monkeypatch, where
):
    monkeypatch.chdir(tmp_path)
    ran = promoter("lint", "--select", "KUS002", "--format", where)
    said = ran.out or (tmp_path / "findings.sarif").read_text()
    assert [result["ruleId"] for result in json.loads(said)["runs"][0]["results"]] == ["KUS002"]
    assert ran.code == 0


@pytest.mark.parametrize(
    "more",
    [
        ("--format", "sarif", "--fail-on", "error"),
        ("--format", "text", "--format", "sarif=findings.sarif"),
        ("--format", "json"),
    ],
)
def test_findings_fail_a_run_that_says_so_or_has_another_output(
    promoter, broken, tmp_path, monkeypatch, more
):
    monkeypatch.chdir(tmp_path)
    assert promoter("lint", "--select", "KUS002", *more).code == 1


def test_an_entry_of_the_configuration_whose_time_is_over_is_reported_at_its_line(promoter, shop):
    settings = (
        "version: 1\nlint:\n  ignores:\n"
        "    - {rules: [IMG001], reason: a demo, until: 2999-01-31}\n"
        "    - {rules: [IMG002], reason: a demo, until: 2020-01-31}\n"
    )
    shop.commit_files({"promoter.yaml": settings})
    findings = json.loads(promoter("lint", "--select", "LNT", "--format", "json").out)["findings"]
    assert [(f["code"], f["path"], f["line"], f["message"]) for f in findings] == [
        ("LNT002", "promoter.yaml", 5, "the suppression of IMG002 ended on 2020-01-31")
    ]


def test_a_comment_that_another_overlay_needs_is_not_unused_when_only_one_is_judged(promoter, shop):
    base = "apps/shop/base/kustomization.yaml"
    text = (shop.path / base).read_text().replace("resources:", "resources: # promoter: ignore[KUS] yes", 1)
    shop.commit_files({base: text})
    everything = json.loads(promoter("lint", "--select", "KUS,LNT", "--format", "json").out)["findings"]
    one = promoter("lint", "apps/shop/overlays/dev", "--select", "KUS,LNT", "--format", "json").out
    assert [f["path"] for f in everything if f["code"] == "LNT001"] == [base]
    assert [f for f in json.loads(one)["findings"] if f["code"] == "LNT001"] == []
