from concurrent.futures import ThreadPoolExecutor

import pytest

from promoter.errors import RefusedError, RepositoryError
from promoter.repository import Conflict, Identity, land, merge, move_ref, write_commit
from promoter.repository import landing as landing_module

ADA = Identity("Grace", "grace@example.test")
WHEN = 1_700_200_000.0


def propose(repository, base, files, message="promote\n\nPromoter-App: shop"):
    return write_commit(repository, base, files, message, author=ADA, when=WHEN)


def test_commit_ahead_of_the_branch_is_a_fast_forward_with_its_files(work, opened):
    base = work.commit_files({"a": "1", "b": "1"})
    repository = opened(work.path)
    head = propose(repository, base, {"a": b"2", "n/new": b"n"})
    landed = land(repository, "main", head, "merge")
    assert (landed.commit, landed.before, landed.how) == (head, base, "fast-forward")
    assert work.git("rev-parse", "main") == head
    assert work.git("status", "--porcelain") == ""
    assert (work.path / "a").read_text() == "2"


def test_one_commit_is_applied_anew_on_a_base_that_moved(work, opened):
    base = work.commit_files({"a": "1", "b": "1"})
    repository = opened(work.path)
    head = propose(repository, base, {"a": b"2"})
    theirs = work.commit_files({"b": "2"})
    landed = land(repository, "main", head, "merge", when=WHEN + 60)
    assert landed.how == "applied"
    assert work.git("rev-parse", "main^") == theirs
    assert work.git("show", "--no-patch", "--format=%an %at %ct %s", "main") == (
        "Grace 1700200000 1700200060 promote"
    )
    assert "Promoter-App: shop" in work.git("show", "--no-patch", "--format=%B", "main")
    assert dict(repository.snapshot("main").contents) == {"a": b"2", "b": b"2"}


def test_several_commits_come_in_by_a_merge(work, opened):
    base = work.commit_files({"a": "1", "b": "1"})
    repository = opened(work.path)
    head = propose(repository, propose(repository, base, {"a": b"2"}), {"c": b"3"})
    theirs = work.commit_files({"b": "2"})
    landed = land(repository, "main", head, "Merge promote/shop/prod")
    assert landed.how == "merged"
    assert (
        work.git("show", "--no-patch", "--format=%P %s", "main")
        == f"{theirs} {head} Merge promote/shop/prod"
    )


def test_landing_twice_changes_nothing_the_second_time(work, opened):
    base = work.commit_files({"a": "1", "b": "1"})
    repository = opened(work.path)
    head = propose(repository, base, {"a": b"2"})
    work.commit_files({"b": "2"})
    first = land(repository, "main", head, "merge")
    second = land(repository, "main", head, "merge")
    assert (second.commit, second.how) == (first.commit, "already")


def test_conflict_names_the_paths_and_changes_nothing(work, opened):
    base = work.commit_files({"a dir/a": "1"})
    repository = opened(work.path)
    head = propose(repository, base, {"a dir/a": b"2"})
    theirs = work.commit_files({"a dir/a": "3"})
    assert land(repository, "main", head, "merge") == Conflict(("a dir/a",))
    assert work.git("rev-parse", "main") == theirs
    assert work.git("status", "--porcelain") == ""


def test_changes_in_the_way_stop_it_before_the_branch_moves(work, opened):
    base = work.commit_files({"a": "1"})
    repository = opened(work.path)
    head = propose(repository, base, {"a": b"2"})
    work.write("a", "mine")
    with pytest.raises(RefusedError, match="changes in the way"):
        land(repository, "main", head, "merge")
    assert work.git("rev-parse", "main") == base
    assert (work.path / "a").read_text() == "mine"


def test_untracked_file_in_the_way_is_not_overwritten(work, opened):
    base = work.commit_files({"a": "1"})
    repository = opened(work.path)
    head = propose(repository, base, {"new": b"2"})
    work.write("new", "mine")
    with pytest.raises(RefusedError, match="changes in the way"):
        land(repository, "main", head, "merge")
    assert (work.path / "new").read_text() == "mine"


def test_changes_elsewhere_survive(work, opened):
    base = work.commit_files({"a": "1", "b": "1", "c": "1"})
    repository = opened(work.path)
    head = propose(repository, base, {"a": b"2"})
    work.write("b", "mine")
    work.write("c", "staged")
    work.git("add", "c")
    land(repository, "main", head, "merge")
    assert work.git("status", "--porcelain").splitlines() == [" M b", "M  c"]


def test_branch_checked_out_in_a_linked_work_tree_gets_its_files(work, opened):
    base = work.commit_files({"a": "1"})
    linked = work.path.parent / "linked"
    work.git("worktree", "add", "--quiet", "-b", "release", str(linked))
    repository = opened(work.path)
    land(repository, "release", propose(repository, base, {"a": b"2"}), "merge")
    assert (linked / "a").read_text() == "2"
    assert work.git("-C", str(linked), "status", "--porcelain") == ""
    assert (work.path / "a").read_text() == "1"


def test_branch_that_is_not_checked_out_leaves_the_files(work, opened):
    base = work.commit_files({"a": "1"})
    work.git("branch", "release")
    repository = opened(work.path)
    head = propose(repository, base, {"a": b"2"})
    land(repository, "release", head, "merge")
    assert work.git("rev-parse", "release") == head
    assert (work.path / "a").read_text() == "1"


def test_run_killed_between_files_and_ref_is_finished_by_the_next(work, opened, monkeypatch):
    base = work.commit_files({"a": "1", "b": "1"})
    repository = opened(work.path)
    head = propose(repository, base, {"a": b"2", "b": None})

    def killed(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(landing_module, "move_ref", killed)
    with pytest.raises(KeyboardInterrupt):
        land(repository, "main", head, "merge")
    monkeypatch.undo()
    assert work.git("rev-parse", "main") == base
    assert land(repository, "main", head, "merge").commit == head
    assert work.git("status", "--porcelain") == ""


def test_branch_that_moves_meanwhile_is_taken_in(work, opened, monkeypatch):
    base = work.commit_files({"a": "1", "b": "1"})
    work.git("switch", "--quiet", "--detach")
    repository = opened(work.path)
    head = propose(repository, base, {"a": b"2"})
    theirs = propose(repository, base, {"b": b"2"})
    moves = []

    def overtaken(repository, ref, new, expected):
        if not moves:
            work.git("update-ref", ref, theirs)
        moves.append(new)
        return move_ref(repository, ref, new, expected)

    monkeypatch.setattr(landing_module, "move_ref", overtaken)
    assert land(repository, "main", head, "merge").how == "applied"
    assert len(moves) == 2
    assert dict(repository.snapshot("main").contents) == {"a": b"2", "b": b"2"}


def test_files_go_back_when_the_ref_was_moved_by_somebody_else(work, opened, monkeypatch):
    base = work.commit_files({"a": "1"})
    repository = opened(work.path)
    head = propose(repository, base, {"a": b"2"})
    monkeypatch.setattr(landing_module, "move_ref", lambda *arguments: False)
    monkeypatch.setattr(landing_module, "_ATTEMPTS", 2)
    with pytest.raises(RepositoryError, match="moved 2 times"):
        land(repository, "main", head, "merge")
    assert work.git("status", "--porcelain") == ""
    assert (work.path / "a").read_text() == "1"


def test_many_at_once_all_land_in_one_line(work, opened):
    base = work.commit_files({f"app{number}": "1" for number in range(12)})
    repository = opened(work.path)
    heads = [propose(repository, base, {f"app{number}": b"2"}) for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda head: land(opened(work.path), "main", head, "merge"), heads))
    assert set(repository.snapshot("main").contents.values()) == {b"2"}
    assert work.git("rev-list", "--count", f"{base}..main") == "12"
    assert work.git("rev-list", "--merges", "main") == ""
    assert work.git("status", "--porcelain") == ""


def test_remote_branch_counts_and_the_local_one_follows(work, opened):
    base = work.commit_files({"a": "1", "b": "1"})
    remote = work.path.parent / "remote.git"
    work.git("clone", "--quiet", "--bare", ".", str(remote))
    work.git("remote", "add", "origin", f"file://{remote}")
    repository = opened(work.path)
    theirs = propose(repository, base, {"b": b"2"})
    work.git("push", "--quiet", "origin", f"{theirs}:refs/heads/main")
    head = propose(repository, base, {"a": b"2"})
    landed = land(repository, "main", head, "merge", remote="origin")
    assert landed.how == "applied"
    assert work.git("--git-dir", str(remote), "rev-parse", "main") == landed.commit
    assert work.git("rev-parse", "main") == landed.commit
    assert work.git("status", "--porcelain") == ""


def test_local_branch_with_commits_of_its_own_stays_when_the_remote_moves(work, opened):
    base = work.commit_files({"a": "1", "b": "1"})
    remote = work.path.parent / "remote.git"
    work.git("clone", "--quiet", "--bare", ".", str(remote))
    work.git("remote", "add", "origin", f"file://{remote}")
    repository = opened(work.path)
    head = propose(repository, base, {"a": b"2"})
    mine = work.commit_files({"b": "mine"})
    land(repository, "main", head, "merge", remote="origin")
    assert work.git("--git-dir", str(remote), "rev-parse", "main") == head
    assert work.git("rev-parse", "main") == mine


def test_old_git_says_what_to_do_instead(work, opened, monkeypatch):
    base = work.commit_files({"a": "1", "b": "1"})
    repository = opened(work.path)
    head = propose(repository, base, {"a": b"2"})
    tip = work.commit_files({"b": "2"})
    monkeypatch.setattr(landing_module, "_NO_SUCH_OPTION", 0)
    with pytest.raises(RepositoryError, match="cannot merge without a work tree") as caught:
        merge(repository, tip, head, "merge")
    assert "promote again" in str(caught.value)


def test_branch_that_does_not_exist_is_named(work, opened):
    head = work.commit()
    with pytest.raises(RepositoryError, match="'release' does not exist"):
        land(opened(work.path), "release", head, "merge")
