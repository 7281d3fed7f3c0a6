from concurrent.futures import ThreadPoolExecutor

import pytest

from promoter.errors import RepositoryError
from promoter.repository import delete_ref, fetch, move_ref, push

BRANCH = "refs/heads/promote/shop/prod"


@pytest.fixture
def remote(work):
    path = work.path.parent / "remote.git"
    work.git("init", "--quiet", "--bare", str(path))
    work.git("remote", "add", "origin", f"file://{path}")
    return path


def test_ref_moves_only_from_the_expected_value(work, opened):
    first, second = work.commit(), work.commit()
    repository = opened(work.path)
    assert move_ref(repository, BRANCH, first, None)
    assert not move_ref(repository, BRANCH, second, second)
    assert move_ref(repository, BRANCH, second, first)
    assert work.git("rev-parse", BRANCH) == second


def test_ref_that_must_be_new_is_not_overwritten(work, opened):
    first, second = work.commit(), work.commit()
    repository = opened(work.path)
    assert move_ref(repository, BRANCH, first, None)
    assert not move_ref(repository, BRANCH, second, None)
    assert work.git("rev-parse", BRANCH) == first


def test_ref_that_is_there_already_counts_as_moved(work, opened):
    first = work.commit()
    repository = opened(work.path)
    assert move_ref(repository, BRANCH, first, None)
    assert move_ref(repository, BRANCH, first, None)


def test_ref_name_that_git_does_not_allow_is_an_error(work, opened):
    commit = work.commit()
    with pytest.raises(RepositoryError, match="update-ref"):
        move_ref(opened(work.path), "refs/heads/a..b", commit, None)


def test_lock_that_stays_is_named(work, opened, monkeypatch):
    commit = work.commit()
    work.write(".git/refs/heads/x.lock", "")
    monkeypatch.setattr("promoter.repository.refs._PAUSES", (0.0,))
    with pytest.raises(RepositoryError, match=r"x\.lock"):
        move_ref(opened(work.path), "refs/heads/x", commit, None)


def test_deleting_needs_the_expected_value_too(work, opened):
    first, second = work.commit(), work.commit()
    repository = opened(work.path)
    move_ref(repository, BRANCH, first, None)
    assert not delete_ref(repository, BRANCH, second)
    assert delete_ref(repository, BRANCH, first)
    assert work.git("for-each-ref", BRANCH) == ""


def test_push_creates_moves_and_deletes_with_a_lease(work, opened, remote):
    first, second = work.commit(), work.commit()
    repository = opened(work.path)
    assert push(repository, "origin", BRANCH, first, None)
    assert push(repository, "origin", BRANCH, second, first)
    assert work.git("--git-dir", str(remote), "rev-parse", BRANCH) == second
    assert push(repository, "origin", BRANCH, None, second)
    assert work.git("--git-dir", str(remote), "for-each-ref") == ""


def test_push_over_somebody_elses_commit_is_lost(work, opened, remote):
    first, second, theirs = work.commit(), work.commit(), work.commit()
    repository = opened(work.path)
    work.git("push", "--quiet", "origin", f"{theirs}:{BRANCH}")
    assert not push(repository, "origin", BRANCH, second, first)
    assert not push(repository, "origin", BRANCH, second, None)
    assert work.git("--git-dir", str(remote), "rev-parse", BRANCH) == theirs


def test_push_that_was_done_before_counts(work, opened, remote):
    first = work.commit()
    repository = opened(work.path)
    assert push(repository, "origin", BRANCH, first, None)
    assert push(repository, "origin", BRANCH, first, None)


def test_push_refused_by_the_remote_says_why(work, opened, remote):
    commit = work.commit()
    hook = remote / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(RepositoryError, match="pre-receive hook declined"):
        push(opened(work.path), "origin", BRANCH, commit, None)


def test_unreachable_remote_is_an_error_without_its_password(work, opened):
    commit = work.commit()
    work.git("remote", "add", "away", "http://bot:hunter2@127.0.0.1:9/x.git")
    with pytest.raises(RepositoryError) as caught:
        push(opened(work.path), "away", BRANCH, commit, None)
    assert "hunter2" not in str(caught.value)
    assert "cannot push" in str(caught.value)


def test_fetch_brings_the_branch_and_knows_when_there_is_none(work, opened, remote):
    commit = work.commit()
    work.git("push", "--quiet", "origin", "main:main")
    repository = opened(work.path)
    assert fetch(repository, "origin", "main") == commit
    assert work.git("rev-parse", "refs/remotes/origin/main") == commit
    assert fetch(repository, "origin", "missing") is None


def test_many_fetches_at_once_all_see_the_branch(work, opened, remote):
    work.commit()
    work.git("push", "--quiet", "origin", "main")
    repository = opened(work.path)
    there = ("--git-dir", str(remote))

    def advance_and_fetch(number):
        commit = work.git(*there, "commit-tree", "-p", "main", "-m", str(number), "main^{tree}")
        work.git(*there, "update-ref", f"refs/heads/side{number}", commit)
        work.git(*there, "symbolic-ref", "refs/heads/main", f"refs/heads/side{number}")
        return fetch(repository, "origin", "main")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(advance_and_fetch, range(24)))
    assert all(found)
    assert fetch(repository, "origin", "main") == work.git(*there, "rev-parse", "main")
