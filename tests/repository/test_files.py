import pytest

from promoter.errors import RefusedError, RepositoryError
from promoter.repository import write_files


def test_files_are_written_created_and_removed(work, opened):
    work.commit_files({"a": "1", "gone": "1"})
    assert write_files(opened(work.path), {"a": b"2", "new/dir/n": b"n", "gone": None}) == (
        "a",
        "gone",
        "new/dir/n",
    )
    assert (work.path / "a").read_text() == "2"
    assert (work.path / "new/dir/n").read_text() == "n"
    assert work.git("status", "--porcelain", "-uall").splitlines() == [" M a", " D gone", "?? new/dir/n"]


def test_mode_stays(work, opened):
    work.write("run.sh", "1").chmod(0o755)
    work.commit()
    write_files(opened(work.path), {"run.sh": b"2"})
    assert (work.path / "run.sh").stat().st_mode & 0o777 == 0o755


def test_one_dirty_file_in_the_way_stops_all(work, opened):
    work.commit_files({"a": "1", "b": "1"})
    work.write("b", "mine")
    with pytest.raises(RefusedError, match="b: the file has changes that are not committed"):
        write_files(opened(work.path), {"a": b"2", "b": b"2"})
    assert ((work.path / "a").read_text(), (work.path / "b").read_text()) == ("1", "mine")


@pytest.mark.parametrize("ignored", ["", "precious\n"])
def test_untracked_or_ignored_file_in_the_way_stops_too(work, opened, ignored):
    work.commit_files({".gitignore": ignored})
    work.write("precious", "mine")
    with pytest.raises(RefusedError, match="precious"):
        write_files(opened(work.path), {"precious": b"2"})
    assert (work.path / "precious").read_text() == "mine"


def test_dirty_file_that_is_already_so_is_left_alone(work, opened):
    work.commit_files({"a": "1"})
    work.write("a", "2")
    assert write_files(opened(work.path), {"a": b"2"}) == ()


def test_file_removed_by_the_user_is_in_the_way(work, opened):
    work.commit_files({"a": "1"})
    (work.path / "a").unlink()
    with pytest.raises(RefusedError, match="not committed"):
        write_files(opened(work.path), {"a": b"2"})


def test_nothing_is_written_through_symlinks(work, opened, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "f").write_text("theirs")
    (work.path / "dir").symlink_to(outside)
    (work.path / "link").symlink_to(outside / "f")
    work.commit()
    for path in ("dir/f", "link"):
        with pytest.raises(RefusedError, match="symlink"):
            write_files(opened(work.path), {path: b"ours"})
    assert (outside / "f").read_text() == "theirs"


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", ".git/config", "sub/.GIT/config", ""])
def test_path_outside_the_work_tree_is_refused(work, opened, path):
    work.commit()
    with pytest.raises(RefusedError, match="not a path inside"):
        write_files(opened(work.path), {path: b"x"})


def test_directory_in_the_way_is_refused(work, opened):
    work.commit_files({"dir/file": "1"})
    with pytest.raises(RefusedError, match="cannot read the file"):
        write_files(opened(work.path), {"dir": b"x"})


def test_no_litter_is_left_when_writing_fails(work, opened, monkeypatch):
    work.commit_files({"a": "1"})
    repository = opened(work.path)

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_files(repository, {"a": b"2"})
    assert work.git("status", "--porcelain") == ""
    assert not list((work.path / ".git").glob(".promoter-*"))


def test_bare_repository_has_nowhere_to_write(work, opened):
    work.git("init", "--quiet", "--bare", str(work.path.parent / "bare.git"))
    with pytest.raises(RepositoryError, match="no work tree"):
        write_files(opened(work.path.parent / "bare.git"), {"a": b"x"})
