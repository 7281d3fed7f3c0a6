"""The trees of `overlays-spec`: nothing is found in the good one, and in a bad one what it expects."""

import shutil
from pathlib import Path

import pytest
from git_work import Work

from promoter.commands.lint import LintRequest, lint
from promoter.commands.rules import ordered
from promoter.commands.workspace import Workspace
from promoter.lint.report import LintReport

SPEC = Path(__file__).parents[2] / "overlays-spec"
FAMILIES = ("YML", "KUS", "ENV", "IMG", "ARG", "FLX", "LNT")


@pytest.fixture
def judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PROMOTER_CACHE_DIR", str(tmp_path / "cache"))

    def judge(tree: Path) -> LintReport:
        work = Work(tmp_path / "repository")
        shutil.copytree(tree, work.path)
        work.git("init", "--quiet", "--initial-branch=main")
        work.commit_files({})
        workspace = Workspace.open(str(work.path))
        report = lint(workspace, LintRequest(select=FAMILIES))
        workspace.close()
        return report

    return judge


def test_nothing_is_found_in_the_good_tree(judged):
    report = judged(SPEC / "good")
    assert [f"{finding.location} {finding.code} {finding.message}" for finding in report.findings] == []
    assert report.objects == 6


@pytest.mark.parametrize("tree", sorted((SPEC / "bad").iterdir()), ids=lambda tree: tree.name)
def test_a_bad_tree_is_found_to_be_what_it_expects(tree, judged):
    expected = (tree / "expected").read_text().splitlines()
    assert [f"{finding.location} {finding.code}" for finding in judged(tree).findings] == expected


def test_the_text_names_only_rules_that_exist():
    import re

    known = {rule.code for rule in ordered()}
    assert set(re.findall(r"\b[A-Z]{3}\d{3}\b", (SPEC / "README.md").read_text())) <= known
