import pytest

from promoter.errors import RefusedError
from promoter.repository import Identity, write_commit

WHEN = 1_700_100_000.0


def test_commit_changes_the_named_files_and_nothing_else(work, opened):
    parent = work.commit_files({"a b/x.yaml": "1\r\n", "gone": "g", "kept": "k"})
    commit = write_commit(
        opened(work.path), parent, {"a b/x.yaml": b"2\r\n", "gone": None, "new/n": b"n"}, "promote"
    )
    assert work.git("diff", "--name-status", parent, commit).splitlines() == [
        "M\ta b/x.yaml",
        "D\tgone",
        "A\tnew/n",
    ]
    assert work.git("show", f"{commit}:a b/x.yaml") == "2\r"


def test_refs_index_and_work_tree_stay(work, opened):
    parent = work.commit_files({"a": "1"})
    work.write("a", "dirty")
    work.write("staged", "s")
    work.git("add", "staged")
    before = (work.git("status", "--porcelain"), work.git("for-each-ref"), work.git("rev-parse", "HEAD"))
    write_commit(opened(work.path), parent, {"a": b"2"}, "promote")
    after = (work.git("status", "--porcelain"), work.git("for-each-ref"), work.git("rev-parse", "HEAD"))
    assert after == before
    assert (work.path / "a").read_text() == "dirty"


def test_modes_of_executables_and_symlinks_stay(work, opened):
    work.write("run.sh", "1").chmod(0o755)
    (work.path / "link").symlink_to("run.sh")
    parent = work.commit()
    commit = write_commit(opened(work.path), parent, {"run.sh": b"2", "link": b"elsewhere"}, "promote")
    assert [line[:6] for line in work.git("ls-tree", commit).splitlines()] == ["120000", "100755"]


def test_file_may_take_the_place_of_a_directory(work, opened):
    parent = work.commit_files({"a/b": "1", "c": "1"})
    commit = write_commit(opened(work.path), parent, {"a": b"file", "c/d": b"below"}, "promote")
    assert work.git("ls-tree", "-r", "--name-only", commit).splitlines() == ["a", "c/d"]


def test_same_input_at_the_same_time_gives_the_same_commit(work, opened):
    parent = work.commit_files({"a": "1"})
    repository, ada = opened(work.path), Identity("Ada", "ada@example.test")
    first, second = (
        write_commit(repository, parent, {"a": b"2"}, "promote", author=ada, when=WHEN) for _ in range(2)
    )
    assert first == second
    assert work.git("show", "--no-patch", "--format=%an <%ae> %at %ct", first) == (
        "Ada <ada@example.test> 1700100000 1700100000"
    )


def test_nothing_to_change_is_the_parent_itself(work, opened):
    parent = work.commit_files({"a": "1"})
    assert write_commit(opened(work.path), parent, {"a": b"1", "absent": None}, "promote") == parent


def test_commit_that_already_says_so_is_used_again(work, opened):
    parent = work.commit_files({"a": "1"})
    repository = opened(work.path)
    first = write_commit(repository, parent, {"a": b"2"}, "promote\n\nPromoter-App: shop", when=WHEN)
    again = write_commit(
        repository, parent, {"a": b"2"}, "promote\n\nPromoter-App: shop\n", when=WHEN + 60, reuse=first
    )
    other = write_commit(repository, parent, {"a": b"3"}, "promote", when=WHEN + 60, reuse=first)
    assert again == first
    assert other != first


def test_message_keeps_its_lines_and_trailers(work, opened):
    parent = work.commit_files({"a": "1"})
    message = "promote(shop): né → prod\n\n# kept\n\nPromoter-App: shop\nPromoter-Env: prod"
    commit = write_commit(opened(work.path), parent, {"a": b"2"}, message)
    assert work.git("show", "--no-patch", "--format=%B", commit) == message + "\n"
    assert (
        work.git("show", "--no-patch", "--format=%(trailers:key=Promoter-App,valueonly)", commit).strip()
        == "shop"
    )


def test_promoter_signs_where_git_knows_nobody(work, opened, monkeypatch):
    parent = work.commit_files({"a": "1"})
    work.git("config", "user.useConfigOnly", "true")
    commit = write_commit(opened(work.path), parent, {"a": b"2"}, "promote")
    assert work.git("show", "--no-patch", "--format=%an %ae %cn", commit) == (
        "promoter promoter@localhost promoter"
    )


@pytest.mark.parametrize("path", ["../out", ".git/hooks/x", "a//b", "", "a\0b"])
def test_path_that_git_does_not_allow_is_refused(work, opened, path):
    parent = work.commit_files({"a": "1"})
    with pytest.raises(RefusedError, match="is not a path inside"):
        write_commit(opened(work.path), parent, {path: b"x"}, "promote")


def test_bare_repository_can_be_written_to(work, opened):
    parent = work.commit_files({"a": "1"})
    bare = work.path.parent / "bare.git"
    work.git("clone", "--quiet", "--bare", ".", str(bare))
    commit = write_commit(opened(bare), parent, {"a": b"2"}, "promote")
    assert opened(bare).snapshot(commit)["a"] == b"2"
