"""What a check compares with, what fails it, and where its comment is left out."""

import io
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from promoter.action import check
from promoter.action.job import Job, Settings
from promoter.action.runner import Runner
from promoter.diff.comparison import DiffReport
from promoter.errors import ForgeError, RepositoryError, UsageError
from promoter.lint.report import LintReport
from promoter.model import Finding, Location, Severity


@dataclass
class Commits:
    """A repository in which names stand for commits; `bases` are the merge bases that there are."""

    names: dict[str, str]
    bases: dict[tuple[str, str], str] = field(default_factory=dict)

    def resolve(self, name: str) -> str:
        if name not in self.names:
            raise RepositoryError(f"there is no {name}")
        return self.names[name]

    def merge_base(self, one: str, other: str) -> str | None:
        return self.bases.get((one, other))


def job(repository: Commits | None = None, forge: object = None, fail_on: str = "", **event: object) -> Job:
    told = {"head": "", "base": "", "number": 0, **event}
    config = SimpleNamespace(lint=SimpleNamespace(fail_on="warning"))
    workspace = SimpleNamespace(repository=repository, config=config, base=lambda fresh: "tip")
    runner = Runner(io.StringIO())
    return Job(SimpleNamespace(**told), Settings(fail_on=fail_on), runner, workspace, forge, "", None)


@pytest.mark.parametrize(
    ("names", "event", "base"),
    [
        ({"HEAD": "merge", "HEAD^1": "main", "HEAD^2": "theirs"}, {"head": "theirs"}, "main"),
        ({"HEAD": "merge", "HEAD^1": "main", "HEAD^2": "other"}, {"head": "theirs"}, "tip"),
        ({"HEAD": "plain"}, {"head": "theirs", "base": "main"}, "main"),
        ({"HEAD": "theirs"}, {"head": "theirs"}, "tip"),
        ({"HEAD": "forked"}, {}, "fork"),
    ],
)
def test_a_test_merge_is_compared_with_its_base_and_any_other_head_with_where_it_branched_off(
    names, event, base
):
    assert check._base(job(Commits(names, {("tip", "forked"): "fork"}), **event)) == base


@pytest.mark.parametrize(
    ("fail_on", "failing"),
    [("never", [False, False]), ("error", [True, False]), ("", [True, False]), ("note", [True, True])],
)
def test_findings_fail_a_check_from_the_level_that_is_asked_for(fail_on, failing):
    place = Location("a.yaml", 1)
    findings = (
        Finding("IMG001", "a", Severity.ERROR, "x", place),
        Finding("IMG002", "b", Severity.NOTE, "x", place),
    )
    assert check.exit_code_of(LintReport(findings), job(fail_on=fail_on)) == failing


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
