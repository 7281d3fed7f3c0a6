import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from promoter.errors import RepositoryError, UsageError
from promoter.model import blob_id
from promoter.repository.snapshot import UNREADABLE

ODD_NAMES = (
    "with space.yaml",
    "new\nline.yaml",
    "ünï/côdé.yaml",
    'quo"te.yaml',
    "tab\there.yaml",
    ":(top)x",
)


def test_revision_holds_the_committed_bytes_whatever_the_work_tree_says(work, opened):
    work.commit_files({"a.yaml": "old", "dir/b.yaml": b"\xff\x00"})
    work.write("a.yaml", "new")
    snapshot = opened(work.path).snapshot("main")
    assert dict(snapshot.contents) == {"a.yaml": b"old", "dir/b.yaml": b"\xff\x00"}
    assert snapshot.revision == work.git("rev-parse", "main")
    assert snapshot.is_directory("dir")


@pytest.mark.parametrize("revision", ["main", None])
def test_odd_names_keep_their_spelling(work, opened, revision):
    work.commit_files(dict.fromkeys(ODD_NAMES, "x"))
    snapshot = opened(work.path).snapshot(revision)
    assert set(snapshot.entries) == set(ODD_NAMES)
    assert {snapshot[path] for path in ODD_NAMES} == {b"x"}


@pytest.mark.parametrize("revision", ["main", None])
def test_name_that_is_not_utf8_is_readable(work, opened, revision):
    Path(os.fsdecode(os.fsencode(work.path) + b"/caf\xe9.yaml")).write_bytes(b"x")
    work.commit()
    snapshot = opened(work.path).snapshot(revision)
    assert [os.fsencode(path) for path in snapshot.entries] == [b"caf\xe9.yaml"]
    assert list(snapshot.contents.values()) == [b"x"]


def test_work_tree_holds_untracked_but_not_ignored_files(work, opened):
    work.commit_files({".gitignore": "secret\nbuild/\n", "kept.yaml": "k"})
    work.write("new/file.yaml", "n")
    work.write("secret", "s")
    work.write("build/out.yaml", "o")
    assert list(opened(work.path).snapshot().entries) == [".gitignore", "kept.yaml", "new/file.yaml"]


def test_work_tree_and_commit_agree_on_the_ids_of_unchanged_files(work, opened):
    work.commit_files({"a.yaml": "a", "b/c.yaml": "c"})
    repository = opened(work.path)
    assert repository.snapshot().entries == repository.snapshot("HEAD").entries


def test_changed_staged_removed_and_untracked_files_have_their_own_ids(work, opened):
    work.commit_files({"changed": "1", "staged": "1", "removed": "1", "same": "1"})
    work.write("changed", "2")
    work.write("staged", "3")
    work.git("add", "staged")
    (work.path / "removed").unlink()
    work.write("fresh", "4")
    entries = opened(work.path).snapshot().entries
    assert {path: entry.blob for path, entry in entries.items()} == {
        "changed": blob_id(b"2"), "fresh": blob_id(b"4"), "same": blob_id(b"1"), "staged": blob_id(b"3"),
    }  # fmt: skip


def test_files_in_conflict_are_as_on_disk(work, opened):
    work.commit_files({"a": "base"})
    work.git("switch", "--quiet", "--create", "other")
    work.commit_files({"a": "other"})
    work.git("switch", "--quiet", "main")
    work.commit_files({"a": "main"})
    merge = ["git", "-c", "user.name=A", "-c", "user.email=a@example.test", "merge", "--quiet", "other"]
    subprocess.run(merge, cwd=work.path, capture_output=True, check=False)
    snapshot = opened(work.path).snapshot()
    assert snapshot["a"].startswith(b"<<<<<<<")
    assert snapshot.entries["a"].blob == blob_id(snapshot["a"])


@pytest.mark.parametrize("revision", ["main", None])
def test_symlink_gives_its_target_and_executable_its_mode(work, opened, revision):
    work.write("run.sh", "#!/bin/sh\n").chmod(0o755)
    (work.path / "link").symlink_to("missing/target")
    work.commit()
    (work.path / "run.sh").write_bytes(b"changed")
    snapshot = opened(work.path).snapshot(revision)
    assert snapshot["link"] == b"missing/target"
    assert {path: entry.mode for path, entry in snapshot.entries.items()} == {
        "link": "120000",
        "run.sh": "100755",
    }


@pytest.mark.parametrize("revision", ["main", None])
def test_submodule_is_an_entry_without_contents(work, new_work, opened, revision):
    inner = new_work("inner")
    inner.commit_files({"x": "x"})
    work.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "vendored")
    work.commit()
    snapshot = opened(work.path).snapshot(revision)
    assert snapshot.entries["vendored"].mode == "160000"
    assert not snapshot.is_file("vendored")
    with pytest.raises(KeyError):
        snapshot["vendored"]


def test_repository_inside_the_work_tree_that_is_no_submodule_is_left_out(work, opened):
    work.commit_files({"a": "a"})
    (work.path / "nested").mkdir()
    work.git("init", "--quiet", "nested")
    work.write("nested/file", "x")
    assert list(opened(work.path).snapshot().entries) == ["a"]


def test_file_behind_a_symlinked_directory_is_not_followed(work, opened, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("secret")
    work.commit_files({"dir/file": "ours"})
    (work.path / "dir" / "file").unlink()
    (work.path / "dir").rmdir()
    (work.path / "dir").symlink_to(outside)
    assert list(opened(work.path).snapshot().entries) == ["dir"]


@pytest.mark.parametrize("revision", ["main", None])
def test_fifty_megabytes_are_listed_without_being_read_and_read_when_asked(work, opened, revision):
    content = b"x" * (50 << 20)
    work.commit_files({"big": content, "small": "s"})
    snapshot = opened(work.path).snapshot(revision)
    assert snapshot["small"] == b"s"
    assert snapshot.entries["big"].blob == blob_id(content)
    assert snapshot["big"] == content


def test_large_untracked_file_has_the_id_that_git_would_give(work, opened):
    work.write("big", b"y" * (3 << 20))
    assert opened(work.path).snapshot().entries["big"].blob == work.git("hash-object", "big")


def test_work_tree_file_stays_as_it_was_read(work, opened):
    work.commit_files({"a": "before"})
    snapshot = opened(work.path).snapshot()
    assert snapshot["a"] == b"before"
    work.write("a", "after")
    assert snapshot["a"] == b"before"


def test_sparse_checkout_reads_absent_files_from_the_index(work, opened):
    work.commit_files({"in/a": "a", "out/b": "b"})
    work.git("sparse-checkout", "set", "in")
    assert not (work.path / "out/b").exists()
    assert opened(work.path).snapshot()["out/b"] == b"b"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_unreadable_file_is_listed_and_named_when_read(work, opened):
    work.write("locked", "x").chmod(0)
    snapshot = opened(work.path).snapshot()
    assert snapshot.entries["locked"].blob == UNREADABLE
    with pytest.raises(RepositoryError, match="locked: cannot read"):
        snapshot["locked"]


def test_snapshot_of_a_bare_repository_needs_a_revision(work, opened, tmp_path):
    work.commit_files({"a": "a"})
    work.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    repository = opened(tmp_path / "bare.git")
    assert repository.snapshot("main")["a"] == b"a"
    with pytest.raises(RepositoryError, match="bare repository has no work tree"):
        repository.snapshot()


def test_work_tree_before_the_first_commit(work, opened):
    work.write("a", "a")
    assert dict(opened(work.path).snapshot().contents) == {"a": b"a"}


def test_linked_work_tree_has_its_own_files_and_shared_objects(work, opened, tmp_path):
    work.commit_files({"a": "1"})
    work.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))
    (tmp_path / "linked" / "a").write_text("2")
    linked = opened(tmp_path / "linked")
    assert (linked.snapshot()["a"], linked.snapshot("main")["a"]) == (b"2", b"1")
    assert linked.common_dir == opened(work.path).common_dir
    assert linked.git_dir != linked.common_dir


def test_threads_get_their_own_answers(work, opened):
    names = [f"f{number}" for number in range(200)]
    work.commit_files({name: name * 500 for name in names})
    snapshot = opened(work.path).snapshot("main")
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(snapshot.__getitem__, names * 3))
    assert read == [(name * 500).encode() for name in names * 3]


def test_many_blobs_are_read_in_one_go(work, opened):
    work.commit_files({f"f{number}": f"content {number}" for number in range(700)})
    repository = opened(work.path)
    blobs = [entry.blob for entry in repository.snapshot("main").entries.values()]
    assert set(repository.blobs.read_many(blobs).values()) == {
        f"content {number}".encode() for number in range(700)
    }


def test_missing_object_is_an_error_and_the_next_question_is_answered(work, opened):
    work.commit_files({"a": "a"})
    repository = opened(work.path)
    with pytest.raises(RepositoryError, match="is not in this repository"):
        repository.blobs.read_many(["1" * 40, blob_id(b"a")])
    assert repository.blobs.read(blob_id(b"a")) == b"a"


def test_closed_repository_answers_again(work, opened):
    work.commit_files({"a": "a"})
    repository = opened(work.path)
    snapshot = repository.snapshot("main")
    assert snapshot["a"] == b"a"
    repository.close()
    assert snapshot["a"] == b"a"


def test_reading_leaves_the_index_as_it_was(work, opened):
    work.commit_files({"a": "a"})
    os.utime(work.path / "a", (1, 1))
    index = work.path / ".git/index"
    before = index.read_bytes()
    repository = opened(work.path)
    repository.snapshot()
    repository.dirty(["a"])
    assert index.read_bytes() == before


def test_revision_like_an_option_is_refused(work, opened):
    work.commit_files({"a": "a"})
    with pytest.raises(UsageError, match="expected a revision"):
        opened(work.path).snapshot("--output=x")


def test_a_look_that_began_early_finds_what_a_later_one_finds(work, opened):
    work.commit_files({"a.yaml": "a", "b.yaml": "b"})
    work.write("a.yaml", "changed")
    work.write("new.yaml", "n")
    ahead = opened(work.path)
    ahead.look()
    assert ahead.snapshot().entries == opened(work.path).snapshot().entries


def test_a_look_serves_one_snapshot(work, opened):
    work.commit_files({"a.yaml": "a"})
    repository = opened(work.path)
    repository.look()
    repository.snapshot()
    work.write("new.yaml", "n")
    assert "new.yaml" in repository.snapshot()


def test_a_look_that_nobody_asks_for_ends_with_the_repository(work, opened):
    work.commit_files({"a.yaml": "a"})
    repository = opened(work.path)
    repository.look()
    began = repository._looks[0].untracked._process
    repository.close()
    assert began.returncode is not None


def test_in_a_bare_repository_there_is_nothing_to_look_at(work, opened):
    work.commit_files({"a.yaml": "a"})
    bare = work.path.parent / "bare.git"
    work.git("clone", "--quiet", "--bare", ".", str(bare))
    repository = opened(bare)
    repository.look()
    assert repository.snapshot("HEAD")["a.yaml"] == b"a"
