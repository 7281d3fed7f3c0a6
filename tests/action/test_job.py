"""Whose configuration counts: that of the default branch, wherever this clone has it."""

import pytest
from git_work import Work

from promoter.action.event import Event
from promoter.action.job import _trusted
from promoter.errors import RepositoryError


@pytest.fixture
def work(tmp_path):
    work = Work(tmp_path)
    work.git("init", "--quiet", "--initial-branch=trunk")
    work.commit(a="1")
    return work


def event(branch=""):
    return Event("push", default_branch=branch)


def test_the_default_branch_at_the_remote_counts_before_the_local_one(work):
    at_remote = work.git("rev-parse", "HEAD")
    work.git("update-ref", "refs/remotes/origin/trunk", at_remote)
    work.commit(a="2")

    assert _trusted(str(work.path), event("trunk")) == at_remote


def test_without_a_remote_the_local_default_branch_counts_whatever_is_checked_out(work):
    trunk = work.git("rev-parse", "HEAD")
    work.git("checkout", "--quiet", "-b", "change")
    work.commit(a="2")

    assert _trusted(str(work.path), event("trunk")) == trunk


def test_a_tag_with_the_name_of_the_default_branch_does_not_count(work):
    trunk = work.git("rev-parse", "HEAD")
    work.git("checkout", "--quiet", "-b", "change")
    work.git("tag", "trunk", work.commit(a="2"))

    assert _trusted(str(work.path), event("trunk")) == trunk


def test_a_clone_without_the_default_branch_is_refused_with_the_way_to_check_it_out(work):
    work.git("branch", "--move", "change")

    with pytest.raises(RepositoryError, match="the default branch 'trunk' is not in this clone") as refused:
        _trusted(str(work.path), event("trunk"))
    assert "fetch-depth: 0" in refused.value.hint
