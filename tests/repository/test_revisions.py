import shutil
import subprocess

import pytest

from promoter.errors import RepositoryError, UsageError
from promoter.kustomize import differing
from promoter.repository import Repository


def test_subdirectory_finds_the_top_and_remembers_where_it_was(work, opened):
    work.commit_files({"apps/shop/a": "a"})
    repository = opened(work.path / "apps/shop")
    assert repository.work_tree == str(work.path.resolve())
    assert repository.prefix == "apps/shop"
    assert list(repository.snapshot().entries) == ["apps/shop/a"]


def test_folder_outside_any_repository_is_named_with_what_to_do(tmp_path):
    with pytest.raises(RepositoryError, match="is not in a git repository") as caught:
        Repository.open(tmp_path)
    assert "git init" in str(caught.value)


def test_folder_that_does_not_exist_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="is not a directory"):
        Repository.open(tmp_path / "missing")


def test_missing_git_is_named(work, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RepositoryError, match="git could not be started"):
        Repository.open(work.path)


def test_environment_of_a_hook_does_not_lead_elsewhere(work, new_work, opened, monkeypatch):
    work.commit_files({"a": "a"})
    other = new_work("other")
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / ".git/index"))
    assert list(opened(work.path).snapshot().entries) == ["a"]


def test_git_dir_counts_where_the_path_lies_in_no_repository(work, opened, monkeypatch, tmp_path):
    work.commit_files({"a": "a"})
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setenv("GIT_DIR", str(work.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(work.path))
    assert opened(elsewhere).snapshot("main")["a"] == b"a"


def test_unknown_revision_suggests_the_nearest_name(work, opened):
    work.commit()
    work.git("branch", "release")
    with pytest.raises(UsageError, match="no commit is named 'relaese~1'") as caught:
        opened(work.path).resolve("relaese~1")
    assert "did you mean 'release'?" in str(caught.value)


def test_revision_before_the_first_commit_says_so(work, opened):
    repository = opened(work.path)
    assert repository.head() is None
    with pytest.raises(RepositoryError, match="no commits yet"):
        repository.resolve("HEAD")


@pytest.mark.parametrize("revision", ["", "-x", "a\nb", "a\0b"])
def test_text_that_cannot_be_a_revision_never_reaches_git(work, opened, revision):
    work.commit()
    with pytest.raises(UsageError, match="expected a revision"):
        opened(work.path).resolve(revision)


def test_tag_resolves_to_its_commit(work, opened):
    commit = work.commit()
    work.git("tag", "--annotate", "--message", "one", "v1")
    assert opened(work.path).resolve("v1") == commit


def test_detached_head_has_no_branch(work, opened):
    work.commit()
    work.git("checkout", "--quiet", "--detach")
    repository = opened(work.path)
    assert repository.head_branch() is None
    assert repository.default_branch() == "main"


def test_default_branch_is_the_remotes_own(work, new_work, opened):
    work.commit()
    work.git("branch", "--move", "trunk")
    work.git("clone", "--quiet", ".", str(work.path.parent / "clone"))
    assert opened(work.path.parent / "clone").default_branch() == "trunk"


def test_default_branch_before_the_first_commit_is_the_one_checked_out(work, opened):
    assert opened(work.path).default_branch() == "main"


def test_configured_default_branch_must_exist(work, opened):
    work.commit()
    assert opened(work.path).default_branch("main") == "main"
    with pytest.raises(UsageError, match="'mian' does not exist") as caught:
        opened(work.path).default_branch("mian")
    assert "did you mean 'main'?" in str(caught.value)


def test_default_branch_that_nothing_tells_is_an_error(work, opened):
    work.commit()
    work.git("branch", "--move", "one")
    work.git("branch", "two")
    work.git("checkout", "--quiet", "--detach")
    with pytest.raises(RepositoryError, match="cannot tell the default branch"):
        opened(work.path).default_branch()


def test_merge_base_is_where_branches_parted(work, opened):
    base = work.commit()
    work.git("switch", "--quiet", "--create", "side")
    work.commit()
    work.git("switch", "--quiet", "main")
    work.commit()
    repository = opened(work.path)
    assert repository.merge_base("main", "side") == base
    assert repository.is_ancestor(base, "side")
    assert not repository.is_ancestor("side", "main")


def test_unrelated_histories_have_no_merge_base(work, opened):
    work.commit()
    work.git("switch", "--quiet", "--orphan", "island")
    work.commit()
    assert opened(work.path).merge_base("main", "island") is None


def test_differing_paths_name_both_ends_of_a_rename(work, opened):
    before = work.commit_files({"old": "content\n" * 50, "same": "s"})
    work.git("mv", "old", "new")
    after = work.commit()
    repository = opened(work.path)
    assert differing(repository.snapshot(before), repository.snapshot(after)) == ("new", "old")


def test_differing_paths_of_the_work_tree_count_untracked_files_and_no_touched_ones(work, opened):
    work.commit_files({"a": "1", "b": "1"})
    work.write("b", "1")
    work.write("a", "2")
    work.write("c d", "3")
    repository = opened(work.path)
    assert differing(repository.snapshot("HEAD"), repository.snapshot()) == ("a", "c d")


def test_dirty_names_staged_changed_and_untracked_files_among_those_asked(work, opened):
    work.commit_files({"a": "1", "b": "1", "c": "1"})
    work.write("a", "2")
    work.write("b", "2")
    work.git("add", "b")
    work.write("d*", "4")
    repository = opened(work.path)
    assert repository.dirty(["a", "b", "c", "d*"]) == ("a", "b", "d*")
    assert repository.dirty(["c"]) == ()
    assert repository.dirty([]) == ()


def test_remote_urls_by_name(work, opened):
    work.git("remote", "add", "upstream", "https://example.test/up.git")
    work.git("remote", "add", "origin", "git@example.test:acme/deploy.git")
    assert opened(work.path).remote_urls() == {
        "origin": "git@example.test:acme/deploy.git",
        "upstream": "https://example.test/up.git",
    }


def test_shallow_clone_says_so_until_deepened(work, opened):
    work.commit()
    work.commit()
    clone = work.path.parent / "shallow"
    work.git("clone", "--quiet", "--depth=1", f"file://{work.path}", str(clone))
    repository = opened(clone)
    assert repository.is_shallow
    with pytest.raises(UsageError, match="unshallow"):
        repository.resolve("HEAD~1")
    work.git("-C", str(clone), "fetch", "--quiet", "--unshallow")
    assert not repository.is_shallow


def test_failing_command_is_told_in_gits_own_words(work, opened):
    repository = opened(work.path)
    with pytest.raises(RepositoryError, match="git ls-tree: Not a valid object name"):
        repository.git.run("ls-tree", "nowhere")


def test_branch_that_only_origin_has_counts_as_on_a_build_machine(work, opened):
    first, second = work.commit(), work.commit()
    work.git("update-ref", "refs/remotes/origin/release", second)
    repository = opened(work.path)
    assert repository.resolve("release") == second
    assert repository.resolve("release~1") == first


@pytest.mark.parametrize("inside", ["", "apps\n"], ids=["top", "folder"])
def test_path_with_a_line_feed_is_told_from_its_neighbours(new_work, opened, inside):
    work = new_work("two\nlines")
    work.commit_files({"apps\n/a": "a"})
    repository = opened(work.path / inside)
    assert repository.work_tree == str(work.path.resolve())
    assert repository.git_dir == f"{work.path.resolve()}/.git"
    assert repository.prefix == inside


def test_git_directory_below_a_line_feed_has_no_work_tree(new_work, opened):
    work = new_work("two\nlines")
    repository = opened(work.path / ".git")
    assert repository.work_tree is None
    assert repository.git_dir == f"{work.path.resolve()}/.git"


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="commits are signed with ssh-keygen")
def test_the_time_of_a_signed_commit_is_read_whatever_git_shows_of_signatures(work, opened, tmp_path):
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    for name, value in (
        ("gpg.format", "ssh"),
        ("user.signingKey", f"{key}.pub"),
        ("commit.gpgSign", "true"),
        ("log.showSignature", "true"),
    ):
        work.git("config", name, value)
    work.commit_files({"a": "a"})

    written = work.git("cat-file", "commit", "HEAD")
    seconds = int(written.partition("committer ")[2].partition("> ")[2].split()[0])
    assert "gpgsig" in written
    assert opened(work.path).committed_at("HEAD") == seconds
