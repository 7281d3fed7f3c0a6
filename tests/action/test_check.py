"""What a check compares with, what fails it, and where its comment is left out."""

import io
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from git_work import Work

from promoter.action import check
from promoter.action.job import Job, Settings
from promoter.action.runner import Runner
from promoter.diff.comparison import DiffReport
from promoter.errors import ForgeError, UsageError
from promoter.lint.report import LintReport, serious
from promoter.model import Finding, Location, Severity
from promoter.repository import Repository


def job(
    repository: Repository | None = None, forge: object = None, fail_on: str = "", **event: object
) -> Job:
    told = {"head": "", "base": "", "number": 0, **event}
    config = SimpleNamespace(lint=SimpleNamespace(fail_on="warning"))
    workspace = SimpleNamespace(repository=repository, config=config, base=lambda fresh: "main")
    runner = Runner(io.StringIO())
    return Job(SimpleNamespace(**told), Settings(fail_on=fail_on), runner, workspace, forge, "", None)


@pytest.fixture
def forked(tmp_path: Path) -> Iterator[tuple[Work, dict[str, str], Repository]]:
    """`theirs` branched off `main` at `fork`; `merge` is their test merge, `more` came after it."""
    work = Work(tmp_path)
    work.git("init", "--quiet", "--initial-branch=main")
    known = {"fork": work.commit(a="1")}
    work.git("checkout", "--quiet", "-b", "change")
    known["theirs"] = work.commit(b="1")
    known["more"] = work.commit(b="2")
    work.git("checkout", "--quiet", "main")
    known["main"] = work.commit(a="2")
    work.git("checkout", "--quiet", "--detach")
    work.git("merge", "--quiet", "--no-ff", "--message", "Merge", known["theirs"])
    known["merge"] = work.git("rev-parse", "HEAD")
    with Repository.open(str(tmp_path)) as repository:
        yield work, known, repository


@pytest.mark.parametrize(
    ("checked_out", "head", "base", "expected"),
    [
        ("merge", "theirs", "fork", "main"),
        ("merge", "more", "fork", "fork"),
        ("theirs", "theirs", "main", "fork"),
        ("theirs", "theirs", "", "fork"),
        ("more", "theirs", "main", "fork"),
        ("theirs", "", "", "fork"),
    ],
)
def test_a_test_merge_is_compared_with_its_base_and_any_other_head_with_where_it_branched_off(
    forked, checked_out, head, base, expected
):
    work, known, repository = forked
    work.git("checkout", "--quiet", "--detach", known[checked_out])

    found = check._base(job(repository, head=known.get(head, ""), base=known.get(base, "")))

    assert found == known[expected]


@pytest.mark.parametrize(
    ("fail_on", "failing"),
    [("never", []), ("error", ["IMG001"]), ("", ["IMG001"]), ("note", ["IMG001", "IMG002"])],
)
def test_findings_fail_a_check_from_the_level_that_is_asked_for(fail_on, failing):
    place = Location("a.yaml", 1)
    findings = (
        Finding("IMG001", "a", Severity.ERROR, "x", place),
        Finding("IMG002", "b", Severity.NOTE, "x", place),
    )
    found = serious(LintReport(findings), check._least(job(fail_on=fail_on)))
    assert [each.code for each in found] == failing


class Talk:
    """A forge whose comments cannot be written."""

    def __init__(self, error: ForgeError) -> None:
        self.error, self.talk = error, self

    def find_comment(self, number: int, name: str) -> None:
        raise self.error


def test_a_comment_that_may_not_be_written_is_left_out_and_said():
    there = job(forge=Talk(ForgeError("no rights", hint="ask")), number=7)
    check._comment(there, DiffReport("a", "b", ()))
    assert "the comment was left out: no rights" in there.runner.log.getvalue()


def test_a_comment_that_another_run_may_write_is_tried_again():
    with pytest.raises(ForgeError, match="busy"):
        check._comment(job(forge=Talk(ForgeError("busy", retry=True)), number=7), DiffReport("a", "b", ()))


@pytest.mark.parametrize("told", [{"number": 0}, {"number": 7, "forge": None}])
def test_without_a_request_or_rights_there_is_no_comment(told):
    forge = Talk(ForgeError("x", hint="y")) if "forge" not in told else None
    check._comment(job(forge=forge, number=told["number"]), DiffReport("a", "b", ()))


def test_a_run_without_rights_says_what_writes():
    with pytest.raises(UsageError, match="no rights on GitHub"):
        _ = job().github
